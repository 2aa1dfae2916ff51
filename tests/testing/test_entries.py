"""The types of mails and webhooks hold, and limits of a test are its own."""

from __future__ import annotations

from typing import Any, List

import pytest

from tests.emulator.shapes import differences
from tests.emulator.workflows import definition, result
from velt_py.exceptions import VeltValidationError
from velt_py.testing import OutboxMail, RunningEmulator, VeltEmulator, WebhookDelivery

ALICE = {"userId": "alice", "name": "Alice", "email": "alice@mail.example"}
BOB = {"userId": "bob", "name": "Bob", "email": "bob@mail.example"}
CONTACT = {"userId": "bob", "contact": BOB, "text": "@Bob"}


def told(name: str, **config: Any) -> Any:
    return {"nodeId": name, "type": "notification", "config": {"bodyTemplate": "Done", **config}}


def test_mails_and_webhooks_have_the_keys_that_their_types_promise() -> None:
    with VeltEmulator() as velt:
        api: Any = velt.sdk().api
        hook = {"authToken": "t", "rawNotificationUrl": "http://127.0.0.1:9/hook"}
        result(api.workspace.updateWebhookConfig(useWebhookService=True, webhookServiceConfig=hook))
        comment = {"commentText": "Hello", "from": ALICE, "triggerNotification": True}
        thread = {"commentData": [{**comment, "taggedUserContacts": [CONTACT]}]}
        place = {"organizationId": "o", "documentId": "d", "createOrganization": True, "createDocument": True}
        result(api.commentAnnotations.addCommentAnnotations(**place, commentAnnotations=[thread]))
        slack = {"channel": "slack", "slackTarget": "C1"}
        blocks = {**slack, "format": "slack-blocks", "bodyTemplate": "[]"}
        nodes = [
            told("mail", channel="email", recipients=["ana@mail.example"]),
            told("slack", **slack),
            told("blocks", **blocks),
        ]
        receiver = {"url": "http://127.0.0.1:9/flow", "secret": "s" * 16}
        result(api.workflow.createDefinition(**definition(nodes, [], webhookConfig=receiver)))
        result(api.workflow.dispatchExecution(definitionId="flow"))
        velt.webhooks.deliver()
        mails, webhooks = list(velt.outbox), list(velt.webhooks)
        assert sorted(mail["event"] for mail in mails) == [
            "comment_annotation.add",
            "workflow.mail",
            *["workflow.slack"] * 2,
        ]
        assert {each["scheme"] for each in webhooks} == {"basic", "workflow"}
        assert all("error" in each["attempts"][0] for each in webhooks)
        found: List[str] = [wrong for mail in mails for wrong in differences(OutboxMail, mail)]
        assert found + [wrong for each in webhooks for wrong in differences(WebhookDelivery, each)] == []


def test_limits_hold_for_the_key_and_the_workspace_of_one_test() -> None:
    owner = {"ownerEmail": "ana@acme.example", "type": "production"}
    with RunningEmulator() as running:
        with VeltEmulator(running) as velt:
            other = velt.new_tenant()
            velt.limit(rateLimit={"users/get": 1}, plan="free")
            with pytest.raises(VeltValidationError, match="credit is none of"):
                velt.limit(credit=1)
            sdk, free = velt.sdk(), velt.sdk(other)
            refused = sdk.api.workspace.createApiKey(**owner)
            assert refused["error"]["status"] == "FAILED_PRECONDITION"  # type: ignore[typeddict-item]
            made = result(free.api.workspace.createApiKey(**owner))
            assert made["data"]["apiKey"]
            velt.limit(other, rateLimit=0)
            get = free.api.organizations.getOrganizations.with_options(retries=0)
            assert "error" in get()
            velt.limit(other, rateLimit=None)
            assert "result" in get()
        # So many secrets were made: the next one is another one.
        assert [each["ids"] for each in running.emulator.state.dump()] == [["secret"]]
