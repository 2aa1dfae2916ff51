"""What an agent's configuration keeps secret. The emulator calls nobody with it, so it is never stored. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, cast

__all__ = ["REDACTED", "redacted"]

REDACTED = "__redacted__"
SECRETS = ("token", "password")
Document = Dict[str, Any]


def redacted(behaviour: Document) -> Document:
    """The configuration with a mark in the place of each secret.

    Args:
        behaviour: checked, so that its blocks are objects.
    """
    changed = dict(behaviour)
    gathering = _object(changed.get("contextGathering"))
    options = _object(gathering.get("strategyOptions"))
    rest = _object(options.get("rest-api"))
    if "endpoints" in rest:
        rest = {**rest, "endpoints": _each(rest["endpoints"])}
        changed["contextGathering"] = {**gathering, "strategyOptions": {**options, "rest-api": rest}}
    execution = _object(changed.get("execution"))
    if "mcpServers" in execution:
        changed["execution"] = {**execution, "mcpServers": _each(execution["mcpServers"])}
    return changed


def _each(entries: Any) -> Any:
    if not isinstance(entries, list):
        return entries
    return [_entry(each) for each in cast(List[Any], entries)]


def _entry(entry: Any) -> Any:
    found = _object(entry)
    auth = _object(found.get("auth"))
    if not auth:
        return entry
    hidden: Document = {name: REDACTED if name in SECRETS else value for name, value in auth.items()}
    if "headers" in hidden:
        hidden["headers"] = dict.fromkeys(_object(hidden["headers"]), REDACTED)
    return {**found, "auth": hidden}


def _object(found: Any) -> Document:
    return cast(Document, found) if isinstance(found, dict) else {}
