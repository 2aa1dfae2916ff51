"""Every entity of the API as a row: how it is added, looked at, changed and removed, and what is seen after each.

A value `$name` is what an answer before gave under that name. A step of the control API begins with its method.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from tests.emulator.workflows import edge, human, mock

__all__ = ["ENTITIES", "Entity", "Seen", "Step"]

Fields = Dict[str, Any]


class Step(NamedTuple):
    """A request: service and method, fields, and what to keep of its answer, by where it stands there."""

    name: str
    fields: Fields
    keep: Mapping[str, str] = {}
    seconds: float = 0
    """To pass before it."""


class Seen(NamedTuple):
    """What stands somewhere in an answer, for example at `result.data.0.name`: in a list the first entry."""

    at: str
    value: Any


class Entity(NamedTuple):
    """An entity. One that cannot be changed, or not removed, has no such step."""

    name: str
    add: Step
    look: Step
    seen: Seen
    change: Optional[Step] = None
    changed: Optional[Seen] = None
    remove: Optional[Step] = None
    gone: Optional[Seen] = None
    before: Tuple[Step, ...] = ()


IN_ORGANIZATION: Fields = {"organizationId": "o"}
IN_DOCUMENT: Fields = {"organizationId": "o", "documentId": "d"}
IN_FOLDER: Fields = {"organizationId": "o", "folderId": "f"}
THREAD: Fields = {**IN_DOCUMENT, "annotationId": "t"}
ALICE = {"userId": "alice", "name": "Alice", "email": "alice@mail.example"}
BOB = {"userId": "bob", "name": "Bob", "email": "bob@mail.example"}
GRANT: Fields = {"type": "document", "id": "d", "organizationId": "o"}
INVITE: Fields = {"organizationId": "o", "email": "alice@mail.example", "type": "org_user"}
RULES = b"# Claims\n\n- Claims must cite a source.\n"

HOME = Step("organizations.addOrganizations", {"organizations": [{"organizationId": "o"}]})
DOCUMENT = Step("documents.addDocuments", {**IN_ORGANIZATION, "documents": [{"documentId": "d"}]})
FOLDER = Step("folders.addFolder", {**IN_ORGANIZATION, "folders": [{"folderId": "f"}]})
MEMBERS = Step("users.addUsers", {**IN_ORGANIZATION, "users": [ALICE, BOB]})
COMMENTED = Step(
    "commentAnnotations.addCommentAnnotations",
    {
        **IN_DOCUMENT,
        "commentAnnotations": [{"annotationId": "t", "commentData": [{"commentText": "One", "from": BOB}]}],
    },
)
ENDPOINTS = Step("workspace.updateAdvancedWebhookConfig", {"isEnabled": True})
AGENT: Fields = {
    "name": "Checker",
    "description": "Checks",
    "enabled": True,
    "instructions": "Check it.",
    "contextGathering": {"strategies": ["web-page-text"]},
    "execution": {},
}
MADE_AGENT = Step("agents.createAgent", AGENT, {"agent": "result.data.agentId"})
MADE_KEY = Step(
    "workspace.createApiKey",
    {"ownerEmail": "owner@mail.example", "type": "testing", "apiKeyName": "Old"},
    {"key": "result.data.apiKey"},
)
NODES: Fields = {
    "nodes": [human("review", "alice"), mock("rework")],
    "edges": [edge("review", "rework", "reject")],
}


def user(level: str, place: Fields, *before: Step) -> Entity:
    return Entity(
        f"user of {level}",
        Step("users.addUsers", {**place, "users": [ALICE]}),
        Step("users.getUsers", place),
        Seen("result.data", [{**ALICE, "organizationId": "o", **LOWER, "initial": "A"}]),
        Step("users.updateUsers", {**place, "users": [{"userId": "alice", "name": "Zoe"}]}),
        Seen("result.data.0.initial", "Z"),
        Step("users.deleteUsers", {**place, "userIds": ["alice"]}),
        Seen("result.data", []),
        before,
    )


LOWER = {"name_lowercase": "alice", "email_lowercase": "alice@mail.example"}


def setting(name: str, first: Fields, then: Fields, at: str, values: Tuple[Any, Any]) -> Entity:
    """A configuration of an api key: it is changed, and changed again."""
    return Entity(
        f"{name} of an api key",
        Step(f"workspace.update{name}", first),
        Step(f"workspace.get{name}", {}),
        Seen(f"result.data.{at}", values[0]),
        Step(f"workspace.update{name}", then),
        Seen(f"result.data.{at}", values[1]),
    )


IN_PLACES = (
    Entity(
        "organization",
        Step(
            "organizations.addOrganizations",
            {"organizations": [{"organizationId": "o", "organizationName": "Old"}]},
        ),
        Step("organizations.getOrganizations", {"organizationIds": ["o"]}),
        Seen("result.data.0.organizationName", "Old"),
        Step(
            "organizations.updateOrganizations",
            {"organizations": [{"organizationId": "o", "organizationName": "New"}]},
        ),
        Seen("result.data.0.organizationName", "New"),
        Step("organizations.deleteOrganizations", {"organizationIds": ["o"]}),
        Seen("result.data", []),
    ),
    Entity(
        "disabled organization",
        Step("organizations.updateOrganizationDisableState", {"organizationIds": ["o"], "disabled": True}),
        Step("organizations.getOrganizations", {}),
        Seen("result.data.0.disabled", True),
        Step("organizations.updateOrganizationDisableState", {"organizationIds": ["o"], "disabled": False}),
        Seen("result.data.0.disabled", False),
    ),
    Entity(
        "folder",
        Step("folders.addFolder", {**IN_ORGANIZATION, "folders": [{"folderId": "f", "folderName": "Old"}]}),
        Step("folders.getFolders", IN_ORGANIZATION),
        Seen("result.data.0.folderName", "Old"),
        Step(
            "folders.updateFolder", {**IN_ORGANIZATION, "folders": [{"folderId": "f", "folderName": "New"}]}
        ),
        Seen("result.data.0.folderName", "New"),
        Step("folders.deleteFolder", IN_FOLDER),
        Seen("result.data", []),
        (HOME,),
    ),
    Entity(
        "access to a folder",
        Step(
            "folders.updateFolderAccess", {**IN_ORGANIZATION, "folderIds": ["f"], "accessType": "restricted"}
        ),
        Step("folders.getFolders", IN_ORGANIZATION),
        Seen("result.data.0.accessType", "restricted"),
        Step(
            "folders.updateFolderAccess",
            {**IN_ORGANIZATION, "folderIds": ["f"], "accessType": "organizationPrivate"},
        ),
        Seen("result.data.0.accessType", "organizationPrivate"),
        before=(HOME, FOLDER),
    ),
    Entity(
        "document",
        Step(
            "documents.addDocuments",
            {**IN_ORGANIZATION, "documents": [{"documentId": "d", "documentName": "Old"}]},
        ),
        Step("documents.getDocuments", {**IN_ORGANIZATION, "documentIds": ["d"]}),
        Seen("result.data.0.documentName", "Old"),
        Step(
            "documents.updateDocuments",
            {**IN_ORGANIZATION, "documents": [{"documentId": "d", "documentName": "New"}]},
        ),
        Seen("result.data.0.documentName", "New"),
        Step("documents.deleteDocuments", {**IN_ORGANIZATION, "documentIds": ["d"]}),
        Seen("error.details.0.code", "not-found"),
        (HOME,),
    ),
    Entity(
        "access to a document",
        Step(
            "documents.updateDocumentAccess",
            {**IN_ORGANIZATION, "documentIds": ["d"], "accessType": "restricted"},
        ),
        Step("documents.getDocuments", IN_ORGANIZATION),
        Seen("result.data.0.accessType", "restricted"),
        Step(
            "documents.updateDocumentAccess",
            {**IN_ORGANIZATION, "documentIds": ["d"], "accessType": "public"},
        ),
        Seen("result.data.0.accessType", "public"),
        before=(HOME, DOCUMENT),
    ),
    Entity(
        "disabled document",
        Step(
            "documents.updateDocumentDisableState",
            {**IN_ORGANIZATION, "documentIds": ["d"], "disabled": True},
        ),
        Step("documents.getDocuments", IN_ORGANIZATION),
        Seen("result.data.0.disabled", True),
        Step(
            "documents.updateDocumentDisableState",
            {**IN_ORGANIZATION, "documentIds": ["d"], "disabled": False},
        ),
        Seen("result.data.0.disabled", False),
        before=(HOME, DOCUMENT),
    ),
)

OF_PEOPLE = (
    user("an organization", IN_ORGANIZATION, HOME),
    user("a document", IN_DOCUMENT, HOME, DOCUMENT),
    user("a folder", IN_FOLDER, HOME, FOLDER),
    Entity(
        "user group",
        Step(
            "userGroups.addUserGroups",
            {**IN_ORGANIZATION, "organizationUserGroups": [{"groupId": "g", "groupName": "G"}]},
        ),
        Step(
            "userGroups.addUsersToGroup",
            {**IN_ORGANIZATION, "organizationUserGroupId": "g", "userIds": ["alice"]},
        ),
        Seen("result.data.alice.success", True),
        before=(HOME, MEMBERS),
    ),
    Entity(
        "member of a user group",
        Step(
            "userGroups.addUsersToGroup",
            {**IN_ORGANIZATION, "organizationUserGroupId": "g", "userIds": ["alice"]},
        ),
        Step("users.getUsers", {**IN_ORGANIZATION, "organizationUserGroupIds": ["g"]}),
        Seen("result.data.0.userId", "alice"),
        Step(
            "userGroups.deleteUsersFromGroup",
            {**IN_ORGANIZATION, "organizationUserGroupId": "g", "userIds": ["alice"]},
        ),
        Seen("result.data", []),
        before=(
            HOME,
            MEMBERS,
            Step(
                "userGroups.addUserGroups", {**IN_ORGANIZATION, "organizationUserGroups": [{"groupId": "g"}]}
            ),
        ),
    ),
    Entity(
        "permission",
        Step(
            "accessControl.addPermissions",
            {"user": {"userId": "alice"}, "permissions": {"resources": [{**GRANT, "accessRole": "viewer"}]}},
        ),
        Step("accessControl.getPermissions", {**IN_ORGANIZATION, "userIds": ["alice"], "documentIds": ["d"]}),
        Seen("result.data.alice.documents.d", {"accessRole": "viewer", "accessType": "restricted"}),
        Step(
            "accessControl.addPermissions",
            {"user": {"userId": "alice"}, "permissions": {"resources": [{**GRANT, "accessRole": "editor"}]}},
        ),
        Seen("result.data.alice.documents.d.accessRole", "editor"),
        Step("accessControl.removePermissions", {"userId": "alice", "permissions": {"resources": [GRANT]}}),
        Seen("result.data.alice.documents.d.errorCode", "permission_denied"),
        (
            HOME,
            DOCUMENT,
            Step(
                "documents.updateDocumentAccess",
                {**IN_ORGANIZATION, "documentIds": ["d"], "accessType": "restricted"},
            ),
        ),
    ),
    Entity(
        "invitation",
        Step("users.addUserInvite", {**INVITE, "invitedBy": BOB}),
        Step("users.getInvitedUsers", {**IN_ORGANIZATION, "isPendingUsersOnly": True}),
        Seen("result.data.0.email", "alice@mail.example"),
        remove=Step("users.respondToInvite", {**INVITE, "status": "WITHDRAWN"}),
        gone=Seen("result.data", []),
        before=(HOME,),
    ),
    Entity(
        "accepted invitation",
        Step("users.addUserInvite", {**INVITE, "invitedBy": BOB}),
        Step("users.getUserInvitations", {"email": "alice@mail.example"}),
        Seen("result.data.0.status", "PENDING"),
        Step("users.respondToInvite", {**INVITE, "status": "ACCEPTED", "user": ALICE, "authToken": "theirs"}),
        Seen("result.data.0.status", "ACCEPTED"),
        before=(HOME,),
    ),
    Entity(
        "person to erase",
        Step("users.addUsers", {**IN_DOCUMENT, "users": [ALICE]}),
        Step("users.getDocUsers", IN_ORGANIZATION),
        Seen("result.data.0.userId", "alice"),
        remove=Step("gdpr.deleteAllUserData", {"userIds": ["alice"]}),
        gone=Seen("result.data", []),
        before=(HOME, DOCUMENT),
    ),
)

OF_DOCUMENTS = (
    Entity(
        "comment annotation",
        COMMENTED,
        Step("commentAnnotations.getCommentAnnotations", {**IN_ORGANIZATION, "documentId": "d"}),
        Seen("result.data.0.comments.0.commentText", "One"),
        Step(
            "commentAnnotations.updateCommentAnnotations",
            {**IN_DOCUMENT, "annotationIds": ["t"], "updatedData": {"priority": {"id": "P0"}}},
        ),
        Seen("result.data.0.priority.id", "P0"),
        Step("commentAnnotations.deleteCommentAnnotations", {**IN_DOCUMENT, "annotationIds": ["t"]}),
        Seen("result.data", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "comment",
        Step(
            "commentAnnotations.addComments",
            {**THREAD, "commentData": [{"commentId": 123456, "commentText": "Two", "from": ALICE}]},
        ),
        Step("commentAnnotations.getComments", {**THREAD, "commentIds": [123456]}),
        Seen("result.data.0.commentText", "Two"),
        Step(
            "commentAnnotations.updateComments",
            {**THREAD, "commentIds": [123456], "updatedData": {"commentText": "Three"}},
        ),
        Seen("result.data.0.commentText", "Three"),
        Step("commentAnnotations.deleteComments", {**THREAD, "commentIds": [123456]}),
        Seen("result.data", [None]),
        (HOME, DOCUMENT, COMMENTED),
    ),
    Entity(
        "what lies at a location",
        Step(
            "control POST recordings",
            {**IN_DOCUMENT, "recordings": [{"recordingId": "r", "location": {"id": "l"}}]},
        ),
        Step("recordings.getRecordings", IN_ORGANIZATION),
        Seen("result.data.0.location", {"id": "l"}),
        Step(
            "locations.updateLocation",
            {
                "documentId": "d",
                "apiKey": "key",
                "authToken": "token",
                "migrate": {
                    "oldLocation": {"id": "l"},
                    "newLocation": {"id": "l", "locationName": "Renamed"},
                },
            },
        ),
        Seen("result.data.0.location.locationName", "Renamed"),
        Step(
            "locations.deleteDataByLocation",
            {"documentId": "d", "apiKey": "key", "authToken": "token", "location": {"id": "l"}},
        ),
        Seen("result.data", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "recording",
        Step("control POST recordings", {**IN_DOCUMENT, "recordings": [{"recordingId": "r", "from": ALICE}]}),
        Step("recordings.getRecordings", {**IN_DOCUMENT, "recordingIds": ["r"]}),
        Seen("result.data.0.from.userId", "alice"),
        Step("control POST recordings", {**IN_DOCUMENT, "recordings": [{"recordingId": "r", "from": BOB}]}),
        Seen("result.data.0.from.userId", "bob"),
        Step("documents.deleteDocuments", {**IN_ORGANIZATION, "documentIds": ["d"]}),
        Seen("result.data", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "notification",
        Step(
            "notifications.addNotifications",
            {
                **IN_DOCUMENT,
                "notificationId": "n",
                "actionUser": ALICE,
                "notifyUsers": [BOB],
                "displayHeadlineMessageTemplate": "Asked",
                "displayBodyMessage": "Old",
            },
        ),
        Step("notifications.getNotifications", {**IN_ORGANIZATION, "userId": "bob"}),
        Seen("result.data.0.displayBodyMessage", "Old"),
        Step(
            "notifications.updateNotifications",
            {
                **IN_ORGANIZATION,
                "notifications": [{"id": "n", "displayBodyMessage": "New", "readByUserIds": ["bob"]}],
            },
        ),
        Seen("result.data.0.displayBodyMessage", "New"),
        Step("notifications.deleteNotifications", {**IN_ORGANIZATION, "notificationIds": ["n"]}),
        Seen("result.data", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "notification settings",
        Step(
            "notifications.setNotificationConfig",
            {**IN_ORGANIZATION, "userIds": ["alice"], "config": {"inbox": "MINE"}},
        ),
        Step(
            "notifications.getNotificationConfig",
            {**IN_ORGANIZATION, "userId": "alice", "getOrganizationConfig": True},
        ),
        Seen("result.data.0.config.inbox", "MINE"),
        Step(
            "notifications.setNotificationConfig",
            {**IN_ORGANIZATION, "userIds": ["alice"], "config": {"inbox": "NONE"}},
        ),
        Seen("result.data.0.config.inbox", "NONE"),
        before=(HOME,),
    ),
    Entity(
        "activity",
        Step(
            "activities.addActivities",
            {
                **IN_DOCUMENT,
                "activities": [
                    {
                        "id": "a",
                        "featureType": "custom",
                        "actionType": "run",
                        "actionUser": ALICE,
                        "targetEntityId": "e",
                        "displayMessageTemplate": "Old",
                    }
                ],
            },
        ),
        Step("activities.getActivities", {**IN_ORGANIZATION, "documentId": "d"}),
        Seen("result.data.0.displayMessageTemplate", "Old"),
        Step(
            "activities.updateActivities",
            {**IN_ORGANIZATION, "activities": [{"id": "a", "displayMessageTemplate": "New"}]},
        ),
        Seen("result.data.0.displayMessageTemplate", "New"),
        Step("activities.deleteActivities", {**IN_ORGANIZATION, "activityIds": ["a"]}),
        Seen("result.data", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "shared editing",
        Step("crdt.addCrdtData", {**IN_DOCUMENT, "editorId": "e", "type": "text", "data": "Old"}),
        Step("crdt.getCrdtData", IN_DOCUMENT),
        Seen("result.data.0.data", "Old"),
        Step("crdt.updateCrdtData", {**IN_DOCUMENT, "editorId": "e", "type": "text", "data": "New"}),
        Seen("result.data.0.data", "New"),
        Step("crdt.deleteCrdtData", {**IN_DOCUMENT, "editorIds": ["e"]}),
        Seen("result.data", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "live state",
        Step("livestate.broadcastEvent", {**IN_DOCUMENT, "liveStateDataId": "s", "data": {"a": 1}}),
        Step("control GET livestate", {}),
        Seen("livestate.0.data", {"a": 1}),
        Step(
            "livestate.broadcastEvent",
            {**IN_DOCUMENT, "liveStateDataId": "s", "data": {"b": 2}, "merge": True},
        ),
        Seen("livestate.0.data", {"a": 1, "b": 2}),
        Step("documents.deleteDocuments", {**IN_ORGANIZATION, "documentIds": ["d"]}),
        Seen("livestate", []),
        (HOME, DOCUMENT),
    ),
    Entity(
        "presence",
        Step("presence.addPresence", {**IN_DOCUMENT, "users": [{**ALICE, "status": "online"}]}),
        Step("control GET presence", {}),
        Seen("presence.0.status", "online"),
        Step("presence.updatePresence", {**IN_DOCUMENT, "users": [{"userId": "alice", "status": "away"}]}),
        Seen("presence.0.status", "away"),
        Step("presence.deletePresence", {**IN_DOCUMENT, "userIds": ["alice"]}),
        Seen("presence", []),
        (HOME, DOCUMENT),
    ),
)

OF_WORKSPACES = (
    Entity(
        "workspace",
        Step("workspace.createWorkspace", {"ownerEmail": "ann@mail.example", "workspaceName": "W"}),
        Step("workspace.getEmailStatus", {"ownerEmail": "ann@mail.example"}),
        Seen("result.data.verified", True),
    ),
    Entity(
        "api key",
        MADE_KEY,
        Step("workspace.getApiKeys", {}),
        Seen("result.data.0.apiKeyName", "Old"),
        Step("workspace.updateApiKey", {"apiKey": "$key", "apiKeyName": "New"}),
        Seen("result.data.0.apiKeyName", "New"),
    ),
    Entity(
        "auth token",
        Step("workspace.resetAuthToken", {"apiKey": "$key"}, {"token": "result.data.newAuthToken.token"}),
        Step("workspace.getAuthTokens", {"apiKey": "$key"}),
        Seen("result.data.authTokens.0.token", "$token"),
        Step("workspace.resetAuthToken", {"apiKey": "$key"}, {"later": "result.data.newAuthToken.token"}),
        Seen("result.data.authTokens.0.token", "$later"),
        before=(MADE_KEY,),
    ),
    Entity(
        "copied settings",
        Step("workspace.addDomains", {"domains": ["app.example"]}),
        Step("workspace.getDomains", {}),
        Seen("result.data.allowedDomains", ["app.example"]),
        Step("workspace.copyApiKey", {"sourceApiKey": "$key", "targetApiKey": "$key"}),
        Seen("result.data.allowedDomains", ["app.example"]),
        before=(MADE_KEY,),
    ),
    Entity(
        "domain",
        Step("workspace.addDomains", {"domains": ["app.example"]}),
        Step("workspace.getDomains", {}),
        Seen("result.data.allowedDomains", ["app.example"]),
        remove=Step("workspace.deleteDomains", {"domains": ["app.example"]}),
        gone=Seen("result.data.allowedDomains", []),
    ),
    Entity(
        "request for a domain",
        Step("workspace.createDomainRequest", {"domain": "app.example"}, {"request": "result.data.id"}),
        Step("workspace.getRequestedDomains", {}),
        Seen("result.data.0.status", "pending"),
        Step("workspace.acceptRejectAdditionalUrlRequest", {"action": "accept", "id": "$request"}),
        Seen("result.data.0.status", "accepted"),
    ),
    Entity(
        "webhook endpoint",
        Step(
            "workspace.createAdvancedWebhookEndpoint",
            {"url": "https://app.example/hook", "description": "Old"},
            {"endpoint": "result.data.id"},
        ),
        Step("workspace.getAdvancedWebhookEndpoints", {}),
        Seen("result.data.endpoints.0.description", "Old"),
        Step("workspace.updateAdvancedWebhookEndpoint", {"endpointId": "$endpoint", "description": "New"}),
        Seen("result.data.endpoints.0.description", "New"),
        Step("workspace.deleteAdvancedWebhookEndpoint", {"endpointId": "$endpoint"}),
        Seen("result.data.endpoints", []),
        (ENDPOINTS,),
    ),
    setting(
        "EmailConfig",
        {"useEmailService": True},
        {"emailServiceConfig": {"type": "default", "fromEmail": "velt@mail.example"}},
        "emailServiceConfig.type",
        ("custom", "default"),
    ),
    setting(
        "WebhookConfig",
        {"webhookServiceConfig": {"rawNotificationUrl": "https://app.example/1"}},
        {"webhookServiceConfig": {"rawNotificationUrl": "https://app.example/2"}},
        "webhookServiceConfig.rawNotificationUrl",
        ("https://app.example/1", "https://app.example/2"),
    ),
    setting(
        "NotificationConfig",
        {"useNotificationService": True},
        {"useNotificationService": False},
        "useNotificationService",
        (True, False),
    ),
    setting(
        "PermissionProviderConfig",
        {"permissionProviderConfig": {"permissionProviderUrl": "https://app.example/1"}},
        {"permissionProviderConfig": {"permissionProviderUrl": "https://app.example/2"}},
        "permissionProviderConfig.permissionProviderUrl",
        ("https://app.example/1", "https://app.example/2"),
    ),
    setting(
        "ActivityConfig",
        {"activityServiceConfig": {"isEnabled": True}},
        {"activityServiceConfig": {"immutable": False}},
        "activityServiceConfig.immutable",
        (True, False),
    ),
    setting(
        "AdvancedWebhookConfig",
        {"isEnabled": True, "encodeData": True},
        {"encodeData": False},
        "encodeData",
        (True, False),
    ),
    setting(
        "ApiKeyMetadata",
        {"defaultDocumentAccessType": "restricted"},
        {"defaultDocumentAccessType": "organizationPrivate"},
        "defaultDocumentAccessType",
        ("restricted", "organizationPrivate"),
    ),
)

OF_AGENTS = (
    Entity(
        "agent",
        MADE_AGENT,
        Step("agents.getAgent", {"agentId": "$agent"}),
        Seen("result.data.agent.name", "Checker"),
        Step("agents.updateAgent", {"agentId": "$agent", "name": "New"}),
        Seen("result.data.agent.name", "New"),
        Step("agents.deleteAgent", {"agentId": "$agent"}),
        Seen("error.status", "NOT_FOUND"),
    ),
    Entity(
        "version of an agent",
        MADE_AGENT,
        Step("agents.listAgentVersions", {"agentId": "$agent"}),
        Seen("result.data.versions.0.version", 1),
        Step("agents.updateAgentVersion", {"agentId": "$agent", "instructions": "Check it twice."}),
        Seen("result.data.versions.0.version", 2),
        Step("agents.deleteAgent", {"agentId": "$agent"}),
        Seen("result.data.versions", []),
    ),
    Entity(
        "agent group",
        Step(
            "agents.createAgentGroup",
            {"name": "Old", "agentIds": ["$agent"]},
            {"group": "result.data.group.id"},
        ),
        Step("agents.getAgentGroup", {"groupId": "$group"}),
        Seen("result.data.group.name", "Old"),
        Step("agents.updateAgentGroup", {"groupId": "$group", "name": "New"}),
        Seen("result.data.group.name", "New"),
        Step("agents.deleteAgentGroup", {"groupId": "$group"}),
        Seen("error.status", "NOT_FOUND"),
        (MADE_AGENT,),
    ),
    Entity(
        "member of an agent group",
        Step("agents.addAgentsToGroup", {"groupId": "$group", "agentIds": ["$agent"]}),
        Step("agents.getAgentGroup", {"groupId": "$group"}),
        Seen("result.data.group.agentIds", ["$agent"]),
        remove=Step("agents.removeAgentsFromGroup", {"groupId": "$group", "agentIds": ["$agent"]}),
        gone=Seen("result.data.group.agentIds", []),
        before=(
            MADE_AGENT,
            Step("agents.createAgentGroup", {"name": "G"}, {"group": "result.data.group.id"}),
        ),
    ),
    Entity(
        "knowledge source",
        Step(
            "memory.ingestKnowledge",
            {
                "source": "inline",
                "file": {
                    "base64": b64encode(RULES).decode(),
                    "fileName": "rules.txt",
                    "mimeType": "text/plain",
                    "fileSize": len(RULES),
                },
            },
            {"source": "result.sourceId"},
        ),
        Step("memory.listExtractedRules", {"sourceId": "$source"}, seconds=5),
        Seen("result.0.content", "Claims must cite a source."),
        Step("memory.updateKnowledge", {"sourceId": "$source", "newContent": "- Pictures must be WEBP.\n"}),
        Seen("result.0.content", "Pictures must be WEBP."),
        Step("memory.deleteKnowledge", {"sourceId": "$source"}),
        Seen("error.status", "NOT_FOUND"),
    ),
    Entity(
        "settings of alerts",
        Step("memory.updateAlertConfig", {"config": {"enabled": False}}),
        Step("memory.getAlertConfig", {}),
        Seen("result.enabled", False),
        Step("memory.updateAlertConfig", {"config": {"enabled": True}}),
        Seen("result.enabled", True),
    ),
    Entity(
        "workflow definition",
        Step("workflow.createDefinition", {"definitionId": "flow", "name": "Old", **NODES}),
        Step("workflow.getDefinition", {"definitionId": "flow"}),
        Seen("result.name", "Old"),
        Step("workflow.updateDefinition", {"definitionId": "flow", "name": "New", "ifVersion": 1, **NODES}),
        Seen("result.name", "New"),
        Step("workflow.deleteDefinition", {"definitionId": "flow", "purge": True}),
        Seen("error.status", "NOT_FOUND"),
    ),
)

ENTITIES: Tuple[Entity, ...] = (*IN_PLACES, *OF_PEOPLE, *OF_DOCUMENTS, *OF_WORKSPACES, *OF_AGENTS)
