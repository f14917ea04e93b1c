"""The hub as doors see it: letting in, doing what is asked, letting go."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING, Any, cast

from twisted.internet.defer import Deferred
from zope.interface import implementer

from chatd.domain.limits import Limits, Liveness
from chatd.errors import ChatError, Code, EntryError, Refused
from chatd.hub import administration, entrance, people, presence
from chatd.hub.following import hold_back
from chatd.hub.parked import ParkedPeer
from chatd.hub.session import Session
from chatd.hub.state import State
from chatd.hub.sweeping import Sweeper
from chatd.hub.table import TABLE, Counts
from chatd.interfaces import IHub, IPeer, ISession

if TYPE_CHECKING:
    from chatd.domain.administration import Order
    from chatd.domain.commands import Command
    from chatd.domain.credentials import Credentials
    from chatd.domain.results import Result


@implementer(IHub)
class Hub:
    """One hub, many doors."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._sweeper = Sweeper(state)
        self.turn = state.turn

    def start(self) -> None:
        """Begin what is done now and then."""
        self._sweeper.start()

    def stop(self) -> None:
        """End it, and hand the store what has not been written yet."""
        self._sweeper.stop()
        self._state.acknowledgements.stop()
        self._state.receipts.stop()
        presence.stopping(self._state)

    @property
    def limits(self) -> Limits:
        """The limits in force."""
        return self._state.limits

    @property
    def liveness(self) -> Liveness:
        """The times in force."""
        return self._state.liveness

    @property
    def guests(self) -> bool:
        """Whether guests are let in."""
        return self._state.guests

    @property
    def methods(self) -> list[str]:
        """The ways in that are open."""
        state = self._state
        ways = {
            "guest": state.guests,
            "password": state.passwords_on,
            "enrol": state.devices_on,
            "device": state.devices_on,
        }
        return [way for way, is_open in ways.items() if is_open]

    def configure(
        self,
        limits: Limits,
        liveness: Liveness,
        guests: bool,
        lobby: str,
        *,
        passwords: bool,
        devices: bool,
    ) -> None:
        """Other settings from now on; whoever is here stays."""
        state = self._state
        state.former.add(state.limits)
        state.limits, state.liveness = limits, liveness
        state.guests, state.lobby = guests, lobby
        state.passwords_on, state.devices_on = passwords, devices
        state.configure()

    def now(self) -> int:
        """The server's time, milliseconds since the epoch."""
        return self._state.now()

    def advise(self, nick: str) -> str:
        """The nick that would be granted to a guest now."""
        return people.free_nick(self._state, nick)

    def sign_in_guest(self, peer: IPeer, nick: str, key: bytes) -> ISession:
        """Let a guest in; see :class:`chatd.interfaces.IHub`."""
        visit = entrance.Visit(peer, key, self._state.clock.seconds())
        return entrance.let_in_guest(self._state, visit, nick)

    def sign_in(
        self, peer: IPeer, credentials: Credentials, key: bytes, began: float
    ) -> Deferred[entrance.Admission]:
        """Let somebody in; see :class:`chatd.interfaces.IHub`."""
        return entrance.sign_in(self._state, entrance.Visit(peer, key, began), credentials)

    def administer(self, order: Order) -> Deferred[Any]:
        """Do what the admin orders; see :class:`chatd.interfaces.IHub`."""
        return Deferred.fromCoroutine(administration.administer(self._state, order))

    def resume(
        self, peer: IPeer, session_id: bytes, secret: bytes, key: bytes
    ) -> tuple[ISession, list[bytes], bool]:
        """Give a session to a new connection; see :class:`chatd.interfaces.IHub`."""
        session = self._state.sessions.get(session_id)
        if (
            session is None
            or not compare_digest(session.secret, secret)
            or not compare_digest(session.key, key)
            or session.peer.door is not peer.door
        ):
            raise EntryError(Code.RESUME_FAILED)
        old, session.peer = session.peer, peer
        if session.keeps:  # what was on its way to the old connection may be lost
            hold_back(session)
        if session.expiry is not None:
            session.expiry.cancel()
            session.expiry = None
        session.began = self._state.clock.seconds()
        old.close(ChatError(Code.REPLACED))
        self._state.record("resumed", session)
        if isinstance(old, ParkedPeer):
            return cast(ISession, session), old.pieces, old.missed
        # The old connection was still open: what was on its way there may be lost.
        return cast(ISession, session), [], True

    def execute(self, session: Any, command: Command) -> Result | Deferred[Result]:
        """Do what a session asks; see :class:`chatd.interfaces.IHub`."""
        known: Session = session  # no cast: this runs for every message
        state = self._state
        row = TABLE[type(command)]
        counts = row.counts
        if counts is Counts.MESSAGE:
            now = state.clock.seconds()
            known.active = now
            if wait := known.person.window.wait(now):
                raise self._too_many(known, "messages", wait)
            known.person.limited = False
        elif counts is Counts.CHANGE and (wait := known.person.changes.wait(state.clock.seconds())):
            raise self._too_many(known, "changes and calls", wait)
        elif counts is Counts.MOVE and (wait := known.person.moves.wait(state.clock.seconds())):
            raise self._too_many(known, "rooms entered and left", wait)
        result: Result | Deferred[Result] = row.handler(state, known, command)
        return result

    def _too_many(self, session: Session, what: str, wait: float) -> Refused:
        if not session.person.limited:  # once a burst: the log must not be floodable
            session.person.limited = True
            self._state.record("rate_limited", session)
        text = f"too many {what}; wait {wait:.1f} s"
        return Refused(Code.TOO_MANY_MESSAGES, text, wait=wait)

    def suspend(self, session: ISession) -> None:
        """The connection was lost: keep the place for a while where the door can resume."""
        known, state = cast(Session, session), self._state
        if state.sessions.get(known.id) is not known or isinstance(known.peer, ParkedPeer):
            return
        if not known.peer.door.capabilities.resumes or state.liveness.grace <= 0:
            self.sign_out(session)
            return
        known.peer = ParkedPeer(known.peer.door, known.peer.address)
        if known.keeps:
            hold_back(known)
        known.expiry = state.clock.callLater(state.liveness.grace, self.sign_out, session)
        self._state.record("suspended", known)

    def sign_out(self, session: ISession) -> None:
        """The session is gone at once, the person with their last one. Harmless when repeated."""
        known, state = cast(Session, session), self._state
        if state.leave(known):
            state.record("signed_out", known)

    def close_all(self, error: ChatError) -> None:
        """Tell every session why, and end its connection."""
        for session in list(self._state.sessions.values()):
            session.peer.close(error)

    def counts(self) -> dict[str, int]:
        """How many sessions and rooms there are."""
        return {"sessions": len(self._state.sessions), "rooms": len(self._state.rooms)}
