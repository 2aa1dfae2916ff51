"""`python -m velt_py` is the `velt` command."""

import sys

from velt_py.cli import main

if __name__ == "__main__":
    sys.exit(main())
