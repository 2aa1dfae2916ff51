"""What is not tested on old interpreters."""

from __future__ import annotations

import sys

# Sphinx is installed on 3.11 and later, see the extra `docs`.
collect_ignore = ["test_site.py"] if sys.version_info < (3, 11) else []
