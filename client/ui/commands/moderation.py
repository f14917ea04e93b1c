"""Commands by which a room's owner and moderators say who comes in, who stays and who helps.

What is done to members the server tells everybody in the room, the one who asked too: nothing
more is said of it here.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.commands import Standing
from chatd.domain.names import fold
from chatd.wire import messages

from ...model.conversation import Conversation
from ...model.duration import UNITS
from ...model.visible import visible_line
from ..local_time import span, stamp
from ..picker import Choice
from .command import UsageError, first_word
from .rooms import room_of

if TYPE_CHECKING:
    from ..face import Face

_FOR = re.compile(r"for\s+(\d{1,6})\s*(s|min|m|h|d|w)(?:\s+|$)", re.ASCII | re.IGNORECASE)
#: The longest ban that the protocol can say, in seconds.
_LONGEST = 2**32 - 1


async def invite(screen: Face, words: str) -> None:
    """Ask somebody into a room."""
    nick, name = first_word(words)
    if not nick or nick.startswith("#"):
        raise UsageError
    room = room_of(screen, name)
    await screen.controller.request(partial(messages.Invite, room=room.name, nick=nick))
    screen.note(f"{nick} is invited to {room.title}")


async def kick(screen: Face, words: str) -> None:
    """Put somebody out."""
    nick, reason = _somebody(words)
    room = room_of(screen, "")
    make = partial(messages.Kick, room=room.name, nick=nick, reason=reason)
    await screen.controller.request(make)


async def ban(screen: Face, words: str) -> None:
    """Put somebody out for longer; alone: list who is."""
    if not words:
        await bans(screen, "")
        return
    nick, rest = _somebody(words)
    seconds, reason = duration(rest)
    room = room_of(screen, "")
    make = partial(messages.Ban, room=room.name, nick=nick, reason=reason, seconds=seconds)
    await screen.controller.request(make)
    how_long = f"for {span(seconds)}" if seconds else "until /unban"
    screen.controller.note(f"{nick} stays out {how_long}; /bans lists all", room)


def duration(words: str) -> tuple[int, str]:
    """``for 2h reason`` as seconds (0 where no time is named) and the reason."""
    named = _FOR.match(words)
    if named is None:
        return 0, words
    seconds = int(named[1]) * UNITS[named[2].lower()]
    return min(seconds, _LONGEST), words[named.end() :]


async def unban(screen: Face, words: str) -> None:
    """Let somebody come again."""
    target, rest = first_word(words)
    if not target or rest:
        raise UsageError
    room = room_of(screen, "")
    await screen.controller.request(partial(messages.Unban, room=room.name, target=target))
    screen.controller.note(f"{target} may come in again", room)


async def bans(screen: Face, words: str) -> None:
    """List who is kept out."""
    room = room_of(screen, words)
    rows: list[messages.BanRow] = await screen.controller.pages(
        partial(messages.Bans, room=room.name), lambda page: page.bans, lambda row: row.target
    )
    screen.model.seen["ban"] = [row.target for row in rows]
    if not rows:
        screen.note(f"nobody is banned from {room.title}")
        return

    def choices(text: str) -> list[Choice]:
        wanted = fold(text.strip())
        return [_ban_choice(screen, row) for row in rows if wanted in fold(row.target)]

    screen.pick(f"Banned from {visible_line(room.title)}", choices, "let in again")


async def make_moderator(screen: Face, words: str) -> None:
    """Make a member a moderator."""
    await _set_standing(screen, words, Standing.MODERATOR)


async def make_member(screen: Face, words: str) -> None:
    """Make a moderator a plain member again."""
    await _set_standing(screen, words, Standing.MEMBER)


def make_owner(screen: Face, words: str) -> None:
    """Hand the room over, when the user is sure."""
    nick, rest = _somebody(words)
    if rest:
        raise UsageError
    room = room_of(screen, "")
    text = f"{nick} becomes the owner of {room.title} in your place. Only they can give it back."

    def confirmed() -> None:
        screen.controller.run(_set_standing(screen, nick, Standing.OWNER, room), room)

    screen.confirm("Owner", text, "hand it over", confirmed)


async def _set_standing(
    screen: Face, words: str, standing: Standing, room: Conversation | None = None
) -> None:
    nick, rest = _somebody(words)
    if rest:
        raise UsageError
    room = room or room_of(screen, "")
    member = room.members.get(nick)
    already = member is not None and member.standing is standing
    make = partial(messages.SetStanding, room=room.name, nick=nick, standing=standing)
    await screen.controller.request(make)
    if already:
        screen.controller.note(f"{nick} is that already", room)


def _somebody(words: str) -> tuple[str, str]:
    nick, rest = first_word(words)
    if not nick or nick.startswith("#"):
        raise UsageError
    return nick, rest


def _ban_choice(screen: Face, row: messages.BanRow) -> Choice:
    target = visible_line(row.target)
    until = f", until {stamp(row.until)}" if row.until else ""
    right = f"by {visible_line(row.by)}, {stamp(row.since)}{until}"
    left = f"{target}  {visible_line(row.reason)}".rstrip()
    return Choice(left, right, partial(screen.type, f"/unban {target}"))
