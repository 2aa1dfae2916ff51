"""Records what Velt's API answers, and holds the emulator against it."""

from __future__ import annotations
