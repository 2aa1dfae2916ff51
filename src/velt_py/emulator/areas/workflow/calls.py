"""Calls of webhook nodes in the records: which are due, and what follows from an answer."""

from __future__ import annotations

from typing import Any, List, Mapping, NamedTuple, Optional, cast

from velt_py.emulator.areas.workflow.runs import CALL, EXECUTION, keep, settled
from velt_py.emulator.identity import hex_id
from velt_py.emulator.state import Records
from velt_py.emulator.workflow import engine
from velt_py.emulator.workflow.calling import RETRIES, Outbound, callback_url, judged, outbound
from velt_py.emulator.workflow.run import TERMINAL, Document, Run

__all__ = ["DueCall", "answered", "called_back", "take"]


class DueCall(NamedTuple):
    """A call that has to be made now."""

    execution: str
    step: str
    request: Outbound


def take(records: Records, now: int, base: str) -> List[DueCall]:
    """The calls of an api key that are due; none of them is taken twice.

    Args:
        records: those of the api key, inside a `State.call`.
        now: milliseconds since 1970.
        base: where the emulator is reached, for callbacks.
    """
    found: List[DueCall] = []
    for row in records.under(CALL):
        due = cast(Optional[int], row.doc["due"])
        if due is None or due > now:
            continue
        execution, step = row.ids
        kept = records.get(EXECUTION, execution)
        if kept is None or kept["steps"][step]["status"] in TERMINAL:
            records.delete(CALL, execution, step)
            continue
        doc: Document = {**row.doc, "due": None, "stepId": step}
        if doc["config"].get("mode") == "async":
            doc["callbackToken"] = hex_id("callback", records.owner, execution, step, doc["secret"])
        records.put(CALL, execution, step, doc=doc)
        callback = callback_url(base, records.owner, execution, step)
        found.append(DueCall(execution, step, outbound(doc, callback)))
    return found


def answered(
    records: Records,
    now: int,
    call: DueCall,
    status: Optional[int],
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    """Go on from the answer to a call.

    Args:
        records: those of the api key, inside a `State.call`.
        now: milliseconds since 1970.
        call: which one.
        status: of HTTP; None when there was no answer.
        headers: their names in lower case.
        body: the bytes.
    """
    doc = records.get(CALL, call.execution, call.step)
    if doc is None:
        return
    run = settled(records, call.execution, now)
    step = run.steps[call.step]
    if step["status"] in TERMINAL or step["status"] == "waiting":
        return  # cancelled, breached, or called back while the call was under way
    found = judged(doc, status, headers, body)
    if found.status == "again":
        step["retryCount"] += 1
        run.emit("step.retried", call.step)
        attempt = int(doc["attempt"])
        later = {"attempt": attempt + 1, "due": now + RETRIES[attempt]}
        records.put(CALL, call.execution, call.step, doc={**doc, **later})
    elif found.status == "completed" and doc["config"].get("mode") == "async":
        step.update(status="waiting", output=found.output)
        run.emit("step.awaiting-approval", call.step, {"nodeType": "webhook"})
    else:
        facts = _told(status, found.error)
        engine.finish(run, step, found.status, found.output, facts, found.error)
        records.delete(CALL, call.execution, call.step)
    keep(records, run)


def _told(status: Optional[int], error: Optional[Document]) -> Document:
    """What the event of a step says of its call."""
    if error is None:
        return {"httpStatus": status, "latencyMs": 0}
    if error["code"] == "webhook-node-empty-response":
        return {"reason": error["code"]}
    kind = "retryable" if status is None or status >= 500 else "terminal"
    return {"httpStatus": status, "latencyMs": 0, "retryClass": kind}


def called_back(run: Run, step: Document, status: str, output: Any, error: Any) -> None:
    """End a step as its receiver says."""
    given = cast(Document, output) if isinstance(output, dict) else {}
    failure: Optional[Document] = None
    if status == "failed":
        said = cast(Document, error) if isinstance(error, dict) else {}
        failure = {
            "code": str(said.get("code", "webhook-callback-failed")),
            "message": str(said.get("message", "The receiver said that it failed.")),
        }
    engine.finish(run, step, status, {**step["output"], **given}, {"source": "callback"}, failure)
