"""The settings of an api key: its services, and what else holds for it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.emulator.areas.services import DEFAULTS, NOTHING, SERVICES, Service, merged
from velt_py.emulator.call import Answer, Call, Document, Rule, success
from velt_py.emulator.kinds import CONFIG
from velt_py.emulator.limits import limits_of
from velt_py.emulator.refusals import invalid
from velt_py.emulator.state import Records
from velt_py.emulator.urls import is_web, production_fault

__all__ = ["RULES", "config_of", "configure", "metadata_of", "set_metadata"]

MASK = "********"
PROVIDERS = ("openai", "anthropic", "gemini")
METADATA: Document = {
    "ownerEmail": "",
    "planInfo": {"type": "free"},
    "defaultDocumentAccessType": "public",
    "isPrivateCommentsEnabled": False,
    "requireJwtToken": False,
    "requireAutoOrgUser": False,
}
FIELDS = (
    *("enablePrivateComments", "requireJwtToken", "requireAutoOrgUser", "defaultDocumentAccessType"),
    "aiModelApiKey",
)


def config_of(records: Records, name: str) -> Document:
    """The configuration of a service, with what is shown of it unless it was said."""
    return merged(DEFAULTS[name], records.get(CONFIG, name) or {})


def configure(records: Records, name: str, given: Mapping[str, Any], now: int, strict_urls: bool) -> Document:
    """Change what is said of a service, and bring what switching it on for the first time does.

    Args:
        records: those of the api key.
        name: of the service.
        given: what is to be changed.
        now: milliseconds since 1970.
        strict_urls: refuse addresses that Velt's servers would not send to.

    Returns:
        What was stored, without what is shown beside it.

    Raises:
        Refused: nothing was given, or it cannot be stored.
    """
    service = SERVICES[name]
    wanted: Document = {each: value for each, value in given.items() if value is not None}
    if not wanted or wanted.get("activityServiceConfig") == {}:
        raise invalid(service.nothing)
    _check_urls(service, wanted, strict_urls)
    stored = records.get(CONFIG, name) or {}
    after = merged(merged(service.seeds(stored, wanted), stored), wanted)
    service.check(stored, after)
    activity: Document = after.get("activityServiceConfig") or {}
    if activity.get("isEnabled") is True:
        after["activityServiceConfig"] = {"enabledTime": now, **activity}
    records.put(CONFIG, name, doc=after)
    return after


def _check_urls(service: Service, given: Document, strict: bool) -> None:
    for config in given.values():
        for name in service.urls:
            url: Any = cast(Document, config).get(name) if isinstance(config, dict) else None
            if url is None or url == "":
                continue
            if not is_web(url):
                raise invalid(service.wrong_url)
            fault = production_fault(url) if strict else None
            if fault:
                raise invalid(f"{name} {fault}")


def _getter(name: str) -> Rule:
    def get(call: Call) -> Answer:
        call.guess("workspace-answers")
        return success(f"{SERVICES[name].title} retrieved successfully.", config_of(call.records, name))

    return get


def _updater(name: str) -> Rule:
    def update(call: Call) -> Answer:
        configure(call.records, name, call.data, call.now, call.strict_urls)
        call.guess("workspace-answers")
        return success(f"{SERVICES[name].title} updated successfully.", config_of(call.records, name))

    return update


def update_provider(call: Call) -> Answer:
    """Change the permission provider; its page shows data only where switching it on has made an empty one."""
    first = (call.records.get(CONFIG, "permissionProvider") or {}).get("permissionProviderConfig") is None
    configure(call.records, "permissionProvider", call.data, call.now, call.strict_urls)
    call.guess("workspace-answers")
    message = f"{SERVICES['permissionProvider'].title} updated successfully."
    if first and call.flag("usePermissionProvider"):
        return success(message, config_of(call.records, "permissionProvider"))
    return Answer({"result": {"status": "success", "message": message}})


def get_metadata(call: Call) -> Answer:
    call.guess("workspace-answers")
    config = metadata_of(call.records)
    plan = limits_of(call.records, call.shared).get("plan")
    if plan is not None:
        config["planInfo"] = {"type": plan}
    return success("API key metadata retrieved successfully.", config)


def update_metadata(call: Call) -> Answer:
    given = {name: value for name, value in call.data.items() if value is not None}
    if not given or set(given) - set(FIELDS):
        raise invalid(NOTHING)
    shown = {name: value for name, value in given.items() if name != "aiModelApiKey"}
    set_metadata(call.records, shown)
    models = _models(call)
    if models is not None:
        before = call.records.get(CONFIG, "metadata") or {}
        shown["aiModelsConfig"] = {**before.get("aiModelsConfig", {}), **models}
        call.records.put(CONFIG, "metadata", doc={**before, "aiModelsConfig": shown["aiModelsConfig"]})
    call.guess("workspace-answers")
    return success("API key configuration updated successfully.", shown)


def metadata_of(records: Records) -> Document:
    """What else holds for an api key, by the names under which it is shown."""
    return {**METADATA, **(records.get(CONFIG, "metadata") or {})}


def set_metadata(records: Records, given: Mapping[str, Any]) -> None:
    """Change what else holds for an api key.

    Args:
        records: those of the api key.
        given: by the names of the requests, or by those under which it is shown.
    """
    before = records.get(CONFIG, "metadata") or {}
    changes = {
        "isPrivateCommentsEnabled" if name == "enablePrivateComments" else name: value
        for name, value in given.items()
    }
    records.put(CONFIG, "metadata", doc={**before, **changes})


def _models(call: Call) -> Optional[Document]:
    """The providers whose keys are given; the keys are not kept."""
    if call.data.get("aiModelApiKey") is None:
        return None
    entries = cast(List[Document], call.data["aiModelApiKey"])
    if not entries:
        raise invalid("aiModelApiKey must contain at least one entry")
    for entry in entries:
        if entry.get("provider") not in PROVIDERS:
            raise invalid(f"aiModelApiKey[].provider must be one of: {', '.join(PROVIDERS)}")
        if not isinstance(entry.get("customerApiKey"), str) or not entry["customerApiKey"]:
            raise invalid("aiModelApiKey[].customerApiKey is required")
    return {entry["provider"]: {"displayText": MASK} for entry in entries}


RULES: Dict[str, Rule] = {
    "workspace.getApiKeyMetadata": get_metadata,
    "workspace.updateApiKeyMetadata": update_metadata,
    "workspace.getEmailConfig": _getter("email"),
    "workspace.updateEmailConfig": _updater("email"),
    "workspace.getWebhookConfig": _getter("webhook"),
    "workspace.updateWebhookConfig": _updater("webhook"),
    "workspace.getNotificationConfig": _getter("notification"),
    "workspace.updateNotificationConfig": _updater("notification"),
    "workspace.getPermissionProviderConfig": _getter("permissionProvider"),
    "workspace.updatePermissionProviderConfig": update_provider,
    "workspace.getActivityConfig": _getter("activity"),
    "workspace.updateActivityConfig": _updater("activity"),
    "workspace.getAdvancedWebhookConfig": _getter("advancedWebhook"),
    "workspace.updateAdvancedWebhookConfig": _updater("advancedWebhook"),
}
