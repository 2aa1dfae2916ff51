"""The control API by subject; `control` puts it together."""
