"""`manage.py velt_import`: records of velt-py, of another store or of a file into the store of this project."""

from __future__ import annotations

import sys
from typing import Any

from velt_py.contrib.django.management.output import VeltCommand
from velt_py.contrib.django.process import get_options
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.migration.arguments import add_migration, add_selection, options_of, selection_of
from velt_py.selfhosting.migration.lines import import_from
from velt_py.selfhosting.migration.moving import migrate
from velt_py.selfhosting.migration.report import exit_code, lines_of
from velt_py.selfhosting.migration.terminal import progress_on
from velt_py.selfhosting.naming import named_settings

__all__ = ["Command"]


class Command(VeltCommand):
    """Copies records into the project's store, and compares both stores afterwards."""

    help = "Copies records into this project's store; a dry run without --yes."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--from",
            dest="source",
            required=True,
            metavar="SOURCE",
            help="postgresql://..., mongodb://.../database, sqlite:///velt.db, a configuration (FILE.json), or "
            "records (FILE.jsonl)",
        )
        add_selection(parser)
        add_migration(parser)

    def run(self, **options: Any) -> str:
        target, seen = get_options().settings, progress_on(sys.stderr)
        if options["source"].endswith(".jsonl"):
            for name in ("files", "verify_only", "remove_extra"):
                if options[name]:
                    option = "--" + name.replace("_", "-")
                    raise VeltConfigurationError(f"{option} needs a store to read from", field=option)
            selection = selection_of(options, [target])
            report = import_from(
                options["source"], target, selection, options["yes"], seen, options["checkpoint"]
            )
        else:
            source = named_settings(options["source"], "--from")
            selection = selection_of(options, [source, target])
            report = migrate(source, target, selection, options_of(options, seen))
        self.show(lines_of(report), report.to_dict(), options["json"])
        self.left_code = exit_code(report)
        return "" if report.complete else "not everything is in this project's store"
