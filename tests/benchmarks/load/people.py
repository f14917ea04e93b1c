"""People with accounts who speak the protocol over the client's own link, and keep nothing.

The generator in C cannot do this: every acknowledgement says what came. They check as they go that
each message comes once and in order, and acknowledge once a turn, as a client does that commits a
turn's messages together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.epollreactor import EPollReactor
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from chatd.domain.monotonic import use_monotonic_time
from chatd.domain.turn import Turn
from chatd.errors import ChatError
from chatd.wire import messages
from chatd.wire.codec import decode_server, encode
from chatd.wire.hello import Ack, Hello
from client.link import ClientLink
from tests.benchmarks.accounts import Device
from tests.benchmarks.load.crowd import PATIENCE, CrowdError

T = TypeVar("T")
Said = messages.RoomSaid | messages.DirectSaid

#: Follows the time at which it was said; with the names around it a message takes about 100 bytes.
TEXT = "Sphinx of black quartz, judge my vow: all of it"


class Loop:
    """A reactor of its own, which runs while somebody waits.

    :ivar heard: monotonic seconds at which a message was told or accepted last.
    """

    def __init__(self) -> None:
        self.reactor: Any = EPollReactor()
        use_monotonic_time(self.reactor)
        self.turn = Turn(lambda run: self.reactor.callLater(0, run), self._broken)
        self.fault: str = ""
        self.heard = time.monotonic()

    def until(self, done: Callable[[], object]) -> None:
        """Run until it is so.

        :raises CrowdError: it does not become so, or somebody found a fault.
        """
        self.heard = time.monotonic()
        while not done():
            self._step(0.1)
            if self.fault or time.monotonic() > self.heard + PATIENCE:
                raise CrowdError(self.fault or "it fell silent")

    def result(self, waiting: Deferred[T]) -> T:
        """What comes of it, or is raised by it.

        :raises CrowdError: nothing comes.
        """
        found: list[Any] = []
        waiting.addBoth(found.append)
        self.until(lambda: found)
        if isinstance(found[0], Failure):
            found[0].raiseException()
        result: T = found[0]
        return result

    def together(self, work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
        """Do all of it at the same time; what comes of each."""
        return self.result(
            gatherResults([Deferred.fromCoroutine(one) for one in work], consumeErrors=True)
        )

    def close(self) -> None:
        """Nobody waits any more."""
        self.reactor.removeAll()

    def _step(self, longest: float) -> None:
        """What a reactor does in a turn, without its signal handlers and its end."""
        self.reactor.runUntilCurrent()
        due = self.reactor.timeout()
        self.reactor.doIteration(longest if due is None else min(due, longest))

    def _broken(self) -> None:
        self.fault = "a flush failed"


@dataclass(slots=True)
class Place:
    """A conversation as one device has it.

    :ivar name: the room, or the other one's handle.
    :ivar position: every message up to it was told here, or is one's own.
    :ivar ahead: own numbers beyond it.
    """

    conversation: bytes
    name: str
    kind: type[messages.Say] | type[messages.Direct]
    position: int
    seq: int = 0
    ahead: set[int] = field(default_factory=set)

    def own(self, number: int) -> None:
        """A message of one's own has got its number."""
        self.ahead.add(number)
        self._absorb()

    def take(self, number: int) -> bool:
        """Whether this is the next one."""
        if number != self.position + 1:
            return False
        self.position = number
        self._absorb()
        return True

    def _absorb(self) -> None:
        while self.position + 1 in self.ahead:
            self.position += 1
            self.ahead.remove(self.position)


class Person:
    """One device of an account.

    :ivar places: by conversation.
    :ivar delivered: messages of others that were told.
    :ivar delays: seconds from when a message was said until it was told; of all that were, while
        this is a list.
    """

    wish = ""

    def __init__(self, loop: Loop, device: Device) -> None:
        self.handle = ""
        self.places: dict[bytes, Place] = {}
        self.delivered = 0
        self.delays: list[float] | None = None
        self._loop = loop
        self._device = device
        self._link: ClientLink | None = None
        self._welcome: Deferred[None] = Deferred()
        self._epoch = 0
        self._told: set[bytes] = set()

    # ------------------------------------------------------------ coming and going

    async def come(self, port: int) -> list[messages.FollowRow]:
        """Connect, sign in and follow.

        :return: the conversations that there are.
        """
        self._welcome = Deferred()
        endpoint = TCP4ClientEndpoint(self._loop.reactor, "127.0.0.1", port)
        endpoint.connect(Factory.forProtocol(self._new_link)).addErrback(self._fault)
        await self._welcome
        return await self._follow()

    def hang_up(self) -> None:
        """At once, without a word."""
        assert self._link is not None
        link, self._link = self._link, None
        link.transport.abortConnection()

    async def _follow(self) -> list[messages.FollowRow]:
        """From now on everything is told and acknowledged."""
        rows: list[messages.FollowRow] = []
        page, after = None, b""
        while page is None or page.more:
            page = await self.request(partial(messages.Follow, after=after))
            rows += page.rows
            after = rows[-1].conversation if rows else b""
        self._epoch = page.epoch + 1
        for row in rows:
            kind = (messages.Say, messages.Direct)[row.kind] if row.kind < 2 else messages.Say
            place = Place(row.conversation, row.name, kind, row.acked)
            self.places.setdefault(row.conversation, place)
        return rows

    async def catch_up(self, place: Place) -> None:
        """Fetch all that one has not got, acknowledging each page."""
        more = True
        while more:
            page: messages.FetchPage = await self.request(
                lambda id: messages.Fetch(id, place.conversation, place.position)
            )
            for item in page.items:
                self._take(decode_server(item))
            place.position = page.upto
            self._acknowledge(place)
            more = page.more

    # ------------------------------------------------------------ speaking

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        """As the client asks."""
        assert self._link is not None
        return self._link.request(make)

    async def enter(self, room: str) -> Place:
        """Join a room, which is made by whoever is first."""
        joined: messages.Joined = await self.request(lambda id: messages.Join(id, room))
        return self._known(Place(joined.conversation, room, messages.Say, joined.last))

    def pairs(self) -> list[Place]:
        """The conversations with one other."""
        return [place for place in self.places.values() if place.kind is messages.Direct]

    async def pair(self, handle: str) -> Place:
        """The conversation with somebody. Where it begins is known with the first message."""
        opened = await self.request(lambda id: messages.OpenPair(id, handle))
        return self._known(Place(opened.conversation, handle, messages.Direct, 0))

    async def say(self, place: Place) -> float:
        """One message.

        :return: seconds until it was accepted.
        """
        place.seq += 1
        began = time.monotonic()
        said = f"{began:.6f} {TEXT}"
        where, epoch, seq = place.conversation, self._epoch, place.seq
        accepted: messages.Accepted = await self.request(
            lambda id: place.kind(id, place.name, said, 0, where, epoch, seq)
        )
        self._loop.heard = time.monotonic()
        if accepted.conversation != where:
            self._fault("a message was not stored")
        self._begin(place, accepted.id)
        place.own(accepted.id)
        return self._loop.heard - began

    async def talk(self, place: Place, count: int) -> None:
        """That many, the next one when the last is accepted."""
        for _ in range(count):
            await self.say(place)

    def _known(self, place: Place) -> Place:
        return self.places.setdefault(place.conversation, place)

    # ------------------------------------------------------------ hearing; see client.link.Owner

    def opened(self, link: ClientLink) -> None:
        self._link = link

    def greeted(self, hello: Hello) -> None: ...

    def sign_in(self, hello: Hello, ack: Ack) -> messages.Ready:
        return self._device.ready

    def welcomed(self, welcome: messages.Welcome) -> None:
        assert welcome.me is not None
        self.handle = welcome.me.handle
        self._device.ready = messages.Ready("device", "", welcome.me.token)
        self._welcome.callback(None)

    def received(self, message: messages.ServerMessage) -> None:
        if isinstance(message, Said) and message.conversation in self.places:
            self._take(message)
            if not self._told:
                self._loop.reactor.callLater(0, self._acknowledge_all)
            self._told.add(message.conversation)

    def lag_changed(self, seconds: float) -> None: ...

    def lost(self, error: ChatError) -> None:
        if self._link is not None:
            self._fault(f"{self.handle}: {error.text}")

    def _take(self, message: Any) -> None:
        place = self.places[message.conversation]
        self._begin(place, message.id)
        if not place.take(message.id):
            self._fault(f"{message.id} came after {place.position}")
        self.delivered += 1
        self._loop.heard = time.monotonic()
        if self.delays is not None:
            self.delays.append(self._loop.heard - float(message.text.partition(" ")[0]))

    def _begin(self, place: Place, number: int) -> None:
        """A pair's first message says where it begins."""
        if not place.position:
            place.position = number - 1

    def _acknowledge_all(self) -> None:
        told, self._told = self._told, set()
        for conversation in told:
            self._acknowledge(self.places[conversation])

    def _acknowledge(self, place: Place) -> None:
        if self._link is not None:
            told = messages.Acknowledge(place.conversation, place.position)
            self._link.outlet.deliver([encode(told)])

    def _new_link(self) -> ClientLink:
        return ClientLink(self._loop.reactor, self._loop.turn, self._device.key, self, False)

    def _fault(self, what: object) -> None:
        self._loop.fault = self._loop.fault or str(what)
