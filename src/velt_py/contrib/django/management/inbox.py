"""What the commands about the inbox of webhooks share."""

from __future__ import annotations

from velt_py.contrib.django.process import get_options
from velt_py.exceptions import VeltConfigurationError
from velt_py.webhooks.receiver import Webhooks

__all__ = ["receiver"]


def receiver() -> Webhooks:
    """The project's receiver, with its functions.

    Raises:
        VeltConfigurationError: the project has none.
    """
    found = get_options().webhooks
    if found is None:
        raise VeltConfigurationError(
            "VELT['WEBHOOKS']: there is no receiver, so there is no inbox; see the guide of webhooks",
            field="WEBHOOKS",
        )
    return found
