"""The routes in a Flask application: an extension, or a blueprint."""

from __future__ import annotations

from velt_py.exceptions import VeltDependencyError

try:
    import flask as _flask  # noqa: F401 - the modules below need it  # pyright: ignore[reportUnusedImport]
except ImportError:
    raise VeltDependencyError(
        'this needs a library that is not installed; run: pip install "velt-py[flask]"', field="flask"
    ) from None

from velt_py.contrib.flask.blueprint import velt_blueprint
from velt_py.contrib.flask.extension import Velt

__all__ = ["Velt", "velt_blueprint"]
