"""One walk over all operations: a sample request for each, made from the facts of the table, in a sensible order.

The values of a request follow from the names of its fields; what a name cannot say stands beside the operation.
A value `$name` is what an answer before gave under that name.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Tuple

from tests.emulator.controlling import script
from tests.emulator.filling import filled, found_in
from tests.emulator.judgments import DAY, judge
from tests.emulator.workflows import agent, edge, human, mock
from velt_py.api.client import Raw
from velt_py.emulator import Emulator
from velt_py.emulator.routes import Route, make_routes

__all__ = ["DELETING", "Sample", "person", "prepared", "samples", "walked"]

Fields = Dict[str, Any]

ORGANIZATION, DOCUMENT, FOLDER, GROUP, THREAD = "org-1", "doc-1", "folder-1", "group-1", "thread-1"


class Sample(NamedTuple):
    """A request: service and method, fields, and what to keep of its answer, by where it stands there."""

    name: str
    fields: Fields
    keep: Mapping[str, Tuple[str, ...]] = {}


def person(marker: str) -> Fields:
    return {"userId": f"{marker}-user", "name": f"{marker} Name", "email": f"{marker}@mail.example"}


def samples(marker: str) -> List[Sample]:
    """A sample of every operation; what deletes stands at the end.

    Args:
        marker: stands in every text, address and name that is written.
    """
    routes = {route.name: route for route in make_routes().values() if not route.deprecated}
    routes.pop("workflow.webhookCallback", None)
    by_name, special, keep = _by_name(marker), _special(marker), dict(KEEP)
    found: Dict[str, Sample] = {}
    for name, route in routes.items():
        fields = {**_required(route, by_name), **special.get(name, {})}
        found[name] = Sample(name, fields, keep.get(name, {}))
    early = [each for name, each in found.items() if name not in DELETING and name not in LATE]
    late = [found[name] for name in LATE if name in found]
    deleting = [found[name] for name in DELETING if name in found]
    return early + late + deleting


def prepared(emulator: Emulator, key: str, marker: str) -> None:
    """Let reviewers of an api key approve less than they did, without which there is no alert to look at, and let its
    agents take their time, without which no step of one waits."""
    script(emulator, "agents.runAgentExecution", {"afterMs": 1_000_000}, key, agentId="spell-check")
    now = emulator.clock.milliseconds()
    facts = {"organizationId": ORGANIZATION, "actionUser": person(marker)}
    for decision, days in (("approved", 20), ("rejected", 1)):
        judge(emulator, *[{**facts, "decision": decision, "createdAt": now - days * DAY * 1000}] * 5, key=key)


def walked(
    emulator: Emulator, api: Any, kept: Fields, steps: Iterable[Sample]
) -> Iterator[Tuple[str, Raw[Any]]]:
    """Call one operation after the other, ten seconds apart; each with its answer.

    Args:
        emulator: over which `api` calls.
        api: of an SDK.
        kept: the values of `$name`; what later requests need of an answer is added.
        steps: what to call.
    """
    for sample in steps:
        area, _, method = sample.name.partition(".")
        emulator.clock.tick(10)
        reply = getattr(getattr(api, area), method).raw(**filled(sample.fields, kept))
        for name, path in sample.keep.items():
            value = found_in(reply.answer, path)
            if value is not None:
                kept[name] = value
        yield sample.name, reply


DELETING = (
    *("commentAnnotations.deleteComments", "commentAnnotations.deleteCommentAnnotations"),
    *("notifications.deleteNotifications", "activities.deleteActivities", "presence.deletePresence"),
    *("crdt.deleteCrdtData", "locations.deleteDataByLocation", "accessControl.removePermissions"),
    *("userGroups.deleteUsersFromGroup", "gdpr.deleteAllUserData", "gdpr.getDeleteUserDataStatus"),
    *("users.deleteUsers", "documents.deleteDocuments", "folders.deleteFolder"),
    *(
        "organizations.deleteOrganizations",
        "workspace.deleteAdvancedWebhookEndpoint",
        "workspace.deleteDomains",
    ),
    *("workspace.resetAuthToken", "agents.removeAgentsFromGroup", "agents.deleteAgentGroup"),
    *("agents.deleteAgent", "memory.deleteKnowledge", "workflow.cancelStep", "workflow.cancelExecution"),
    "workflow.deleteDefinition",
)
"""What takes something away, in the order of the walk."""

LATE = (
    *("workspace.getEmailConfig", "workspace.getWebhookConfig", "workspace.getPermissionProviderConfig"),
    *("memory.listAlerts", "memory.dismissAlert", "memory.markAlertActioned"),
    *("workflow.resolveStep", "workspace.copyApiKey"),
)
"""What changes something that others look at."""

KEEP: Dict[str, Dict[str, Tuple[str, ...]]] = {
    "documents.migrateDocuments": {"migrationId": ("result", "data", "migrationId")},
    "commentAnnotations.addComments": {"commentId": ("result", "data", "0")},
    "gdpr.deleteAllUserData": {"jobId": ("data", "jobId")},
    "workspace.createApiKey": {"apiKey": ("result", "data", "apiKey")},
    "workspace.createDomainRequest": {"domainRequest": ("result", "data", "id")},
    "workspace.createAdvancedWebhookEndpoint": {"endpointId": ("result", "data", "id")},
    "agents.createAgent": {"agentId": ("result", "data", "agentId")},
    "agents.runAgentExecution": {"agentExecution": ("result", "data", "executionId")},
    "agents.createAgentGroup": {"groupId": ("result", "data", "group", "id")},
    "memory.getUploadUrl": {"fileRef": ("result", "fileRef")},
    "memory.ingestKnowledge": {"sourceId": ("result", "sourceId")},
    "memory.listAlerts": {"alertId": ("result", "0", "id")},
    "workflow.dispatchExecution": {"executionId": ("result", "executionId")},
    "workflow.getExecution": {
        f"{node}Step": ("result", "steps", str(number), "stepId")
        for number, node in enumerate(("review", "overridden", "withdrawn", "look"))
    },
}


def _required(route: Route, by_name: Mapping[str, Any]) -> Fields:
    return {name: by_name[name] for name, fact in route.facts.items() if fact.required}


def _by_name(marker: str) -> Fields:
    who = person(marker)
    resources = {"resources": [{"type": "document", "id": DOCUMENT, "organizationId": ORGANIZATION}]}
    comment = {
        "commentText": f"{marker} says",
        "from": who,
        "triggerNotification": True,
        "triggerActivities": True,
    }
    thread = {
        "annotationId": THREAD,
        "commentData": [comment],
        "location": {"id": "place"},
        "assignedTo": who,
    }
    return {
        "organizationId": ORGANIZATION,
        "organizationIds": [ORGANIZATION],
        "organizations": [{"organizationId": ORGANIZATION, "organizationName": f"{marker} organization"}],
        "documentId": DOCUMENT,
        "documentIds": [DOCUMENT],
        "documents": [
            {"documentId": DOCUMENT, "documentName": f"{marker} document", "metadata": {"m": marker}}
        ],
        "newDocumentId": "doc-2",
        "folderId": FOLDER,
        "folderIds": [FOLDER],
        "folders": [{"folderId": FOLDER, "folderName": f"{marker} folder"}],
        "users": [{**who, "status": "online"}],
        "user": who,
        "actionUser": who,
        "notifyUsers": [who],
        "userId": who["userId"],
        "userIds": [who["userId"]],
        "userProperties": {"name": who["name"], "email": who["email"]},
        "organizationUserGroups": [{"groupId": GROUP, "groupName": f"{marker} group"}],
        "organizationUserGroupId": GROUP,
        "deleteAll": False,
        "disabled": False,
        "enabled": True,
        "accessType": "public",
        "migrationId": "$migrationId",
        "notifications": [{"id": "notice-1", "displayBodyMessage": f"{marker} changed"}],
        "commentAnnotations": [thread],
        "annotationId": THREAD,
        "commentData": [comment],
        "commentIds": ["$commentId"],
        "updatedData": {"commentText": f"{marker} changed"},
        "activities": [
            {
                "id": "activity-1",
                "featureType": "custom",
                "actionType": "run",
                "actionUser": who,
                "targetEntityId": "entity-1",
                "displayMessageTemplate": f"{marker} ran",
                "displayMessageTemplateData": {"marker": marker},
            }
        ],
        "permissions": resources,
        "editorId": "editor-1",
        "data": {"text": f"{marker} typed"},
        "type": "map",
        "liveStateDataId": "live-1",
        "model": "claude-x",
        "prompt": f"{marker} prompt",
        "text": f"{marker} text",
        "jobId": "$jobId",
        "ownerEmail": who["email"],
        "email": who["email"],
        "continueUrl": "https://console.velt.dev/",
        "apiKey": "$apiKey",
        "apiKeyName": f"{marker} key",
        "domains": [f"{marker}.example"],
        "activityServiceConfig": {"isEnabled": True},
        "url": f"https://{marker}.example/hook",
        "endpointId": "$endpointId",
        "name": f"{marker} name",
        "description": f"{marker} description",
        "contextGathering": {"strategies": ["web-page-text"]},
        "execution": {},
        "agentId": "$agentId",
        "agentIds": ["$agentId"],
        "groupId": "$groupId",
        "analysisPrompt": f"{marker} prompt",
        "demoFeedback": [
            dict.fromkeys(("demoId", "demoTitle", "demoHtml", "demoExpected", "feedback"), f"{marker} demo")
        ],
        "instructions": f"{marker} instructions",
        "fileBase64": "TmFtZTogQ2hlY2tlcg==",
        "mimeType": "text/plain",
        "query": f"{marker} query",
        "question": f"{marker} question",
        "source": "inline",
        "fileSize": 100,
        "sourceId": "$sourceId",
        "newContent": f"{marker} rule: never write in capitals.",
        "alertId": "$alertId",
        "config": {"inbox": "ALL"},
        "definitionId": "flow",
        "nodes": [
            {**human("review", who["userId"]), "name": f"{marker} node"},
            *(human(name, who["userId"]) for name in ("overridden", "withdrawn")),
            *(agent("look"), mock("rework")),
        ],
        "edges": [edge(name, "rework", "reject") for name in ("review", "overridden", "withdrawn")],
        "ifVersion": 1,
        "executionId": "$executionId",
        "stepId": "$reviewStep",
        "actorId": who["userId"],
        "action": "force-approve",
        "responseId": "response-1",
        "resolution": "resolved",
        "reviewerId": who["userId"],
        "decision": "approve",
        "triggerId": "trigger-1",
        "migrate": {"oldLocation": {"id": "place"}, "newLocation": {"id": "place", "locationName": marker}},
        "location": {"id": "place"},
        "authToken": "the-token",
    }


def _special(marker: str) -> Dict[str, Fields]:
    who = person(marker)
    invite = {"organizationId": ORGANIZATION, "email": who["email"], "type": "org_user"}
    inbound = {
        "triggerId": "trigger-1",
        "inboundWebhook": {"authMode": "bearer", "secret": f"{marker}-secret-of-16-signs"},
    }
    names = ("apiKey", "commentTemplateId", "fromCompany", "fromEmail", "tagTemplateId")
    mails = {**dict.fromkeys(names, f"{marker}@mail.example"), "type": "default"}
    hooks = {
        "authToken": marker,
        "processedNotificationUrl": f"https://{marker}.example/processed",
        "rawNotificationUrl": f"https://{marker}.example/raw",
    }
    rules = f"# {marker}\n\n- Names must always be written in full.\n".encode()
    keyed = {"apiKey": "$own", "authToken": "$token"}
    return {
        "users.addUserInvite": {**invite, "invitedBy": who},
        "users.respondToInvite": {**invite, "status": "ACCEPTED", "user": who, "authToken": "theirs"},
        "users.getInvitedUsers": {"organizationId": ORGANIZATION},
        "users.getUserInvitations": {"organizationId": ORGANIZATION, "email": who["email"]},
        "users.getInvitedPendingUsersCount": {"organizationId": ORGANIZATION},
        "users.getDocUsers": {"organizationId": ORGANIZATION},
        "documents.addDocuments": {
            "documents": [
                {"documentId": name, "documentName": f"{marker} document", "metadata": {"m": marker}}
                for name in (DOCUMENT, "doc-0")
            ]
        },
        "documents.migrateDocuments": {"documentId": "doc-0"},
        "documents.getDocumentsCount": {"organizationId": ORGANIZATION},
        "notifications.addNotifications": {
            "notificationId": "notice-1",
            "displayHeadlineMessageTemplate": f"{marker} headline",
            "displayHeadlineMessageTemplateData": {"marker": marker},
            "displayBodyMessage": f"{marker} body",
            "notificationSourceData": {"marker": marker},
        },
        "notifications.updateNotifications": {
            "notifications": [{"id": "notice-1", "readByUserIds": [who["userId"]]}]
        },
        "notifications.getNotifications": {"notificationIds": ["notice-1"]},
        "notifications.setNotificationConfig": {"documentIds": [DOCUMENT]},
        "notifications.deleteNotifications": {"notificationIds": ["notice-1"]},
        "notifications.getNotificationConfig": {"documentIds": [DOCUMENT]},
        "activities.getActivities": {"activityIds": ["activity-1"]},
        "commentAnnotations.updateCommentAnnotations": {
            "annotationIds": [THREAD],
            "updatedData": {"priority": {"id": "P0", "name": f"{marker} priority"}},
        },
        "commentAnnotations.deleteCommentAnnotations": {
            "organizationId": ORGANIZATION,
            "annotationIds": [THREAD],
        },
        "activities.deleteActivities": {"activityIds": ["activity-1"]},
        "accessControl.getPermissions": {"documentIds": [DOCUMENT]},
        "accessControl.generateSignature": {
            "permissions": [
                {"userId": who["userId"], "resourceId": DOCUMENT, "type": "document", "hasAccess": True}
            ]
        },
        "crdt.deleteCrdtData": {"organizationId": ORGANIZATION, "documentId": DOCUMENT},
        "gdpr.deleteAllUserData": {"organizationIds": [ORGANIZATION]},
        "workspace.createApiKey": {"type": "testing"},
        "workspace.getEmailStatus": {"ownerEmail": f"{marker}-owner@mail.example"},
        "workspace.sendLoginLink": {"email": f"{marker}-owner@mail.example"},
        "workspace.createWorkspace": {
            "ownerEmail": f"{marker}-owner@mail.example",
            "name": f"{marker} owner",
        },
        "workspace.createDomainRequest": {"domain": f"asked.{marker}.example"},
        "workspace.acceptRejectAdditionalUrlRequest": {"action": "accept", "id": "$domainRequest"},
        "workspace.copyApiKey": {"sourceApiKey": "$apiKey", "targetApiKey": "$apiKey"},
        "workspace.updateApiKeyMetadata": {"requireJwtToken": False},
        "workspace.updateEmailConfig": {"useEmailService": True, "emailServiceConfig": mails},
        "workspace.updateWebhookConfig": {"useWebhookService": False, "webhookServiceConfig": hooks},
        "workspace.updateNotificationConfig": {"useNotificationService": True},
        "workspace.updatePermissionProviderConfig": {
            "usePermissionProvider": False,
            "permissionProviderConfig": {
                "authToken": marker,
                "permissionProviderUrl": f"https://{marker}.example",
            },
        },
        "workspace.updateAdvancedWebhookConfig": {"isEnabled": True},
        "workspace.createAdvancedWebhookEndpoint": {
            "description": f"{marker} hook",
            "filterTypes": ["comment.add"],
            "channels": ["comment", marker],
            "rateLimit": 10,
            "uid": marker,
        },
        "workspace.updateAdvancedWebhookEndpoint": {"description": f"{marker} changed"},
        "agents.createAgent": {"instructions": f"{marker} instructions"},
        "agents.getAgent": {"agentId": "$agentId"},
        "agents.updateAgent": {"description": f"{marker} changed"},
        "agents.updateAgentGroup": {"description": f"{marker} changed"},
        "agents.updateAgentVersion": {"instructions": f"{marker} changed"},
        "agents.getAgentExecution": {"executionId": "$agentExecution"},
        "agents.listAgentExecutions": {"agentId": "$agentId"},
        "agents.countAgentExecutions": {"agentIds": ["$agentId"]},
        "memory.ingestKnowledge": {
            "file": {
                "base64": b64encode(rules).decode(),
                "fileName": f"{marker}.txt",
                "mimeType": "text/plain",
                "fileSize": len(rules),
            },
        },
        "memory.updateAlertConfig": {"config": {"enabled": True}},
        "memory.updateKnowledge": {},
        "workflow.createDefinition": {"triggers": [inbound]},
        "workflow.updateDefinition": {"triggers": [inbound]},
        "workflow.dispatchExecution": {"triggerContext": {"marker": marker}},
        "workflow.listExecutions": {"definitionId": "flow"},
        "workflow.recordAgentResolution": {"stepId": "$lookStep"},
        "workflow.resolveStep": {"stepId": "$overriddenStep", "reason": f"{marker} reason"},
        "workflow.cancelStep": {"stepId": "$withdrawnStep"},
        "workflow.deleteDefinition": {"purge": True},
        "workflow.triggerInboundWebhook": {"payload": {"marker": marker}},
        "locations.updateLocation": keyed,
        "locations.deleteDataByLocation": keyed,
    }
