"""A device that loses its connection and its memory: what it asks, hears and has on its disk."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from chatd.domain.commands import Command, Fetch, Follow, Say, Tell
from chatd.domain.results import Accepted, FetchPage, FollowPage
from chatd.errors import Code, Refused
from tests.hub.account_case import Laptop
from tests.hub.people import Door, Person
from tests.hub.pocket import Pocket
from tests.support.server import Server


class Connection(Person):
    """Keeps events and answers in the order in which they would be sent."""

    def __init__(self, server: Server, door: Door) -> None:
        super().__init__(server, door)
        self.stream: list[bytes | tuple[Command, Any]] = []

    def deliver(self, pieces: list[bytes]) -> None:
        self.stream += pieces

    def ask(self, hub: Any, command: Command) -> None:
        """What is answered joins the stream."""
        try:
            result = hub.execute(self.session, command)
        except Refused:
            result = Failure()
        if isinstance(result, Deferred):
            result.addBoth(lambda answer: self.stream.append((command, answer)))
        else:
            self.stream.append((command, result))


class Memory:
    """What a device has on its disk.

    :ivar outbox: what it is about to say; None for nothing.
    :ivar next: by conversation, the place of the next message in its outbox.
    """

    def __init__(self) -> None:
        self.pocket = Pocket()
        self.outbox: Say | Tell | None = None
        self.next: dict[bytes, int] = defaultdict(lambda: 1)


class Device:
    """A device, what it remembers, and what of that would survive it."""

    def __init__(self, handle: str, laptop: Laptop) -> None:
        self.handle = handle
        self.laptop = laptop
        self.account: bytes = laptop.person.session.account.id
        self.id = laptop.id
        self.session: Any = laptop.person.session
        self.line: Connection | None = None
        self.busy = False
        self.asks: Follow | None = None
        self.memory, self._disk = Memory(), Memory()

    def __repr__(self) -> str:
        return f"{self.handle} {self.id.hex()[:4]}"

    @property
    def idle(self) -> bool:
        """Whether it may ask something."""
        return self.line is not None and not self.busy

    def commit(self) -> None:
        self._disk = copy.deepcopy(self.memory)

    def crash(self) -> None:
        self.memory = copy.deepcopy(self._disk)

    def connected(self, line: Connection) -> None:
        self.line, self.busy = line, False
        self.asks = self.memory.pocket.connected()

    def heard(self, what: bytes | tuple[Command, Any], door: Door) -> None:
        pocket = self.memory.pocket
        if isinstance(what, bytes):
            for event in door.decode(what):
                pocket.told(event, self.id)
            return
        self.busy = False
        command, answer = what
        if isinstance(answer, Failure):
            self._refused(command, answer.value)
        elif isinstance(answer, FollowPage):
            self.asks = pocket.followed(answer)
        elif isinstance(answer, FetchPage) and isinstance(command, Fetch):
            pocket.fetched(command.conversation, answer)
        elif isinstance(answer, Accepted):
            assert isinstance(command, Say | Tell)
            pocket.accepted(answer)
            self._said(command)

    def _refused(self, command: Command, error: Any) -> None:
        """Whoever is out of a room may have said it before that, and has it all once the server
        knows what they acknowledged."""
        assert isinstance(error, Refused), error
        if isinstance(command, Fetch):
            assert error.code is Code.NO_SUCH_CONVERSATION, error
            self.memory.pocket.behind.remove(command.conversation)
        elif isinstance(command, Say | Tell):
            assert error.code in (Code.NOT_IN_ROOM, Code.CONVERSATION_CHANGED, Code.CONFLICT), error
            if error.code is Code.CONFLICT:
                self._said(command)
            else:
                self.memory.outbox = None
        else:
            raise error

    def _said(self, command: Say | Tell) -> None:
        self.memory.next[command.conversation] = command.seq + 1
        self.memory.outbox = None
