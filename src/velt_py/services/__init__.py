"""Published import paths: re-exports, no logic."""
