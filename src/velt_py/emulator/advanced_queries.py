"""Advanced queries, which an application has or has not: what needs them is refused without. Pure on records.

It loads no area: every call comes by here.
"""

from __future__ import annotations

from typing import Dict, Mapping

from velt_py.emulator.call import Call
from velt_py.emulator.choices import choice_of
from velt_py.emulator.kinds import CONFIG
from velt_py.emulator.refusals import missing
from velt_py.emulator.state import Records

__all__ = ["ADVANCED_QUERIES", "advanced_queries_of", "need_advanced_queries", "set_advanced_queries"]

APPLICATION = "application"
"""The configuration that Velt's console has and its API has not."""
ADVANCED_QUERIES = "advancedQueries"
QUERIES = frozenset(
    [
        *("organizations.getOrganizations", "documents.getDocuments", "users.getUsers"),
        *("folders.addFolder", "folders.getFolders", "folders.updateFolder", "folders.deleteFolder"),
        *("notifications.getNotifications", "commentAnnotations.getCommentAnnotations"),
        *("commentAnnotations.getCommentAnnotationsCount", "commentAnnotations.getComments"),
    ]
)
"""Operations whose pages ask to switch advanced queries on."""
AGENT_FILTERS = ("agentId", "agentSuggestions", "agentUrls")
DELETION = "commentAnnotations.deleteCommentAnnotations"


def advanced_queries_of(records: Records, choices: Mapping[str, str]) -> bool:
    """Whether advanced queries are on for an api key."""
    config: Dict[str, bool] = records.get(CONFIG, APPLICATION) or {}
    return config.get(ADVANCED_QUERIES, choice_of(choices, "advanced-queries") == "on")


def set_advanced_queries(records: Records, on: bool) -> None:
    """Switch advanced queries of an api key on or off, as Velt's console does."""
    config = records.get(CONFIG, APPLICATION) or {}
    records.put(CONFIG, APPLICATION, doc={**config, ADVANCED_QUERIES: on})


def need_advanced_queries(call: Call) -> None:
    """See that an operation that needs advanced queries has them.

    Raises:
        Refused: they are off.
    """
    filtered = call.operation == DELETION and any(call.data.get(name) is not None for name in AGENT_FILTERS)
    if not filtered and call.operation not in QUERIES:
        return
    if advanced_queries_of(call.records, call.choices):
        return
    if not filtered:
        call.guess("advanced-queries")
    raise missing("Advanced queries are not enabled for this application.")
