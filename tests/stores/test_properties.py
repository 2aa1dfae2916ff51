"""Random saves, reads and deletes of two organizations through every store, beside a plain dictionary: the same
answers, and nothing crosses over."""

from __future__ import annotations

import copy
import itertools
from typing import Any, Dict, List, Optional, Tuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.stores.conftest import Client, Driver

COUNTER = itertools.count()
IDS = ("A", "B", "$set", "a.b")
COMMENTS = ("1", "22", "$x", "y.z")
DOCUMENTS = ("D1", "D2")
FOLDERS = ("F1", "F2")
EVENTS = (
    None,
    "comment_annotation.add",
    "comment_annotation.assign",
    "comment_annotation.delete",
    "comment.add",
    "comment.update",
    "comment.delete",
    "comment.reaction_add",
    "something.new",
)
EDITS = {"comment.add", "comment.update", "comment.reaction_add"}
COPIES = {"comment_annotation.assign"}
DELETES = {"comment.delete", "comment_annotation.delete"}

texts = st.sampled_from(["", "hello", "$$ROOT", "\U0001f600", "a\nb"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts | st.floats(-1e6, 1e6, width=32),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["k", "$k", "k.l"]), inner, max_size=2)
    ),
    max_leaves=4,
)
comments = st.dictionaries(
    st.sampled_from(COMMENTS),
    st.fixed_dictionaries({}, optional={"commentText": texts, "commentHtml": texts, "extra": values}),
    max_size=3,
)
threads = st.fixed_dictionaries(
    {},
    optional={
        "comments": comments,
        "assignedTo": st.none() | st.just({"userId": "v"}),
        "custom": values,
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "documentId": st.sampled_from(DOCUMENTS),
                "folderId": st.sampled_from(FOLDERS),
                "own": values,
            },
        ),
    },
)
organizations = st.integers(0, 1)
saves = st.tuples(
    st.just("save"),
    organizations,
    st.dictionaries(st.sampled_from(IDS), threads, min_size=1, max_size=3),
    st.sampled_from(EVENTS),
    st.none() | st.sampled_from(COMMENTS),
    st.none() | st.sampled_from(DOCUMENTS),
    st.booleans(),
)
reads = st.tuples(
    st.just("read"),
    organizations,
    st.none() | st.lists(st.sampled_from((*IDS, "unknown")), max_size=3),
    st.none() | st.lists(st.sampled_from((*DOCUMENTS, "unknown")), max_size=2),
    st.none() | st.sampled_from(FOLDERS),
)
deletes = st.tuples(st.just("delete"), organizations, st.sampled_from(IDS))
steps = st.lists(saves | saves | reads | deletes, min_size=1, max_size=8)


class Model:
    """What is stored, by the words of the documentation: written apart from the code under test."""

    def __init__(self, organization: str) -> None:
        self.organization = organization
        self.threads: Dict[str, Dict[str, Any]] = {}

    def save(
        self,
        sent: Dict[str, Any],
        event: Optional[str],
        comment: Optional[str],
        document: Optional[str],
        replace: bool,
    ) -> None:
        for id, thread in copy.deepcopy(sent).items():
            thread["annotationId"] = id
            metadata = thread.setdefault("metadata", {})
            metadata["organizationId"] = self.organization
            if document is not None:
                metadata["documentId"] = document
            for key, entry in thread.get("comments", {}).items():
                entry.setdefault("commentId", key)
            before = self.threads.get(id)
            if not replace and event in DELETES and comment is not None:
                thread.get("comments", {}).pop(comment, None)
            if before is None:
                self.threads[id] = thread
                continue
            after = {**before, **thread, "metadata": {**before["metadata"], **metadata}}
            if not replace:
                self._merge(before, thread, after, event, comment, sent)
            self.threads[id] = after

    @staticmethod
    def _merge(
        before: Dict[str, Any],
        thread: Dict[str, Any],
        after: Dict[str, Any],
        event: Optional[str],
        comment: Optional[str],
        sent: Dict[str, Any],
    ) -> None:
        if "comments" not in before:
            return
        old, new = before["comments"], thread.get("comments", {})
        if event == "comment.delete" or event == "comment_annotation.delete":
            kept = {**new, **old}
            if comment is not None:
                kept.pop(comment, None)
            elif "comments" in thread and not new:
                kept = {}
            after["comments"] = kept
            return
        everywhere = {key for each in sent.values() for key in each.get("comments", {})}
        named = event in EDITS and comment is not None and comment in everywhere
        result = dict(old)
        for key, entry in new.items():
            if key not in old:
                result[key] = entry
            elif event not in COPIES and (not named or key == comment):
                kept = dict(old[key])
                if named and event == "comment.update":
                    kept.pop("commentText", None)
                    kept.pop("commentHtml", None)
                result[key] = {**kept, **entry}
        after["comments"] = result

    def read(
        self, ids: Optional[List[str]], documents: Optional[List[str]], folder: Optional[str]
    ) -> Dict[str, Dict[str, Any]]:
        found = {}
        for id, thread in self.threads.items():
            metadata = thread["metadata"]
            if ids is not None and id not in ids:
                continue
            if documents is not None and metadata.get("documentId") not in documents:
                continue
            if (
                ids is None
                and documents is None
                and folder is not None
                and metadata.get("folderId") != folder
            ):
                continue
            found[id] = thread
        return found


def body_of(model: Model, step: Tuple[Any, ...]) -> Dict[str, Any]:
    _, _, sent, event, comment, document, replace = step
    metadata: Dict[str, Any] = {"organizationId": model.organization}
    if document is not None:
        metadata["documentId"] = document
    body = {"commentAnnotation": sent, "metadata": metadata, "replace": replace}
    if event is not None:
        body["event"] = event
    if comment is not None:
        body["commentId"] = comment
    return body


def play(client: Client, models: List[Model], step: Tuple[Any, ...]) -> None:
    model = models[step[1]]
    if step[0] == "save":
        body = body_of(model, step)
        untouched = copy.deepcopy(body)
        client.data("comments.saveComments", body)
        assert body == untouched, "the caller's own objects were changed"
        model.save(step[2], *step[3:])
    elif step[0] == "delete":
        answer = client.call("comments.deleteComment", model.organization, step[2])
        assert answer["success"] is (model.threads.pop(step[2], None) is not None)
    else:
        _, _, ids, documents, folder = step
        body = {"organizationId": model.organization, "commentAnnotationIds": ids, "documentIds": documents}
        if folder is not None:
            body.update(folderId=folder, allDocuments=True)
        assert client.data("comments.getComments", body) == model.read(ids, documents, folder)


def test_random_conversations_match_a_dictionary(driver: Driver) -> None:
    client = driver.sdk()

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(steps)
    def conversation(played: List[Tuple[Any, ...]]) -> None:
        number = next(COUNTER)
        models = [Model(f"{driver.one}-{number}"), Model(f"{driver.two}-{number}")]
        for step in played:
            play(client, models, step)
        for model in models:
            assert client.data("comments.getComments", model.organization) == model.threads

    conversation()
    client.close()
