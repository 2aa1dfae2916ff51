"""The models beside those of velt-py 0.3.0: the same fields in the same order, the same JSON."""

from __future__ import annotations

import dataclasses
import inspect
import random
from pathlib import Path
from typing import Any, Dict, List, Type, get_type_hints

import pytest

import velt_py.models
from tests.compat import published
from velt_py.models.base import Model, Request

OURS_ONLY = {"SaveUserRequest"}
MODELS: Dict[str, Type[Model]] = {
    name: value
    for name, value in ((name, getattr(velt_py.models, name)) for name in velt_py.models.__all__)
    if inspect.isclass(value) and issubclass(value, Model) and name not in OURS_ONLY
}

FIELDS = """
import dataclasses
import velt_py.models as models

def default(field):
    if field.default is dataclasses.MISSING:
        return "required"
    return repr(field.default)

answer = {
    name: [[field.name, default(field)] for field in dataclasses.fields(getattr(models, name))] for name in given
}
"""

TO_DICT = """
import velt_py.models as models

answer = []
for name, body in given:
    model = getattr(models, name).from_dict(body)
    answer.append(model.to_dict())
"""

POSITIONAL = """
import velt_py.models as models

answer = [getattr(models, name)(*arguments).to_dict() for name, arguments in given]
"""

ENUMS = """
import velt_py.models as models

answer = {name: [[member.name, member.value] for member in getattr(models, name)] for name in given}
"""


def default(field: Any) -> str:
    return "required" if field.default is dataclasses.MISSING else repr(field.default)


def sample(annotation: Any, name: str, chance: random.Random) -> Any:
    """A value as a browser sends it: of published names only, and never null or empty."""
    origin, arguments = getattr(annotation, "__origin__", None), getattr(annotation, "__args__", ())
    if name == "event":
        return chance.choice(["comment.add", "comment_annotation.assign", "activity.save", "new.event"])
    if inspect.isclass(annotation) and issubclass(annotation, Model):
        return body_of(annotation, chance)
    if origin is dict:
        keys = [str(number) for number in chance.sample(range(1, 1_000_000), chance.randint(1, 3))]
        return {key: sample(arguments[1], "", chance) for key in keys}
    if origin is list:
        return [sample(arguments[0], "", chance) for _ in range(chance.randint(1, 3))]
    if origin is not None:  # a union
        kinds = [kind for kind in arguments if kind is not type(None)]
        return sample(chance.choice(kinds), name, chance)
    if annotation is bool:
        return chance.choice([True, False])
    if annotation is int:
        return chance.randint(1, 999_999)
    if annotation is str:
        return chance.choice(["text", "Grüße 🎈", "a.b", "$c", "0"])
    return chance.choice([1, 1.5, "x", True, {"a": [1, None]}, [{"b": ""}]])


def body_of(model: Type[Model], chance: random.Random) -> Dict[str, Any]:
    hints = get_type_hints(model)
    body: Dict[str, Any] = {}
    while not body:
        for field in dataclasses.fields(model):  # type: ignore[arg-type]
            required = field.default is dataclasses.MISSING
            if field.name not in ("extra_fields", "customFields") and (required or chance.random() < 0.7):
                body[field.name.rstrip("_")] = sample(hints[field.name], field.name, chance)
    return body


def test_every_model_begins_with_the_published_fields_in_their_order_and_with_their_defaults(
    published_python: Path,
) -> None:
    theirs: Dict[str, List[List[str]]] = published.run(published_python, FIELDS, list(MODELS))
    for name, fields in theirs.items():
        ours = [[field.name, default(field)] for field in dataclasses.fields(MODELS[name])]  # type: ignore[arg-type]
        assert ours[: len(fields)] == fields, name
        assert [field for field, _ in ours[len(fields) :]] in ([], ["extra_fields"]), name


def test_bodies_of_published_names_give_the_same_json(published_python: Path) -> None:
    chance = random.Random(8)
    readable = [model for name, model in MODELS.items() if name != "VerifyTokenResult"]
    bodies = [[model.__name__, body_of(model, chance)] for model in readable for _ in range(40)]
    theirs = published.run(published_python, TO_DICT, bodies)
    for (name, body), expected in zip(bodies, theirs):
        assert MODELS[name].from_dict(body).to_dict() == expected, (name, body)


def test_models_made_by_position_give_the_same_json(published_python: Path) -> None:
    made: List[List[Any]] = [
        ["PartialUser", ["u"]],
        ["PartialTargetTextRange", []],
        ["PartialTargetTextRange", ["text"]],
        ["PartialComment", [7, "", "text", {}, None, [], []]],
        ["PartialComment", [7, None, None, None, None, None, None, {"a": 0, "b": None, "commentId": 8}]],
        ["PartialCommentAnnotation", ["A"]],
        ["PartialCommentAnnotation", ["A", None, {}, None, None, None, None, None, {"a": ""}]],
        ["GetCommentResolverRequest", ["O", [], [], "", False]],
        ["SaveCommentResolverRequest", [{}, "", None, ""]],
        ["DeleteCommentResolverRequest", ["A", None, "comment_annotation.delete"]],
        ["PartialReactionAnnotation", ["R", None, ""]],
        ["PartialRecorderAnnotation", ["R", None, {}, {}, {}, [], {}, {}, {}]],
        ["PartialRecorderAnnotationEditVersion", [{}, {}, [], {}]],
        ["PartialNotification", ["N", "", {}, "", "", {}, 0, {}]],
        ["SaveNotificationResolverRequest", [{}]],
        ["SaveNotificationResolverRequest", [{}, "O"]],
        ["DeleteNotificationResolverRequest", ["N"]],
        ["PartialActivityRecord", ["a", {}, 0, "", {}, None, {}]],
        ["SaveActivityResolverRequest", [{}, None, None, ""]],
        ["PartialAttachment", ["u", "n", 1]],
        ["ResolverAttachment", [0, "", "", None, ""]],
        ["AttachmentResolverMetadata", ["", "", "", 0, "", ""]],
        ["User", ["u", "", "", None, None, None, False, "", {"a": 0}]],
        ["GetUserResolverRequest", ["O", []]],
        ["ResolveUserIdsByEmailRequest", ["O", [], "", ""]],
        ["BaseMetadata", ["", "", "", None, None, None, None, {}]],
        ["ResolverResponse", [{}, False, 404]],
        ["VerifyTokenResult", [False, None, "e", "C"]],
        ["VerifyTokenResult", [True, {"sub": "u"}]],
    ]
    theirs = published.run(published_python, POSITIONAL, made)
    for (name, arguments), expected in zip(made, theirs):
        assert MODELS[name](*arguments).to_dict() == expected, name


def test_empty_bodies_give_the_same_json(published_python: Path) -> None:
    readable = [name for name in MODELS if name != "VerifyTokenResult"]
    theirs = published.run(published_python, TO_DICT, [[name, {}] for name in readable])
    assert [MODELS[name].from_dict({}).to_dict() for name in readable] == theirs


def test_the_events_are_the_published_ones(published_python: Path) -> None:
    names = ["ResolverActions", "CommentResolverSaveEvent"]
    theirs = published.run(published_python, ENUMS, names)
    ours = {name: [[member.name, member.value] for member in getattr(velt_py.models, name)] for name in names}
    assert ours == theirs


@pytest.mark.parametrize(
    ("model", "body", "lost"),
    [
        ("PartialUser", {"userId": "u", "name": "Una"}, {"userId": "u"}),
        ("PartialTargetTextRange", {"text": "t", "occurrence": 2}, {"text": "t"}),
        ("BaseMetadata", {"apiKey": "K", "locale": "de"}, {"apiKey": "K"}),
        (
            "PartialCommentAnnotation",
            {"annotationId": "A", "assignedTo": None, "comments": {}},
            {"annotationId": "A"},
        ),
        ("PartialRecorderAnnotation", {"annotationId": "R", "transcription": None}, {"annotationId": "R"}),
    ],
)
def test_names_and_nulls_that_the_published_models_lose_come_back_from_ours(
    published_python: Path, model: str, body: Dict[str, Any], lost: Dict[str, Any]
) -> None:
    assert published.run(published_python, TO_DICT, [[model, body]]) == [lost]
    assert MODELS[model].from_dict(body).to_dict() == body


def test_only_requests_take_a_null_for_absence() -> None:
    assert {name for name, model in MODELS.items() if not model._keeps_null} == {
        *(name for name, model in MODELS.items() if issubclass(model, Request)),
        "VerifyTokenResult",
    }
