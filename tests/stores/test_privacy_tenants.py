"""Over generated data: an erasure in one organization changes nothing of another, and nothing that has no trace."""

from __future__ import annotations

import json
from typing import Any, Dict, List

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from velt_py.sdk import VeltSDK
from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.plans import Change, Organizations, Save, Scan
from velt_py.selfhosting.privacy.policy import Policy
from velt_py.selfhosting.privacy.rules import ERASED_KINDS
from velt_py.selfhosting.records import COMMENTS, USERS, WEBHOOKS, Kind, nested
from velt_py.selfhosting.scope import Scope
from velt_py.webhooks.events import event_of
from velt_py.webhooks.inbox import Inbox
from velt_py.webhooks.verify import Verified

PERSON, NAME, EMAIL = "u-ana", "Ana Lopez", "ana@acme.example"
TRACES = (PERSON, NAME.casefold(), EMAIL)
ORGANIZATIONS = ("acme", "globex", "acm", "acme ")

PEOPLE = st.sampled_from(
    [
        {"userId": PERSON},
        {"userId": PERSON, "name": NAME, "email": EMAIL},
        {"email": EMAIL.upper()},
        {"userId": "ben", "name": "Ben"},
        {"userId": "u-ana-maria", "name": "Ana Lopezova"},
        PERSON,
        "ben",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [NAME, f"@{NAME}, {EMAIL}?", f"<b data-user-id='{PERSON}'>", "Banana Lopez", "mariana@acme.example"]
    ),
)
NAMES = st.sampled_from(
    [
        "from",
        "assignedTo",
        "commentText",
        "taggedUserContacts",
        "views",
        "note",
        "to",
        "actionUser",
        "list",
        "changes",
    ]
)
VALUES: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**31), 2**31), TEXTS, PEOPLE),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


class Stored:
    """A generated store.

    Args:
        sdk: over the store.
        draw: of Hypothesis.
    """

    def __init__(self, sdk: VeltSDK, draw: Any) -> None:
        self._sdk = sdk
        for organization in ORGANIZATIONS:
            for kind in ERASED_KINDS:
                for at, document in enumerate(draw(st.lists(DOCUMENTS, max_size=2))):
                    self._save(kind, organization, f"{at}", document)
            if draw(st.booleans()):
                sdk.selfHosting.users.saveUser(organization, {"userId": PERSON, "name": NAME, "email": EMAIL})
            if draw(st.booleans()):
                self._receive(organization, draw(DOCUMENTS))

    def _save(self, kind: Kind, organization: str, id: str, document: Dict[str, Any]) -> None:
        number: Any = int(id) if kind.numeric_ids else id
        named = {**document, **nested(kind.id, number), **nested(kind.organization, organization)}
        if kind is COMMENTS:
            named["comments"] = {"1": {"commentId": 1, **document}}
        change = Change(id, named, dumps(named))
        self._sdk._runner.run(Save(kind, Scope(organization), (change,)))

    def _receive(self, organization: str, data: Dict[str, Any]) -> None:
        body = {"event": "comment.add", "data": {**data, "metadata": {"clientOrganizationId": organization}}}
        event = event_of(Verified("v2", f"e-{organization}", 1), json.loads(json.dumps(body)))
        self._sdk._runner.run(Inbox(lambda: 1.0).keep(event))

    def texts(self, organization: str) -> Dict[str, str]:
        """Every record of an organization, as it is stored."""
        found: Dict[str, str] = {}
        for kind in (*ERASED_KINDS, USERS):
            for record in self._sdk._runner.run(Scan(kind, Scope(organization))):
                found[f"{kind.name} {record.id}"] = str(record.body)
        events: List[Any] = self._sdk._runner.run(Scan(WEBHOOKS, Scope("default")))
        found.update((each.id, str(each.body)) for each in events if each.id == f"v2:e-{organization}")
        return found

    def organizations(self) -> List[str]:
        return list(self._sdk._runner.run(Organizations(COMMENTS)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(["scrub", "delete"]))
def test_whatever_is_stored_others_stay_byte_for_byte_and_nothing_of_the_person_is_left(
    data: st.DataObject, comments: str
) -> None:
    with VeltSDK.initialize({"database": {"type": "memory"}}) as sdk:
        stored = Stored(sdk, data.draw)
        before = {name: stored.texts(name) for name in ORGANIZATIONS}
        report = sdk.selfHosting.privacy.erase_user(
            PERSON, "acme", policy=Policy(comments=comments), emails=[EMAIL], names=[NAME], dry_run=False
        )
        assert report.complete, report.to_dict()
        after = {name: stored.texts(name) for name in ORGANIZATIONS}
        for name in ORGANIZATIONS[1:]:
            assert after[name] == before[name]
        for place, text in before["acme"].items():
            if not any(trace in json.dumps(json.loads(text)).casefold() for trace in TRACES):
                assert after["acme"][place] == text
