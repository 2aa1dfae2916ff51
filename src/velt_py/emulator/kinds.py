"""The kinds of records that tell that something goes on by itself. What looks for them loads nothing else."""

from __future__ import annotations

__all__ = ["AGENT_RUNNING", "NOTICE_HELD", "WORKFLOW_LIVE", "WORKFLOW_SCHEDULE"]

AGENT_RUNNING = "agentRunning"
NOTICE_HELD = "noticeHeld"
WORKFLOW_LIVE = "workflowLive"
WORKFLOW_SCHEDULE = "workflowSchedule"
