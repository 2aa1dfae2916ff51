"""The columns of the app's tables: ids that every engine compares exactly, and JSON as it is read by people."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Union

from django.db import models

from velt_py._nesting import check_nesting
from velt_py.selfhosting.stores.numbers import fractions_kept
from velt_py.settings import Limits

__all__ = ["ID_BYTES", "IdField", "PlainJSONEncoder", "RecordField"]

ID_BYTES = Limits().max_id_bytes
"""The longest id in bytes of UTF-8. Two of them fit an index entry of every engine."""


class IdField(models.CharField):
    """An opaque id: two ids are the same when their bytes are.

    MySQL compares text without regard to case, accents and trailing spaces, so that one organization would read
    what another one stored; there the column holds bytes.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", ID_BYTES)
        super().__init__(*args, **options)

    def db_type(self, connection: Any) -> Any:
        return (
            f"varbinary({self.max_length})" if connection.vendor == "mysql" else super().db_type(connection)
        )

    def from_db_value(
        self, value: Union[str, bytes, None], expression: Any, connection: Any
    ) -> Optional[str]:
        return value.decode() if isinstance(value, bytes) else value


class PlainJSONEncoder(json.JSONEncoder):
    """JSON without escapes beyond the needed ones: searching the stored text finds every letter. Fractions stay
    fractions in engines that keep numbers as decimals.
    """

    def __init__(self, **options: Any) -> None:
        plain: Dict[str, Any] = {**options, "ensure_ascii": False, "separators": (",", ":")}
        super().__init__(**plain)

    def encode(self, o: Any) -> str:
        return fractions_kept(super().encode(o))


class RecordField(models.JSONField):
    """A record as JSON. What somebody else damaged reads as None: one such row must not hide all others of a page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("encoder", PlainJSONEncoder)
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        # To the migrations it is Django's own field: the tables are the same.
        own: Any = super()
        name, _, arguments, options = own.deconstruct()
        return name, "django.db.models.JSONField", arguments, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        try:
            if isinstance(value, (str, bytes)):
                check_nesting(value)
            return super().from_db_value(value, expression, connection)
        except (ValueError, RecursionError):
            return None
