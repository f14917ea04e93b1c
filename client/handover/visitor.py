"""One visitor, as the running chatc sees it.

It is the same user's, and may still be of another version, broken, or not read what it is told:
what it sends is decoded within limits, what waits for it is bounded, and its end harms nobody.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct
from twisted.python.failure import Failure

from chatd.errors import Code, WireError
from chatd.protocols.native.link import CHANNEL_CLOSED
from chatd.wire import messages
from chatd.wire.codec import Unknown, decode_client, decode_struct, encode_struct

from .frames import RECALL, Frames, Recall

#: What can be asked by handing it over: what somebody says, and what they may look at. The rest
#: changes who one is or how the screen shows one, and is for whoever sits there; or it belongs to
#: the device's own store, which the running one keeps.
TAKEN = (
    messages.Join,
    messages.Leave,
    messages.Say,
    messages.Direct,
    messages.Broadcast,
    messages.Rooms,
    messages.Mine,
    messages.Users,
    messages.Whois,
    messages.OpenPair,
    messages.GetProgress,
    messages.Receipts,
    messages.HideSeen,
    messages.Devices,
    messages.Bans,
    messages.Blocks,
    messages.Directory,
    messages.Services,
    messages.CallService,
    messages.Measure,
)

#: Requests of one visitor that may wait for their answers.
MOST_ASKED = 16
#: Bytes that may wait for a visitor who does not read, beside what the system takes.
MOST_BEHIND = 1024 * 1024

_NOT_TAKEN = "this cannot be handed to a chatc that is running: do it there"
_TOO_NEW = "the chatc that is running here does not know this yet: start it anew"
_TOO_MANY = "too much is asked at once"


class Owner(Protocol):
    """See :class:`client.handover.host.Host`."""

    def visited(self, visitor: Visitor) -> None:
        """Somebody is here."""

    def asked(self, visitor: Visitor, request: messages.Request) -> None:
        """They ask something; :meth:`Visitor.answer` it."""

    def recalled(self, recall: Recall) -> messages.Status:
        """They ask for a page of the history: the answer."""

    def left(self, visitor: Visitor) -> None:
        """They are gone."""


class Visitor(Frames):
    """The running side of one connection through the socket.

    :ivar over: nothing more is told.
    """

    def __init__(self, owner: Owner) -> None:
        self.over = False
        self._owner = owner
        self._behind = 0
        self._asked = 0

    def connectionMade(self) -> None:
        """Hear when the socket is full: then nothing is read, either."""
        self.transport.registerProducer(self, True)
        self._owner.visited(self)

    def stringReceived(self, string: bytes) -> None:
        """A request."""
        if self.over:
            return
        try:
            request = decode_client(string)
        except WireError:
            self.abort()
            return
        if isinstance(request, TAKEN):
            self._ask(request)
        elif isinstance(request, Unknown) and request.op == RECALL:
            self._recall(string)
        elif isinstance(request, messages.Request):
            self._refuse(request.id, Code.NOT_ALLOWED, _NOT_TAKEN)
        elif isinstance(request, Unknown) and request.id is not None:
            self._refuse(request.id, Code.UNKNOWN_COMMAND, _TOO_NEW)
        else:
            self.abort()

    def _ask(self, request: messages.Request) -> None:
        if self._asked >= MOST_ASKED:
            self._refuse(request.id, Code.BUSY, _TOO_MANY)
            return
        self._asked += 1
        self._owner.asked(self, request)

    def _recall(self, string: bytes) -> None:
        try:
            recall = decode_struct(string, Recall, Code.MESSAGE_MALFORMED)
        except WireError:
            self.abort()
            return
        self.send(self._owner.recalled(recall))

    def answer(self, status: messages.Status) -> None:
        """Answer one request."""
        self._asked -= 1
        self.send(status)

    def _refuse(self, number: int, code: Code, text: str) -> None:
        self.send(messages.Status(number, code, text))

    def send(self, message: Struct) -> None:
        """Tell something. Whoever does not read it in the end is given up."""
        if self.over:
            return
        frame = encode_struct(message)
        if self.paused:
            self._behind += len(frame)
            if self._behind > MOST_BEHIND:
                self.abort()
                return
        self.write(frame)

    def resumeProducing(self) -> None:
        """All that was told is on its way."""
        self._behind = 0
        if not self.over:
            super().resumeProducing()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Hang up, once what was told is sent."""
        self.over = True
        self.transport.unregisterProducer()
        self.transport.loseConnection()

    def abort(self) -> None:
        """Hang up at once."""
        self.over = True
        super().abort()

    def connectionLost(self, reason: Failure = CHANNEL_CLOSED) -> None:
        """They are gone."""
        self.over = True
        self._owner.left(self)
