"""The agents of an api key: Velt's own, which every api key has, and those that were made."""

from __future__ import annotations

from typing import Any, Dict, Optional

from velt_py.emulator.state import Records

__all__ = ["AGENT", "BUILT_IN", "STATE", "built_in", "find_agent"]

Document = Dict[str, Any]

AGENT = "agent"
"""The kind of the records of agents that were made."""
STATE = "builtInAgent"
"""The kind of the records that say which of Velt's own are off."""

BUILT_IN: Dict[str, str] = {
    "spell-check": "Finds spelling mistakes and typos in page content using AI analysis",
    "grammar-check": "Checks the grammar of page content",
    "broken-links": "Finds links that lead nowhere",
    "pii-detection": "Finds personal information",
    "profanity-filter": "Finds profanity",
    "sensitive-data": "Finds sensitive data",
    "lighthouse": "Audits performance, search and accessibility with Google Lighthouse",
    "accessibility-checker": "Audits accessibility by WCAG",
    "og-image-checker": "Checks Open Graph images",
    "lorem-ipsum": "Finds placeholder text",
}
NAMES = {
    "pii-detection": "PII Detection",
    "og-image-checker": "OG Image Checker",
}
ESSENTIAL = frozenset(["spell-check"])


def built_in(records: Records, name: str) -> Document:
    """One of Velt's own agents."""
    return {
        "id": name,
        "name": NAMES.get(name, name.replace("-", " ").title()),
        "description": BUILT_IN[name],
        "enabled": (records.get(STATE, name) or {"enabled": True})["enabled"],
        "managedBy": "velt",
        "system": True,
        "essentialDefault": name in ESSENTIAL,
    }


def find_agent(records: Records, name: str) -> Optional[Document]:
    """What is known of an agent, without its behaviour; None when there is none of that id."""
    return built_in(records, name) if name in BUILT_IN else records.get(AGENT, name)
