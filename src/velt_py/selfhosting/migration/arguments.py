"""The arguments that commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from velt_py.selfhosting.migration.selection import PIECE, Selection, select
from velt_py.settings import Settings

if TYPE_CHECKING:
    from velt_py.selfhosting.migration.moving import Options
    from velt_py.selfhosting.migration.walking import Seen

__all__ = ["add_migration", "add_selection", "add_writing", "options_of", "selection_of"]


def add_selection(parser: Any) -> None:
    """What is moved."""
    parser.add_argument(
        "--organization",
        action="append",
        default=[],
        metavar="ID",
        help="only this one; may be repeated (all that have records)",
    )
    parser.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="NAME",
        help="only this kind; may be repeated (all but users)",
    )
    parser.add_argument(
        "--users",
        action="store_true",
        help="the users' rows that name one organization as well; without it that table stays the application's",
    )
    parser.add_argument(
        "--piece",
        type=int,
        default=PIECE,
        metavar="N",
        help="records that are in memory at once (%(default)s)",
    )


def add_writing(parser: Any) -> None:
    """Whether to write, and where to note how far that has come."""
    parser.add_argument(
        "--yes", action="store_true", help="write; without it nothing is written, only counted"
    )
    parser.add_argument(
        "--checkpoint", metavar="FILE", help="note there how far it has come, and go on from there"
    )


def add_migration(parser: Any) -> None:
    """How records are moved."""
    add_writing(parser)
    parser.add_argument("--verify-only", action="store_true", help="copy nothing, compare both stores")
    parser.add_argument("--files", action="store_true", help="copy the files of attachments too")
    parser.add_argument(
        "--remove-extra",
        action="store_true",
        help="delete from the target what the source does not have, in the organizations that the source knows",
    )


def selection_of(given: Mapping[str, Any], settings: Sequence[Settings]) -> Selection:
    """The selection that was asked for."""
    return select(settings, given["kind"], given["organization"], given["users"], given["piece"])


def options_of(given: Mapping[str, Any], seen: Optional[Seen]) -> Options:
    """The options that were asked for."""
    from velt_py.selfhosting.migration.moving import Options  # other commands do not pay for it

    return Options(
        apply=given["yes"],
        verify_only=given["verify_only"],
        remove_extra=given["remove_extra"],
        files=given["files"],
        checkpoint=given["checkpoint"],
        seen=seen,
    )
