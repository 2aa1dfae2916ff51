"""The self-hosting half over HTTP, for any framework."""
