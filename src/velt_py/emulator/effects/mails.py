"""Mails of what happened: they stay in the outbox, where tests read them. Pure on records."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from velt_py.emulator.call import Call, Document
from velt_py.emulator.effects.facts import Happening, switched_on
from velt_py.emulator.effects.people import Audience, preference
from velt_py.emulator.identity import push_id
from velt_py.emulator.kinds import MAIL
from velt_py.emulator.service_switches import service_of
from velt_py.emulator.state import Records

__all__ = ["compose", "keep", "outbox"]

DIGEST = "digest"
OF_PERSON = ("id", "to", "userId", "from", "organizationId")
SUBJECTS = {
    "comment_annotation.add": "commented",
    "comment.add": "replied",
    "comment_annotation.status_change": "changed the status of a comment",
    "comment_annotation.assign": "assigned a comment",
    "comment_annotation.priority_change": "changed the priority of a comment",
}


def compose(call: Call, happening: Happening, audience: Audience) -> Dict[str, Document]:
    """A mail for everybody who is told, has an address and wants mail, by their ids."""
    written: Dict[str, Document] = {}
    service = _service(call, happening) if happening.event in SUBJECTS else None
    if service is None:
        return written
    who: Any = (happening.actor or {}).get("name") or "Somebody"
    for user, person in audience.told.items():
        address: Any = person.get("email")
        wanted = preference(call, happening.organization, happening.document, user, "email") != "NONE"
        if not wanted or not isinstance(address, str) or not address:
            continue
        name = push_id(call.key, "mail", call.records.next_number("mail"))
        mail: Document = {
            "id": name,
            "to": address,
            "userId": user,
            "actorUserId": (happening.actor or {}).get("userId", ""),
            "from": service.get("fromEmail") or "",
            "subject": f"{who} {SUBJECTS[happening.event]}",
            "event": happening.event,
            "organizationId": happening.organization,
            "documentId": happening.document,
            "at": call.now,
        }
        if happening.thread is not None:
            mail["annotationId"] = happening.thread["annotationId"]
        if happening.comment is not None:
            mail["commentId"] = happening.comment["commentId"]
            # Where the application keeps the texts, Velt has none to write.
            mail["text"] = happening.comment.get("commentText") or ""
        written[user] = mail
    return written


def keep(records: Records, mails: List[Document], now: int) -> None:
    """Put a mail into the outbox: of one activity, or a digest of several for the same person.

    Args:
        now: milliseconds since 1970 at which it leaves.
    """
    mail: Document = {**mails[0], "at": now}
    if len(mails) > 1:
        mail = {name: mail[name] for name in OF_PERSON}
        mail.update(subject=f"{len(mails)} new notifications", event=DIGEST, at=now)
        mail["activities"] = [
            {name: value for name, value in each.items() if name not in (*OF_PERSON, "at")} for each in mails
        ]
    records.put(MAIL, mail["organizationId"], mail["id"], doc=mail)


def outbox(records: Records) -> List[Dict[str, Any]]:
    """The mails of an api key, the oldest first."""
    return [{"apiKey": records.owner, **row.doc} for row in records.under(MAIL)]


def _service(call: Call, happening: Happening) -> Optional[Document]:
    """The settings of the mail service where it is to act on it."""
    service = service_of(call, "email", happening.asked)
    if service is None or not switched_on(service.get("triggers"), happening.event, {"comment": True}):
        return None
    return service
