"""A door of lines, for ``nc``: each is said in one room, or is /nick NAME or /msg NICK TEXT."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineOnlyReceiver
from zope.interface import implementer

from chatd.domain import commands, events
from chatd.domain.capabilities import Capabilities
from chatd.errors import ChatError
from chatd.interfaces import IDoor, IPeer, ISession
from chatd.protocols.inbox import Inbox
from chatd.protocols.outlet import Outlet
from chatd.protocols.surroundings import Surroundings

ROOM = "hall"
LAST_SAID = commands.Relation.EDIT


def line(text: str) -> bytes:
    """One line, whatever is in the text: nobody can speak for somebody else by a line feed."""
    return "".join(c if c.isprintable() else " " for c in text).encode() + b"\r\n"


def parse(text: str) -> commands.Command:
    """What a typed line asks for."""
    match text.split(maxsplit=2):
        case ["/nick", nick]:
            return commands.Rename(nick)
        case ["/msg", nick, words]:
            return commands.Tell(nick, words)
    return commands.Say(ROOM, text)


@implementer(IDoor)
class LineDoor:
    """Encodes events; one object for all sessions."""

    name = "linechat"
    capabilities = Capabilities(one_room=True)

    def encode(self, event: events.Event) -> bytes:
        match event:
            case events.RoomSaid() | events.DirectSaid() if event.relation > LAST_SAID:
                return b""  # a deletion or a reaction: nothing was said
            case events.RoomSaid() | events.BroadcastSaid():
                return line(f"<{event.sender}> {event.text}")
            case events.DirectSaid():
                return line(f"*{event.sender}* {event.text}")
            case events.Entered():
                return line(f"{event.nick} is here")
            case events.Left():
                return line(f"{event.nick} is gone")
            case events.NickChanged():
                return line(f"{event.old} is now {event.new}")
        return b""  # no words for the rest

    def join(self, messages: list[bytes]) -> list[bytes]:
        return [b"".join(messages)]


@implementer(IPeer)
class LineSession(LineOnlyReceiver):
    """One connection, and whoever it speaks for."""

    factory: Any
    transport: Any
    delimiter, MAX_LENGTH = b"\n", 1024
    session: ISession | None = None

    def connectionMade(self) -> None:
        around, abort = self.factory.around, self.transport.abortConnection
        self.hub, self.door = around.hub, self.factory.door
        self.address = getattr(self.transport.getPeer(), "host", "local")
        self.outlet = Outlet(self.transport, self.hub.turn, around.send_queue, overflow=abort)
        self.inbox = Inbox(self.transport, around.clock, self.do, around.commands)
        around.connections.add(self)
        try:
            around.entry.begin(self.address, around.clock.seconds())
            around.entry.end(self.address)  # a guest has nothing to prove: no waiting here
            self.session = self.hub.sign_in_guest(self, "", b"")
        except ChatError as error:
            self.close(error)
        self.inbox.put(commands.Join(ROOM))

    def lineReceived(self, raw: bytes) -> None:
        self.inbox.put(parse(raw.decode("utf-8", "replace").strip()))

    def lineLengthExceeded(self, raw: bytes) -> None:
        self.transport.abortConnection()  # nobody types that

    def do(self, command: commands.Command) -> Deferred[None] | None:
        return Deferred.fromCoroutine(self.ask(command)) if self.session else None

    async def ask(self, command: commands.Command) -> None:
        try:
            await maybeDeferred(self.hub.execute, self.session, command)
        except ChatError as error:
            self.deliver([line(error.text)])

    def deliver(self, pieces: list[bytes]) -> None:
        self.outlet.deliver(pieces)

    def close(self, error: ChatError) -> None:
        self.session = None
        self.deliver([line(error.text)])
        self.outlet.close()

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self.inbox.close()
        self.outlet.drop()
        self.factory.around.connections.discard(self)
        if self.session is not None:
            self.hub.sign_out(self.session)


class LineFactory(Factory):
    """One for all endpoints of this protocol."""

    protocol, door = LineSession, LineDoor()

    def __init__(self, around: Surroundings) -> None:
        self.around = around
