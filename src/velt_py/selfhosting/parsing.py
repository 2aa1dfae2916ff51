"""JSON that came over HTTP, read strictly. Pure."""

from __future__ import annotations

import json
from typing import Any, Dict, List, NoReturn, Tuple, Union

from velt_py._nesting import check_nesting
from velt_py.exceptions import VeltValidationError

__all__ = ["parse_json"]

LONGEST_NUMBER = 40


def parse_json(raw: Union[bytes, bytearray], what: str) -> Any:
    """JSON out of UTF-8 bytes, each of its values as sent or refused.

    The parser is json and not orjson, which makes fractions of large whole numbers. Keys that stand twice in an
    object are refused: two readers of such a body could believe two different things.

    Args:
        raw: the bytes.
        what: what they are, for messages.

    Raises:
        VeltValidationError: says what is wrong, without quoting anything.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise VeltValidationError(f"{what} is not in UTF-8, at byte {error.start}", field="body") from None
    try:
        check_nesting(text)
        return json.loads(
            text,
            object_pairs_hook=object_of,
            parse_constant=refuse_constant,
            parse_int=whole_number,
        )
    except json.JSONDecodeError as error:
        raise VeltValidationError(
            f"{what} is no JSON: {error.msg} at line {error.lineno}, column {error.colno}", field="body"
        ) from None
    except RecursionError:
        raise VeltValidationError(f"{what} is nested too deeply", field="body") from None


def object_of(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise VeltValidationError("a key stands twice in one JSON object", field="body")
    return found


def refuse_constant(name: str) -> NoReturn:
    raise VeltValidationError("NaN and Infinity are no JSON", field="body")


def whole_number(digits: str) -> int:
    # Making an integer of millions of digits takes minutes; beyond 64 bits none is stored anyway.
    if len(digits) > LONGEST_NUMBER:
        raise VeltValidationError(f"a number of more than {LONGEST_NUMBER} digits", field="body")
    return int(digits)
