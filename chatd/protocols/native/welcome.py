"""The server's answer to READY: who one is now, and within which limits."""

from __future__ import annotations

from typing import cast

from chatd.domain.commands import ListMine
from chatd.domain.results import JoinedPage
from chatd.interfaces import IHub, ISession
from chatd.protocols.native.results import RESULTS
from chatd.wire import messages


def welcome(
    hub: IHub, session: ISession, token: bytes = b"", resumed: bool = False, missed: bool = False
) -> messages.Welcome:
    """WELCOME for a session, with the first page of its rooms.

    :param token: what the session's device has to store for the next time.
    """
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
        _me(session, token),
    )


def _me(session: ISession, token: bytes) -> messages.Me | None:
    """Who an account's session belongs to; None for guests."""
    account, device = session.account, session.device
    if account is None or device is None:
        return None
    return messages.Me(
        account.id,
        account.handle,
        account.display,
        account.level,
        account.role,
        account.root,
        device.id,
        device.signed,
        token,
    )
