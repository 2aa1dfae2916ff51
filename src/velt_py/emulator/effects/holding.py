"""Holds notifications and mails back, where a delay or batches are configured, until it is time. Pure on records."""

from __future__ import annotations

from typing import Collection, Dict, List, Mapping, Optional

from velt_py.emulator.areas.configurations import config_of
from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects import mails, notices
from velt_py.emulator.effects.batches import Batch, Held, Pipeline, due_batches
from velt_py.emulator.effects.facts import Happening
from velt_py.emulator.kinds import NOTICE_HELD
from velt_py.emulator.state import Records, Row

__all__ = ["deliver", "release", "see"]


def deliver(
    call: Call, happening: Happening, notice: Optional[notices.Notice], written: Mapping[str, Document]
) -> None:
    """Tell people, now or when the configured pipeline says so.

    Args:
        notice: the notification, where there is one.
        written: mails by whom they are for.
    """
    pipeline = Pipeline.of(config_of(call.records, "notification"))
    if pipeline is None:
        if notice is not None:
            notices.keep(call.records, happening.organization, notice.doc, notice.people)
        for mail in written.values():
            mails.keep(call.records, [mail], call.now)
        return
    call.guess("notification-delivery")
    people: Dict[str, Document] = dict(notice.people) if notice is not None else {}
    number = str(call.records.next_number(NOTICE_HELD))
    for user in dict.fromkeys([*people, *written]) or ([""] if notice is not None else []):
        told = notice is not None and (user in people or not user)
        doc: Document = {
            "user": user,
            "person": people.get(user),
            "due": call.now + pipeline.delay,
            "annotationId": (happening.thread or {}).get("annotationId"),
            "notice": {**notice.doc, "notifyAll": not people} if notice is not None and told else None,
            "mail": written.get(user),
        }
        place = (happening.organization, happening.document, number, user)
        call.records.put(NOTICE_HELD, *place, doc=doc)
    release(call.records, call.now)


def see(
    records: Records, organization: str, document: str, user: str, threads: Collection[str], now: int
) -> None:
    """Somebody saw what happened in these threads of a document: what is still held back of it is not told."""
    release(records, now)
    for row in records.under(NOTICE_HELD, organization, document):
        if row.doc["user"] == user and row.doc["annotationId"] in threads and row.doc["due"] > now:
            records.delete(NOTICE_HELD, *row.ids)


def release(records: Records, now: int) -> None:
    """Tell people what they have to be told by now."""
    rows = {row.ids: row for row in records.under(NOTICE_HELD)}
    if not rows:
        return
    # What is held when the pipeline is switched off leaves when its delay is over.
    pipeline = Pipeline.of(config_of(records, "notification")) or Pipeline()
    held = [
        Held(row.doc["due"], row.ids[0], row.ids[1], row.ids[3], row.ids[2], row.ids) for row in rows.values()
    ]
    for batch in due_batches(held, pipeline, now):
        _leave(records, batch, [rows[each.place] for each in batch.held])


def _leave(records: Records, batch: Batch, rows: List[Row]) -> None:
    written: Dict[str, List[Document]] = {}
    for row in rows:
        records.delete(NOTICE_HELD, *row.ids)
        doc, user = row.doc, row.ids[3]
        if doc["notice"] is not None:
            people: Dict[str, Document] = {user: doc["person"] or {}} if user else {}
            notices.keep(records, row.ids[0], doc["notice"], people)
        if doc["mail"] is not None:
            written.setdefault(user, []).append(doc["mail"])
    for mail in written.values():
        mails.keep(records, mail, batch.at)
