"""The documentation site: `make docs` builds it into build/site. Nothing is fetched from anywhere."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, List

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent / "src")]

import llms  # noqa: E402
import sections  # noqa: E402

from velt_py import __version__  # noqa: E402

project = "velt_py"
copyright = "the velt_py authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"velt_py {__version__}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
smartquotes = False
toc_object_entries = False  # hundreds of names beside every page help nobody, and take long

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
autodoc_typehints = "signature"
napoleon_numpy_docstring = False
napoleon_use_rtype = False


def expand(app: Any, docname: str, source: List[str]) -> None:
    """Put in what is made from the code, and lead links to files beside the pages to their place in the site."""
    source[0] = sections.relinked(sections.expanded(source[0]), docname)


def read_docstring(app: Any, what: str, name: str, obj: Any, options: Any, lines: List[str]) -> None:
    """Docstrings quote code as Markdown does; of a module only the first paragraph is shown."""
    if what == "module" and "" in lines:
        del lines[lines.index("") :]
    lines[:] = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", "\n".join(lines)).split("\n")


def write_llms(app: Any, failure: Any) -> None:
    """llms.txt: the pages of the site, each with its first sentence."""
    if failure is None:
        Path(app.outdir, "llms.txt").write_text(llms.llms_txt(DOCS), encoding="utf-8")


def setup(app: Any) -> None:
    app.connect("source-read", expand)
    app.connect("autodoc-process-docstring", read_docstring, priority=400)  # before napoleon
    app.connect("build-finished", write_llms)
