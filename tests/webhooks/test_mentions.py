"""Mail about mentions: texts from the own store, to those who may see the comment and want mail, safe to show."""

from __future__ import annotations

import asyncio
import copy
from typing import Any, Dict, Iterator, List

import pytest

from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.exceptions import VeltNotFoundError
from velt_py.webhooks import Mail, amention_mails, mention_mails
from velt_py.webhooks.events import event_of
from velt_py.webhooks.verify import Verified

METADATA = {"organizationId": "acme", "documentId": "plan", "documentName": "Spring\r\nplan"}
PEOPLE = ("ana", "ben", "cem", "dot")
TEXT = "@Ben <script>alert(1)</script>\nsecond & last line"


def comment(**fields: Any) -> Dict[str, Any]:
    people = [{"userId": each, "contact": {"userId": each}} for each in PEOPLE]
    return {"commentId": 7, "from": {"userId": "ana"}, "taggedUserContacts": people, **fields}


def event(name: str = "comment.add", data: Any = None, **raw: Any) -> Any:
    """A webhook event as it comes when texts are kept in the own store: without them."""
    found = {
        "metadata": METADATA,
        "actionUser": {"userId": "ana"},
        "commentAnnotation": {"annotationId": "t1"},
        "targetComment": comment(),
        **(data or {}),
    }
    return event_of(Verified("v2", "msg_1"), {"event": name, "data": found, **raw})


@pytest.fixture
def config(tmp_path: Any) -> Dict[str, Any]:
    return {"database": {"type": "sqlite", "path": str(tmp_path / "velt.db")}}


@pytest.fixture
def sdk(config: Dict[str, Any]) -> Iterator[VeltSDK]:
    with VeltSDK.initialize(config) as made:
        thread = {"annotationId": "t1", "comments": {"7": comment(commentText=TEXT, commentHtml="<b>x</b>")}}
        assert made.selfHosting.comments.saveComments("acme", {"t1": thread})["success"]
        for id in PEOPLE:
            user = {"userId": id, "name": f"{id.title()} O'Neil", "email": f"{id}@acme.example"}
            assert made.selfHosting.users.saveUser("acme", user)["success"]
        yield made


def receivers(found: List[Mail]) -> List[str]:
    return [mail.mention.userId for mail in found]


def test_the_text_comes_from_the_store_and_is_escaped(sdk: VeltSDK) -> None:
    mails = mention_mails(
        event(), sdk, link=lambda mention: f"https://app.example/{mention.documentId}?a=1&b=2"
    )
    assert receivers(mails) == ["ben", "cem", "dot"], "not the author"
    mail = mails[0]
    assert (mail.to, mail.subject) == ("ben@acme.example", "Ana O'Neil mentioned you in Spring plan")
    assert "> @Ben <script>alert(1)</script>\n> second & last line" in mail.text
    assert "https://app.example/plan?a=1&b=2" in mail.text
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert 'href="https://app.example/plan?a=1&amp;b=2"' in mail.html
    assert "<b>x</b>" not in mail.html, "the markup of the comment is not trusted"
    assert len({each.id for each in mails}) == 3
    assert mail.id == mention_mails(event(), sdk)[0].id


def test_the_awaited_form_is_the_same(sdk: VeltSDK, config: Dict[str, Any]) -> None:
    async def awaited() -> List[Mail]:
        async with AsyncVeltSDK.initialize(config) as other:
            return await amention_mails(event(), other)

    assert asyncio.run(awaited()) == mention_mails(event(), sdk)


@pytest.mark.parametrize("email", ["NONE", "MINE", "ALL", "nonsense", None])
@pytest.mark.parametrize(
    "where", ["usersOrganizationNotificationsConfig", "usersDocumentNotificationsConfig"]
)
def test_preferences_are_honoured(sdk: VeltSDK, where: str, email: Any) -> None:
    found = receivers(mention_mails(event(**{where: {"ben": {"inbox": "ALL", "email": email}}}), sdk))
    assert ("ben" in found) == (email in ("ALL", "MINE"))
    assert "cem" in found


def test_who_may_not_see_it_gets_nothing(sdk: VeltSDK) -> None:
    denied = {"accessDeniedUsers": ["ben", {"userId": "cem"}]}
    assert receivers(mention_mails(event(data=denied), sdk)) == ["dot"]
    cases: List[Any] = [
        ({"type": "public"}, ["ben", "cem", "dot"]),
        ({"type": "restricted", "userIds": ["cem"]}, ["cem"]),
        ({"type": "restricted"}, []),
        ({"type": "organizationPrivate", "organizationId": "acme"}, ["ben", "cem", "dot"]),
        ({"type": "organizationPrivate", "organizationIds": ["other"]}, []),
        ({"type": "moonlight"}, []),
        ("public", []),
    ]
    for visibility, expected in cases:
        assert receivers(mention_mails(event(data={"visibility": visibility}), sdk)) == expected


def test_a_stranger_to_the_organization_gets_nothing_of_a_private_thread(sdk: VeltSDK) -> None:
    contact = {"userId": "eve", "contact": {"userId": "eve", "email": "eve@else.example"}}
    target = {"targetComment": comment(taggedUserContacts=[contact])}
    assert "eve" in receivers(mention_mails(event(data=target), sdk, contacts=True))
    private = {**target, "visibility": {"type": "organizationPrivate"}}
    assert "eve" not in receivers(mention_mails(event(data=private), sdk, contacts=True))


def test_an_address_that_the_store_does_not_hold_is_not_mailed_unasked(sdk: VeltSDK) -> None:
    """A browser writes the contact of a mention: with it a comment would be a mail to anybody."""
    people = [
        {"userId": id, "contact": {"userId": id, "email": "victim@else.example", "name": "V"}}
        for id in ("eve", "ben")
    ]
    data = {"targetComment": comment(taggedUserContacts=people)}
    mails = {mail.mention.userId: mail.to for mail in mention_mails(event(data=data), sdk)}
    assert "victim@else.example" not in mails.values()
    assert mails["ben"] == "ben@acme.example"
    mails = {mail.mention.userId: mail.to for mail in mention_mails(event(data=data), sdk, contacts=True)}
    assert (mails["eve"], mails["ben"]) == ("victim@else.example", "ben@acme.example")


def test_the_body_of_a_request_to_save_comments_will_do(sdk: VeltSDK) -> None:
    body: Dict[str, Any] = {
        "commentAnnotation": {"t1": {"annotationId": "t1", "comments": {"7": comment()}}},
        "metadata": METADATA,
        "event": "comment.add",
        "commentId": 7,
    }
    assert receivers(mention_mails(body, sdk)) == ["ben", "cem", "dot"]
    assert mention_mails({**body, "event": "comment.update"}, sdk) == []


@pytest.mark.parametrize(
    "name", ["comment.update", "comment.delete", "comment_annotation.status_change", "moon.rise"]
)
def test_other_events_mention_nobody_anew(sdk: VeltSDK, name: str) -> None:
    assert mention_mails(event(name), sdk) == []


def test_a_comment_that_is_not_stored_yet_is_an_error_so_that_it_is_tried_again(sdk: VeltSDK) -> None:
    later = {"commentAnnotation": {"annotationId": "t2"}}
    with pytest.raises(VeltNotFoundError):
        mention_mails(event(data=later), sdk)
    told = {**later, "targetComment": comment(commentText="from the event")}
    assert "from the event" in mention_mails(event(data=told), sdk)[0].text


def test_nobody_can_write_headers_or_links_of_another_kind(sdk: VeltSDK) -> None:
    sdk.selfHosting.users.saveUser("acme", {"userId": "ana", "name": "Ana\r\nBcc: x@y", "email": "a@b"})
    for address in (
        "ben@acme.example\nBcc: x@y",
        "ben@a, x@y",
        "Ben <ben@a>",
        "ben",
        "@",
        "",
        "x:ben@a",
        '"b"@a',
        "b\\n@a",
    ):
        sdk.selfHosting.users.saveUser("acme", {"userId": "ben", "name": "Ben", "email": address})
        mails = mention_mails(event(), sdk, link=lambda mention: "javascript:alert(1)")
        assert "ben" not in receivers(mails)
        assert all("\n" not in mail.subject and "\r" not in mail.subject for mail in mails)
        assert all("javascript" not in mail.html + mail.text for mail in mails)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://[", "https://a.example/\nBcc: x@y", "/path", "", 7, None],
    ids=ascii,
)
def test_a_link_of_another_kind_is_left_out(sdk: VeltSDK, url: Any) -> None:
    (mail, *_) = mention_mails(event(), sdk, link=lambda mention: url)
    assert "Open the comment" not in mail.html
    assert "Bcc" not in mail.text + mail.html


def test_a_text_that_no_mail_can_carry_is_made_one(sdk: VeltSDK) -> None:
    told = comment(commentId=9, commentText="a\0b\x1b[31m \ud800c\r\nd\u2028e " + "x" * 20_000)
    data = {"commentAnnotation": {"annotationId": "t9"}, "targetComment": told}
    sdk.selfHosting.users.saveUser(
        "acme", {"userId": "ana", "name": "A\u202en \U0001f468\u200d\U0001f467", "email": "a@b"}
    )
    mail = mention_mails(event(data=data), sdk)[0]
    for text in (mail.subject, mail.text, mail.html):
        text.encode()
        assert len(text) < 12_000
        assert not any(each in text for each in "\0\x1b\u202e\r")
    assert "> ab[31m c\n> d\n> e x" in mail.text
    assert mail.subject.startswith("A n \U0001f468\u200d\U0001f467 mentioned you")


def test_a_comment_without_words_is_mailed_without_them(sdk: VeltSDK) -> None:
    thread = {"annotationId": "t3", "comments": {"7": comment()}}
    assert sdk.selfHosting.comments.saveComments("acme", {"t3": thread})["success"]
    data = {"commentAnnotation": {"annotationId": "t3"}}
    assert receivers(mention_mails(event(data=data), sdk)) == ["ben", "cem", "dot"]


def test_what_stands_beside_the_data_is_honoured_too(sdk: VeltSDK) -> None:
    assert receivers(mention_mails(event(accessDeniedUsers=["ben"]), sdk)) == ["cem", "dot"]
    restricted = {"type": "restricted", "userIds": ["ben"]}
    assert receivers(mention_mails(event(visibility=restricted), sdk)) == ["ben"]


def test_own_rendering_and_nothing_of_people_in_the_repr(sdk: VeltSDK) -> None:
    mails = mention_mails(event(), sdk, render=lambda mention, url: ("Hallo", "Text", "<p>Text</p>"))
    assert {(mail.subject, mail.text, mail.html) for mail in mails} == {("Hallo", "Text", "<p>Text</p>")}
    for text in ("Hallo", "acme.example", "O'Neil", "script"):
        assert text not in repr(mails)


@pytest.mark.parametrize(
    "change",
    [
        {"targetComment": None},
        {"targetComment": []},
        {"metadata": None},
        {"metadata": {"organizationId": 7}},
        {"targetComment": {"commentId": 7, "taggedUserContacts": {"a": 1}}},
        {"targetComment": {"commentId": 7, "taggedUserContacts": [None, 7, {}], "from": "ana"}},
        {"accessDeniedUsers": "ben"},
        {"visibility": {"type": ["public"], "userIds": 7}},
    ],
    ids=str,
)
def test_an_event_of_another_shape_ends_in_no_traceback(sdk: VeltSDK, change: Dict[str, Any]) -> None:
    before = copy.deepcopy(change)
    assert isinstance(mention_mails(event(data=change), sdk), list)
    assert change == before


@pytest.mark.parametrize("thread", [None, 7, {"annotationId": 7}], ids=str)
def test_an_event_without_a_thread_has_no_text(sdk: VeltSDK, thread: Any) -> None:
    with pytest.raises(VeltNotFoundError):
        mention_mails(event(data={"commentAnnotation": thread}), sdk)
