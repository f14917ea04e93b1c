"""Commands about people one does not want to hear of: those that the server keeps away from all of
one's devices. ``/ignore`` is this device's own affair, see ``people.py``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chatd.wire import messages

from .command import UsageError

if TYPE_CHECKING:
    from ..face import Face


async def block(screen: Face, words: str) -> None:
    """Block somebody, or list whom one has blocked."""
    if " " in words:
        raise UsageError
    if not words:
        await _list(screen)
        return
    await screen.controller.request(partial(messages.Block, nick=words))
    screen.model.set_blocked(words, True)
    screen.note(
        f"{words} is blocked: what they write to you is refused and what they say in rooms hidden, "
        f"on all your devices; /unblock {words} ends that"
    )


async def unblock(screen: Face, words: str) -> None:
    """Hear somebody again."""
    if not words or " " in words:
        raise UsageError
    await screen.controller.request(partial(messages.Unblock, nick=words))
    screen.model.set_blocked(words, False)
    screen.note(f"{words} is not blocked any more")


async def _list(screen: Face) -> None:
    rows = await screen.controller.fetch_blocks()
    names = [row.nick if row.account else f"{row.nick} (while here)" for row in rows]
    screen.note(f"you have blocked: {', '.join(names) or 'nobody'}")
