"""Mail for people who were mentioned in a comment. Pure: what is to be read is yielded, what is to be sent returned.

A webhook carries no texts when they are kept in the own store, so texts and people come from there. Who may not see
the comment, who wants no mail, and who wrote it get none.
"""

from __future__ import annotations

import hashlib
import json
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Generator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    Union,
    cast,
)

from velt_py.exceptions import VeltNotFoundError, VeltSDKError
from velt_py.webhooks.events import WebhookEvent, ids_of
from velt_py.webhooks.mail import (
    LONGEST_SUBJECT,
    Link,
    Mail,
    Mention,
    Render,
    is_address,
    is_link,
    line,
    plain,
    rendered,
)

if TYPE_CHECKING:
    from velt_py.sdk import AsyncVeltSDK, VeltSDK

__all__ = ["Call", "amention_mails", "asked", "mails", "mention_mails"]

Json = Mapping[str, Any]

MENTIONING = ("comment_annotation.add", "comment.add")
"""Events by which somebody may be mentioned for the first time."""


class Call(NamedTuple):
    """A call of `sdk.selfHosting`."""

    service: str
    method: str
    arguments: Json


class Scene(NamedTuple):
    """What an event says of a comment, whichever way it came."""

    key: str
    event: str
    organization: str
    document: Optional[str]
    annotation: Optional[str]
    comment: Json
    author: Json
    metadata: Json
    visibility: Optional[Json]
    denied: Tuple[str, ...]
    preferences: Mapping[str, Json]


def mention_mails(
    event: Union[WebhookEvent, Json],
    sdk: VeltSDK,
    *,
    link: Optional[Link] = None,
    render: Optional[Render] = None,
    contacts: bool = False,
) -> List[Mail]:
    """The mails that an event asks for; none when nobody is mentioned who wants one and may see the comment.

    Args:
        event: a webhook event, or the body of a request to save comments, as the frontend posted it.
        sdk: the texts and the people come from its store.
        link: where the comment is seen.
        render: makes subject, text and HTML instead of the built-in English ones.
        contacts: mail people whom the store does not know too, at the address in the mention. Who may comment chooses
            that address, so this lets them write to anybody.

    Raises:
        VeltNotFoundError: when neither store nor event has the comment's text. The browser may still be about to
            save it, so that a later attempt finds it.
        VeltDatabaseError: when the store fails.

    See https://docs.velt.dev/webhooks/basic
    """
    steps = mails(event, link, render or rendered, contacts)
    try:
        step = next(steps)
        while True:
            step = steps.send(asked(sdk, step))
    except StopIteration as end:
        return cast(List[Mail], end.value)


async def amention_mails(
    event: Union[WebhookEvent, Json],
    sdk: AsyncVeltSDK,
    *,
    link: Optional[Link] = None,
    render: Optional[Render] = None,
    contacts: bool = False,
) -> List[Mail]:
    """`mention_mails`, awaited."""
    steps = mails(event, link, render or rendered, contacts)
    try:
        step = next(steps)
        while True:
            step = steps.send(await asked(sdk, step))
    except StopIteration as end:
        return cast(List[Mail], end.value)


def asked(sdk: Union[VeltSDK, AsyncVeltSDK], step: Call) -> Any:
    """The answer to a call; of the async SDK one to await."""
    service: Any = getattr(sdk.selfHosting, step.service)
    return getattr(service, step.method)(**step.arguments)


def mails(
    event: Union[WebhookEvent, Json], link: Optional[Link], render: Render, contacts: bool
) -> Generator[Call, Any, List[Mail]]:
    scene = scene_of(event)
    if scene is None or scene.event not in MENTIONING:
        return []
    comment = yield from stored_comment(scene)
    people = {id: contact for id, contact in tagged(comment, scene).items() if wants(id, scene)}
    if not people:
        return []
    known = yield from users(scene, [*people, *ids_of(scene.author)])
    text = comment.get("commentText") or scene.comment.get("commentText")
    if not isinstance(text, str) and not comment:
        raise VeltNotFoundError(
            "the comment of the event is not in the store, and the event has no text of it"
        )
    author = known.get(next(iter(ids_of(scene.author)), ""), scene.author)
    found: List[Mail] = []
    for id, contact in people.items():
        person = known.get(id) or (contact if contacts else {})
        email = person.get("email") or (contact.get("email") if contacts else None)
        if not is_address(email) or not sees(id, id in known, scene):
            continue
        mention = Mention(
            userId=id,
            name=line(person.get("name"), ""),
            email=str(email),
            author=line(author.get("name"), "Somebody"),
            text=plain(text) if isinstance(text, str) else "",
            organizationId=scene.organization,
            documentId=scene.document,
            annotationId=scene.annotation,
            commentId=comment_id(scene.comment),
            documentName=line(document_name(scene.metadata), "") or None,
        )
        found.append(mail_of(scene, mention, link, render))
    return found


def mail_of(scene: Scene, mention: Mention, link: Optional[Link], render: Render) -> Mail:
    url = link(mention) if link is not None else None
    if not is_link(url):
        url = None
    subject, text, markup = render(mention, url)
    return Mail(
        mail_id(scene, mention),
        mention.email,
        line(subject, "", LONGEST_SUBJECT),
        text,
        markup,
        mention,
    )


def mail_id(scene: Scene, mention: Mention) -> str:
    """The same for the same person in the same comment, whichever event tells of it and however often."""
    place = [mention.organizationId, mention.annotationId, mention.commentId]
    parts = [*place, None if all(place) else scene.key, mention.userId]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


# What the event says


def scene_of(event: Union[WebhookEvent, Json]) -> Optional[Scene]:
    if isinstance(event, WebhookEvent):
        return scene_of_webhook(event)
    return scene_of_request(event)


def scene_of_webhook(event: WebhookEvent) -> Optional[Scene]:
    annotation, comment = (
        an_object(event.data.get("commentAnnotation")),
        an_object(event.data.get("targetComment")),
    )
    organization, id = event.organizationId, annotation.get("annotationId")
    if organization is None or not comment:
        return None
    return Scene(
        key=event.key,
        event=event.name,
        organization=organization,
        document=event.documentId,
        annotation=id if isinstance(id, str) else None,
        comment=comment,
        author=an_object(comment.get("from")) or event.actionUser or {},
        metadata=event.metadata or {},
        visibility=visibility_in(event.data) or visibility_in(event.raw),
        denied=denied_in(event.data) + denied_in(event.raw),
        preferences=event.preferences,
    )


def scene_of_request(body: Json) -> Optional[Scene]:
    """A request to save comments holds the thread under its id."""
    threads = an_object(body.get("commentAnnotation"))
    thread = an_object(next(iter(threads.values()), None))
    metadata = an_object(body.get("metadata")) or an_object(thread.get("metadata"))
    id = body.get("commentId")
    comment = an_object(an_object(thread.get("comments")).get(str(id))) or an_object(
        body.get("targetComment")
    )
    organization, document = metadata.get("organizationId"), metadata.get("documentId")
    if not comment or not isinstance(organization, str):
        return None
    annotation = str(next(iter(threads), "")) or None
    return Scene(
        key=f"request:{annotation}:{comment_id(comment)}",
        event=str(body.get("event")),
        organization=organization,
        document=document if isinstance(document, str) else None,
        annotation=annotation,
        comment=comment,
        author=an_object(comment.get("from")) or an_object(thread.get("from")),
        metadata=metadata,
        visibility=visibility_in(body) or visibility_in(thread),
        denied=denied_in(body) + denied_in(thread),
        preferences={},
    )


def visibility_in(place: Json) -> Optional[Json]:
    if place.get("visibility") is None:
        return None
    # What cannot be read lets nobody see it.
    return an_object(place["visibility"]) or {"type": "unknown"}


def denied_in(place: Json) -> Tuple[str, ...]:
    return tuple(each for one in a_list(place.get("accessDeniedUsers")) for each in ids_of(one))


# What the store says


def stored_comment(scene: Scene) -> Generator[Call, Any, Json]:
    """The comment as it is stored, an empty one when it is not."""
    if scene.annotation is None:
        return {}
    arguments = {"organizationId": scene.organization, "commentAnnotationIds": [scene.annotation]}
    threads = data_of((yield Call("comments", "getComments", arguments)))
    comments = an_object(an_object(threads.get(scene.annotation)).get("comments"))
    return an_object(comments.get(comment_id(scene.comment) or ""))


def users(scene: Scene, ids: List[str]) -> Generator[Call, Any, Dict[str, Json]]:
    """The people that the store knows in the organization."""
    arguments = {"organizationId": scene.organization, "userIds": list(dict.fromkeys(ids))}
    found = data_of((yield Call("users", "getUsers", arguments)))
    return {id: an_object(user) for id, user in found.items()}


def data_of(answer: Json) -> Json:
    """What an operation answered.

    Raises:
        VeltSDKError: when it failed.
    """
    if not answer.get("success"):
        raise VeltSDKError(
            str(answer.get("error")),
            code=answer.get("errorCode"),
            statusCode=answer.get("statusCode"),
            correlation=answer.get("correlationId"),
        )
    return an_object(answer.get("data"))


# Who gets one


def tagged(comment: Json, scene: Scene) -> Dict[str, Json]:
    """Who is mentioned, with the contact that was picked. The stored comment goes before the event's."""
    people: Dict[str, Json] = {}
    for source in (comment, scene.comment):
        for each in a_list(source.get("taggedUserContacts")):
            contact = an_object(an_object(each).get("contact"))
            for id in ids_of(each) or ids_of(contact):
                people.setdefault(id, contact)
    return people


def wants(id: str, scene: Scene) -> bool:
    """Whether the person gets mail about being mentioned: all but the author, who may not see it, and who said no."""
    if id in scene.denied or id in ids_of(scene.author):
        return False
    settings = scene.preferences.get(id)
    # Being mentioned is what MINE stands for.
    return settings is None or settings.get("email", "ALL") in ("ALL", "MINE")


def sees(id: str, member: bool, scene: Scene) -> bool:
    """Whether the comment is visible to the person.

    Args:
        member: whether the store knows the person in the comment's organization.
    """
    visibility = scene.visibility
    if visibility is None or visibility.get("type") == "public":
        return True
    if visibility.get("type") == "restricted":
        return id in [each for one in a_list(visibility.get("userIds")) for each in ids_of(one)]
    if visibility.get("type") == "organizationPrivate":
        named = [*a_list(visibility.get("organizationIds")), visibility.get("organizationId")]
        organizations = [each for each in named if each is not None]
        return member and (not organizations or scene.organization in organizations)
    return False


def document_name(metadata: Json) -> Any:
    return metadata.get("documentName") or an_object(metadata.get("pageInfo")).get("title")


def comment_id(comment: Json) -> Optional[str]:
    id = comment.get("commentId")
    return str(id) if isinstance(id, (str, int)) and not isinstance(id, bool) else None


def an_object(value: Any) -> Json:
    return cast(Json, value) if isinstance(value, dict) else {}


def a_list(value: Any) -> List[Any]:
    return cast("List[Any]", value) if isinstance(value, list) else []
