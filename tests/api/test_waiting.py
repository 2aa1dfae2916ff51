"""Each job of Velt waited for, over a server on the loopback interface, by both SDKs; time goes as the tests say."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

import pytest

from tests.api.operation_table import CREDENTIALS
from tests.loopback import Action, Loopback, Request, reply
from velt_py import AsyncVeltSDK, VeltJobFailed, VeltNetworkError, VeltSDK, VeltWaitTimeout
from velt_py.exceptions import VeltApiNotFoundError, VeltUnavailableError


class Known(NamedTuple):
    """One job: what names it, and answers as documented."""

    operation: str
    request: Dict[str, Any]
    running: Any
    done: Any
    failed: Any
    word: str


def told(data: Any) -> Any:
    return {"result": {"status": "success", "message": "Fetched.", "data": data}}


JOBS = [
    Known(
        "gdpr.getDeleteUserDataStatus",
        {"jobId": "job-ana"},
        told({"isDeleteCompleted": False, "tasksLeft": 4, "lastTaskCompletedTime": 1748972106739}),
        told({"isDeleteCompleted": True, "tasksLeft": 0, "lastTaskCompletedTime": 1748972106739}),
        None,
        "",
    ),
    Known(
        "documents.migrateDocumentsStatus",
        {"organizationId": "acme", "migrationId": "migration-ana"},
        told({"migrationId": "migration-ana", "status": "in_progress"}),
        told({"migrationId": "migration-ana", "status": "completed"}),
        told({"migrationId": "migration-ana", "status": "failed"}),
        "failed",
    ),
    Known(
        "agents.getAgentExecution",
        {"executionId": "exec-ana"},
        told({"execution": {"id": "exec-ana", "status": "running", "completedAt": None}}),
        told({"execution": {"id": "exec-ana", "status": "failed", "resultsSummary": {"totalFindings": 7}}}),
        told({"execution": {"id": "exec-ana", "status": "error", "error": {"message": "of ana"}}}),
        "error",
    ),
    Known(
        "workflow.getExecution",
        {"executionId": "exec-ana"},
        {"result": {"executionId": "exec-ana", "status": "pending", "steps": []}},
        {"result": {"executionId": "exec-ana", "status": "completed", "steps": [{"status": "failed"}]}},
        {"result": {"executionId": "exec-ana", "status": "cancelled", "steps": []}},
        "cancelled",
    ),
    Known(
        "memory.getIngestStatus",
        {"sourceId": "src-ana"},
        {"result": {"status": "processing", "sourceId": "src-ana"}},
        {"result": {"status": "completed", "sourceId": "src-ana", "chunkCount": 0}},
        {"result": {"status": "failed", "sourceId": "src-ana", "failureReason": "embedding-failed"}},
        "failed",
    ),
]
each_job = pytest.mark.parametrize("job", JOBS, ids=[job.operation for job in JOBS])
each_failing_job = pytest.mark.parametrize(
    "job", [job for job in JOBS if job.failed], ids=[job.operation for job in JOBS if job.failed]
)
UNAVAILABLE = {"error": {"message": "try again, ana", "status": "UNAVAILABLE"}}
NOT_FOUND = {"error": {"message": "no job of ana", "status": "NOT_FOUND"}}


class Time:
    """A clock that goes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: List[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_awaited(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)

    def clock(self) -> float:
        return self.now


class Door:
    """One of the SDKs, with a clock of the test's.

    Args:
        kind: `sync` or `async`.
        config: the configuration.
    """

    def __init__(self, kind: str, config: Dict[str, Any]) -> None:
        self.kind, self.config, self.time = kind, config, Time()

    def timed(self, caller: Any, sleep: Any) -> None:
        caller._sleep, caller._clock, caller._chance = sleep, self.time.clock, lambda: 0.5

    def wait(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        area, _, method = operation.partition(".")
        if self.kind == "async":
            return asyncio.run(self._awaited(area, method, args, kwargs))
        with VeltSDK.initialize(self.config) as sdk:
            self.timed(sdk.api._client.caller, self.time.sleep)
            return getattr(getattr(sdk.api, area), method).wait(*args, **kwargs)

    async def _awaited(self, area: str, method: str, args: Any, kwargs: Any) -> Any:
        async with AsyncVeltSDK.initialize(self.config) as sdk:
            self.timed(sdk.api._client.caller, self.time.sleep_awaited)
            return await getattr(getattr(sdk.api, area), method).wait(*args, **kwargs)


Serving = Callable[..., Tuple[Door, Loopback]]


@pytest.fixture(params=["sync", "async"])
def serving(request: Any) -> Iterator[Serving]:
    """Starts a server that gives these answers one after the other, the last one again and again."""
    with contextlib.ExitStack() as stack:

        def start(*answers: Any, **config: Any) -> Tuple[Door, Loopback]:
            left = list(answers)

            def answer(_: Request) -> List[Action]:
                given = left.pop(0) if len(left) > 1 else left[0]
                if isinstance(given, list):
                    return given
                return reply(*given) if isinstance(given, tuple) else reply(200, given)

            server = stack.enter_context(Loopback(answer))
            return Door(request.param, {**CREDENTIALS, "apiBaseUrl": server.url, **config}), server

        yield start


def no_secret(error: BaseException) -> None:
    assert "ana" not in f"{error} {error!r}"


@each_job
def test_a_job_is_looked_at_until_it_is_done_and_the_last_answer_comes_back(
    job: Known, serving: Serving
) -> None:
    door, server = serving(job.running, job.running, {"result": {}}, job.done)
    assert door.wait(job.operation, **job.request) == job.done
    assert [json.loads(request.body) for request in server.requests] == [{"data": job.request}] * 4
    assert len(door.time.slept) == 3
    assert door.time.slept == sorted(door.time.slept)


@each_job
def test_a_request_object_with_options_sets_the_pace(job: Known, serving: Serving) -> None:
    from velt_py.api.backend import service_class

    area, _, method = job.operation.partition(".")
    request = getattr(service_class(area), method).request(**job.request)
    door, server = serving(job.running, job.running, job.running, job.done)
    options = {"first_wait": 7, "max_wait": 7, "headers": {"x-trace": "t-1"}}
    assert door.wait(job.operation, request, options=options) == job.done
    assert door.time.slept == [7, 7, 7]
    assert [each.headers["x-trace"] for each in server.requests] == ["t-1"] * 4


@each_job
def test_a_job_that_is_done_at_the_first_look_is_not_waited_for(job: Known, serving: Serving) -> None:
    door, server = serving(job.done)
    assert door.wait(job.operation, **job.request) == job.done
    assert (len(server.requests), door.time.slept) == (1, [])


@each_failing_job
def test_a_job_that_failed_ends_the_wait_with_what_velt_tells_of_it(
    job: Known, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    door, server = serving(job.running, job.failed)
    with caplog.at_level(logging.DEBUG, "velt_py"), pytest.raises(VeltJobFailed, match=job.word) as caught:
        door.wait(job.operation, **job.request)
    error = caught.value
    assert (error.answer, error.word, error.looks) == (job.failed, job.word, 2)
    assert error.job == tuple(job.request)
    assert len(server.requests) == 2
    no_secret(error)
    [line] = [record for record in caplog.records if record.message == "velt.job.ended"]
    assert line.__dict__["velt_outcome"] == "failed"
    assert "ana" not in str([vars(record) for record in caplog.records if record.name.startswith("velt_py")])


@each_job
def test_a_deadline_ends_the_wait_after_a_last_look_and_keeps_the_last_answer(
    job: Known, serving: Serving
) -> None:
    door, server = serving(job.running)
    with pytest.raises(VeltWaitTimeout, match="not over after 30 seconds") as caught:
        door.wait(job.operation, **job.request, options={"deadline": 30})
    error = caught.value
    assert sum(door.time.slept) == pytest.approx(30)
    assert len(server.requests) == len(door.time.slept) + 1 == error.looks
    assert (error.answer, error.seconds, error.job) == (job.running, 30, tuple(job.request))
    assert all(name in str(error) for name in job.request)
    no_secret(error)


@each_job
def test_without_a_deadline_of_the_caller_the_operations_own_ends_the_wait(
    job: Known, serving: Serving
) -> None:
    door, _ = serving(job.running)
    with pytest.raises(VeltWaitTimeout) as caught:
        door.wait(job.operation, **job.request, options={"first_wait": 600, "max_wait": 6000})
    assert caught.value.seconds == sum(door.time.slept)
    assert caught.value.seconds in (1_800, 3_600, 86_400)


@each_job
def test_an_error_answer_ends_the_wait(job: Known, serving: Serving) -> None:
    door, server = serving(job.running, (404, NOT_FOUND))
    with pytest.raises(VeltApiNotFoundError) as caught:
        door.wait(job.operation, **job.request)
    assert len(server.requests) == 2
    no_secret(caught.value)


@each_job
def test_a_passing_failure_between_looks_is_repeated_as_any_call(job: Known, serving: Serving) -> None:
    door, server = serving(job.running, (503, UNAVAILABLE), (503, UNAVAILABLE), job.running, job.done)
    assert door.wait(job.operation, **job.request) == job.done
    assert len(server.requests) == 5


@each_job
def test_without_retries_a_passing_failure_ends_the_wait(job: Known, serving: Serving) -> None:
    door, server = serving(job.running, (503, UNAVAILABLE), job.done)
    with pytest.raises(VeltUnavailableError):
        door.wait(job.operation, **job.request, options={"retries": 0})
    assert len(server.requests) == 2


def test_retries_of_a_look_end_soon_after_the_deadline_of_the_wait(serving: Serving) -> None:
    job = JOBS[1]
    door, _ = serving(job.running, (503, UNAVAILABLE), http={"retries": 50})
    with pytest.raises(VeltUnavailableError):
        door.wait(job.operation, **job.request, options={"deadline": 4, "max_wait": 2})
    assert sum(door.time.slept) <= 4 + 5


def test_a_server_that_does_not_answer_ends_the_wait_soon_after_its_deadline(serving: Serving) -> None:
    job = JOBS[4]
    door, _ = serving(job.running, [60.0])
    door.timed = lambda caller, sleep: None  # type: ignore[method-assign]
    began = time.monotonic()
    with pytest.raises(VeltWaitTimeout) as caught:
        door.wait(job.operation, **job.request, options={"deadline": 0.3, "first_wait": 0.05, "retries": 0})
    assert time.monotonic() - began < 20
    assert caught.value.answer == job.running
    assert isinstance(caught.value.__cause__, VeltNetworkError)
    assert caught.value.looks == 1


def test_a_host_that_is_gone_before_the_deadline_is_told_as_such(serving: Serving) -> None:
    job = JOBS[0]
    door, server = serving(job.running)
    server.__exit__(None, None, None)
    with pytest.raises(VeltNetworkError):
        door.wait(job.operation, **job.request)


async def test_an_awaited_wait_can_be_cancelled_while_it_pauses() -> None:
    paused = asyncio.Event()

    async def sleep(_: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    with Loopback(lambda _: reply(200, JOBS[3].running)) as server:
        async with AsyncVeltSDK.initialize({**CREDENTIALS, "apiBaseUrl": server.url}) as sdk:
            sdk.api._client.caller._sleep = sleep
            task = asyncio.ensure_future(sdk.api.workflow.getExecution.wait(executionId="e"))
            await asyncio.wait_for(paused.wait(), 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 20)


async def test_many_awaited_waits_go_on_side_by_side() -> None:
    job = JOBS[3]
    seen: Dict[str, int] = {}

    def answer(request: Request) -> List[Action]:
        name = json.loads(request.body)["data"]["executionId"]
        seen[name] = seen.get(name, 0) + 1
        return reply(200, job.done if seen[name] == 3 else job.running)

    with Loopback(answer) as server:
        async with AsyncVeltSDK.initialize({**CREDENTIALS, "apiBaseUrl": server.url}) as sdk:
            call = sdk.api.workflow.getExecution
            options: Any = {"first_wait": 0.01, "max_wait": 0.02}
            waits = [call.wait(call.operation.request(f"e{at}"), options=options) for at in range(50)]
            assert await asyncio.gather(*waits) == [job.done] * 50
    assert set(seen.values()) == {3}
