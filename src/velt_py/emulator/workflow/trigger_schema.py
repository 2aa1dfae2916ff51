"""What a trigger of a definition must look like. Pure."""

from __future__ import annotations

from typing import Any, Dict

from velt_py.emulator.shapes import (
    FLAG,
    Issues,
    Path,
    Shape,
    choice,
    list_of,
    optional,
    record,
    text,
)
from velt_py.emulator.workflow.cron import knows_zones, parsed, zone_of

__all__ = ["MECHANISMS", "TRIGGER"]

MECHANISMS = ("inboundWebhook", "schedule", "appTrigger")
NO_ZONE = "schedule.timezone must be a valid IANA timezone name (e.g. America/Los_Angeles)"
NO_ZONES = (
    "schedule.timezone: the emulator knows no time zone but UTC on this machine; install tzdata, and on Python 3.8 "
    "backports.zoneinfo"
)
"""Velt knows them all."""


def _inbound(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    provider = value.get("provider", "velt")
    if provider != "velt" and value["authMode"] != "hmac":
        issues.rule(path, f'inboundWebhook provider="{provider}" requires authMode="hmac"')
    elif provider == "custom" and not (value.get("signatureHeader") and value.get("signatureAlgorithm")):
        issues.rule(
            path,
            'inboundWebhook with provider="custom" and authMode="hmac" requires signatureHeader and '
            "signatureAlgorithm",
        )


def _schedule(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    if parsed(value["cron"]) is None:
        issues.rule((*path, "cron"), "schedule.cron must be a valid 5-field cron expression")
    if zone_of(value["timezone"]) is None:
        issues.rule((*path, "timezone"), NO_ZONE if knows_zones() else NO_ZONES)


def _one_mechanism(value: Dict[str, Any], path: Path, issues: Issues) -> None:
    if sum(value.get(name) is not None for name in MECHANISMS) > 1:
        issues.rule(path, "a trigger can declare only one of inboundWebhook, schedule, appTrigger")


INBOUND = Shape(
    {
        "authMode": choice("hmac", "bearer"),
        "secret": text(16, 512),
        "provider": optional(choice("velt", "github", "vercel", "custom")),
        "signatureHeader": optional(text(1, 200)),
        "signatureAlgorithm": optional(choice("sha1", "sha256")),
        "signaturePrefix": optional(text(0, 50)),
        "allowedEvents": optional(list_of(text(1, 200), 1, 50)),
        "eventNameHeader": optional(text(1, 200)),
        "idempotencyHeader": optional(text(1, 200)),
        "idempotencyBodyPath": optional(text(1, 500)),
        "payloadMapping": optional(choice("pass-through", "wrap")),
    },
    _inbound,
)
SCHEDULE = Shape(
    {
        "cron": text(1, 200),
        "timezone": text(1, 100),
        "enabled": FLAG,
        "payloadTemplate": optional(record()),
    },
    _schedule,
)
APP = Shape(
    {
        "provider": choice("github", "vercel"),
        "installationRef": text(1, 256),
        "repoFilter": optional(list_of(text(1), most=200)),
        "projectFilter": optional(list_of(text(1), most=200)),
        "allowedEvents": optional(list_of(text(1, 200), 1, 50)),
        "payloadFilters": optional(list_of(record(), most=20)),
    }
)
TRIGGER = Shape(
    {
        "triggerId": text(1, 128),
        "eventName": optional(text(0, 128)),
        "filters": optional(record()),
        "inboundWebhook": optional(INBOUND),
        "schedule": optional(SCHEDULE),
        "appTrigger": optional(APP),
    },
    _one_mechanism,
)
