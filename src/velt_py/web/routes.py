"""The table of routes: which path is which operation. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Mapping, Optional, Tuple

__all__ = ["FILE", "HEALTH", "LIVE", "OPERATIONS", "Route", "find_route"]


@dataclass(frozen=True)
class Route:
    """One route.

    Args:
        name: what logs call it; for the routes of operations the operation's name.
        methods: the HTTP methods it takes.
        service: the attribute of `sdk.selfHosting`.
        call: the attribute of the service.
        upload: the service's call for `multipart/form-data` posts; None when there are none.
    """

    name: str
    methods: Tuple[str, ...] = ("POST",)
    service: str = ""
    call: str = ""
    upload: Optional[Tuple[str, str]] = None


HEALTH = Route("healthz", ("GET", "HEAD"))
LIVE = Route("healthz.live", ("GET", "HEAD"))
FILE = Route("files.get", ("GET", "HEAD"), "attachments", "getFile")

SAVE_FILE = ("attachments", "saveAttachment")

OPERATIONS: Mapping[str, Route] = {
    "/comments/get": Route("comments.get", service="comments", call="getComments"),
    "/comments/save": Route("comments.save", service="comments", call="saveComments"),
    "/comments/delete": Route("comments.delete", service="comments", call="deleteComment"),
    "/reactions/get": Route("reactions.get", service="reactions", call="getReactions"),
    "/reactions/save": Route("reactions.save", service="reactions", call="saveReactions"),
    "/reactions/delete": Route("reactions.delete", service="reactions", call="deleteReaction"),
    "/recordings/get": Route("recordings.get", service="recorders", call="getRecorderAnnotations"),
    # The file of a recording may be posted to the same address as the recording.
    "/recordings/save": Route(
        "recordings.save", service="recorders", call="saveRecorderAnnotation", upload=SAVE_FILE
    ),
    "/recordings/delete": Route("recordings.delete", service="recorders", call="deleteRecorderAnnotation"),
    "/recordings/files/save": Route(
        "attachments.save", service="attachments", call="saveAttachment", upload=SAVE_FILE
    ),
    "/recordings/files/delete": Route("attachments.delete", service="attachments", call="deleteAttachment"),
    "/attachments/save": Route(
        "attachments.save", service="attachments", call="saveAttachment", upload=SAVE_FILE
    ),
    "/attachments/delete": Route("attachments.delete", service="attachments", call="deleteAttachment"),
    "/users/get": Route("users.get", service="users", call="getUsers"),
    "/users/resolve": Route("users.resolve", service="users", call="resolveUserIdsByEmail"),
    "/notifications/get": Route("notifications.get", service="notifications", call="getNotifications"),
    "/notifications/delete": Route(
        "notifications.delete", service="notifications", call="deleteNotification"
    ),
    "/activities/get": Route("activities.get", service="activities", call="getActivities"),
    "/activities/save": Route("activities.save", service="activities", call="saveActivities"),
}

_FIXED: Dict[str, Route] = {**OPERATIONS, "/healthz": HEALTH, "/healthz/live": LIVE}
_FILES = "/files/"


def find_route(path: str) -> Optional[Route]:
    """The route of a decoded path below the mount, None when there is none."""
    route = _FIXED.get(path)
    if route is None and path.startswith(_FILES) and path != _FILES and "/" not in path[len(_FILES) :]:
        return FILE
    return route


def file_id(path: str) -> str:
    """The id in the path of a file."""
    return path[len(_FILES) :]
