"""The REST half: calls to Velt's API, prepared and interpreted by pure code, carried by one transport."""
