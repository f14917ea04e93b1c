"""The people of this server: who they are, whether they are here, and their root keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from zope.interface import implementer

from chatd.domain import commands, results
from chatd.domain.account import ACCOUNT_LEVEL
from chatd.domain.link import fingerprint
from chatd.domain.names import fold
from chatd.interfaces import IAsker, IService
from chatd.services.surroundings import ServiceSurroundings

#: People in one answer: with the longest names that are usual they fit one message.
PAGE = 100


@dataclass
class DirectoryRequest:
    """Whom."""

    match: str = field(default="", metadata={"meaning": "only those with this in their names"})
    after: str = field(
        default="", metadata={"meaning": f"go on after this name; an answer has at most {PAGE}"}
    )


@dataclass
class DirectoryReply:
    """One person."""

    nick: str = field(metadata={"meaning": "how they are called"})
    display: str = field(metadata={"meaning": "their display name"})
    level: int = field(metadata={"meaning": "their level, 0 to 9"})
    role: str = field(metadata={"meaning": "member, moderator or admin"})
    presence: str = field(metadata={"meaning": "online, away or offline"})
    key: str = field(metadata={"meaning": "the fingerprint of their root key"})


@implementer(IService)
class Directory:
    """For those who have an account."""

    level, blocking = ACCOUNT_LEVEL, False
    request, reply = DirectoryRequest, DirectoryReply

    def __init__(self, around: ServiceSurroundings) -> None:
        pass

    async def answer(self, asker: IAsker, request: DirectoryRequest) -> list[DirectoryReply]:
        """Page after page of the hub's list, until there are enough."""
        wanted, after = fold(request.match), request.after
        found: list[DirectoryReply] = []
        while len(found) < PAGE:
            page: results.DirectoryPage = await asker.ask(commands.ListDirectory(after))
            found += [_reply(row) for row in page.people if _matches(row, wanted)]
            if not page.more:
                break
            after = page.people[-1].nick
        return found[:PAGE]


def _matches(row: results.DirectoryRow, wanted: str) -> bool:
    return wanted in fold(row.nick) or wanted in fold(row.display)


def _reply(row: results.DirectoryRow) -> DirectoryReply:
    key = fingerprint(row.root) if row.root else ""
    return DirectoryReply(row.nick, row.display, row.level, row.role, row.presence, key)
