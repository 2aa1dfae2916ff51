"""The rules of the operations, a module an area. An area is loaded when one of its operations is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Dict, Iterator, Mapping, Tuple

from velt_py.emulator.call import Rule

__all__ = ["RULES"]

AREAS: Dict[str, Tuple[str, ...]] = {
    "organizations": ("organizations",),
    "folders": ("folders",),
    "documents": ("documents",),
    "users": ("users", "invites"),
    "userGroups": ("user_groups",),
    "accessControl": ("access_control",),
    "token": ("access_control",),
    "notifications": ("notifications",),
    "activities": ("activities",),
    "commentAnnotations": ("comment_annotations", "comments"),
    "crdt": ("live",),
    "presence": ("live",),
    "livestate": ("live",),
    "recordings": ("live",),
    "gdpr": ("gdpr",),
    "workspace": ("workspaces", "configurations", "domains", "webhook_endpoints", "domain_requests"),
    "locations": ("locations",),
    "rewriter": ("rewriter",),
    "agents": ("agents",),
    "memory": ("memory",),
    "workflow": ("workflow",),
}
"""The modules that hold the rules of a service."""


class _Rules(Mapping[str, Rule]):
    """The rules by the names of their operations."""

    def __init__(self) -> None:
        self._loaded: Dict[str, Dict[str, Rule]] = {}

    def _of(self, service: str) -> Dict[str, Rule]:
        found = self._loaded.get(service)
        if found is None:
            found = {}
            for name in AREAS.get(service, ()):
                rules: Dict[str, Rule] = import_module(f"velt_py.emulator.areas.{name}").RULES
                found.update((each, rules[each]) for each in rules if each.partition(".")[0] == service)
            self._loaded[service] = found
        return found

    def __getitem__(self, name: str) -> Rule:
        return self._of(name.partition(".")[0])[name]

    def __iter__(self) -> Iterator[str]:
        for service in AREAS:
            yield from self._of(service)

    def __len__(self) -> int:
        return sum(len(self._of(service)) for service in AREAS)


RULES: Mapping[str, Rule] = _Rules()
