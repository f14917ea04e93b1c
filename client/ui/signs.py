"""The signs before names, one place for those who draw them and for the help."""

from __future__ import annotations

from chatd.domain.commands import Standing

_SIGNS = {Standing.OWNER: "@", Standing.MODERATOR: "+"}

#: Signs, as the help explains them.
EXPLAINED = (
    ("@nick", "the room's owner"),
    ("+nick", "a moderator of the room"),
    ("(nick)", "somebody who is not here; (#room): a room that you are not in"),
    ("…", "your message is on its way; behind it, what it waits for"),
    ("✓", "the server has it"),
    ("✓✓", "everybody else has got it"),
    ("✓✓ read", "everybody else has read it, and what you said before"),
    ("✗", "it failed, or somebody never got it; behind it, why"),
    ("↪ nick: …", "what the message below answers"),
    ("👍 2 [🎉]", "reactions; yours in brackets"),
)


def sign(standing: Standing) -> str:
    """What stands before a member's name; "" for most."""
    return _SIGNS.get(standing, "")
