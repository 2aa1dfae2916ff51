"""One file per area of the REST API."""
