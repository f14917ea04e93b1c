"""Commands about messages that were said: to answer, change, delete and react; and about those that
failed to be sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.commands import Relation, Style
from chatd.domain.names import fold
from chatd.wire import messages

from ...model.conversation import Kind
from ...model.entry import Delivery, Entry, EntryKind
from ...model.losses import never_got
from ...model.relations import LONGEST_REACTION, reaction_of
from ...model.visible import visible_line
from ..quote import short
from ..reactions import named
from ..saying import say
from .chosen import any_message, own_message
from .command import UsageError
from .emoji import read_emoji

if TYPE_CHECKING:
    from ..face import Face

CLEAR = "-clear"
_MOST_NAMED = 100


def reply(screen: Face, words: str) -> None:
    """Answer a message."""
    _check_lasting(screen, "answered")
    entry, text = any_message(screen, words, "answered")
    if not text:
        raise UsageError
    say(screen, screen.model.roster.current, text, relation=Relation.REPLY, ref=entry.id)


def edit(screen: Face, words: str) -> None:
    """Change a message of one's own; without a text, in the input."""
    _check_lasting(screen, "edited")
    entry, text = own_message(screen, words, "edited")
    if text:
        style = Style.ACTION if entry.kind is EntryKind.ACTION else Style.SAID
        current = screen.model.roster.current
        say(screen, current, text, style, relation=Relation.EDIT, ref=entry.id)
    else:
        screen.edit(entry)


def delete(screen: Face, words: str) -> None:
    """Take a message of one's own back, when the user is sure."""
    current = screen.model.roster.current
    _check_lasting(screen, "deleted")
    entry, rest = own_message(screen, words, "deleted")
    if rest:
        raise UsageError

    def confirmed() -> None:
        say(screen, current, "", relation=Relation.DELETION, ref=entry.id)

    if screen.asks:
        text = f"Delete {short(entry)} for everybody? Who has read it has read it."
        screen.confirm("Delete", text, "delete", confirmed)
    else:
        confirmed()


def react(screen: Face, words: str) -> None:
    """Put an emoji to a message, or take one's own back."""
    _check_lasting(screen, "reacted to")
    entry, word = any_message(screen, words, "reacted to")
    if not word or " " in word:
        raise UsageError
    emoji = "" if word == CLEAR else read_emoji(word)
    if len(emoji.encode()) > LONGEST_REACTION:
        raise UsageError("one emoji is enough")
    if emoji == reaction_of(entry, screen.model.nick):
        already = "that is your reaction" if emoji else "you have not reacted"
        screen.note(f"{already} to {short(entry)}")
        return
    current = screen.model.roster.current
    say(screen, current, emoji, relation=Relation.REACTION, ref=entry.id)


async def receipts(screen: Face, words: str) -> None:
    """Print who has got a message, who has read it, and who has reacted."""
    current = screen.model.roster.current
    _check_lasting(screen, "followed")
    entry, rest = own_message(screen, words, "followed")
    if rest:
        raise UsageError
    if not current.present and current.kind is Kind.ROOM:
        raise UsageError(f"you are not in {current.title} any more, so nobody tells how far it got")
    make = partial(messages.Receipts, conversation=current.stream)
    rows: list[messages.ReceiptRow] = await screen.controller.pages(
        make, lambda page: page.people, lambda row: row.nick
    )
    parts = [*_reached(entry, rows), *_never(entry), named(entry)]
    nobody = "nobody who is here now was here then" if rows else "nobody else is here"
    told = "; ".join(filter(None, parts)) or nobody
    screen.controller.note(f"{short(entry)}: {told}", current)


def _reached(entry: Entry, rows: list[messages.ReceiptRow]) -> list[str]:
    """How far it came to those whom it was for, and who may still get it."""
    number = entry.id or 0
    never = {fold(nick) for nicks in never_got(entry.failure).values() for nick in nicks}
    rows = [row for row in rows if row.after < number and fold(row.nick) not in never]
    read = [row.nick for row in rows if row.read >= number]
    got = [row.nick for row in rows if row.delivered >= number > row.read]
    others = [row.nick for row in rows if row.delivered < number and row.read < number]
    return [_named("read by", read), _named("delivered to", got), _named("not yet to", others)]


def _never(entry: Entry) -> list[str]:
    lost = never_got(entry.failure)
    return [f"{_named('never got by', nicks)}: {visible_line(why)}" for why, nicks in lost.items()]


def retry(screen: Face, words: str) -> None:
    """Send again what failed: the marked message, or all here. What somebody never got is sent
    again only where it is marked: others may have it."""
    if words:
        raise UsageError
    if not screen.controller.sender.retry(screen.model.roster.current, screen.marked):
        screen.note(_nothing(screen, "nothing here failed to be sent"))


def drop(screen: Face, words: str) -> None:
    """Give up what failed: the marked message, or all here."""
    if words:
        raise UsageError
    if not screen.controller.sender.give_up(screen.model.roster.current, screen.marked):
        screen.note(_nothing(screen, "nothing here failed to be sent"))
    screen.follow()


def _nothing(screen: Face, otherwise: str) -> str:
    if screen.marked is not None:
        return "the marked message did not fail to be sent"
    timeline = screen.model.roster.current.timeline
    fates = {entry.delivery for _, entry in timeline.backwards()}
    if Delivery.WAITING in fates:
        return f"{otherwise}; what waits goes out by itself, and /drop gives up the marked message"
    if Delivery.EXPIRED in fates:
        return f"{otherwise}; mark what somebody never got (Alt+Up), and /retry sends it again"
    return otherwise


def _named(what: str, nicks: list[str]) -> str:
    if not nicks:
        return ""
    shown = [visible_line(nick) for nick in nicks[:_MOST_NAMED]]
    if len(nicks) > _MOST_NAMED:
        shown.append(f"{len(nicks) - _MOST_NAMED} more")
    return f"{what} {', '.join(shown)}"


def _check_lasting(screen: Face, verb: str) -> None:
    """:raises UsageError: the server keeps no messages here that others could refer to."""
    current = screen.model.roster.current
    if current.kind is Kind.SERVER:
        raise UsageError("there are no messages here; go to a room or a person first")
    # Before the first welcome nobody has said who one is; a guest knows no streams then.
    guest = screen.model.account is None and screen.model.limits is not None
    if not current.stream or guest:
        raise UsageError(f"nothing lasts here, so nothing can be {verb}: that takes accounts")
