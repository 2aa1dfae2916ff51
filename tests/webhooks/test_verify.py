"""Whether Velt sent it: three schemes, the published vector, and everything that is none of them."""

from __future__ import annotations

import base64
from typing import Any, Dict, List, Mapping, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from velt_py.exceptions import VeltConfigurationError, VeltWebhookError
from velt_py.webhooks import sign_for_tests
from velt_py.webhooks.secrets import Secrets
from velt_py.webhooks.verify import Verified, verified

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
OTHER = "whsec_" + base64.b64encode(b"another key of ours").decode()
BODY = b'{"event_type":"ping","data":{"success":true}}'
VECTOR = {
    "webhook-id": "msg_loFOjxBNrRLzqYUf",
    "webhook-timestamp": "1731705121",
    "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
}
SIGNED_AT = 1731705121
ALL = Secrets.of({"v1": "token", "v2": SECRET, "workflow": "flow"})


def status(secrets: Secrets, headers: Any, body: bytes = BODY, now: float = SIGNED_AT) -> int:
    """What a receiver would answer."""
    try:
        verified(secrets, headers, body, now)
    except VeltWebhookError as error:
        refused = error
    else:
        return 200
    assert refused.statusCode in (400, 401)
    assert SECRET not in str(refused)
    return refused.statusCode


def test_the_published_vector_is_accepted() -> None:
    found = verified(Secrets.of(SECRET), VECTOR, BODY, SIGNED_AT)
    assert found == Verified("v2", "msg_loFOjxBNrRLzqYUf", SIGNED_AT)


def test_our_own_signature_is_the_published_one() -> None:
    headers = sign_for_tests(BODY, SECRET, id="msg_loFOjxBNrRLzqYUf", timestamp=SIGNED_AT)
    assert {name: headers[name] for name in VECTOR} == VECTOR


SHAPES: Dict[str, Any] = {
    "mapping": VECTOR,
    "capitals": {name.title(): value for name, value in VECTOR.items()},
    "wsgi": {
        "REQUEST_METHOD": "POST",
        **{"HTTP_" + n.upper().replace("-", "_"): v for n, v in VECTOR.items()},
    },
    "asgi": [(name.encode(), value.encode()) for name, value in VECTOR.items()],
    "pairs": list(VECTOR.items()),
}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_headers_are_taken_in_the_shape_of_every_framework(shape: str) -> None:
    assert status(Secrets.of(SECRET), SHAPES[shape]) == 200


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-301, 400), (-300, 200), (0, 200), (300, 200), (301, 400), (10**8, 400)]
)
def test_a_message_is_stale_five_minutes_before_and_after(seconds: int, expected: int) -> None:
    assert status(Secrets.of(SECRET), VECTOR, now=SIGNED_AT + seconds) == expected


def test_a_replay_with_a_fresh_timestamp_is_not_signed() -> None:
    later = {**VECTOR, "webhook-timestamp": str(SIGNED_AT + 900)}
    assert status(Secrets.of(SECRET), later, now=SIGNED_AT + 900) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": str(SIGNED_AT + 1)},
        {"webhook-signature": "v1," + base64.b64encode(b"x" * 32).decode()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_signed_cannot_be_changed(change: Dict[str, str]) -> None:
    assert status(Secrets.of(SECRET), {**VECTOR, **change}) == 401
    assert status(Secrets.of(SECRET), VECTOR, BODY + b" ") == 401


def test_a_secret_is_rotated_by_accepting_two() -> None:
    assert status(Secrets.of({"v2": [OTHER, SECRET]}), VECTOR) == 200
    assert status(Secrets.of({"v2": [OTHER]}), VECTOR) == 401
    both = sign_for_tests(BODY, OTHER, id=VECTOR["webhook-id"], timestamp=SIGNED_AT)["webhook-signature"]
    rotating = {**VECTOR, "webhook-signature": f"v1a,zzzz {both} {VECTOR['webhook-signature']}"}
    assert status(Secrets.of(SECRET), rotating) == 200
    assert status(Secrets.of({"v1": ["old", "new"]}), {"Authorization": "Basic new"}) == 200
    assert (
        status(Secrets.of({"workflow": ["old", "new"]}), sign_for_tests(BODY, "new", scheme="workflow"))
        == 200
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Basic token", 200),
        ("basic token", 200),
        ("Basic  token ", 200),
        ("Basic TOKEN", 401),
        ("Basic tokens", 401),
        ("Basic", 401),
        ("Bearer token", 401),
        ("token", 401),
        ("", 401),
        ("Basic dG9rZW46", 401),
        ("Basic t\xf6ken", 401),
    ],
)
def test_a_basic_token_is_compared_verbatim(value: str, expected: int) -> None:
    assert status(Secrets.of({"v1": "token"}), {"Authorization": value}) == expected


def test_a_basic_token_beyond_ascii_is_accepted_as_servers_hand_it_over() -> None:
    assert status(Secrets.of({"v1": "schlüssel"}), [(b"authorization", "Basic schlüssel".encode())]) == 200


def test_the_workflow_engine_is_verified() -> None:
    headers = sign_for_tests(BODY, "flow", scheme="workflow", id="e-1", attempt=3)
    assert verified(ALL, headers, BODY, 0) == Verified("workflow", "e-1", None, 3)
    assert status(ALL, headers, BODY + b" ") == 401
    assert status(ALL, {**headers, "x-velt-signature": "sha256=" + "0" * 64}) == 401
    for wrong in ("", "sha256=", "sha256=" + "0" * 63, "sha1=" + "0" * 64, "0" * 64, "sha256=" + "g" * 64):
        assert status(ALL, {**headers, "x-velt-signature": wrong}) in (400, 401)
    assert status(ALL, {**headers, "x-velt-attempt": "-1"}) == 400


@pytest.mark.parametrize(
    ("configured", "sent"),
    [
        (configured, sent)
        for configured in ("v1", "v2", "workflow")
        for sent in ("v1", "v2", "workflow")
        if configured != sent
    ],
)
def test_a_scheme_without_a_secret_is_refused(configured: str, sent: str) -> None:
    secrets = {"v1": "token", "v2": SECRET, "workflow": "flow"}
    headers = sign_for_tests(BODY, secrets[sent], scheme=sent, timestamp=SIGNED_AT)
    assert status(Secrets.of({configured: secrets[configured]}), headers) == 401
    assert status(ALL, headers) == 200


def test_a_basic_token_does_not_help_a_wrong_signature() -> None:
    wrong = {**VECTOR, "webhook-signature": "v1," + base64.b64encode(b"x" * 32).decode()}
    assert status(ALL, {**wrong, "Authorization": "Basic token"}) == 401
    missing = {name: value for name, value in VECTOR.items() if name != "webhook-signature"}
    assert status(ALL, {**missing, "Authorization": "Basic token"}) == 401


MALFORMED: List[Tuple[str, Mapping[str, str], int]] = [
    ("no headers", {}, 401),
    ("no id", {"webhook-id": ""}, 401),
    ("id with a line end", {"webhook-id": "a\nb"}, 400),
    ("id beyond ascii", {"webhook-id": "é"}, 400),
    ("id of 300 characters", {"webhook-id": "a" * 300}, 400),
    ("id of a megabyte", {"webhook-id": "a" * 2**20}, 400),
    ("time is no number", {"webhook-timestamp": "soon"}, 400),
    ("time is negative", {"webhook-timestamp": "-1"}, 400),
    ("time is a fraction", {"webhook-timestamp": "1731705121.5"}, 400),
    ("time has other digits", {"webhook-timestamp": "١٧٣١٧٠٥١٢١"}, 400),
    ("time is endless", {"webhook-timestamp": "9" * 5000}, 400),
    ("signature is a word", {"webhook-signature": "signature"}, 400),
    ("signature is wrong base64", {"webhook-signature": "v1,@@@@"}, 400),
    ("signature is cut", {"webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGm"}, 401),
    (
        "signature of another version",
        {"webhook-signature": "v2,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="},
        400,
    ),
    ("signature is empty", {"webhook-signature": "v1,"}, 401),
    ("signature beyond ascii", {"webhook-signature": "v1,\xe9"}, 400),
]


@pytest.mark.parametrize(
    ("change", "expected"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED]
)
def test_malformed_headers_end_in_our_own_error(change: Mapping[str, str], expected: int) -> None:
    assert status(Secrets.of(SECRET), {**VECTOR, **change} if change else {}) == expected


def test_a_header_that_comes_twice_with_two_values_is_refused() -> None:
    assert status(Secrets.of(SECRET), [*VECTOR.items(), ("webhook-id", "other")]) == 400


NAMES = st.sampled_from(
    ["webhook-id", "webhook-timestamp", "webhook-signature", "x-velt-signature", "x-velt-event-id",
     "x-velt-attempt", "authorization", "x"]
)  # fmt: skip


@given(
    st.lists(st.tuples(NAMES, st.one_of(st.text(max_size=60), st.binary(max_size=60))), max_size=8),
    st.binary(),
)
def test_no_headers_and_no_body_end_in_a_traceback(headers: Any, body: bytes) -> None:
    assert status(ALL, headers, body) in (400, 401)


@pytest.mark.parametrize(
    "given_",
    [None, "", {}, "token", "whsec_", "whsec_@@", {"v3": "x"}, {"v2": "token"}, {"v1": ""}, {"v1": []},
     {"v1": [""]}, {"v1": 7}, {"workflow": [None]}, 7, {"v1": "token\n"}, {"v1": ["x", " token"]},
     {"v1": "token\udc80"}, {"workflow": "token\udc80"}, "whsec_token\udc80"],
    ids=ascii,
)  # fmt: skip
def test_wrong_secrets_are_told_without_being_quoted(given_: Any) -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        Secrets.of(given_)
    assert caught.value.field is not None
    assert caught.value.field.startswith("secrets")
    assert "token" not in str(caught.value)


def test_secrets_are_not_in_the_repr() -> None:
    assert "token" not in repr(ALL)
    assert "flow'" not in repr(ALL)
