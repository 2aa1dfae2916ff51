"""The answers of Velt's API as TypedDicts, one module per area. Only type checkers need them."""
