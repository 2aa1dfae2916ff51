"""Transports that remember calls and answer from a list: what `transport=` takes, without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Union

from velt_py.api.messages import Prepared, Reply

Answers = Union[Sequence[Any], Callable[[Dict[str, Any]], Any]]


@dataclass
class Call:
    """A call that was handed over."""

    prepared: Prepared

    @property
    def timeout(self) -> Optional[float]:
        return self.prepared.timeout

    @property
    def headers(self) -> Mapping[str, str]:
        return self.prepared.headers

    @property
    def data(self) -> Dict[str, Any]:
        data: Dict[str, Any] = json.loads(self.prepared.body)["data"]
        return data


class Recorder:
    """Answers one after the other from a list (the last one again and again), or by what was sent.

    An answer is a body, a `Reply`, or an error to raise.
    """

    def __init__(self, answers: Answers = ({},)) -> None:
        self.answers = answers
        self.calls: List[Call] = []
        self.closed = 0

    def send(self, prepared: Prepared) -> Reply:
        call = Call(prepared)
        self.calls.append(call)
        if callable(self.answers):
            answer = self.answers(call.data)
        else:
            answer = self.answers[min(len(self.calls), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Reply) else Reply(200, {}, json.dumps(answer).encode())

    def close(self) -> None:
        self.closed += 1


class AsyncRecorder:
    """As `Recorder`, awaited."""

    def __init__(self, answers: Answers = ({},)) -> None:
        self.inner = Recorder(answers)

    @property
    def calls(self) -> List[Call]:
        return self.inner.calls

    async def send(self, prepared: Prepared) -> Reply:
        return self.inner.send(prepared)

    async def close(self) -> None:
        self.inner.close()
