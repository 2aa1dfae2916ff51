"""Kinds of records that are looked for by more than what writes them. Whoever looks for them loads nothing else."""

from __future__ import annotations

__all__ = ["AGENT_RUNNING", "CONFIG", "MAIL", "NOTICE_HELD", "WORKFLOW_LIVE", "WORKFLOW_SCHEDULE"]

CONFIG = "config"
"""What is said of a service, or of an api key as a whole."""
MAIL = "mail"
AGENT_RUNNING = "agentRunning"
NOTICE_HELD = "noticeHeld"
WORKFLOW_LIVE = "workflowLive"
WORKFLOW_SCHEDULE = "workflowSchedule"
"""These four tell that something goes on by itself."""
