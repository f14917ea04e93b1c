"""The stable faces: what the hub is to a door, and what a door, a peer, passwords must offer.

A door of somebody else's distribution needs this module, ``domain`` and ``errors``, no more.
``docs/architecture.rst`` shows how to write one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from chatd.domain.commands import Command
    from chatd.domain.events import Event
    from chatd.domain.results import Result
    from chatd.errors import ChatError


class IDoor(Interface):
    """A kind of door: how events become its bytes. One object serves all its sessions."""

    name = Attribute("the protocol's name (str)")
    capabilities = Attribute("a chatd.domain.capabilities.Capabilities")

    def encode(event: Event) -> bytes:
        """Encode an event once for every session of this kind.

        :return: b"" where this protocol has no words for the event.
        """

    def join(messages: list[bytes]) -> list[bytes]:
        """Join encoded messages into as few pieces as the protocol can send at once.

        A piece is whole messages, never part of one.
        """


class IPeer(Interface):
    """One connection, as the hub sees it."""

    door = Attribute("the IDoor whose words it speaks")
    address = Attribute("where it comes from, for limits and the audit log (str)")

    def deliver(pieces: list[bytes]) -> None:
        """Queue encoded pieces; they are sent at the end of the turn, in order."""

    def close(error: ChatError) -> None:
        """Say why, then end the connection. ``sign_out`` or ``suspend`` need not be called then."""


class ISession(Interface):
    """Somebody who is signed in, whether their connection is up or lost for the moment."""

    id = Attribute("16 random bytes that name the session")
    secret = Attribute("32 random bytes that take it back")
    nick = Attribute("the nick, as shown (str)")
    room_names = Attribute("the names of the rooms it is in, in the order of joining (list of str)")
    peer = Attribute("the IPeer that speaks for it")


class IHub(Interface):
    """The hub, as a door sees it. All calls come from the reactor's thread."""

    limits = Attribute("a chatd.domain.limits.Limits")
    liveness = Attribute("a chatd.domain.limits.Liveness")
    turn = Attribute("the chatd.domain.turn.Turn to flush peers in")
    guests = Attribute("whether guests are let in (bool)")

    def advise(nick: str) -> str:
        """The nick that would be granted now to one who wants ``nick``; nothing is reserved."""

    def sign_in_guest(peer: IPeer, nick: str, key: bytes) -> ISession:
        """Let a guest in under ``nick``, or under the lowest free ``randN`` where that is "".

        :param key: the connection's public key, b"" where the door has none.
        :raises EntryError: guests are off, or the server is full.
        :raises Refused: the nick is taken or not usable.
        """

    def now() -> int:
        """The server's time, milliseconds since the epoch."""

    def resume(
        peer: IPeer, session_id: bytes, secret: bytes, key: bytes
    ) -> tuple[ISession, list[bytes], bool]:
        """Give a session to a new connection; an old one still open is closed.

        :return: the session, the encoded pieces kept for it (the peer delivers them after its
            greeting), and whether more may have happened than was kept.
        :raises EntryError: no such session, another secret or another key (RESUME_FAILED).
        """

    def execute(session: ISession, command: Command) -> Result | Deferred[Result]:
        """Do what a session asks.

        :return: the result, or a Deferred where it takes work off the reactor's thread. The door
            hands the next command of the same session in only when the last one has its result.
        :raises Refused: at once, or through the Deferred.
        """

    def suspend(session: ISession) -> None:
        """The connection was lost: where the door resumes, keep the place for the grace time."""

    def sign_out(session: ISession) -> None:
        """The person left, or cannot come back: they are gone at once. Harmless when repeated."""


class IProtocolPlugin(Interface):
    """What ``twisted/plugins/*.py`` of any distribution offers: names and strings only."""

    name = Attribute("what ``--listen NAME=…`` calls it (str)")
    description = Attribute("one line for ``--help`` (str)")
    factory = Attribute(
        "dotted name of a callable (Surroundings) -> IProtocolFactory, imported when used (str)"
    )


class IPasswords(Interface):
    """Salted, memory-hard hashes, made off the reactor's thread."""

    def hash(password: str) -> Deferred[str]:
        """:raises Refused: too many are waiting (BUSY)."""

    def verify(password: str, phc: str) -> Deferred[bool]:
        """:raises Refused: too many are waiting (BUSY)."""


class IAudit(Interface):
    """The audit log."""

    def record(event: str, **fields: object) -> None:
        """Write one line; fields outside the allow-list raise ValueError."""
