"""Services: listed and called. What they are is nothing to the hub; what they ask, it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from twisted.internet.defer import Deferred, maybeDeferred

from chatd.domain import commands, results
from chatd.domain.account import LOWEST_LEVEL
from chatd.errors import Code, Refused
from chatd.hub import accounts, devices, moderation, people, rooms
from chatd.interfaces import IServices, ISession

if TYPE_CHECKING:
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: What a service may ask in its asker's name, and who answers: it changes nothing, so it may be
#: asked beside what the asker does meanwhile, and needs no limit of its own.
QUESTIONS: dict[type[Any], Callable[..., Any]] = {
    commands.ListRooms: rooms.list_rooms,
    commands.ListMine: rooms.list_mine,
    commands.ListUsers: people.list_users,
    commands.Whois: people.whois,
    commands.ListBans: moderation.list_bans,
    commands.ListDevices: devices.list_devices,
    commands.ListDirectory: accounts.list_directory,
}


def list_services(
    state: State, session: Session, command: commands.ListServices
) -> results.ServiceList:
    """Those that one's level lets one use."""
    level = session.account.level if session.account else LOWEST_LEVEL
    return results.ServiceList(state.services.rows(level) if state.services else ())


def call_service(
    state: State, session: Session, command: commands.CallService
) -> Deferred[results.ServiceReply]:
    """Let a service answer; only this reply waits for it."""
    if state.services is None:
        raise Refused(Code.NO_SUCH_SERVICE)
    return Deferred.fromCoroutine(_call(state, state.services, session, command))


async def _call(
    state: State, services: IServices, session: Session, command: commands.CallService
) -> results.ServiceReply:
    def ask(question: commands.Command) -> Deferred[Any]:
        return maybeDeferred(_ask, state, session, question)

    known = cast(ISession, session)
    try:
        rows = await services.call(known, command.service, command.request, ask)
    except Refused as error:
        if error.code in (Code.SERVICE_FAILED, Code.SERVICE_TIMEOUT):
            name = command.service.lower()  # as it is called, not as it was typed
            state.record("service_failed", session, service=name, code=int(error.code))
        raise
    return results.ServiceReply(rows)


def _ask(state: State, session: Session, question: commands.Command) -> Any:
    answer = QUESTIONS.get(type(question))
    if answer is None:
        raise TypeError(f"{type(question).__name__} is no question that a service may ask")
    if state.sessions.get(session.id) is not session:
        raise Refused(Code.LOGGED_OUT)
    return answer(state, session, question)
