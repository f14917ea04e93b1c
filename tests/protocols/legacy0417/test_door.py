"""The hub's events in the words of the ``04 17`` protocol."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from chatd.domain.commands import Relation, Style
from chatd.domain.events import (
    AwayChanged,
    BroadcastSaid,
    DirectSaid,
    Entered,
    Event,
    Left,
    MailCame,
    NickChanged,
    PresenceChanged,
    ProgressChanged,
    ReadMoved,
    RoomSaid,
    SealedSaid,
    TopicChanged,
    Typing,
    Warned,
)
from chatd.errors import Code
from chatd.interfaces import IDoor
from chatd.protocols.legacy0417.door import Door
from chatd.protocols.legacy0417.frames import said, told

ROOM = bytes(range(16))


class DoorTest(SynchronousTestCase):
    """One object encodes for all sessions."""

    def setUp(self) -> None:
        self.door = Door()

    def test_it_is_a_door(self) -> None:
        verifyObject(IDoor, self.door)

    def test_a_room_message(self) -> None:
        event = RoomSaid("red", "alice", "hällo", Style.SAID, 1, 2)
        self.assertEqual(self.door.encode(event), said("red", "alice", "hällo".encode()))

    def test_a_direct_message(self) -> None:
        event = DirectSaid("alice", "bob", "secret", Style.SAID, 1, 2)
        self.assertEqual(self.door.encode(event), told("alice", b"secret"))

    def test_bytes_go_back_as_they_came(self) -> None:
        room = RoomSaid("red", "alice", "ÿ", Style.SAID, 1, 2, b"\xff")
        direct = DirectSaid("alice", "bob", "ÿ", Style.SAID, 1, 2, b"\xff")
        self.assertEqual(self.door.encode(room), said("red", "alice", b"\xff"))
        self.assertEqual(self.door.encode(direct), told("alice", b"\xff"))

    def test_something_done(self) -> None:
        event = RoomSaid("red", "alice", "waves", Style.ACTION, 1, 2)
        self.assertEqual(self.door.encode(event), said("red", "alice", b"/me waves"))

    def test_a_broadcast_looks_like_a_direct_message(self) -> None:
        self.assertEqual(
            self.door.encode(BroadcastSaid("alice", "tea", 1, 2)), told("alice", b"tea")
        )

    def test_what_refers_to_an_earlier_message(self) -> None:
        """An edit is a message of its own here; of a deletion or a reaction nothing is said."""
        for relation, words in (
            (Relation.REPLY, b"tea"),
            (Relation.EDIT, b"tea (edited)"),
            (Relation.DELETION, b""),
            (Relation.REACTION, b""),
        ):
            room = RoomSaid("red", "alice", "tea", Style.SAID, 2, 3, b"", ROOM, relation, 1)
            direct = DirectSaid("alice", "bob", "tea", Style.SAID, 2, 3, b"", ROOM, relation, 1)
            self.assertEqual(self.door.encode(room), words and said("red", "alice", words))
            self.assertEqual(self.door.encode(direct), words and told("alice", words))

    def test_no_words_for_the_rest(self) -> None:
        events: list[Event] = [
            Entered("red", "bob"),
            Left("red", "bob", True),
            NickChanged("bob", "rob"),
            TopicChanged("red", "bob", "tea"),
            AwayChanged("bob", "out"),
            Typing("bob", "red", True),
            Warned(Code.SILENT, "hello?"),
            SealedSaid(ROOM, "red", "alice", "", bytes(16), 1, 2, b"body"),
            MailCame(1, "alice", bytes(16), 2, b"\x10key"),
            ReadMoved(ROOM, 1),
            ProgressChanged(ROOM, 2, 1),
            PresenceChanged("alice", "offline", "", 3),
        ]
        for event in events:
            self.assertEqual(self.door.encode(event), b"")

    def test_messages_are_glued(self) -> None:
        self.assertEqual(self.door.join([b"a", b"bc"]), [b"abc"])
