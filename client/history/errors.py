"""Every way in which a history says no. The texts are for people: what happened, and what to do."""

from __future__ import annotations


class HistoryError(Exception):
    """The history cannot be used; whoever chats goes on without it."""


class NewerHistory(HistoryError):
    """A later program wrote it; this one would spoil it."""


class DamagedHistory(HistoryError):
    """Its bytes are not those that were written, or were sealed with another key."""
