"""The configuration: a dictionary and the environment become one frozen `Settings`.

Every configuration message of the package is written here. Nothing is opened or imported: a wrong key is found when
the SDK is made, a missing driver too, a database that is down at the first operation.
"""

from __future__ import annotations

from velt_py.config.calls import HTTP, api_base_url, http_settings
from velt_py.config.loading import TOP, Config, load_settings
from velt_py.config.stores import NO_DATABASE
from velt_py.settings import DatabaseSettings, FileSettings, Hooks, HttpSettings, Limits, Settings

__all__ = [
    "HTTP",
    "NO_DATABASE",
    "TOP",
    "Config",
    "DatabaseSettings",
    "FileSettings",
    "Hooks",
    "HttpSettings",
    "Limits",
    "Settings",
    "api_base_url",
    "http_settings",
    "load_settings",
]
