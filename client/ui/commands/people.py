"""Commands about people, oneself among them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.link import fingerprint, show_fingerprint
from chatd.domain.names import fold
from chatd.wire import messages

from ...model.blocking import NOT_LISTED
from ...model.conversation import Conversation, Kind
from ...model.presence import of_person
from ...model.visible import visible_line
from ..local_time import clock, day, recent, span
from ..picker import Choice
from .command import UsageError
from .rooms import listed

if TYPE_CHECKING:
    from ..face import Face

SEEN = ("hide", "show")
_ACCOUNT = "account"


async def whois(screen: Face, words: str) -> None:
    """Print what is known of a person."""
    nick = words
    if not nick and screen.model.roster.current.kind is Kind.PERSON:
        nick = screen.model.roster.current.name
    if not nick or " " in nick:
        raise UsageError
    person = await screen.controller.request(partial(messages.Whois, nick=nick))
    screen.model.set_display(person.nick, person.display)
    if person.kind == _ACCOUNT:
        screen.model.set_presence(person.nick, of_person(person))
    screen.note("; ".join(_facts(person, screen.controller.now())))


def _facts(person: messages.Person, now: int) -> list[str]:
    display = f" ({person.display})" if person.display else ""
    has_account = person.kind == _ACCOUNT
    kind = f"has an account (level {person.level}, {person.role})" if has_account else "is a guest"
    came = f"by {person.door}, here since {clock(person.since)} on {day(person.since)}"
    here = came if person.online else "not here now"
    if person.seen and not person.online:
        here += f", last seen {recent(person.seen, now)}"
    facts = [f"{person.nick}{display} {kind}, {here}"]
    if person.online:
        facts.append(f"quiet for {span(person.idle)}")
    if person.away:
        facts.append(f"away: {person.away}")
    if person.rooms:
        facts.append("with you in " + ", ".join(f"#{room}" for room in person.rooms))
    if person.root:
        facts.append(f"root key {show_fingerprint(fingerprint(person.root))}")
    return facts


async def online(screen: Face, words: str) -> None:
    """Print who is on the server, as far as one may know (seed 003)."""
    screen.note(f"online {listed(await screen.controller.users())}")
    screen.note(NOT_LISTED)


async def directory(screen: Face, words: str) -> None:
    """Choose from all who have an account."""
    rows: list[messages.DirectoryRow] = await screen.controller.pages(
        messages.Directory, lambda page: page.people, lambda row: row.nick
    )
    for row in rows:
        screen.model.set_display(row.nick, row.display)

    def talk(nick: str) -> None:
        screen.show(screen.model.open(Kind.PERSON, nick))

    def choices(text: str) -> list[Choice]:
        wanted = fold(text.strip())
        return [
            Choice(
                visible_line(f"{row.nick}  {row.display}".rstrip()),
                visible_line(f"level {row.level}, {row.role}, {row.presence}"),
                partial(talk, row.nick),
            )
            for row in rows
            if wanted in fold(row.nick) or wanted in fold(row.display)
        ]

    screen.pick("People", choices, "talk to them", words)


async def last_seen(screen: Face, words: str) -> None:
    """Let others know when one was here last, or do not."""
    if words not in SEEN:
        raise UsageError
    await screen.controller.request(partial(messages.HideSeen, hidden=words == SEEN[0]))
    told = "nobody learns" if words == SEEN[0] else "those who talk with you learn"
    screen.note(f"{told} when you were last here")


def ignore(screen: Face, words: str) -> None:
    """Hear nothing of a person."""
    if not words:
        _print_list(screen, "ignore", "you ignore")
    else:
        screen.settings.add_word("ignore", words)
        screen.note(
            f"you hear nothing of {words} any more on this device; /unignore {words} ends that, "
            f"/block {words} is for all your devices"
        )


def unignore(screen: Face, words: str) -> None:
    """Hear a person again."""
    if not words:
        raise UsageError
    heard = screen.settings.remove_word("ignore", words)
    screen.note(f"you hear {words} again" if heard else f"you did not ignore {words}")


def mute(screen: Face, words: str) -> None:
    """Do not be told of a conversation."""
    conversation = _conversation(screen, words)
    conversation.muted = True
    screen.settings.add_word("mute", conversation.title)
    screen.note(f"{conversation.title} is muted: only mentions are told; /unmute ends that")


def unmute(screen: Face, words: str) -> None:
    """Be told of a conversation again."""
    conversation = _conversation(screen, words)
    conversation.muted = False
    screen.settings.remove_word("mute", conversation.title)
    screen.note(f"{conversation.title} is not muted")


def highlight(screen: Face, words: str) -> None:
    """Be told when a word is said, or no longer."""
    if not words:
        _print_list(screen, "highlight", "besides your nick you are told of")
        return
    if screen.settings.remove_word("highlight", words):
        screen.note(f"you are not told of {words} any more")
    else:
        screen.settings.add_word("highlight", words)
        screen.note(f"you are told when somebody says {words}; the same again ends that")
    screen.model.watch_words()
    screen.restyle()


def _print_list(screen: Face, name: str, what: str) -> None:
    words = screen.settings.words(name)
    screen.note(f"{what}: {', '.join(words) if words else 'nothing yet'}")


def _conversation(screen: Face, words: str) -> Conversation:
    if not words:
        return screen.model.roster.current
    kind = Kind.ROOM if words.startswith("#") else Kind.PERSON
    found = screen.model.roster.find(kind, words.removeprefix("#"))
    if found is None:
        raise UsageError(f"there is no conversation {words}")
    return found
