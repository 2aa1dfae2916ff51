"""`manage.py velt_webhook_replay` and `velt_webhook_forget`: the inbox of the project's receiver."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterator, List

import pytest

from tests.django.project import start
from tests.django.test_django_commands import run
from velt_py.webhooks import WebhookEvent, Webhooks, sign_for_tests

start()

from django.test import override_settings  # noqa: E402

from velt_py.contrib.django import get_sdk, models  # noqa: E402

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
BODY = json.dumps({"event": "comment.add", "data": {"targetComment": {"commentText": "private"}}}).encode()


class Project:
    """A receiver whose function can fail."""

    def __init__(self) -> None:
        self.queue = f"q-{uuid.uuid4().hex[:10]}"
        self.webhooks = Webhooks(SECRET, queue=self.queue)
        self.fails = True
        self.seen: List[str] = []
        self.webhooks.on("*")(self.note)

    def note(self, event: WebhookEvent) -> None:
        self.seen.append(event.id)
        if self.fails:
            raise ValueError("what somebody wrote")

    def receive(self, id: str) -> str:
        return self.webhooks.receive(sign_for_tests(BODY, SECRET, id=id), BODY, get_sdk()).outcome

    def rows(self) -> Dict[str, str]:
        found = models.WebhookEvent.objects.filter(organization_id=self.queue)
        return dict(found.values_list("record_id", "document_id"))


@pytest.fixture
def project(velt: Dict[str, Any]) -> Iterator[Project]:
    made = Project()
    with override_settings(VELT={**velt, "DATABASE": "default", "WEBHOOKS": made.webhooks}):
        yield made


def test_an_event_that_failed_is_handled_again_by_its_id(project: Project) -> None:
    assert project.receive("m1") == "pending"
    printed, code = run("velt_webhook_replay", "--id", "m1", "--dry-run")
    assert (project.seen, code) == (["m1"], 0)
    assert printed.startswith("to do: v2:m1 comment.add (pending, 1 attempts, last error ValueError)\n")
    assert "leave --dry-run out" in printed
    printed, code = run("velt_webhook_replay", "--id", "m1")
    assert (project.seen, code) == (["m1", "m1"], 1)
    assert "some events failed again" in printed
    assert "what somebody wrote" not in printed
    project.fails = False
    printed, code = run("velt_webhook_replay", "--id", "m1", "--json")
    report = json.loads(printed)
    assert (code, report["dryRun"], [each["outcome"] for each in report["events"]]) == (0, False, ["done"])
    assert project.seen == ["m1"] * 3


def test_nothing_is_handled_before_it_is_due(project: Project) -> None:
    assert project.receive("m1") == "pending"
    project.fails = False
    assert run("velt_webhook_replay") == ("nothing is due\n", 0)
    assert run("velt_webhook_replay", "--failed") == ("nothing is due\n", 0)
    assert project.seen == ["m1"]


def test_an_id_that_the_inbox_does_not_hold_is_told(project: Project) -> None:
    printed, code = run("velt_webhook_replay", "--id", "m9")
    assert code == 1
    assert "the inbox holds no event m9" in printed


def test_done_events_are_forgotten_and_others_stay(project: Project) -> None:
    assert project.receive("m1") == "pending"
    project.fails = False
    assert project.receive("m2") == "done"
    assert run("velt_webhook_forget", "--yes") == ("deleted 0 events\n", 0)
    done = models.WebhookEvent.objects.filter(organization_id=project.queue, record_id="v2:m2")
    long_ago = datetime.now(timezone.utc) - timedelta(days=40)
    old = f"done {long_ago:%Y-%m-%d}"
    assert project.rows()["v2:m2"].startswith("done ")
    assert done.update(document_id=old) == 1
    dry = run("velt_webhook_forget", "--days", "7")
    assert dry == ("1 events would be deleted; --yes does it\n", 0)
    printed, code = run("velt_webhook_forget", "--days", "7", "--yes", "--json")
    assert (json.loads(printed), code) == ({"dryRun": False, "events": 1}, 0)
    assert list(project.rows()) == ["v2:m1"]


def test_a_negative_number_of_days_is_refused(project: Project) -> None:
    assert run("velt_webhook_forget", "--days", "-1") == ("--days: 0 or more days are needed", 2)


@pytest.mark.parametrize("name", ["velt_webhook_replay", "velt_webhook_forget"])
def test_a_project_without_a_receiver_is_told_so(velt: Dict[str, Any], name: str) -> None:
    printed, code = run(name)
    assert code == 2
    assert "VELT['WEBHOOKS']: there is no receiver" in printed
