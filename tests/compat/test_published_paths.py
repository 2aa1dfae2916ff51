"""Every name of the self-hosting half of velt-py 0.3.0 is where it was, with the published parameters."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

import velt_py
from tests.compat import published

NAMES: Dict[str, List[str]] = {
    "velt_py.services": [
        "BaseService",
        "CommentService",
        "ReactionService",
        "AttachmentService",
        "UserService",
        "TokenService",
    ],
    "velt_py.services.self_hosting": [
        "BaseService",
        "CommentService",
        "ReactionService",
        "AttachmentService",
        "RecorderService",
        "NotificationService",
        "ActivityService",
        "UserService",
        "ResolverAuthService",
    ],
    "velt_py.services.self_hosting.base_service": ["BaseService"],
    "velt_py.services.self_hosting.comment_service": ["CommentService"],
    "velt_py.services.self_hosting.reaction_service": ["ReactionService"],
    "velt_py.services.self_hosting.attachment_service": ["AttachmentService"],
    "velt_py.services.self_hosting.recorder_service": ["RecorderService"],
    "velt_py.services.self_hosting.notification_service": ["NotificationService"],
    "velt_py.services.self_hosting.activity_service": ["ActivityService"],
    "velt_py.services.self_hosting.user_service": ["UserService"],
    "velt_py.services.self_hosting.resolver_auth_service": ["ResolverAuthService"],
    "velt_py.services.api.token_service": ["TokenService"],
    "velt_py.services.storage": ["S3Service"],
    "velt_py.services.storage.s3_service": ["S3Service"],
    "velt_py.backends": ["SelfHostingBackend"],
    "velt_py.backends.self_hosting_backend": ["SelfHostingBackend"],
    "velt_py.config": ["Config"],
    "velt_py.sdk": ["VeltSDK"],
    "velt_py.exceptions": [
        "VeltSDKError",
        "VeltDatabaseError",
        "VeltDatabaseOperationError",
        "VeltValidationError",
        "VeltTokenError",
        "VeltApiError",
    ],
    "velt_py.database": [
        "DatabaseAdapter",
        "MongoDBAdapter",
        "PostgresAdapter",
        "PostgresTable",
        "InsertOneResult",
        "UpdateResult",
        "DeleteResult",
        "get_database",
        "reset_connection",
    ],
    "velt_py.database.base": ["DatabaseAdapter"],
    "velt_py.database.results": ["InsertOneResult", "UpdateResult", "DeleteResult"],
    "velt_py.database.connection": ["get_database", "reset_connection", "postgres_schema_sql"],
    "velt_py.database.mongodb_adapter": ["MongoDBAdapter"],
    "velt_py.database.postgres_adapter": ["PostgresAdapter", "PostgresTable"],
    "velt_py.models.base": ["BaseMetadata", "ResolverDeleteMetadata", "ResolverResponse"],
    "velt_py.models.enums": ["ResolverActions", "CommentResolverSaveEvent"],
    "velt_py.models.comment": [
        "UNSET",
        "PartialTargetTextRange",
        "PartialComment",
        "PartialCommentAnnotation",
        "GetCommentResolverRequest",
        "SaveCommentResolverRequest",
        "DeleteCommentResolverRequest",
    ],
    "velt_py.models.reaction": [
        "PartialReactionAnnotation",
        "GetReactionResolverRequest",
        "SaveReactionResolverRequest",
        "DeleteReactionResolverRequest",
    ],
    "velt_py.models.recorder": [
        "PartialRecorderAnnotation",
        "PartialRecorderAnnotationEditVersion",
        "GetRecorderResolverRequest",
        "SaveRecorderResolverRequest",
        "DeleteRecorderResolverRequest",
    ],
    "velt_py.models.notification": [
        "PartialNotification",
        "GetNotificationResolverRequest",
        "SaveNotificationResolverRequest",
        "DeleteNotificationResolverRequest",
    ],
    "velt_py.models.activity": [
        "PartialActivityRecord",
        "GetActivityResolverRequest",
        "SaveActivityResolverRequest",
    ],
    "velt_py.models.attachment": [
        "PartialAttachment",
        "ResolverAttachment",
        "AttachmentResolverMetadata",
        "SaveAttachmentResolverData",
        "SaveAttachmentResolverRequest",
        "DeleteAttachmentResolverRequest",
    ],
    "velt_py.models.user": [
        "PartialUser",
        "PartialTaggedUserContacts",
        "User",
        "GetUserResolverRequest",
        "ResolveUserIdsByEmailRequest",
    ],
    "velt_py.models.resolver_auth": ["VerifyTokenResult"],
}

PUBLIC = """
import velt_py

answer = sorted(velt_py.__all__)
"""

MISSING = """
import importlib

answer = [each for each in given if not hasattr(importlib.import_module(each[0]), each[1])]
"""

METHODS = """
import importlib
import inspect

def parameters(method):
    kept = [each for each in inspect.signature(method).parameters.values() if each.name != "self"]
    return [[each.name, str(each.default), str(each.kind)] for each in kept]

answer = {}
for path, name in given:
    service = getattr(importlib.import_module(path), name)
    answer[name] = {
        method: parameters(value)
        for method, value in inspect.getmembers(service)
        if method == "__init__" or (not method.startswith("_") and callable(value) and not inspect.isclass(value))
    }
"""


def names() -> List[Any]:
    return [pytest.param(path, name, id=f"{path}.{name}") for path, found in NAMES.items() for name in found]


@pytest.mark.parametrize(("path", "name"), names())
def test_a_published_name_is_at_its_published_path(path: str, name: str) -> None:
    assert getattr(importlib.import_module(path), name) is not None


@pytest.mark.parametrize("path", sorted(NAMES))
def test_a_published_module_can_be_the_first_that_is_imported(path: str) -> None:
    source = str(Path(velt_py.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": source}
    subprocess.run([sys.executable, "-c", f"import {path}"], check=True, timeout=60, env=environment)


def test_the_table_above_names_what_velt_py_has(published_python: Path) -> None:
    given = [[path, name] for path, found in NAMES.items() for name in found]
    assert published.run(published_python, MISSING, given) == []


def test_every_public_name_of_velt_py_is_a_public_name_here(published_python: Path) -> None:
    assert set(published.run(published_python, PUBLIC)) <= set(velt_py.__all__)


SERVICES = [
    ["velt_py.services.self_hosting", name]
    for name in [
        "CommentService",
        "ReactionService",
        "RecorderService",
        "NotificationService",
        "ActivityService",
        "UserService",
        "AttachmentService",
        "ResolverAuthService",
    ]
] + [
    ["velt_py.services.storage", "S3Service"],
    ["velt_py.services.api.token_service", "TokenService"],
    ["velt_py.backends", "SelfHostingBackend"],
    ["velt_py.database", "PostgresAdapter"],
    ["velt_py.database", "MongoDBAdapter"],
]


INNER = {"ddl_session", "ensure_table", "index_information"}
"""What velt-py's own start-up calls on its PostgreSQL adapter."""


def test_every_method_of_every_published_service_exists_and_constructors_begin_with_the_published_parameters(
    published_python: Path,
) -> None:
    theirs = published.run(published_python, METHODS, SERVICES)
    for path, name in SERVICES:
        service = getattr(importlib.import_module(path), name)
        for method, parameters in theirs[name].items():
            if method in INNER:
                continue
            assert hasattr(service, method), f"{name}.{method}"
            if method == "__init__":
                ours = list(inspect.signature(service.__init__).parameters)[1:]
                assert ours[: len(parameters)] == [parameter[0] for parameter in parameters], name
