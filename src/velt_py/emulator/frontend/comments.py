"""A browser writes and reads comments."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

from velt_py.emulator.areas.comment_annotations import FIXED
from velt_py.emulator.areas.comments import OF_THREADS
from velt_py.emulator.call import Answer, Call, Document, objects, success
from velt_py.emulator.effects import Happening, announce
from velt_py.emulator.effects.holding import see
from velt_py.emulator.effects.people import may_see, subscribe
from velt_py.emulator.frontend.browser import Browser, checked_comment, checked_record, need
from velt_py.emulator.frontend.stripping import Parts, merge_comments, strip_comments
from velt_py.emulator.identity import hex_id, number_id, push_id
from velt_py.emulator.refusals import Refused, missing

__all__ = ["play_comment"]

Given = Mapping[str, Any]

FOLLOWING = {"triggerNotification": True, "triggerActivities": True}
CHANGES = ("status_change", "priority_change", "assign", "access_mode_change", "custom_list_change")


def play_comment(browser: Browser, given: Given) -> Any:
    """Play what a person does with comments; `event` says what.

    Raises:
        Refused: the application's resolver, or the emulator, does not take it. Then nothing is stored.
        VeltValidationError: names the field at fault.
    """
    event = need(given, "event")
    if event.partition(".")[2] in CHANGES:
        return _change(browser, given, event)
    return EVENTS[event](browser, given)


def _begin(browser: Browser, given: Given) -> Any:
    annotation: Document = {**checked_record(need(given, "annotation", dict))}
    if annotation.get("annotationId") is not None:
        need(annotation, "annotationId")
    with browser.emulator.state.call():
        records = browser.records()
        name = annotation.get("annotationId") or push_id(
            browser.key, "annotation", records.next_number("annotation")
        )
        if records.get("annotation", browser.organization, browser.document, name) is not None:
            raise Refused("ALREADY_EXISTS", "Annotation already exists.")
        comments = [
            {
                "commentId": number_id(browser.key, records.next_number("comment")),
                **checked_comment(each, browser.user),
            }
            for each in objects(annotation, "comments")
        ]
    thread = {"from": browser.user, **annotation, "annotationId": name, "comments": comments}
    thread["metadata"] = {**(annotation.get("metadata") or {}), **browser.metadata}
    parts = _taken_apart(browser, thread)
    first = str(comments[0]["commentId"]) if comments else None
    _save(browser, parts, "comment_annotation.add", first)
    rest = dict(parts.rest)
    entries = [{**each, **FOLLOWING} for each in rest.pop("comments")]
    browser.write(
        "commentAnnotations.addCommentAnnotations",
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[{**rest, "commentData": entries}],
    )
    _keep_rest(browser, name, rest)
    return {"annotationId": name, "commentIds": [each["commentId"] for each in comments]}


def _reply(browser: Browser, given: Given) -> Any:
    name = need(given, "annotationId")
    thread = _known(browser, name)
    with browser.emulator.state.call():
        number = number_id(browser.key, browser.records().next_number("comment"))
    comment = {"commentId": number, **checked_comment(need(given, "comment", dict), browser.user)}
    parts = _taken_apart(browser, {**thread, "comments": [*thread["comments"], comment]})
    _save(browser, parts, "comment.add", str(comment["commentId"]))
    entry = {**parts.rest["comments"][-1], **FOLLOWING}
    browser.write("commentAnnotations.addComments", annotationId=name, commentData=[entry])
    return {"annotationId": name, "commentIds": [comment["commentId"]]}


def _edit(browser: Browser, given: Given) -> Any:
    name, changes = need(given, "annotationId"), checked_comment(need(given, "comment", dict))
    number = need(changes, "commentId", int)
    thread = _known(browser, name)
    comments = [{**each, **changes} if each["commentId"] == number else each for each in thread["comments"]]
    parts = _taken_apart(browser, {**thread, "comments": comments})
    _save(browser, parts, "comment.update", str(number))
    found = [each for each in parts.rest["comments"] if each["commentId"] == number]
    if not found:
        raise missing("Comment does not exist.")
    flags = ("isCommentResolverUsed", "isCommentTextAvailable")
    names = [name for name in (*changes, *flags) if name in found[0] and name not in OF_THREADS]
    changed = {**{name: found[0][name] for name in names}, "isEdited": True}
    browser.write(
        "commentAnnotations.updateComments",
        annotationId=name,
        commentIds=[number],
        triggerNotification=True,
        updatedData=changed,
    )
    return {"annotationId": name, "commentIds": [number]}


def _delete_comment(browser: Browser, given: Given) -> Any:
    name, number = need(given, "annotationId"), need(given, "commentId", int)
    thread = _known(browser, name)
    comments = [each for each in thread["comments"] if each["commentId"] != number]
    _save(browser, _taken_apart(browser, {**thread, "comments": comments}), "comment.delete", str(number))
    browser.write("commentAnnotations.deleteComments", annotationId=name, commentIds=[number])
    return {"annotationId": name, "commentIds": [number]}


def _delete(browser: Browser, given: Given) -> Any:
    name = need(given, "annotationId")
    if browser.resolvers.has("comment"):
        body = {
            "commentAnnotationId": name,
            "metadata": browser.metadata,
            "event": "comment_annotation.delete",
        }
        browser.ask("comment", "delete", body)
    browser.write("commentAnnotations.deleteCommentAnnotations", annotationIds=[name])
    return {"annotationId": name}


def _change(browser: Browser, given: Given, event: str) -> Any:
    """Change fields that are no one's personal data; the application only hears of it when it wants to."""
    name, changes = need(given, "annotationId"), checked_record(need(given, "changes", dict))
    thread = _known(browser, name)
    parts = _taken_apart(browser, {**thread, **{k: v for k, v in changes.items() if k not in FIXED}})
    if event in browser.resolvers.events:
        _save(browser, parts, event, None)
    sent = {key: changes[key] if key in FIXED else parts.rest.get(key) for key in changes}
    browser.write("commentAnnotations.updateCommentAnnotations", annotationIds=[name], updatedData=sent)
    return {"annotationId": name}


def _subscribe(browser: Browser, given: Given) -> Any:
    return _subscribed(browser, given, "comment_annotation.subscribe")


def _unsubscribe(browser: Browser, given: Given) -> Any:
    return _subscribed(browser, given, "comment_annotation.unsubscribe")


def _subscribed(browser: Browser, given: Given, event: str) -> Any:
    name = need(given, "annotationId")
    person = browser.person

    def rule(call: Call) -> Answer:
        ids = (browser.organization, browser.document, name)
        thread = call.records.get("annotation", *ids)
        if thread is None:
            raise missing("Comment annotation does not exist.")
        if event.endswith(".subscribe"):
            subscribe(call, thread, [person], "manual")
        else:
            (thread.get("subscribedUsers") or {}).pop(hex_id(call.key, "user", person["userId"]), None)
        call.records.put("annotation", *ids, doc=thread)
        announce(call, Happening(event, *ids[:1], ids[1], person, thread), record=False)
        return success("", {})

    browser.rule(rule, event, browser.place)
    return {"annotationId": name}


def _get(browser: Browser, given: Given) -> Any:
    with browser.emulator.state.call():
        rows = browser.records().under("annotation", browser.organization, browser.document)
        threads: List[Document] = []
        call = browser.call("commentAnnotations.getCommentAnnotations", browser.place)
        for row in rows:
            if may_see(call, row.doc, browser.user["userId"]):
                threads.append(row.doc)
        seen = [thread["annotationId"] for thread in threads]
        see(
            call.records,
            browser.organization,
            browser.document,
            browser.user["userId"],
            seen,
            call.now,
        )
    return {"commentAnnotations": _put_together(browser, threads)}


def _known(browser: Browser, name: str) -> Document:
    """A thread as the person sees it.

    Raises:
        Refused: there is none of that id.
    """
    with browser.emulator.state.call():
        thread = browser.records().get("annotation", browser.organization, browser.document, name)
    if thread is None:
        raise missing("Comment annotation does not exist.")
    return _put_together(browser, [thread])[0]


def _put_together(browser: Browser, threads: List[Document]) -> List[Document]:
    ids = [thread["annotationId"] for thread in threads]
    if not ids or not browser.resolvers.has("comment"):
        return threads
    body = {"organizationId": browser.organization, "commentAnnotationIds": ids}
    found = browser.read("comment", body)
    return [merge_comments(thread, found.get(thread["annotationId"], {})) for thread in threads]


def _taken_apart(browser: Browser, thread: Document) -> Parts:
    if not browser.resolvers.has("comment"):
        return Parts({}, thread)
    return strip_comments(thread, browser.resolvers.rules("comment"))


def _save(browser: Browser, parts: Parts, event: str, comment: Optional[str]) -> None:
    """Hand the personal part to the application, before anything is stored here."""
    if not parts.partial:
        return
    name = parts.partial["annotationId"]
    body: Document = {
        "commentAnnotation": {name: parts.partial},
        "metadata": browser.metadata,
        "event": event,
    }
    if comment is not None:
        body["commentId"] = comment
        target = parts.partial["comments"].get(comment)
        if target is not None:
            body["targetComment"] = target
    browser.ask("comment", "save", body)


def _keep_rest(browser: Browser, name: str, rest: Document) -> None:
    """Keep what browsers store of a thread beside what REST calls take."""
    with browser.emulator.state.call():
        ids = (browser.organization, browser.document, name)
        thread = browser.records().get("annotation", *ids)
        if thread is not None:
            browser.records().put("annotation", *ids, doc={**rest, **thread})


EVENTS: Dict[str, Callable[[Browser, Given], Any]] = {
    "comment_annotation.add": _begin,
    "comment_annotation.delete": _delete,
    "comment_annotation.subscribe": _subscribe,
    "comment_annotation.unsubscribe": _unsubscribe,
    "comment.add": _reply,
    "comment.update": _edit,
    "comment.delete": _delete_comment,
    "get": _get,
}
