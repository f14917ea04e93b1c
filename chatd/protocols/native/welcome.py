"""The server's answer to READY: who one is now, and within which limits."""

from __future__ import annotations

from typing import cast

from chatd.domain.commands import ListMine
from chatd.domain.results import JoinedPage
from chatd.interfaces import IHub, ISession
from chatd.protocols.native.requests import RESULTS
from chatd.wire import messages


def methods(hub: IHub) -> list[str]:
    """The ways of signing in that this server offers now."""
    return ["guest"] if hub.guests else []


def welcome(hub: IHub, session: ISession, resumed: bool, missed: bool) -> messages.Welcome:
    """WELCOME for a session, with the first page of its rooms."""
    page = cast(JoinedPage, hub.execute(session, ListMine()))
    rooms = RESULTS[JoinedPage](page)
    assert isinstance(rooms, messages.JoinedPage)
    limits, liveness = hub.limits, hub.liveness
    return messages.Welcome(
        session.nick,
        session.id,
        session.secret,
        hub.now(),
        messages.ServerLimits(
            limits.capacity,
            limits.nick,
            limits.message,
            limits.topic,
            limits.rooms,
            limits.rate_count,
            limits.rate_seconds,
            liveness.heartbeat,
            liveness.warning,
            liveness.timeout,
            liveness.grace,
        ),
        rooms.rooms,
        rooms.more,
        resumed,
        missed,
    )
