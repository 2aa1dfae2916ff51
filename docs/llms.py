"""llms.txt: what the site holds, for programs that read it: each page with its first sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, List

__all__ = ["llms_txt"]


def llms_txt(docs: Path) -> str:
    """The whole file.

    Args:
        docs: the folder of the pages.
    """
    return "\n".join(lines(docs)) + "\n"


def lines(docs: Path) -> Iterator[str]:
    title, told = told_by((docs / "index.md").read_text(encoding="utf-8"))
    yield f"# {title}\n\n> {told}"
    for heading, pages in groups(docs):
        yield f"\n## {heading}\n"
        for page in pages:
            title, told = told_by(page.read_text(encoding="utf-8"))
            yield f"- [{title}]({page.relative_to(docs).with_suffix('.html').as_posix()}): {told}"


def groups(docs: Path) -> Iterator[tuple[str, List[Path]]]:
    yield "Start", sorted((docs / "start").glob("*.md"))
    yield "Guides", [page for page in sorted(docs.glob("*.md")) if page.name != "index.md"]
    yield "Reference", sorted((docs / "reference").glob("*.md"))


def told_by(page: str) -> tuple[str, str]:
    """The title of a page and its first sentence outside of samples and tables, without links."""
    title, _, rest = page.partition("\n")
    rest = re.sub(r"^```.*?^```$", "", rest, flags=re.MULTILINE | re.DOTALL)
    for part in re.split(r"\n\s*\n", rest):
        text = " ".join(part.split())
        if text and text[0] not in "#|<-" and not part.lstrip("\n").startswith("    "):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
            return title.lstrip("# "), re.split(r"(?<=\.)\s(?=[A-Z`])", text)[0]
    return title.lstrip("# "), ""
