"""The tables of the app, release by release."""
