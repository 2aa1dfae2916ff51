"""Moving records from one store to another: copy, resume, compare."""
