"""When a job is over, when it is looked at again, and how patient a wait may be told to be."""

from __future__ import annotations

import pickle
from typing import Any, Dict, List, Tuple, cast

import pytest

from tests.transports import AsyncRecorder, Recorder
from velt_py import AsyncVeltSDK, VeltApiError, VeltJobFailed, VeltSDK, VeltValidationError, VeltWaitTimeout
from velt_py.api.backend import SERVICES, service_class
from velt_py.api.jobs import DONE, FAILED, LAST_LOOK, RUNNING, Job, Pace, read_wait_options
from velt_py.api.operation import operations_of

JOB = Job(("result", "status"), ("completed", True), ("failed",), Pace(60, 1, 8))
PACE = Pace(deadline=100.0, first_wait=2.0, max_wait=10.0)

STATES: List[Tuple[str, Dict[str, str]]] = [
    ("gdpr.getDeleteUserDataStatus", {"True": DONE, "False": RUNNING}),
    (
        "documents.migrateDocumentsStatus",
        {"pending": RUNNING, "in_progress": RUNNING, "completed": DONE, "failed": FAILED},
    ),
    (
        "agents.getAgentExecution",
        {
            "running": RUNNING,
            "passed": DONE,
            "failed": DONE,
            "partial": DONE,
            "error": FAILED,
            "skipped": FAILED,
        },
    ),
    (
        "workflow.getExecution",
        {"pending": RUNNING, "running": RUNNING, "completed": DONE, "failed": FAILED, "cancelled": FAILED},
    ),
    ("memory.getIngestStatus", {"processing": RUNNING, "completed": DONE, "failed": FAILED}),
]


def nested(path: Tuple[str, ...], word: Any) -> Any:
    for name in reversed(path):
        word = {name: word}
    return word


def jobs() -> Dict[str, Job]:
    every = [operation for name in SERVICES for operation in operations_of(service_class(name))]
    return {operation.name: operation.job for operation in every if operation.job is not None}


@pytest.mark.parametrize(("operation", "states"), STATES, ids=[name for name, _ in STATES])
def test_each_documented_word_of_a_job_means_what_velts_pages_say(
    operation: str, states: Dict[str, str]
) -> None:
    job = jobs()[operation]
    words = {str(word): word for word in (True, False)}
    found = {word: job.state(nested(job.status, words.get(word, word))) for word in states}
    assert found == states


def test_the_five_jobs_of_the_api_can_be_waited_for_and_no_other_operation() -> None:
    assert set(jobs()) == {name for name, _ in STATES}


@pytest.mark.parametrize(
    "answer",
    [None, [], "completed", {}, {"result": None}, {"result": ["completed"]}, {"result": {"status": None}}]
    + [nested(JOB.status, word) for word in ("a word of tomorrow", 1, 1.0, "COMPLETED", ["completed"], {})],
    ids=repr,
)
def test_an_answer_without_a_known_word_means_that_the_job_runs(answer: Any) -> None:
    assert JOB.state(answer) == RUNNING


def test_pauses_grow_from_the_first_to_the_longest_and_chance_spreads_them() -> None:
    def pauses(chance: float) -> List[float]:
        return [cast(float, PACE.pause(looks, 0.0, chance)) for looks in range(1, 12)]

    lowest, highest = pauses(0.0), pauses(0.999999)
    assert lowest == sorted(lowest)
    assert highest == sorted(highest)
    assert lowest[0] == 2.0
    assert highest[-1] == pytest.approx(10.0, abs=0.01)
    assert all(2.0 <= low < high <= 10.0 for low, high in zip(lowest, highest))


def test_pauses_stay_finite_after_any_number_of_looks() -> None:
    assert PACE.pause(10**6, 0.0, 1.0) == 10.0


def test_the_last_look_is_at_the_deadline_and_none_comes_after_it() -> None:
    assert PACE.pause(9, 97.0, 0.5) == 3.0
    assert PACE.pause(9, 100.0, 0.5) is None
    assert PACE.pause(9, 5000.0, 0.5) is None


def test_a_look_may_take_what_is_left_and_little_more() -> None:
    assert PACE.within(40.0) == 60.0 + LAST_LOOK
    assert PACE.within(100.0) == LAST_LOOK
    assert PACE.within(1000.0) == LAST_LOOK
    assert Pace(0.5, 0.1, 0.1).within(0.5) == 0.5
    assert Pace(1e9, 1, 1).within(0.0) == 86_400


def test_options_of_a_wait_go_before_the_operations_own_patience() -> None:
    options, pace = read_wait_options({"deadline": 7, "max_wait": 5, "timeout": 2, "retries": 0}, PACE)
    assert pace == Pace(7, 2.0, 5)
    assert (options.timeout, options.retries) == (2, 0)
    assert read_wait_options({}, PACE)[1] == PACE
    assert read_wait_options({"deadline": None}, PACE)[1] == PACE


@pytest.mark.parametrize("given", [{"first_wait": 30.0}, {"max_wait": 30.0, "first_wait": 30.0}], ids=repr)
def test_a_first_wait_beyond_the_operations_longest_makes_all_pauses_that_long(
    given: Dict[str, float],
) -> None:
    assert read_wait_options(given, PACE)[1] == Pace(100.0, 30.0, 30.0)


def test_a_longest_wait_below_the_operations_first_makes_all_pauses_that_short() -> None:
    assert read_wait_options({"max_wait": 0.5}, PACE)[1] == Pace(100.0, 0.5, 0.5)


@pytest.mark.parametrize("name", ["deadline", "first_wait", "max_wait"])
@pytest.mark.parametrize(
    "value", [0, -1, True, "5", float("nan"), float("inf"), 10**400, [5]], ids=lambda value: str(value)[:5]
)
def test_seconds_that_are_none_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(VeltValidationError, match=rf"options\.{name}: a number of seconds") as caught:
        read_wait_options({name: value}, PACE)
    assert caught.value.field == f"options.{name}"


def test_a_first_wait_longer_than_the_longest_is_refused() -> None:
    with pytest.raises(VeltValidationError, match=r"options\.first_wait: it is longer"):
        read_wait_options({"first_wait": 3, "max_wait": 2}, PACE)


def test_an_unknown_option_is_refused_with_the_nearest_right_one() -> None:
    with pytest.raises(VeltValidationError, match="did you mean 'deadline'"):
        read_wait_options({"dead_line": 3}, PACE)
    with pytest.raises(VeltValidationError, match=r"options: a dict is needed"):
        read_wait_options(cast(Any, 5), PACE)


def test_options_of_a_wait_are_unknown_to_a_plain_call() -> None:
    sdk = VeltSDK.initialize({"apiKey": "k", "authToken": "t"}, transport=Recorder())
    with pytest.raises(VeltValidationError, match="deadline"):
        sdk.api.gdpr.getDeleteUserDataStatus.with_options(deadline=5)


def test_an_operation_without_a_job_says_that_there_is_nothing_to_wait_for() -> None:
    recorder = Recorder()
    sdk = VeltSDK.initialize({"apiKey": "k", "authToken": "t"}, transport=recorder)
    with pytest.raises(TypeError, match=r"organizations\.getOrganizations tells of no job"):
        sdk.api.organizations.getOrganizations.wait(organizationIds=["o"])
    assert recorder.calls == []


async def test_an_awaited_operation_without_a_job_says_so_too() -> None:
    recorder = AsyncRecorder()
    sdk = AsyncVeltSDK.initialize({"apiKey": "k", "authToken": "t"}, transport=recorder)
    with pytest.raises(TypeError, match=r"organizations\.getOrganizations tells of no job"):
        await sdk.api.organizations.getOrganizations.wait(organizationIds=["o"])
    assert recorder.calls == []


@pytest.mark.parametrize(
    "error",
    [
        VeltWaitTimeout("late", job=("jobId",), answer={"secret": "ana"}, looks=3, seconds=5.0),
        VeltJobFailed("failed", job=("jobId",), answer={"secret": "ana"}, looks=3, word="cancelled"),
    ],
    ids=["timeout", "failed"],
)
def test_errors_of_a_wait_survive_pickle_and_show_no_answer(error: Any) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert (copy.code, copy.statusCode, str(copy)) == (error.code, error.statusCode, str(error))
    assert isinstance(copy, VeltApiError)
    assert "ana" not in f"{error} {error!r}"
