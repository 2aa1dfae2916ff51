"""The domains on which an api key may be used."""

from __future__ import annotations

from typing import Dict, Iterable, List

from velt_py.emulator.call import Answer, Call, Rule, success
from velt_py.emulator.kinds import CONFIG
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.state import Records

__all__ = ["RULES", "allow"]

ADDED = "Domain(s) added successfully to allowed domains."
REMOVED = "Domain(s) removed successfully from allowed domains."


def add(call: Call) -> Answer:
    known = _domains(call.records)
    wanted = list(dict.fromkeys(_plain(each) for each in call.texts("domains")))
    added = allow(call.records, wanted)
    skipped = [each for each in wanted if each in known]
    if skipped:
        details = {"domainsAdded": added, "skippedDomains": skipped}
        raise Refused("INTERNAL", f"{ADDED} Skipped existing domains.", details=details, kept=True)
    return success(ADDED, {"domainsAdded": added})


def remove(call: Call) -> Answer:
    known = _domains(call.records)
    wanted = list(dict.fromkeys(_plain(each) for each in call.texts("domains")))
    removed = [each for each in wanted if each in known]
    _keep(call.records, [each for each in known if each not in removed])
    skipped = [each for each in wanted if each not in known]
    if skipped:
        details = {"domainsRemoved": removed, "skippedDomains": skipped}
        raise Refused("INTERNAL", f"{REMOVED} Skipped non-existing domains.", details=details, kept=True)
    return success(REMOVED, {"domainsRemoved": removed})


def get(call: Call) -> Answer:
    return success("Allowed domains retrieved successfully.", {"allowedDomains": _domains(call.records)})


def allow(records: Records, domains: Iterable[str]) -> List[str]:
    """Allow domains of an api key; which of them were not allowed before."""
    known = _domains(records)
    added = [each for each in dict.fromkeys(map(_plain, domains)) if each not in known]
    _keep(records, [*known, *added])
    return added


def _domains(records: Records) -> List[str]:
    return list((records.get(CONFIG, "domains") or {"allowedDomains": []})["allowedDomains"])


def _keep(records: Records, domains: List[str]) -> None:
    records.put(CONFIG, "domains", doc={"allowedDomains": domains})


def _plain(domain: str) -> str:
    """A domain without protocol and `www.`; wildcards stay."""
    text = domain.strip().partition("://")[2] or domain.strip()
    text = text[4:] if text.startswith("www.") else text
    if not text:
        raise invalid("domains holds an empty domain.")
    return text.rstrip("/")


RULES: Dict[str, Rule] = {
    "workspace.addDomains": add,
    "workspace.deleteDomains": remove,
    "workspace.getDomains": get,
}
