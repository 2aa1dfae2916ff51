"""What the memory knows of files and texts: how they are read, split and compared. Pure."""
