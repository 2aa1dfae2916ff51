"""The rules of moving records: what counts as equal, what is refused, what a file of lines may hold."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import pytest

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError, VeltValidationError
from velt_py.selfhosting.migration.canonical import Tally, canonical
from velt_py.selfhosting.migration.lines import read_lines
from velt_py.selfhosting.migration.pieces import decide
from velt_py.selfhosting.migration.places import place_of
from velt_py.selfhosting.migration.report import Counts, Report, exit_code
from velt_py.selfhosting.migration.selection import select
from velt_py.selfhosting.naming import config_of_url
from velt_py.selfhosting.plans import Record
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, KINDS
from velt_py.selfhosting.stores.memory import MemoryStore
from velt_py.settings import COLLECTIONS

SETTINGS = load_settings({"database": {"type": "memory"}}, {})


def thread(**more: Any) -> Dict[str, Any]:
    return {"annotationId": "t", "metadata": {"organizationId": "o"}, **more}


def test_the_order_of_keys_and_the_sign_of_zero_do_not_count_and_the_kind_of_a_number_does() -> None:
    assert canonical({"a": 1, "b": {"c": 2, "d": 3}}) == canonical({"b": {"d": 3, "c": 2}, "a": 1})
    assert canonical([-0.0, "-0.0"]) == canonical([0.0, "-0.0"])
    assert canonical(1) != canonical(1.0) != canonical(True)
    assert canonical([1, 2]) != canonical([2, 1])
    assert canonical("-0.0") != canonical("0.0")


def test_a_hash_counts_every_record_and_not_their_order() -> None:
    def tally(*pairs: Any) -> Tally:
        made = Tally()
        for id, text in pairs:
            made.add(id, text)
        return made

    one, other = ("a", b"1"), ("b", b"2")
    assert tally(one, other) == tally(other, one)
    assert tally(one, other).hash != tally(one).hash
    assert tally(one, one) != tally(other, other)
    assert tally(("a", b"2"), ("b", b"1")) != tally(one, other)
    both = tally(one)
    both.join(tally(other))
    assert both == tally(one, other)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("[]", "no JSON object"),
        ("{", "no JSON object"),
        ({"annotationId": "t", "metadata": {"organizationId": "p"}}, "metadata.organizationId"),
        ({"annotationId": "other", "metadata": {"organizationId": "o"}}, "annotationId"),
        (thread(secret="a\0b"), "NUL"),
        (thread(secret="\ud800"), "surrogate"),
        (thread(secret=2**64), "64 bits"),
        (thread(secret=float("nan")), "NaN"),
        (thread(metadata={"organizationId": "o", "documentId": "d" * 1001}), "documentId"),
        (json.dumps(thread(secret=10**30)), "64 bits"),
    ],
    ids=["list", "broken", "organization", "id", "nul", "surrogate", "large", "nan", "document", "huge"],
)
def test_what_not_every_store_can_keep_is_refused_with_a_reason_that_quotes_nothing(
    body: Any, why: str
) -> None:
    piece = decide(COMMENTS, "o", [Record("t", body), Record("t2", thread(annotationId="t2"))], {})
    (refusal,) = piece.refused
    assert why in refusal.why
    assert "secret" not in refusal.why
    assert [change.id for change in piece.new] == ["t2"]


def test_equal_records_are_left_and_others_replaced_as_a_whole() -> None:
    stored = {"t": Record("t", json.dumps(thread(kept=1))), "u": Record("u", thread(annotationId="u"))}
    piece = decide(COMMENTS, "o", [Record("t", thread()), Record("u", thread(annotationId="u"))], stored)
    assert (piece.same, [swap.after for swap in piece.swaps]) == (1, [thread()])


def test_an_id_that_a_driver_stored_as_a_double_becomes_the_integer_it_is() -> None:
    row = {"attachmentId": 5.0, "metadata": {"organizationId": "o"}}
    (change,) = decide(ATTACHMENTS, "o", [Record("5", row)], {}).new
    assert change.text == '{"attachmentId":5,"metadata":{"organizationId":"o"}}'


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("sqlite:///velt.db", {"type": "sqlite", "path": "velt.db"}),
        ("sqlite:////var/velt%20x.db", {"type": "sqlite", "path": "/var/velt x.db"}),
        ("postgres://u:p@h/d", {"type": "postgresql", "connection_string": "postgres://u:p@h/d"}),
        ("mongodb+srv://h/d", {"type": "mongodb", "connection_string": "mongodb+srv://h/d"}),
    ],
    ids=["relative", "absolute", "postgresql", "srv"],
)
def test_a_url_names_a_configuration(url: str, database: Dict[str, Any]) -> None:
    assert config_of_url(url, "--from") == {"database": database}
    assert config_of_url("velt.json", "--from") is None


@pytest.mark.parametrize(
    "url", ["sqlite://velt.db", "sqlite:///", "mongodb://h", "mongodb://h/", "redis://u:secret@h"]
)
def test_a_url_that_names_none_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(VeltConfigurationError, match="--from") as error:
        config_of_url(url, "--from")
    assert "secret" not in error.value.message


@pytest.mark.parametrize(
    "database",
    [
        {"type": "postgresql", "connection_string": "postgresql://user:secret@h1,h2:5433/d?password=secret"},
        {
            "type": "postgresql",
            "connection_string": "host=h1,h2 port=5433 dbname=d user=user password=secret",
        },
        {"type": "postgresql", "host": "h1,h2", "port": 5433, "database_name": "d", "username": "user"},
        {"type": "mongodb", "connection_string": "mongodb://user:secret@h1,h2:5433/d"},
    ],
    ids=["url", "libpq", "keys", "mongodb"],
)
def test_the_name_of_a_place_holds_no_user_and_no_password(database: Dict[str, Any]) -> None:
    named = place_of(load_settings({"database": database}, {}))
    assert "h1,h2" in named
    assert "secret" not in named
    assert "user@" not in named


def test_users_are_moved_only_when_asked_for_and_with_one_schema() -> None:
    names = [kind.name for kind in select([SETTINGS]).kinds]
    assert names == [kind.name for kind in KINDS if not kind.shared]
    assert [kind.name for kind in select([SETTINGS], ["users"]).kinds] == ["users"]
    assert [kind.name for kind in select([SETTINGS], ["comments"], users=True).kinds] == ["comments", "users"]
    mapped = {"userId": ["id"], "organizationId": ["tenant"]}
    other = load_settings({"database": {"type": "memory"}, "user_schema": mapped}, {})
    (kind,) = select([other, other], ["users"]).kinds
    assert (kind.id, kind.organization) == (("id",), ("tenant",))
    with pytest.raises(VeltConfigurationError, match="user_schema"):
        select([SETTINGS, other], users=True)
    nested = load_settings({"database": {"type": "memory"}, "user_schema": {"userId": ["a.b"]}}, {})
    with pytest.raises(VeltConfigurationError, match="inside another"):
        select([nested], users=True)


@pytest.mark.parametrize(
    "given", [{"kinds": ["threads"]}, {"piece": 0}, {"piece": 20_000}], ids=["kind", "none", "many"]
)
def test_a_selection_that_cannot_be_is_refused(given: Any) -> None:
    with pytest.raises(VeltConfigurationError):
        select([SETTINGS], **given)
    with pytest.raises(VeltValidationError):
        select([SETTINGS], organizations=[""])


def test_the_exit_code_tells_a_found_difference_from_a_record_left_out() -> None:
    assert exit_code(Report()) == 0
    compared = Report(verified=True)
    compared.files.missing = 1
    assert exit_code(compared) == 1
    assert exit_code(Report(kinds={"comments": Counts(refused=1)})) == 3


LINE = {"kind": "comments", "organization": "o", "id": "t", "record": thread()}


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", *[json.dumps({**LINE, name: None}) for name in LINE], json.dumps({**LINE, "id": ""})],
    ids=["broken", "list", "number", "kind", "organization", "id", "record", "empty"],
)
@pytest.mark.parametrize("piece", [1, 10])
def test_a_line_that_is_no_record_is_named_by_its_number_and_those_before_it_stand(
    line: str, piece: int
) -> None:
    store = MemoryStore(COLLECTIONS)
    lines: List[str] = [json.dumps(LINE), "", line]
    with pytest.raises(VeltValidationError, match="line 3"):
        read_lines(lines, store, select([SETTINGS], piece=piece), True)
    assert read_lines(lines[:1], store, select([SETTINGS]), True).of("comments").same == 1


def test_a_line_cannot_put_a_record_into_another_organization() -> None:
    store = MemoryStore(COLLECTIONS)
    report = read_lines([json.dumps({**LINE, "organization": "p"})], store, select([SETTINGS]), True)
    assert [each.organization for each in report.refused] == ["p"]
    assert report.of("comments").new == 0


def test_of_two_lines_with_one_id_the_later_counts() -> None:
    store = MemoryStore(COLLECTIONS)
    lines = [json.dumps({**LINE, "record": thread(number=number)}) for number in (1, 2)]
    for piece in (1, 10):
        read_lines(lines, store, select([SETTINGS], piece=piece), True)
        again = read_lines(lines[1:], store, select([SETTINGS]), True)
        assert again.of("comments").same == 1
