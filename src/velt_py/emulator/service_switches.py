"""Whether a service of an api key is on: the one place that decides it. Pure on records."""

from __future__ import annotations

from typing import Optional, cast

from velt_py.emulator.areas.configurations import config_of
from velt_py.emulator.areas.services import SERVICES
from velt_py.emulator.call import Call, Document
from velt_py.emulator.kinds import CONFIG
from velt_py.emulator.refusals import Refused

__all__ = ["need_service", "service_of"]


def service_of(call: Call, name: str, asked: bool = True) -> Optional[Document]:
    """The settings of a service where it is on; None where it is off.

    Until it is configured, a service is on for what was asked for, unless that is assumed otherwise.

    Args:
        name: notification, email, webhook or activity.
        asked: whether the call, or the browser, asked for what the service does.
    """
    service = SERVICES[name]
    if call.records.get(CONFIG, name) is None:
        usable = asked and service.at_first
        return {} if usable and call.chosen("notifications-enabled") == "on" else None
    config = config_of(call.records, name)
    settings = cast(Document, config[service.settings])
    on = config[service.switch] if service.switch else settings.get("isEnabled")
    return settings if on is True else None


def need_service(call: Call, name: str) -> Document:
    """The settings of a service.

    Raises:
        Refused: it is off.
    """
    settings = service_of(call, name)
    if settings is None:
        raise Refused("FAILED_PRECONDITION", f"The {name} service is not enabled.")
    return settings
