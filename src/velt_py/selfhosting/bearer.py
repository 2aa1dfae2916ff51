"""The token of a request: in a header, or handed over. Pure."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional, Tuple, cast

__all__ = ["header_values", "token_in"]


def token_in(headers: Any, token: Any, header: str, scheme: str) -> Optional[str]:
    """The token as text, or None when there is none.

    Args:
        headers: a mapping, looked up whatever the case; a WSGI environment; or pairs, as in an ASGI scope.
        token: goes before the headers when it is not empty.
        header: the header's name.
        scheme: the word before the token; empty when the header holds the token alone.
    """
    if token:
        text = _text(token)
        # What is no text cannot be a token, and says so further on.
        return text if text is not None else "\0"
    values = header_values(headers, header)
    # Two different headers are an attack on whatever stands in front of us, which may have read the other one.
    if len(set(values)) != 1:
        return None
    value = values[0].strip()
    if not scheme:
        return value or None
    given, _, rest = value.partition(" ")
    return rest.strip() or None if given.lower() == scheme.lower() else None


def header_values(headers: Any, header: str) -> List[str]:
    """Every value of a header, in headers of any of the shapes that `token_in` takes."""
    wanted = {header.lower()}
    pairs: Iterable[Any] = ()
    items = getattr(headers, "items", None)
    if callable(items):
        if isinstance(headers, Mapping) and "REQUEST_METHOD" in headers:
            wanted = {"http_" + header.lower().replace("-", "_")}
        pairs = cast(Iterable[Any], items())
    elif isinstance(headers, (list, tuple)):
        pairs = [pair for pair in cast(List[Any], headers) if isinstance(pair, (list, tuple))]
    found: List[str] = []
    for pair in pairs:
        entry = cast(Tuple[Any, ...], pair)
        if len(entry) != 2:
            continue
        name, value = _text(entry[0]), _text(entry[1])
        if name is not None and value is not None and name.lower() in wanted:
            found.append(value)
    return found


def _text(value: Any) -> Optional[str]:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else None
