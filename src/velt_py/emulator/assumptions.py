"""What Velt's documentation does not say and the emulator had to decide. `velt emulator --assumptions` prints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

__all__ = ["ASSUMPTIONS", "Assumption", "assumptions_as_json"]


@dataclass(frozen=True)
class Assumption:
    """One decision.

    Args:
        id: its name; an answer that rests on it carries it in the header `x-velt-emulator-assumptions`.
        text: what was decided.
        operations: which operations rest on it; `*` is all.
        choices: what can be chosen instead with `--assume`, the default first; none where there is one way only.
    """

    id: str
    text: str
    operations: Tuple[str, ...]
    choices: Tuple[str, ...] = ()


def _registry(*entries: Assumption) -> Dict[str, Assumption]:
    return {entry.id: entry for entry in entries}


ASSUMPTIONS = _registry(
    Assumption(
        "http-status", "HTTP statuses besides 200, 202, 400, 409 ABORTED and 500 are the usual ones.", ("*",)
    ),
    Assumption(
        "error-texts",
        "The sentences of errors, where no page shows them: most give only their words.",
        ("*",),
    ),
    Assumption(
        "message-texts", "The sentences of answers that are no errors, where no page shows them.", ("*",)
    ),
    Assumption(
        "first-use",
        "An api key that was never seen becomes a tenant with the token it came with; any other token is then refused. "
        "With `known_keys_only` such a key is refused (refuse).",
        ("*",),
        ("accept", "refuse"),
    ),
    Assumption(
        "workspace-token",
        "The workspace's token is read from x-velt-workspace-auth-token (documented) and from x-velt-auth-token (the "
        "published package).",
        ("workspace.*",),
    ),
    Assumption(
        "limits",
        "Nothing is limited until POST /__velt/limits or `--limit` says so. A minute is a whole one of the emulator's "
        "clock, and refused calls count; a run of an agent costs one credit; on the plan `free` there are no "
        "production keys, no further workspaces; a workspace that may have 0 production keys is one that Velt has not "
        "enabled to create them.",
        ("*",),
    ),
    Assumption(
        "page-tokens",
        "A token that is malformed, or that of another operation, is INVALID_ARGUMENT; the last page has no token, or "
        "null for one when the emulator's seed is odd; a pageSize above 1000 counts as 1000. Lists that are ordered by "
        "a time keep the order of their first page, for the 50 latest walks of an operation.",
        ("*",),
    ),
    Assumption(
        "required-fields",
        "Fields that a page calls required and whose own examples leave out are not required.",
        (
            "commentAnnotations.getComments",
            "userGroups.deleteUsersFromGroup",
            "folders.updateFolderAccess",
            "notifications.addNotifications",
            "users.updateUsers",
        ),
    ),
    Assumption(
        "organizations-again",
        "An organization that is added again is updated (upsert); or it is refused beside the others (strict).",
        ("organizations.addOrganizations",),
        ("upsert", "strict"),
    ),
    Assumption(
        "unknown-organization",
        "Writing into an organization that does not exist is NOT_FOUND, unless createOrganization is set.",
        (
            "folders.*",
            "documents.*",
            "userGroups.*",
            "commentAnnotations.*",
            "notifications.*",
            "activities.*",
        ),
    ),
    Assumption(
        "users-create-organization",
        "Adding users makes the organization when it does not exist, with or without createOrganization (always); or "
        "only with it (flag).",
        ("users.addUsers",),
        ("always", "flag"),
    ),
    Assumption(
        "organization-cascade",
        "Deleting an organization deletes everything in it, its users, permissions and groups included.",
        ("organizations.deleteOrganizations",),
    ),
    Assumption(
        "folder-pages",
        "The next page's token of folder lists stands at result.nextPageToken.",
        ("folders.getFolders",),
    ),
    Assumption(
        "folder-delete", "A folder, with what lies in it, is gone at once.", ("folders.deleteFolder",)
    ),
    Assumption(
        "document-order", "Lists are in the order of creation, unless the page names another.", ("*",)
    ),
    Assumption(
        "migration-time",
        "A migration is completed two seconds after its start.",
        ("documents.migrateDocuments*",),
    ),
    Assumption("users-again", "A user that is added again is updated.", ("users.addUsers",)),
    Assumption("groups-again", "A group that is added again is updated.", ("userGroups.addUserGroups",)),
    Assumption(
        "doc-user-pages",
        "The next page's token of document users stands at result.nextPageToken.",
        ("users.getDocUsers",),
    ),
    Assumption(
        "invitations",
        "What an invitation holds beside email, type and status, and that answering one that is not pending is "
        "FAILED_PRECONDITION.",
        (
            *("users.addUserInvite", "users.respondToInvite", "users.getInvitedUsers"),
            *("users.getUserInvitations", "users.getInvitedPendingUsersCount"),
        ),
    ),
    Assumption(
        "effective-access",
        "Without an explicit grant the access type of the document, then that of its folders, then public decides; "
        "organizationPrivate lets members of the organization in.",
        ("accessControl.getPermissions",),
    ),
    Assumption(
        "token-claims",
        "The claims of a user token and the key that signs it (HS256).",
        ("accessControl.generateToken",),
    ),
    Assumption(
        "signature",
        "The signature is an HMAC-SHA256 over the permissions as canonical JSON; Velt's own way is not known.",
        ("accessControl.generateSignature",),
    ),
    Assumption(
        "notifications-enabled",
        "The notification, mail and activity services are on until they are configured (on), although Velt has them "
        "off (off).",
        ("notifications.addNotifications", "activities.addActivities", "commentAnnotations.*"),
        ("on", "off"),
    ),
    Assumption(
        "advanced-queries",
        "Advanced queries are on (on); where they are off (off), or POST /__velt/application says so for an api key, "
        "all calls whose pages ask for them are NOT_FOUND, as the documented deletion by agent filters is.",
        (
            *("organizations.getOrganizations", "documents.getDocuments", "users.getUsers"),
            *("folders.addFolder", "folders.getFolders", "folders.updateFolder", "folders.deleteFolder"),
            *("notifications.getNotifications", "commentAnnotations.getCommentAnnotations"),
            *("commentAnnotations.getCommentAnnotationsCount", "commentAnnotations.getComments"),
        ),
        ("on", "off"),
    ),
    Assumption(
        "deletion-time",
        "A person's data is gone at once, threads that they began included, and others' texts no longer mention them; "
        "what the application configured stays (settings, endpoints, agents, workflow definitions, and what it wrote "
        "of organizations, folders and documents), and so do a running execution's reviewers, snapshots and the "
        "request to erase; the job reports five seconds a task.",
        ("gdpr.*",),
    ),
    Assumption(
        "erased-at-once",
        "More than 30 people to erase are refused (refuse); the published package says that the rest is left out "
        "without a word (cut).",
        ("gdpr.deleteAllUserData",),
        ("refuse", "cut"),
    ),
    Assumption(
        "bare-body",
        "A body without `data` around it is accepted, as one page shows it.",
        ("livestate.broadcastEvent",),
    ),
    Assumption(
        "annotation-numbers",
        "annotationNumber counts within a document.",
        ("commentAnnotations.addCommentAnnotations",),
    ),
    Assumption(
        "annotations-again",
        "An annotation whose id is taken is refused beside the others, and the answer is then INTERNAL.",
        ("commentAnnotations.addCommentAnnotations",),
    ),
    Assumption(
        "counted-documents",
        "Up to 30 documents are counted at a time, as the page says; the published package says 25.",
        ("commentAnnotations.getCommentAnnotationsCount",),
    ),
    Assumption(
        "unread",
        "An annotation is unread until the user wrote in it.",
        ("commentAnnotations.getCommentAnnotationsCount",),
    ),
    Assumption(
        "unfiltered-delete",
        "A deletion without any filter deletes all annotations of the document.",
        ("commentAnnotations.deleteCommentAnnotations",),
    ),
    Assumption(
        "models",
        "No model is asked: the text comes back behind a mark, or what a script says (POST /__velt/scripts).",
        ("rewriter.askAi",),
    ),
    Assumption(
        "agents",
        "Velt's own agents are listed before those that were made; their names, what they say of themselves and which "
        "of them are essential, where no page shows it. Secrets are "
        "forgotten at once. supportedVariables names restApiData and variables.<key>.",
        ("agents.*",),
    ),
    Assumption(
        "agent-runs",
        "A run takes a second and two more a page, or what a script says as afterMs, and finds what a script says, by "
        "default nothing. One of an agent that is off is skipped; one whose document or agent goes meanwhile ends in "
        "error. Findings trigger nothing.",
        (
            *("agents.runAgentExecution", "agents.getAgentExecution", "agents.getAgentAnalytics"),
            "workflow.dispatchExecution",
        ),
    ),
    Assumption(
        "agent-tools",
        "No model is asked: a prompt is sufficient and comes back as it is, the configuration is the documented "
        "default, each line of a text or table is an agent, other files give none; or what a script says.",
        (
            "agents.enhancePrompt",
            "agents.validatePrompt",
            "agents.refinePrompt",
            "agents.resolveConfig",
            "agents.extractAgents",
        ),
    ),
    Assumption(
        "agent-groups",
        "No agent is put into a system group by itself, so there are none.",
        ("agents.createAgentGroup", "agents.listAgentGroups"),
    ),
    Assumption(
        "memory-minutes",
        "The limits a minute count whole minutes of the emulator's clock; refused calls count.",
        (
            "memory.ingestKnowledge",
            "memory.deleteKnowledge",
            "memory.getUploadUrl",
            "memory.searchKnowledge",
            "memory.getIngestStatus",
        ),
    ),
    Assumption(
        "memory-ingestion",
        "A source is completed or failed two seconds after its upload. Texts are split at paragraphs; one of which at "
        "least half of the lines are rules has rules and no chunks. Of PDF and Excel files only what is readable in "
        "their bytes is seen, with usedRawFallback; an encrypted PDF fails. A file is a duplicate when the same one "
        "is there for the same organization and document. Updating a source that is processing is ABORTED.",
        ("memory.*Knowledge*", "memory.getIngestStatus"),
    ),
    Assumption(
        "memory-uploads",
        "Files are put at the emulator itself. An upload URL that has expired holds no slot.",
        ("memory.getUploadUrl", "memory.ingestKnowledge"),
    ),
    Assumption(
        "memory-ranking",
        "Texts are compared by the words that they share, not by their meanings; what shares none is not found.",
        ("memory.search", "memory.searchKnowledge", "memory.ask", "memory.suggest"),
    ),
    Assumption(
        "memory-judgments",
        "Judgments are read from comments, from the status of threads and from decided suggestions, at once; those "
        "put in with POST /__velt/memory/judgments come on top. Confidence is 1 unless it is said.",
        ("memory.*",),
    ),
    Assumption(
        "memory-insights",
        "Profiles are made at once; patterns and alerts when a consolidation is triggered: a pattern is three "
        "decisions about one content type of which two thirds agree, an alert is an approval rate that fell by 20 "
        "points, of five decisions in each window.",
        (
            "memory.getReviewerProfile",
            "memory.getPatterns",
            "memory.listAlerts",
            "memory.triggerConsolidation",
        ),
    ),
    Assumption(
        "memory-jobs",
        "What the calls answer that no page shows: consolidation, seed and backfill.",
        ("memory.triggerConsolidation", "memory.seedActiveApiKeys", "memory.backfillJudgments"),
    ),
    Assumption(
        "locations",
        "A location is found by its id; threads, notifications, activities and recordings lie at one.",
        ("locations.*",),
    ),
    Assumption(
        "domain-requests",
        "What a request for a domain holds, and that accepting one allows the domain.",
        (
            "workspace.createDomainRequest",
            "workspace.getRequestedDomains",
            "workspace.acceptRejectAdditionalUrlRequest",
        ),
    ),
    Assumption(
        "copied-settings",
        "Copying an api key copies its settings and domains, not its content, tokens or webhook endpoints.",
        ("workspace.copyApiKey",),
    ),
    Assumption(
        "workflow-messages",
        "The sentences of graph and state errors of workflows, where no page shows them; of several schema issues the "
        "first is the message.",
        ("workflow.*",),
    ),
    Assumption(
        "workflow-stamps",
        "updatedAt of definitions and startedAt of executions are never equal within an api key, so that the "
        "documented cursors name one entry. A definition that is changed while the list is walked does not come "
        "twice; where it had not come yet it stands before the cursor, which is an updatedAt, and comes first in the "
        "next walk.",
        ("workflow.listDefinitions", "workflow.listExecutions"),
    ),
    Assumption(
        "workflow-agents",
        "An agent node begins a run of its agent, on the document of the execution where it names one, and otherwise "
        "without leaving threads; a run that is refused fails the step as agent-dispatch-failed. The step goes on as "
        "soon as the run has ended, not at the next poll. The reserved agent passes without an address too.",
        ("workflow.dispatchExecution",),
    ),
    Assumption(
        "workflow-loops",
        "maxIterations is how often a loop goes back; the first pass has the number 0. Steps of a later pass have "
        "`__iter<n>` in their ids. A group decides about its loop when all members have ended.",
        ("workflow.dispatchExecution",),
    ),
    Assumption(
        "workflow-limits",
        "An execution ends as failed when it would have more than 2,000 steps.",
        ("workflow.dispatchExecution",),
    ),
    Assumption(
        "workflow-schedules",
        "Schedules are looked at when a workflow operation is called; of the times that have passed since, the last "
        "one begins an execution.",
        ("workflow.dispatchExecution",),
    ),
    Assumption(
        "workflow-inbound",
        "A wrong signature is UNAUTHENTICATED, an unknown trigger NOT_FOUND; of two ways to find a source event's id "
        "the header wins.",
        ("workflow.triggerInboundWebhook",),
    ),
    Assumption(
        "workflow-calls",
        "The bodies of webhook nodes besides the callback, the address of the callback, two more attempts after errors "
        "of the receiver, and a call without a signature when the execution has no secret.",
        ("workflow.dispatchExecution",),
    ),
    Assumption(
        "workflow-cancel",
        "Cancelling an execution that has ended answers cancelled false; one whose steps were all cancelled is "
        "cancelled.",
        ("workflow.cancelExecution", "workflow.cancelStep"),
    ),
    Assumption(
        "workflow-decisions",
        "A decision about a step that its reviewers have decided is not recorded; about one that ended otherwise it is "
        "FAILED_PRECONDITION. Resolutions of agents find no aggregator.",
        ("workflow.recordReviewerDecision", "workflow.recordAgentResolution"),
    ),
    Assumption(
        "workflow-overrides",
        "What events of overridden steps hold, and that approvalReply is the decision.",
        ("workflow.resolveStep",),
    ),
    Assumption(
        "webhook-events",
        "Which webhooks follow from REST calls: those of comments that say triggerNotification, and all changes and "
        "deletions of threads, and updates of shared editors; their bodies, where no sample shows them; both urls of "
        "basic webhooks get the same.",
        ("commentAnnotations.*", "crdt.updateCrdtData"),
    ),
    Assumption(
        "webhook-channels",
        "An endpoint with channels gets the events whose source is one of them: comment, huddle, crdt, recorder "
        "(source); or channels do not matter (ignored). Velt does not say which channels its events are sent on.",
        ("commentAnnotations.*", "crdt.updateCrdtData"),
        ("source", "ignored"),
    ),
    Assumption(
        "webhook-data-protection",
        "enableDataProtection is kept and read back; what it takes out of bodies is not documented, so they leave "
        "whole.",
        ("commentAnnotations.*", "crdt.updateCrdtData"),
    ),
    Assumption(
        "notified-people",
        "Who is notified of a comment: whoever is tagged, assigned or subscribed; authors and tagged people of a "
        "comment that says triggerNotification are subscribed. Until they are configured, the services are on for "
        "comments that say so, and off for changes and deletions.",
        ("commentAnnotations.*",),
    ),
    Assumption(
        "notification-delivery",
        "Where delayConfig or batchConfig are on, notifications and mails of comments are held back together, and are "
        "for the people whom they address only. A person "
        "has seen an activity who opens the document (a played browser), or does something in the thread. A batch puts "
        "each notification into the inbox and makes one mail of several; what one window took is not in the other any "
        "more. Windows of people are within an organization.",
        ("commentAnnotations.*",),
    ),
    Assumption(
        "activity-records",
        "What an activity of a comment, or of a change of a shared editor, holds.",
        ("commentAnnotations.*", "crdt.updateCrdtData"),
    ),
    Assumption(
        "permission-provider",
        "The provider is asked once a call, with `setDocuments` or `setNotifications` as source, and given ten "
        "seconds; without a proper answer nobody has access.",
        ("commentAnnotations.*", "notifications.*"),
    ),
    Assumption(
        "workspace-answers",
        "The answers of workspace calls, where no page shows them, and the mail with a login link: its text is the "
        "address that the link leads to.",
        ("workspace.*",),
    ),
)


def assumptions_as_json() -> List[Dict[str, Any]]:
    """The registry as JSON objects."""
    return [
        {
            "id": entry.id,
            "text": entry.text,
            "operations": list(entry.operations),
            "choices": list(entry.choices),
        }
        for entry in ASSUMPTIONS.values()
    ]
