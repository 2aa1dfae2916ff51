"""How a browser is told to treat a file. Pure."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["content_disposition"]

SHOWN = frozenset(
    ["image/" + name for name in ("png", "jpeg", "gif", "webp", "avif", "bmp")]
    + ["audio/" + name for name in ("mpeg", "mp4", "aac", "ogg", "opus", "wav", "x-wav", "webm", "flac")]
    + ["video/" + name for name in ("mp4", "webm", "ogg", "quicktime")]
)
"""Types that a browser may show in place: none of them can run a script, which html, svg and xml can."""


def content_disposition(name: str, mime_type: str) -> str:
    """The header Content-Disposition of a file.

    Args:
        name: the file's name for people; any text.
        mime_type: its content type; only known images, audio and video are `inline`, the rest is `attachment`.
    """
    kind = "inline" if mime_type in SHOWN else "attachment"
    shown = "".join("_" if char in '/\\"' or not char.isprintable() else char for char in name)
    shown = shown[:150].strip(". ")
    if not shown:
        return kind
    plain = "".join(char if char.isascii() and char != "%" else "_" for char in shown)
    exact = quote(shown.encode("utf-8", "replace"), safe="")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{exact}"
