"""The report of a reconciliation in words, for the commands that print it. Pure."""

from __future__ import annotations

from typing import Iterator, Tuple

from velt_py.selfhosting.files.reconcile import Report

__all__ = ["is_settled", "lines_of"]


def is_settled(report: Report) -> bool:
    """Whether nothing is left to be done about it."""
    left = report.missing or report.damaged or report.failed
    return report.clean or (report.applied and not left)


def lines_of(report: Report) -> Iterator[str]:
    """The report for people."""
    for title, findings in sections(report):
        for finding in findings:
            yield f"{title}: {finding[1]} (organization {finding[0]})"
    if report.leftovers:
        yield f"{'removed' if report.applied else 'to remove'}: {report.leftovers} unfinished files of crashed writes"
    yield (
        f"looked at {report.organizations} organizations, {report.rows} attachments, {report.files} files: "
        + ("all is well" if report.clean else "see above")
    )
    if not report.applied and not report.clean:
        yield "nothing was changed; --apply does it"


def sections(report: Report) -> Iterator[Tuple[str, Iterator[Tuple[str, str]]]]:
    done = report.applied
    yield "finished" if done else "to finish", iter(report.finished)
    yield "row removed" if done else "row to remove", iter(report.removed_rows)
    yield "file removed" if done else "file to remove", iter(report.removed_files)
    yield "file missing, only a backup helps", iter(report.missing)
    yield "file of another size than its row says", iter(report.damaged)
    yield "failed, see the log", iter(report.failed)
