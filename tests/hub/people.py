"""People at doors of their own kind, and what each of them has heard."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chatd.domain.capabilities import Capabilities
from chatd.domain.commands import Command, Join, Say, Standing
from chatd.domain.events import Event, StandingChanged
from chatd.domain.limits import Limits
from chatd.domain.results import Joined
from chatd.errors import ChatError, Code
from chatd.interfaces import IDoor, IPasswords, IPeer
from tests.support.server import Server


@implementer(IDoor)
class Door:
    """Its word for an event is the event's number in :attr:`events`.

    :param deaf: kinds of events it has no words for.
    :ivar joins: how often messages were joined.
    """

    def __init__(
        self,
        name: str = "usual",
        capabilities: Capabilities | None = None,
        deaf: tuple[type[Any], ...] = (),
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(resumes=True)
        self.events: list[Event] = []
        self.joins = 0
        self._deaf = deaf

    def encode(self, event: Event) -> bytes:
        """Four bytes."""
        if isinstance(event, self._deaf):
            return b""
        self.events.append(event)
        return (len(self.events) - 1).to_bytes(4, "big")

    def join(self, messages: list[bytes]) -> list[bytes]:
        """One after the other."""
        self.joins += 1
        return [b"".join(messages)]

    def decode(self, data: bytes) -> list[Event]:
        """The events meant."""
        numbers = [data[at : at + 4] for at in range(0, len(data), 4)]
        return [self.events[int.from_bytes(number, "big")] for number in numbers]


@implementer(IPeer)
class Person:
    """A connection; signed in by :meth:`sign_in`, or by a test that gives it a session.

    :ivar deliveries: how often something was handed to it.
    :ivar closed: why its connection was closed.
    """

    address = "192.0.2.1"
    session: Any = None

    def __init__(self, server: Server, door: Door) -> None:
        self.door = door
        self.deliveries = 0
        self.closed: Code | None = None
        self._server = server
        self._pieces: list[bytes] = []

    def sign_in(self, nick: str = "", key: bytes = b"key") -> Person:
        """As a guest."""
        self.session = self._server.hub.sign_in_guest(self, nick, key)
        return self

    def deliver(self, pieces: list[bytes]) -> None:
        """Keep what is said."""
        self.deliveries += 1
        self._pieces += pieces

    def close(self, error: ChatError) -> None:
        """Remember why."""
        self.closed = error.code

    def do(self, *commands: Command) -> Any:
        """Commands that are done at once, a store that is asked included; the last one's result."""
        result: Any = None
        for command in commands:
            result = self._server.hub.execute(self.session, command)
            if isinstance(result, Deferred):
                result = _outcome(result)
        return result

    def later(self, command: Command) -> Deferred[Any]:
        """A command that takes work off the reactor's thread."""
        result = self._server.hub.execute(self.session, command)
        assert isinstance(result, Deferred), result
        return result

    def heard(self) -> list[Event]:
        """What it was told up to the end of this turn, since last asked."""
        self._server.turn()
        pieces, self._pieces = self._pieces, []
        self.deliveries = 0
        return self.door.decode(b"".join(pieces))

    def texts(self) -> list[str]:
        """The texts it heard; other events by their kind."""
        return [getattr(event, "text", type(event).__name__) for event in self.heard()]


def _outcome(done: Deferred[Any]) -> Any:
    """What a Deferred has fired with, or the error raised."""
    outcomes: list[Any] = []
    done.addBoth(outcomes.append)
    assert outcomes, "this takes its time"
    if isinstance(outcomes[0], Failure):
        outcomes[0].raiseException()
    return outcomes[0]


@implementer(IPasswords)
class Later:
    """No hashes, no threads: everything waits until :meth:`finish`."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Deferred[Any], Any]] = []

    def hash(self, password: str) -> Deferred[str]:
        """The password itself."""
        return self._wait(password)

    def verify(self, password: str, phc: str) -> Deferred[bool]:
        """Whether it is the same; "" is no hash, and fails as no hash does."""
        return self._wait(password == phc) if phc else fail(ValueError("not a stored hash"))

    def finish(self, count: int = 1) -> None:
        """The first ``count`` that wait are done."""
        done, self.waiting = self.waiting[:count], self.waiting[count:]
        for deferred, result in done:
            deferred.callback(result)

    def _wait(self, result: Any) -> Deferred[Any]:
        self.waiting.append((Deferred(), result))
        return self.waiting[-1][0]


class HubCase(SynchronousTestCase):
    """A hub with nobody in it; the clock stands at an hour."""

    limits = Limits(rate_count=0)

    def setUp(self) -> None:
        self.server = Server(self.limits)
        self.server.clock.advance(3600)
        self.hub = self.server.hub
        self.door = Door()

    def person(self, nick: str = "", door: Door | None = None, *rooms: str) -> Person:
        """Somebody, in these rooms."""
        person = Person(self.server, door or self.door).sign_in(nick)
        person.do(*map(Join, rooms))
        return person

    def people(self, *nicks: str, room: str = "room") -> list[Person]:
        """Several, all in one room, with nothing left to hear."""
        people = [self.person(nick, None, room) for nick in nicks]
        for person in people:
            person.heard()
        return people

    def refused(self, code: Code, person: Person, command: Command) -> ChatError:
        """The command is refused with this code, and nobody hears of it."""
        error: ChatError = self.assertRaises(ChatError, person.do, command)
        self.assertEqual(error.code, code)
        return error


def say(text: str, room: str = "room") -> Say:
    """Something to say."""
    return Say(room, text)


def made(room: str) -> Joined:
    """The answer to the join that made a room."""
    return Joined(room, "", 1, True, standing=Standing.OWNER)


def heir(nick: str, room: str = "room") -> StandingChanged:
    """What is told when an owner has left a room to somebody."""
    return StandingChanged(room, nick, Standing.OWNER, "")
