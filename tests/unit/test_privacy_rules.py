"""What becomes of one record when a person is erased; nothing of others may change."""

from __future__ import annotations

import copy
from typing import Any, Dict, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.privacy.person import Person
from velt_py.selfhosting.privacy.policy import Policy
from velt_py.selfhosting.privacy.rules import ERASED_KINDS, decide
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.records import ACTIVITIES, COMMENTS, NOTIFICATIONS, REACTIONS, RECORDINGS, Kind

EMAIL = "ana@acme.example"
ANA = Person("u-ana").knowing([EMAIL], ["Ana Lopez", "Ana"])
ONE = Person("1").knowing([], ["May"])
TRACES = Traces(ANA, Policy())


def after(kind: Kind, document: Dict[str, Any], person: Person = ANA, **policy: str) -> Any:
    before = copy.deepcopy(document)
    decision = decide(kind, document, Traces(person, Policy(**policy)))
    assert document == before, "the record itself was changed"
    if decision.after is not None:
        again = decide(kind, decision.after, Traces(person, Policy(**policy)))
        assert again.after is decision.after, "a second look finds something more"
    return decision.after


def said(text: str, person: Person = ANA, **comment: Any) -> str:
    made = {"commentText": text, "from": {"userId": "bob"}, **comment}
    found: str = after(COMMENTS, {"comments": {"1": made}}, person)["comments"]["1"]["commentText"]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask Ana Lopez, please", "ask [erased], please"),
        ("ask ana  lopez", "ask [erased]"),
        ("Ana&nbsp;Lopez", "[erased]"),
        ("(ANA@acme.example).", "([erased])."),
        ("mailto:ana@acme.example", "mailto:[erased]"),
        ("?to=ana%40acme.example&x", "?to=[erased]&x"),
        ("@Ana, look", "@[erased], look"),
        ('<i data-user="u-ana">', '<i data-user="erased-user">'),
        ("<i data-user='u-ana'>", "<i data-user='erased-user'>"),
        ("mariana@acme.example", None),
        ("ana@acme.example.org", None),
        ("Ana came, Banana Lopez and Ana Lopezova", None),
        ("@Anabel", None),
        ("u-ana without quotes, u-anabel", None),
    ],
)
def test_names_addresses_and_quoted_ids_are_taken_out_of_texts_at_word_boundaries(
    text: str, expected: Any
) -> None:
    assert said(text) == (text if expected is None else expected)


@pytest.mark.parametrize(
    "record",
    [
        {"comments": {"1": {"commentId": 1, "commentText": '1 and "1", in May', "from": {"userId": "2"}}}},
        {
            "priority": "1",
            "annotationNumber": 1,
            "viewCount": 1,
            "status": {"id": "1", "name": "1"},
            "order": "1",
        },
        {"changes": {"priority": {"from": "1", "to": "2"}}, "list": ["1", 1], "map": {"1": 1}},
        {"html": '<td colspan="1">1</td>', "attachments": {"1": {"attachmentId": 1, "name": "1.png"}}},
    ],
)
@pytest.mark.parametrize("kind", [COMMENTS, ACTIVITIES, NOTIFICATIONS], ids=lambda kind: kind.name)
def test_somebody_whose_id_is_a_number_is_not_found_in_every_number(
    kind: Kind, record: Dict[str, Any]
) -> None:
    assert after(kind, record, ONE) is record


def test_somebody_whose_id_is_a_number_is_found_where_people_stand() -> None:
    record = {
        "comments": {"1": {"from": {"userId": 1}, "commentText": "x"}},
        "views": {"1": 1, "2": 2},
        "readByUserIds": [1, 2],
        "html": '<a data-user-id="1">',
        "resolvedByUserId": "1",
    }
    assert after(COMMENTS, record, ONE) == {
        "comments": {"1": {"from": {"userId": "erased-user"}, "commentText": ""}},
        "views": {"2": 2},
        "readByUserIds": [2],
        "html": '<a data-user-id="erased-user">',
        "resolvedByUserId": "erased-user",
    }


def test_a_tag_goes_with_its_text_and_longer_tags_of_others_stay() -> None:
    tags = [{"userId": "u-ana", "text": "@Ana"}, {"userId": "maria", "text": "@Ana Maria"}]
    comment = {"commentText": "@Ana @Ana Maria @Ana", "from": {"userId": "bob"}, "taggedUserContacts": tags}
    found = after(COMMENTS, {"comments": {"1": comment}})["comments"]["1"]
    assert found["commentText"] == "@[erased] @Ana Maria @[erased]"
    assert found["taggedUserContacts"] == tags[1:]


def test_another_person_of_the_same_name_keeps_it() -> None:
    record = {"from": {"userId": "other-ana", "name": "Ana Lopez", "initial": "A"}, "icon": "x"}
    assert after(REACTIONS, record) is record


def test_an_emptied_comment_keeps_what_others_added_to_it() -> None:
    comment = {
        "commentId": 4,
        "commentText": "mine",
        "from": {"userId": "u-ana"},
        "createdAt": "2026-01-01",
        "custom": {"deep": ["mine"]},
        "reactionAnnotations": [
            {"from": {"userId": "bob"}, "icon": "x"},
            {"from": {"userId": "u-ana"}, "icon": "y"},
        ],
    }
    assert after(COMMENTS, {"comments": {"4": comment}})["comments"]["4"] == {
        "commentId": 4,
        "commentText": "",
        "from": {"userId": "erased-user"},
        "createdAt": "2026-01-01",
        "custom": {"deep": []},
        "reactionAnnotations": [
            {"from": {"userId": "bob"}, "icon": "x"},
            {"from": {"userId": "erased-user"}, "icon": "y"},
        ],
    }


def test_an_edited_version_of_somebody_elses_recording_goes_alone() -> None:
    versions = {
        "1": {"from": {"userId": "bob"}, "attachments": [{"attachmentId": 1}]},
        "2": {"from": {"userId": "u-ana"}, "attachments": [{"attachmentId": 2}, {"attachmentId": 1}]},
    }
    record = {"from": {"userId": "bob"}, "recordingEditVersions": versions}
    decision = decide(RECORDINGS, record, TRACES)
    assert decision.after == {**record, "recordingEditVersions": {"1": versions["1"]}}
    assert decision.files == ("2",)


def test_a_file_that_somebody_elses_comment_shows_as_well_stays() -> None:
    file = {"7": {"attachmentId": 7}}
    comments = {
        "1": {"from": {"userId": "u-ana"}, "attachments": {**file, "8": {"attachmentId": 8}}},
        "2": {"from": {"userId": "bob"}, "attachments": file},
    }
    assert decide(COMMENTS, {"comments": comments}, TRACES).files == ("8",)


def test_places_say_where_and_never_who() -> None:
    record = {"views": {EMAIL: 1}, "notes": {"secret words": "Ana Lopez"}, "to": [{"userId": "u-ana"}]}
    places = decide(COMMENTS, record, TRACES).places
    assert places == ("views.*", "notes.*", "to[0]")


WORDS = st.sampled_from(["hello", "Banana", "Anabel", "x", "", "lopez", "10", "acme.example"])
NAMES = st.sampled_from(
    ["a", "status", "views", "readBy", "deep", "items", "text", "name", "commentText", "to", "x y"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
RECORDS = st.dictionaries(NAMES, VALUES, max_size=4)
TRACED: List[Any] = [
    {"userId": "u-ana"},
    {"userId": "u-ana", "name": "Ana Lopez"},
    EMAIL,
    "Ana Lopez",
    ["u-ana"],
    {"u-ana": 1},
    {EMAIL.upper(): {"x": 1}},
]


@settings(max_examples=150, deadline=None)
@given(RECORDS, st.sampled_from(ERASED_KINDS))
def test_a_record_without_the_person_is_the_same_object(record: Dict[str, Any], kind: Kind) -> None:
    assert decide(kind, record, TRACES).after is record


@settings(max_examples=150, deadline=None)
@given(RECORDS, st.sampled_from(TRACED), st.sampled_from(ERASED_KINDS))
def test_only_what_is_the_persons_changes_and_nothing_of_them_is_left(
    record: Dict[str, Any], trace: Any, kind: Kind
) -> None:
    document = {**record, "unknown": {"inner": [trace, {"kept": record}]}}
    assert TRACES.may_be_in(dumps(document))
    found = after(kind, document)
    for name, value in record.items():
        assert found[name] is value
    assert found["unknown"]["inner"][-1] == {"kept": record}
    text = dumps(found).casefold()
    assert not any(each in text for each in ("u-ana", EMAIL, "ana lopez"))
