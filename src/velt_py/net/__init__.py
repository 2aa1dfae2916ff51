"""How this process reaches other hosts: proxies, trusted certificates, connections whose time is bounded."""

from __future__ import annotations

from velt_py._version import __version__

__all__ = ["USER_AGENT"]

USER_AGENT = f"velt-py/{__version__}"
