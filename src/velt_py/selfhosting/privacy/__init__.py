"""Finding, exporting and erasing one person in the own store."""
