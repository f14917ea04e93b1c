"""What is done for a client's request, and the one status frame that answers it.

Source: seed 001.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.domain import commands
from chatd.domain.commands import Command
from chatd.domain.results import Result, RoomPage, UserPage
from chatd.errors import ChatError, Code
from chatd.interfaces import IHub, ISession
from chatd.protocols.legacy0417.frames import Status, listing, status
from chatd.protocols.legacy0417.requests import (
    ChangeNick,
    Join,
    Leave,
    Request,
    Say,
    ShowRooms,
    ShowUsers,
    Tell,
    readable,
)

OK = status(Status.OK)


class Farewell(Exception):
    """The client is in no room: what it leaves is the server."""


async def answer(hub: IHub, session: ISession, request: Request) -> bytes:
    """Do what is asked.

    :return: the status frame that says so.
    :raises Refused: the hub refused it.
    :raises Farewell: it is to be answered with OK, and the connection to be closed.
    """
    match request:
        case ShowRooms():
            return listing(await _rooms(hub, session))
        case ShowUsers():
            return listing(await _users(hub, session))
        case Leave():
            room = _room(session)
            if not room:
                raise Farewell
            await _do(hub, session, commands.Leave(room))
        case _:
            await _do(hub, session, _command(request))
    return OK


def refusal(error: ChatError) -> bytes:
    """The status frame that says why not."""
    too_many = error.code is Code.TOO_MANY_MESSAGES
    return status(Status.TOO_MANY if too_many else Status.REFUSED, error.text.encode())


def _command(request: Request) -> Command:
    """The command that is the request's whole meaning."""
    match request:
        case Join(room, password):
            return commands.Join(room, password)
        case ChangeNick(nick):
            return commands.Rename(nick)
        case Say(room, message):
            text, origin = readable(message)
            return commands.Say(room, text, origin=origin)
        case Tell(nick, message):
            text, origin = readable(message)
            return commands.Tell(nick, text, origin=origin)
        case _:
            raise TypeError(f"{type(request).__name__} is no command of the hub")


async def _do(hub: IHub, session: ISession, command: Command) -> Result:
    outcome = hub.execute(session, command)
    return await outcome if isinstance(outcome, Deferred) else outcome


def _room(session: ISession) -> str:
    """The one room the client is in, or "". A lobby it is in without having asked."""
    names: list[str] = session.room_names
    return names[0] if names else ""


async def _rooms(hub: IHub, session: ISession) -> list[str]:
    """All rooms, sorted."""
    names: list[str] = []
    more = True
    while more:
        page = await _do(hub, session, commands.ListRooms(names[-1] if names else ""))
        assert isinstance(page, RoomPage)
        names += [row.name for row in page.rooms]
        more = page.more
    return sorted(names)


async def _users(hub: IHub, session: ISession) -> list[str]:
    """The members of the client's room who are here, or everyone, sorted."""
    room = _room(session)
    names: list[str] = []
    after, more = "", True
    while more:
        page = await _do(hub, session, commands.ListUsers(room, after))
        assert isinstance(page, UserPage)
        names += [row.nick for row in page.users if row.online]
        after = page.users[-1].nick if page.users else ""
        more = page.more
    return sorted(names)
