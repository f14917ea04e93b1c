"""What the asker may see of a person, here or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from zope.interface import implementer

from chatd.domain import commands, results
from chatd.domain.link import fingerprint
from chatd.interfaces import IAsker, IService
from chatd.services.surroundings import ServiceSurroundings


@dataclass
class WhoisRequest:
    """Who."""

    nick: str = field(metadata={"meaning": "whom to look for: a nick, or an account's name"})


@dataclass
class WhoisReply:
    """Texts are "" and numbers 0 where there is nothing to tell."""

    nick: str = field(metadata={"meaning": "how they are called"})
    display: str = field(metadata={"meaning": "their display name"})
    kind: str = field(metadata={"meaning": "account or guest"})
    level: int = field(metadata={"meaning": "their level, 0 to 9"})
    role: str = field(metadata={"meaning": "member, moderator or admin"})
    online: bool = field(metadata={"meaning": "whether they are here"})
    since: str = field(metadata={"meaning": "since when, ISO 8601 in UTC"})
    idle: int = field(metadata={"meaning": "seconds since they last said something"})
    away: str = field(metadata={"meaning": "their away text"})
    door: str = field(metadata={"meaning": "the protocol by which they are here"})
    rooms: str = field(metadata={"meaning": "the rooms that you share with them"})
    key: str = field(metadata={"meaning": "the fingerprint of their root key"})


@implementer(IService)
class Whois:
    """The hub decides what is told to whom."""

    level, blocking = 0, False
    request, reply = WhoisRequest, WhoisReply

    def __init__(self, around: ServiceSurroundings) -> None:
        pass

    async def answer(self, asker: IAsker, request: WhoisRequest) -> WhoisReply:
        """One person."""
        person: results.Person = await asker.ask(commands.Whois(request.nick))
        return WhoisReply(
            nick=person.nick,
            display=person.display,
            kind=person.kind,
            level=person.level,
            role=person.role,
            online=person.online,
            since=_time(person.since),
            idle=person.idle,
            away=person.away,
            door=person.door,
            rooms=" ".join(person.rooms),
            key=fingerprint(person.root) if person.root else "",
        )


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat() if milliseconds else ""
