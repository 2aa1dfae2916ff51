"""What comes from outside: requests that start executions, and answers to webhook nodes."""

from __future__ import annotations

import hmac
from typing import Any, Dict, Optional, Tuple, cast
from urllib.parse import parse_qs

from velt_py.emulator.areas.workflow.calls import called_back
from velt_py.emulator.areas.workflow.definitions import DEFINITION
from velt_py.emulator.areas.workflow.runs import CALL, keep, settled
from velt_py.emulator.areas.workflow.settling import settle
from velt_py.emulator.areas.workflow.starting import begin, triggered
from velt_py.emulator.call import Answer, Call, Document, Rule
from velt_py.emulator.refusals import Refused, invalid, missing
from velt_py.emulator.shapes import objects
from velt_py.emulator.state import Records
from velt_py.emulator.workflow.inbound import event_id, event_name, is_genuine, is_wanted, trigger_context

__all__ = ["RULES"]

LARGEST = 1_000_000
LIFETIME = 24 * 3_600_000
CALLBACK_TOKEN = "x-velt-callback-token"


def trigger(call: Call) -> Answer:
    """Start an execution for a request that another system signed with the trigger's secret."""
    received = call.received
    if len(received.body) > LARGEST:
        return Answer({"ok": False, "code": "body-too-large"}, 413)
    query = _query(call)
    records = _tenant(call, query)
    definition, found = _trigger(call, records, query)
    inbound: Document = found["inboundWebhook"]
    call.guess("workflow-inbound")
    if not is_genuine(inbound, received.headers, received.body):
        raise Refused("UNAUTHENTICATED", "The signature does not belong to the trigger's secret.")
    if not is_wanted(inbound, event_name(inbound, received.headers, call.data)):
        return Answer({"ok": False, "code": "event-ignored"})
    settle(records, call.now)
    source = event_id(inbound, received.headers, call.data)
    key = f"trig:{found['triggerId']}:{source}" if source else ""
    context = trigger_context(inbound, call.data)
    facts = triggered(definition, context)
    started = begin(records, call.now, definition, key, facts, trigger=True, lifetime=LIFETIME)
    return Answer(
        {
            "ok": True,
            "code": "accepted",
            "executionId": started.execution,
            "deduplicated": started.deduplicated,
        }
    )


def _query(call: Call) -> Dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(call.received.query).items()}
    except ValueError:
        raise invalid("The query cannot be read.") from None


def _tenant(call: Call, query: Dict[str, str]) -> Records:
    key = call.key or query.get("apiKey", "")
    if not key:
        raise invalid("API key not found in headers.")
    return call.records.beside(key)


def _trigger(call: Call, records: Records, query: Dict[str, str]) -> Tuple[Document, Document]:
    """The definition and the trigger that a request names, in its body or in its query."""
    ids = [call.data.get(each) or query.get(each) for each in ("definitionId", "triggerId")]
    if not all(isinstance(each, str) and each for each in ids):
        raise invalid("definitionId and triggerId are required, in the body or in the query.")
    definition = records.get(DEFINITION, cast(str, ids[0]))
    if definition is not None and definition["status"] == "active":
        for each in objects(definition["triggers"]):
            if each["triggerId"] == ids[1] and each.get("inboundWebhook"):
                return definition, each
    raise missing("There is no such inbound webhook trigger.")


def callback(call: Call) -> Answer:
    """End the step of an asynchronous webhook node."""
    query = _query(call)
    records = _tenant(call, query)
    execution, step_id = query.get("executionId", ""), query.get("stepId", "")
    kept = records.get(CALL, execution, step_id)
    token = call.received.headers.get(CALLBACK_TOKEN, "")
    expected = cast(Optional[str], kept and kept.get("callbackToken"))
    if not expected or not hmac.compare_digest(token.encode("utf-8", "surrogatepass"), expected.encode()):
        raise Refused("UNAUTHENTICATED", "The callback token does not belong to a step.")
    status: Any = call.data.get("status")
    if status not in ("completed", "failed"):
        raise invalid("status must be one of: completed, failed.")
    settle(records, call.now)
    run = settled(records, execution, call.now)
    step = run.steps[step_id]
    # A receiver may be done before its answer to the call itself has arrived.
    if step["status"] not in ("running", "waiting"):
        raise Refused("FAILED_PRECONDITION", f"The step is {step['status']}, not waiting.")
    called_back(run, step, status, call.data.get("output"), call.data.get("error"))
    keep(records, run)
    records.delete(CALL, execution, step_id)
    call.guess("workflow-calls")
    return Answer({"ok": True})


RULES: Dict[str, Rule] = {
    "workflow.triggerInboundWebhook": trigger,
    "workflow.webhookCallback": callback,
}
