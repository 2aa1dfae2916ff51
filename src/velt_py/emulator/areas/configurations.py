"""The settings of an api key: domains and services."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Tuple, cast

from velt_py.emulator.areas.enabling import (
    merged,
    with_activity_defaults,
    with_mail_defaults,
    with_provider_defaults,
    with_triggers,
)
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.urls import production_fault

__all__ = ["RULES", "add_domain", "config_of", "first_settings", "need_advanced_webhooks"]

Check = Callable[[Call, Document, Document], None]

MASK = "********"
RANGES: Mapping[Tuple[str, ...], Tuple[int, int]] = {
    ("delayConfig", "delaySeconds"): (10, 15_552_000),
    ("batchConfig", "document", "batchWindowSeconds"): (10, 604_800),
    ("batchConfig", "user", "batchWindowSeconds"): (10, 604_800),
    ("batchConfig", "document", "maxActivities"): (2, 50),
    ("batchConfig", "user", "maxActivities"): (2, 50),
}
DEFAULTS: Dict[str, Document] = {
    "email": {"useEmailService": False, "emailServiceConfig": {}},
    "webhook": {"useWebhookService": False, "webhookServiceConfig": {}},
    "notification": {"useNotificationService": False, "notificationServiceConfig": {}},
    "permissionProvider": {"usePermissionProvider": False, "permissionProviderConfig": {}},
    "activity": {"activityServiceConfig": {"isEnabled": False}},
    "advancedWebhook": {
        "isEnabled": False,
        "encryptData": False,
        "encodeData": False,
        "publicKey": "",
        "enableDataProtection": False,
    },
    "metadata": {
        "ownerEmail": "",
        "planInfo": {"type": "free"},
        "defaultDocumentAccessType": "public",
        "isPrivateCommentsEnabled": False,
        "requireJwtToken": False,
        "requireAutoOrgUser": False,
        "aiModelsConfig": {},
    },
}


TITLES = {
    "email": "Email configuration",
    "webhook": "Webhook configuration",
    "notification": "Notification configuration",
    "permissionProvider": "Permission provider configuration",
    "activity": "Activity logs configuration",
    "advancedWebhook": "Advanced webhook configuration",
    "metadata": "API key metadata",
}
"""What messages call the configurations."""
NEEDED = {
    "notification": "At least one of useNotificationService or notificationServiceConfig must be provided",
    "advancedWebhook": "At least one of isEnabled, encryptData, encodeData, publicKey or enableDataProtection must be "
    "provided.",
}
"""What is said to a request that changes nothing, where it is not the usual."""
NEVER = "Advanced webhooks are not configured for this workspace."
ENABLE = 'via POST /v2/workspace/advancedwebhookconfig/update with { "isEnabled": true }.'


def config_of(call: Call, name: str) -> Document:
    """A configuration, as it is unless it was changed."""
    return {**DEFAULTS[name], **(call.records.get("config", name) or {})}


def first_settings(given: Mapping[str, Any]) -> Dict[str, Document]:
    """The configurations that an api key is made with, by their names: those that the request says something of."""
    found: Dict[str, Document] = {}
    for name in ("email", "webhook", "notification"):
        said = {key: given[key] for key in DEFAULTS[name] if given.get(key) is not None}
        if said:
            after = merged(DEFAULTS[name], said)
            if name == "email":
                with_mail_defaults(DEFAULTS[name], after)
            else:
                with_triggers(name, DEFAULTS[name], after)
            found[name] = after
    metadata = {key: given[key] for key in DEFAULTS["metadata"] if given.get(key) is not None}
    if given.get("enablePrivateComments") is not None:
        metadata["isPrivateCommentsEnabled"] = given["enablePrivateComments"]
    found["metadata"] = merged(DEFAULTS["metadata"], metadata)
    return found


def _getter(name: str) -> Rule:
    def get(call: Call) -> Answer:
        call.guess("workspace-answers")
        return success(f"{TITLES[name]} retrieved successfully.", config_of(call, name))

    return get


def _updater(name: str, check: Check) -> Rule:
    def update(call: Call) -> Answer:
        given = _given(call, name)
        before = config_of(call, name)
        after = merged(before, given)
        check(call, before, after)
        call.records.put("config", name, doc=after)
        call.guess("workspace-answers")
        return success(f"{TITLES[name]} updated successfully.", after)

    return update


def _given(call: Call, name: str) -> Document:
    """The fields of a request.

    Raises:
        Refused: there is none.
    """
    given = {key: value for key, value in call.data.items() if value is not None}
    if not given:
        raise invalid(NEEDED.get(name, "At least one field must be provided for update"))
    return given


def need_advanced_webhooks(call: Call) -> None:
    """See that advanced webhooks are on.

    Raises:
        Refused: they were never switched on, or are off.
    """
    if call.records.get("config", "advancedWebhook") is None:
        raise Refused("FAILED_PRECONDITION", f"{NEVER} Enable them first {ENABLE}")
    if config_of(call, "advancedWebhook")["isEnabled"] is not True:
        raise Refused(
            "FAILED_PRECONDITION", f"Advanced webhooks are disabled for this workspace. Enable them {ENABLE}"
        )


def _first_on(call: Call, before: Document, after: Document) -> None:
    """The first request about advanced webhooks has to switch them on."""
    if call.records.get("config", "advancedWebhook") is None and after["isEnabled"] is not True:
        raise Refused("FAILED_PRECONDITION", f"{NEVER} Enable them first {ENABLE}")


def _check_webhooks(call: Call, before: Document, after: Document) -> None:
    _check_urls(
        call,
        after,
        ("rawNotificationUrl", "processedNotificationUrl"),
        "Invalid webhook service configuration.",
    )
    with_triggers("webhook", before, after)


def _check_provider(call: Call, before: Document, after: Document) -> None:
    _check_urls(call, after, ("permissionProviderUrl",), "Please enter a valid URL")
    with_provider_defaults(before, after)


def _check_mails(call: Call, before: Document, after: Document) -> None:
    with_mail_defaults(before, after)


def _check_urls(call: Call, after: Document, names: Tuple[str, ...], complaint: str) -> None:
    for config in after.values():
        for name in names:
            url: Any = cast(Document, config).get(name) if isinstance(config, dict) else None
            if url and not (isinstance(url, str) and url.startswith(("http://", "https://"))):
                raise invalid(complaint)
            fault = production_fault(url) if url and call.strict_urls else None
            if fault:
                raise invalid(f"{name} {fault}")


def _check_notifications(call: Call, before: Document, after: Document) -> None:
    for path, (least, most) in RANGES.items():
        found: Any = after["notificationServiceConfig"]
        for name in path:
            found = cast(Document, found).get(name) if isinstance(found, dict) else None
        if found is not None and (
            isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most
        ):
            raise invalid(f"{'.'.join(path)} must be from {least} to {most}.")
    with_triggers("notification", before, after)


def _enable_activities(call: Call, before: Document, after: Document) -> None:
    with_activity_defaults(before, after, call.now)


def update_metadata(call: Call) -> Answer:
    given = _given(call, "metadata")
    after = config_of(call, "metadata")
    if "enablePrivateComments" in given:
        after["isPrivateCommentsEnabled"] = given.pop("enablePrivateComments")
    for entry in cast(List[Document], given.pop("aiModelApiKey", [])):
        provider = entry.get("provider") or entry.get("modelName") or entry.get("model")
        if not isinstance(provider, str):
            raise invalid("aiModelApiKey[] needs its provider.")
        after["aiModelsConfig"] = {**after["aiModelsConfig"], provider: {"displayText": MASK}}
    after.update(given)
    call.records.put("config", "metadata", doc=after)
    call.guess("workspace-answers")
    return success("API key configuration updated successfully.", after)


def add_domains(call: Call) -> Answer:
    known = _domains(call)
    wanted = list(dict.fromkeys(_plain(each) for each in call.texts("domains")))
    added = [each for each in wanted if each not in known]
    call.records.put("config", "domains", doc={"allowedDomains": [*known, *added]})
    skipped = [each for each in wanted if each in known]
    if skipped:
        details = {"domainsAdded": added, "skippedDomains": skipped}
        raise Refused(
            "INTERNAL",
            "Domain(s) added successfully to allowed domains. Skipped existing domains.",
            details=details,
            kept=True,
        )
    return success("Domain(s) added successfully to allowed domains.", {"domainsAdded": added})


def delete_domains(call: Call) -> Answer:
    known = _domains(call)
    wanted = list(dict.fromkeys(_plain(each) for each in call.texts("domains")))
    removed = [each for each in wanted if each in known]
    call.records.put(
        "config", "domains", doc={"allowedDomains": [each for each in known if each not in removed]}
    )
    skipped = [each for each in wanted if each not in known]
    if skipped:
        details = {"domainsRemoved": removed, "skippedDomains": skipped}
        raise Refused(
            "INTERNAL",
            "Domain(s) removed successfully from allowed domains. Skipped non-existing domains.",
            details=details,
            kept=True,
        )
    return success("Domain(s) removed successfully from allowed domains.", {"domainsRemoved": removed})


def get_domains(call: Call) -> Answer:
    return success("Allowed domains retrieved successfully.", {"allowedDomains": _domains(call)})


def add_domain(call: Call, domain: str) -> None:
    """Allow a domain of the api key that calls; one that is allowed stays."""
    known = _domains(call)
    if _plain(domain) not in known:
        call.records.put("config", "domains", doc={"allowedDomains": [*known, _plain(domain)]})


def _domains(call: Call) -> List[str]:
    return list((call.records.get("config", "domains") or {"allowedDomains": []})["allowedDomains"])


def _plain(domain: str) -> str:
    """A domain without protocol and `www.`; wildcards stay."""
    text = domain.strip().partition("://")[2] or domain.strip()
    text = text[4:] if text.startswith("www.") else text
    if not text:
        raise invalid("domains holds an empty domain.")
    return text.rstrip("/")


RULES: Dict[str, Rule] = {
    "workspace.addDomains": add_domains,
    "workspace.deleteDomains": delete_domains,
    "workspace.getDomains": get_domains,
    "workspace.getApiKeyMetadata": _getter("metadata"),
    "workspace.updateApiKeyMetadata": update_metadata,
    "workspace.getEmailConfig": _getter("email"),
    "workspace.updateEmailConfig": _updater("email", _check_mails),
    "workspace.getWebhookConfig": _getter("webhook"),
    "workspace.updateWebhookConfig": _updater("webhook", _check_webhooks),
    "workspace.getNotificationConfig": _getter("notification"),
    "workspace.updateNotificationConfig": _updater("notification", _check_notifications),
    "workspace.getPermissionProviderConfig": _getter("permissionProvider"),
    "workspace.updatePermissionProviderConfig": _updater("permissionProvider", _check_provider),
    "workspace.getActivityConfig": _getter("activity"),
    "workspace.updateActivityConfig": _updater("activity", _enable_activities),
    "workspace.getAdvancedWebhookConfig": _getter("advancedWebhook"),
    "workspace.updateAdvancedWebhookConfig": _updater("advancedWebhook", _first_on),
}
