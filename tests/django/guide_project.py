"""The project that docs/django.md makes, over the one that its reader is said to have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

__all__ = ["BEFORE", "BLOCKS", "FILES", "PAGE", "write"]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "django.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
FILES: Dict[str, str] = {
    match.group(1): block
    for block in BLOCKS
    for match in [re.match(r"# ([\w/]+\.py)\n", block)]
    if match is not None
}

BEFORE = {
    "settings.py": """
from pathlib import Path
BASE_DIR = Path(__file__).parent
SECRET_KEY, DEBUG, ALLOWED_HOSTS, ROOT_URLCONF, USE_TZ = "k", False, ["testserver"], "urls", True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
""",
    "urls.py": "from django.urls import include, path\nurlpatterns = []\n",
    "shop/velt.py": "",
}
MANAGE = """
import os, sys
from django.core.management import execute_from_command_line
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
execute_from_command_line(sys.argv)
"""


def write(folder: Path) -> None:
    """Write the project into an empty folder."""
    for name, block in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(BEFORE[name] + block, encoding="utf-8")
    (folder / "manage.py").write_text(MANAGE, encoding="utf-8")
