"""A device whose server is played by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Raw
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire import messages
from chatd.wire.codec import encode_struct
from client.model.conversation import Conversation, Kind
from client.model.entry import SPOKEN, Delivery, Entry
from client.model.uplink import Online, Waiting
from tests.client.history.history_case import KEY, AtOnce
from tests.client.ui.scripted import LIMITS, ME, NOON, Wire
from tests.support.headless import Headless

RED, BLUE, BOB = b"r" * 16, b"s" * 16, b"t" * 16
MAILBOX = ME.device
#: What the room begins to count after.
BIRTH = 1000


def joined(room: str = "red", conversation: bytes = RED, last: int = 0) -> messages.Joined:
    """A room that one is in."""
    return messages.Joined(room, "", 2, conversation=conversation, last=last)


def said(number: int, text: str = "", sender: str = "bob", **more: Any) -> messages.RoomSaid:
    """Somebody says something in #red."""
    text = text or f"number {number}"
    return messages.RoomSaid("red", sender, text, 0, number, NOON, **{"conversation": RED, **more})


def row(conversation: bytes = RED, acked: int = BIRTH, last: int = BIRTH, **more: Any) -> Any:
    """A conversation as the server knows it."""
    given = {"kind": 0, "name": "red", "sealed": False, "read": 0, **more}
    return messages.FollowRow(conversation, acked=acked, last=last, **given)


def page(*items: messages.ServerMessage, upto: int, more: bool = False) -> messages.FetchPage:
    """A page of what was missed."""
    return messages.FetchPage([Raw(encode_struct(item)) for item in items], upto, more)


class Run(Headless):
    """One run of the program, connected to a server that answers what it is told to."""

    def __init__(self, home: Path | None) -> None:
        self.clock = Clock()
        self.wire = Wire()
        self.thread = AtOnce()
        super().__init__(self.clock, "alice", "chat.example.org", lambda: NOON / 1000)
        self.uplink = self.wire
        if home is not None:
            self.keep(home, KEY, self.thread)

    def welcome(self, *rooms: messages.Joined) -> None:
        """Signed in."""
        session = b"s", b"r", NOON, LIMITS
        self.welcomed(messages.Welcome("alice", *session, list(rooms) or [joined()], me=ME))
        self.connection_changed(Online())

    def follow(self, *rows: messages.FollowRow, epoch: int = 0) -> None:
        """All conversations are told."""
        self.wire.answer(messages.Follow, messages.FollowPage(list(rows) or [row()], False, epoch))
        self.turn()

    def online(self) -> Run:
        """Signed in, and nothing was missed."""
        self.welcome()
        self.follow()
        return self

    def lose(self) -> None:
        """The connection breaks."""
        self.connection_changed(Waiting(5.0, "gone"))
        self.wire.lose()
        self.turn()

    def turn(self, seconds: float = 0.0) -> None:
        """The reactor's turn ends."""
        self.clock.advance(seconds)

    def asked(self, kind: type[Any]) -> list[Any]:
        """What was asked of one kind and not answered."""
        return [one for one in self.wire.pending() if isinstance(one, kind)]

    def acknowledged(self) -> list[tuple[bytes, int]]:
        """What was acknowledged since last called."""
        sent, self.wire.sent = self.wire.sent, []
        return [(one.conversation, one.number) for one in sent]

    def room(self, name: str = "red") -> Conversation:
        """A room."""
        return self.model.open(Kind.ROOM, name)

    def entries(self, place: Conversation | None = None) -> list[Entry]:
        """What was said in a conversation, with all that the history has."""
        place = place or self.room()
        while place.load_older():
            pass
        return [e for _, e in place.timeline.backwards() if e.kind in SPOKEN][::-1]

    def texts(self, place: Conversation | None = None) -> list[str]:
        """The same, the words alone."""
        return [entry.text for entry in self.entries(place)]

    def deliveries(self, place: Conversation | None = None) -> list[Delivery | None]:
        """How far one's own messages came."""
        return [entry.delivery for entry in self.entries(place) if entry.own]

    def end(self) -> None:
        """End as a program does."""
        self.delivery.stop()
        if self.recorder is not None:
            self.recorder.close()

    def kill(self) -> None:
        """End at once: nothing that was not under way is written any more."""
        assert self.recorder is not None
        self.sender.stop()
        self.thread.held = None
        self.recorder._connections.close()


class WireCase(SynchronousTestCase):
    """:ivar home: of the profile; :ivar now: the run that is on."""

    def setUp(self) -> None:
        self.home = Path(self.mktemp()).absolute()
        self.home.mkdir()
        self.now = Run(self.home)
        self.addCleanup(lambda: self.now.end())

    def again(self) -> Run:
        """End this run, and begin another."""
        self.now.end()
        self.now = Run(self.home)
        return self.now

    def killed(self) -> Run:
        """The same, by a kill."""
        self.now.kill()
        self.now = Run(self.home)
        return self.now
