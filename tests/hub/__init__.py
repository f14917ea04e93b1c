"""The hub, with doors and people in memory."""
