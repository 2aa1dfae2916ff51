"""A project's own tests: what a request stores in a `TestCase` is rolled back with everything else."""

from __future__ import annotations

import uuid
from typing import Any, Dict, List

from tests.django.hooks import member
from tests.django.project import start
from tests.django.test_django_views import saving

start()

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import TestCase, override_settings  # noqa: E402

from velt_py.contrib.django.models import CommentAnnotation  # noqa: E402
from velt_py.contrib.django.signals import VeltEvent, comment_saved  # noqa: E402

NAME = f"ana{uuid.uuid4().hex[:12]}"
ORGANIZATION = f"{NAME}-org"
SETTING: Dict[str, Any] = {"AUTHORIZE": member}


@override_settings(VELT=SETTING)
class TestProject(TestCase):
    def setUp(self) -> None:
        self.user: Any = get_user_model().objects.create_user(NAME)

    def heard(self) -> List[VeltEvent]:
        heard: List[VeltEvent] = []

        def receiver(event: VeltEvent, **_: Any) -> None:
            heard.append(event)

        comment_saved.connect(receiver, weak=False)
        self.addCleanup(comment_saved.disconnect, receiver)
        return heard

    def test_a_request_is_part_of_the_test_s_transaction(self) -> None:
        heard = self.heard()
        self.client.force_login(self.user)
        with self.captureOnCommitCallbacks(execute=True):
            answer = self.client.post("/velt/comments/save", saving(ORGANIZATION), "application/json")
            assert answer.status_code == 200
            assert heard == []
        assert len(heard) == 1
        assert CommentAnnotation.objects.filter(organization_id=ORGANIZATION).count() == 1

    async def test_an_awaited_request_is_part_of_the_test_s_transaction(self) -> None:
        from asgiref.sync import sync_to_async

        await sync_to_async(self.async_client.force_login)(self.user)
        answer = await self.async_client.post("/velt/comments/save", saving(ORGANIZATION), "application/json")
        assert answer.status_code == 200
        assert await CommentAnnotation.objects.filter(organization_id=ORGANIZATION).acount() == 1


def test_nothing_is_left_of_the_tests_above() -> None:
    assert CommentAnnotation.objects.filter(organization_id=ORGANIZATION).count() == 0
