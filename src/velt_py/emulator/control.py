"""What tests and people ask of the emulator itself, below `/__velt/`."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Optional, Tuple, cast
from urllib.parse import parse_qsl

from velt_py._nesting import check_nesting
from velt_py._version import __version__
from velt_py.emulator.assumptions import assumptions_as_json
from velt_py.emulator.clock import LATEST
from velt_py.emulator.controls import (
    application,
    limits,
    loading,
    memory,
    outbox,
    scripts,
    seeding,
    snapshots,
    webhooks,
)
from velt_py.emulator.controls.frontend import FRONTEND
from velt_py.emulator.controls.names import check_names
from velt_py.emulator.controls.reading import api_key, optional_text
from velt_py.emulator.openapi import openapi_document
from velt_py.emulator.refusals import Refused
from velt_py.emulator.replies import Reply, json_reply
from velt_py.exceptions import VeltValidationError

__all__ = ["control"]


def control(emulator: Any, method: str, name: str, body: bytes, query: str = "") -> Reply:
    """Answer a request of the control API.

    Args:
        emulator: the `Emulator`.
        method: GET looks, POST and DELETE change.
        name: the path below `/__velt/`.
        body: JSON, for what changes.
        query: `name=value`, for what only looks.
    """
    name = name.strip("/")
    rule = CONTROLS.get((method, name))
    if rule is None:
        known = ", ".join(f"{verb} /__velt/{path}" for verb, path in CONTROLS)
        return json_reply(404, {"error": {"message": f"There is no such control; there are: {known}"}})
    try:
        given = {**dict(parse_qsl(query)), **_fields(body)}
        check_names(method, name, given)
        return json_reply(200, rule(emulator, given))
    except Refused as refusal:
        return json_reply(refusal.status, refusal.body())
    except VeltValidationError as error:
        return json_reply(400, {"error": {"message": error.message}})
    except UnicodeEncodeError:
        return json_reply(400, {"error": {"message": "a text of the body holds half a surrogate pair"}})
    except RecursionError:
        return json_reply(400, {"error": {"message": "the body is nested too deeply"}})


def _fields(body: bytes) -> Dict[str, Any]:
    """The fields of a request.

    Raises:
        VeltValidationError: the body is no JSON object.
    """
    try:
        check_nesting(body)
        given: Any = json.loads(body.decode("utf-8")) if body else {}
    except (ValueError, RecursionError):
        raise VeltValidationError("the body is no JSON", field="body") from None
    if not isinstance(given, dict):
        raise VeltValidationError("the body must be a JSON object", field="body")
    return cast(Dict[str, Any], given)


def _health(emulator: Any, given: Dict[str, Any]) -> Any:
    return {"ok": True, "version": __version__}


def _dump(emulator: Any, given: Dict[str, Any]) -> Any:
    return {"records": emulator.state.dump(api_key(given))}


def _reset(emulator: Any, given: Dict[str, Any]) -> Any:
    emulator.reset(api_key(given))
    return {"reset": api_key(given)}


def _clock(emulator: Any, given: Dict[str, Any]) -> Any:
    return {"seconds": emulator.clock.seconds()}


def _set_clock(emulator: Any, given: Dict[str, Any]) -> Any:
    moment, further = (_seconds(given, name) for name in ("set", "tick"))
    if moment is not None:
        emulator.clock.stop_at(moment + (further or 0.0))
    elif further is not None:
        emulator.clock.tick(further)
    if given.get("run") is True:
        emulator.clock.run()
    emulator.courier.wake()
    return _clock(emulator, given)


def _seconds(given: Dict[str, Any], name: str) -> Optional[float]:
    found = given.get(name)
    if found is None:
        return None
    # An integer of JSON may be larger than any float.
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not abs(found) <= LATEST:
        raise VeltValidationError(f"{name} must be a number of seconds, up to {LATEST}", field=name)
    return float(found)


def _add_fault(emulator: Any, given: Dict[str, Any]) -> Any:
    emulator.faults.add(**given)
    return _faults(emulator, given)


def _faults(emulator: Any, given: Dict[str, Any]) -> Any:
    return {"faults": emulator.faults.listed()}


def _clear_faults(emulator: Any, given: Dict[str, Any]) -> Any:
    emulator.faults.clear()
    return _faults(emulator, given)


def _requests(emulator: Any, given: Dict[str, Any]) -> Any:
    return {"requests": emulator.recorded.listed(api_key(given), optional_text(given, "operation"))}


def _clear_requests(emulator: Any, given: Dict[str, Any]) -> Any:
    emulator.recorded.clear(api_key(given))
    return {"requests": []}


def _token_key(emulator: Any, given: Dict[str, Any]) -> Any:
    from velt_py.emulator.areas.access_control import ALGORITHM, SIGNING_KEY

    return {"algorithm": ALGORITHM, "key": SIGNING_KEY}


def _assumptions(emulator: Any, given: Dict[str, Any]) -> Any:
    return {"assumptions": assumptions_as_json()}


def _openapi(emulator: Any, given: Dict[str, Any]) -> Any:
    return openapi_document(emulator.routes, __version__)


def _coverage(emulator: Any, given: Dict[str, Any]) -> Any:
    from velt_py.emulator.core import coverage

    return coverage(emulator)


CONTROLS: Dict[Tuple[str, str], Callable[[Any, Dict[str, Any]], Any]] = {
    ("GET", "health"): _health,
    ("GET", "state"): _dump,
    ("POST", "state/dump"): _dump,
    ("POST", "state"): loading.load,
    ("POST", "reset"): _reset,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): _requests,
    ("POST", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
    ("GET", "scripts"): scripts.listed,
    ("POST", "scripts"): scripts.add,
    ("DELETE", "scripts"): scripts.clear,
    ("GET", "application"): application.look,
    ("POST", "application"): application.change,
    ("GET", "tokens/key"): _token_key,
    ("GET", "limits"): limits.look,
    ("POST", "limits"): limits.change,
    ("DELETE", "limits"): limits.clear,
    ("GET", "assumptions"): _assumptions,
    ("GET", "coverage"): _coverage,
    ("GET", "openapi"): _openapi,
    ("GET", "outbox"): outbox.look,
    ("DELETE", "outbox"): outbox.clear,
    ("GET", "snapshot"): snapshots.listed,
    ("POST", "snapshot"): snapshots.take,
    ("POST", "restore"): snapshots.restore,
    ("POST", "memory/judgments"): memory.add_judgments,
    ("POST", "recordings"): seeding.add_recordings,
    ("GET", "livestate"): seeding.livestate,
    ("GET", "presence"): seeding.presence,
    ("POST", "presence"): seeding.set_presence,
    ("GET", "webhooks"): webhooks.log,
    ("DELETE", "webhooks"): webhooks.clear,
    ("POST", "webhooks/resend"): webhooks.send_again,
    ("POST", "webhooks/run"): webhooks.run,
    **FRONTEND,
}
