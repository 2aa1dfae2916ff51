"""Erasing people from the admin: the SDK's own erasure, and a note of who had it done."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from velt_py.exceptions import VeltValidationError
from velt_py.sdk import VeltSDK
from velt_py.selfhosting.privacy.report import Report

__all__ = ["erase_people", "note_erasure"]


def erase_people(
    sdk: VeltSDK, people: Sequence[str], organization: Optional[str], apply: bool
) -> List[Report]:
    """Erase people in the own store, or say what would be done.

    Args:
        sdk: whose store.
        people: their ids.
        organization: only there; in all organizations when None.
        apply: do it.

    Raises:
        VeltSDKError: for an id that cannot be one, and when the store failed.
    """
    if not people:
        raise VeltValidationError("people: name at least one", field="people")
    privacy = sdk.selfHosting.privacy
    return [privacy.erase_user(person, organization, dry_run=not apply) for person in people]


def note_erasure(user: Any, model: Any, count: int) -> None:
    """Note in the admin's log that people were erased, without saying who."""
    from django.contrib.admin.models import DELETION, LogEntry
    from django.contrib.contenttypes.models import ContentType

    LogEntry.objects.create(
        user_id=user.pk,
        content_type_id=ContentType.objects.get_for_model(model).pk,
        object_id=None,
        object_repr=f"{count} people",
        action_flag=DELETION,
        change_message="Erased.",
    )
