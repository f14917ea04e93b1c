"""The signs before names, one place for those who draw them and for the help."""

from __future__ import annotations

from chatd.domain.commands import Standing

_SIGNS = {Standing.OWNER: "@", Standing.MODERATOR: "+"}

#: Signs, as the help explains them.
EXPLAINED = (
    ("@nick", "the room's owner"),
    ("+nick", "a moderator of the room"),
)


def sign(standing: Standing) -> str:
    """What stands before a member's name; "" for most."""
    return _SIGNS.get(standing, "")
