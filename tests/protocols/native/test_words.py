"""What the hub and the wire call the same thing: requests as commands, events and results as
messages, field by field."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain import commands as c
from chatd.domain import events as e
from chatd.domain import results as r
from chatd.domain.commands import Relation, Style
from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.message import Followed
from chatd.errors import Code, Refused
from chatd.protocols.native.door import EVENTS, NativeDoor
from chatd.protocols.native.requests import COMMANDS
from chatd.protocols.native.results import RESULTS
from chatd.wire import messages as m
from chatd.wire.codec import decode_server, decode_struct, encode_struct

ROOM, PAIR, DEVICE = bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48))
#: Numbers as they are: seconds since the epoch in their upper bits.
FIRST = 1_763_121_600 << 20

REQUESTS: tuple[tuple[m.Request, c.Command], ...] = (
    (
        m.Say(1, "tea", "no", 1, ROOM, 2, 3, 2, FIRST),
        c.Say("tea", "no", Style.ACTION, b"", ROOM, 2, 3, Relation.EDIT, FIRST),
    ),
    (
        m.Direct(1, "bob", "\N{THUMBS UP SIGN}", 0, PAIR, 2, 3, 4, FIRST),
        c.Tell(
            *("bob", "\N{THUMBS UP SIGN}", Style.SAID, b"", PAIR, 2, 3, Relation.REACTION, FIRST)
        ),
    ),
    (
        m.SaySealed(1, ROOM, 2, 3, b"body", "den", "", {DEVICE: b"part"}, [(DEVICE, b"\x10key")]),
        c.SaySealed(ROOM, 2, 3, b"body", "den", "", {DEVICE: b"part"}, ((DEVICE, b"\x10key"),)),
    ),
    (m.Join(1, "den", "", 0, False, True), c.Join("den", "", 0, False, True)),
    (m.SetRoom(1, "den", retention=604_800), c.SetRoom("den", retention=604_800)),
    (m.OpenPair(1, "bob", True), c.OpenPair("bob", True)),
    (m.Follow(1, ROOM), c.Follow(ROOM)),
    (m.Fetch(1, ROOM, FIRST), c.Fetch(ROOM, FIRST)),
    (m.MarkRead(1, ROOM, FIRST, True), c.MarkRead(ROOM, FIRST, True)),
    (m.GetProgress(1, ROOM), c.GetProgress(ROOM)),
    (m.Receipts(1, ROOM, "bob"), c.ListReceipts(ROOM, "bob")),
    (m.HideSeen(1, True), c.HideSeen(True)),
)

SAID = e.RoomSaid(
    *("tea", "bob", "no", Style.SAID, FIRST + 1, 5),
    conversation=ROOM,
    relation=Relation.REPLY,
    ref=4,
)
SAID_ON_THE_WIRE = m.RoomSaid("tea", "bob", "no", 0, FIRST + 1, 5, ROOM, 1, 4)
SEALED = e.SealedSaid(ROOM, "den", "bob", "", DEVICE, FIRST + 3, 5, b"body", b"part")
SEALED_ON_THE_WIRE = m.SealedSaid(ROOM, "den", "bob", "", DEVICE, FIRST + 3, 5, b"body", b"part")

TOLD: tuple[tuple[e.Event, m.Message], ...] = (
    (SAID, SAID_ON_THE_WIRE),
    (
        e.DirectSaid("bob", "anna", "", Style.SAID, 9, 5, b"", PAIR, Relation.DELETION, 8),
        m.DirectSaid("bob", "anna", "", 0, 9, 5, PAIR, 3, 8),
    ),
    (SEALED, SEALED_ON_THE_WIRE),
    (e.MailCame(9, "bob", DEVICE, 5, b"\x10key"), m.MailCame(9, "bob", DEVICE, 5, b"\x10key")),
    (e.ReadMoved(ROOM, 9), m.ReadMoved(ROOM, 9)),
    (e.ProgressChanged(ROOM, 9, 8), m.ProgressChanged(ROOM, 9, 8)),
    (
        e.PresenceChanged("bob", "away", "lunch", 0, True),
        m.PresenceChanged("bob", "away", "lunch", 0, True),
    ),
    (
        e.RoomChanged("tea", "anna", 1, True, True, 604_800),
        m.RoomChanged("tea", "anna", 1, True, True, 604_800),
    ),
)

GIVEN: tuple[tuple[r.Result, msgspec.Struct], ...] = (
    (r.Accepted(9, 5, conversation=ROOM, alone=True), m.Accepted(9, 5, False, ROOM, True)),
    (
        r.Joined("den", "", 2, False, conversation=ROOM, last=9, retention=60, sealed=True),
        m.Joined("den", "", 2, conversation=ROOM, last=9, retention=60, sealed=True),
    ),
    (r.PairOpened("bob", PAIR), m.PairOpened("bob", PAIR)),
    (
        r.FollowPage(
            (Followed(PAIR, ConversationKind.PAIR, "bob", True, 7, 9, 8, True, ((2, 5),)),), True, 2
        ),
        m.FollowPage([m.FollowRow(PAIR, 1, "bob", True, 7, 9, 8, True, [(2, 5)])], True, 2),
    ),
    (r.Progress(9, 8), m.Progress(9, 8)),
    (
        r.ReceiptPage((r.ReceiptRow("bob", 9, 8, 7),), True),
        m.ReceiptPage([m.ReceiptRow("bob", 9, 8, 7)], True),
    ),
    (
        r.UserPage((r.UserRow("bob", "", True, online=False, seen=5),), 1, False),
        m.UserPage([m.UserRow("bob", "", True, online=False, seen=5)], 1, False),
    ),
    (
        r.Person("bob", "account", "", "", 0, 0, (), online=False, seen=5),
        m.Person("bob", "account", "", "", 0, 0, [], online=False, seen=5),
    ),
)


def encoded(result: r.Result) -> bytes:
    """What a status carries."""
    return encode_struct(RESULTS[type(result)](result))


class Up(SynchronousTestCase):
    def test_every_request_has_a_command(self) -> None:
        """Or it is the session's own affair."""
        own = {m.Ready, m.Heartbeat, m.Logout, m.Acknowledge}
        self.assertEqual(set(COMMANDS), set(m.ClientMessage.__args__) - own)

    def test_each_field_of_a_request_is_in_its_command(self) -> None:
        for request, command in REQUESTS:
            self.assertEqual(COMMANDS[type(request)](request), command)

    def test_relations(self) -> None:
        for relation in Relation:
            command = COMMANDS[m.Say](m.Say(1, "tea", "x", relation=relation, ref=1))
            assert isinstance(command, c.Say)
            self.assertIs(command.relation, relation)

    def test_a_relation_nobody_knows_is_refused(self) -> None:
        for request in (
            m.Say(1, "tea", "x", relation=len(Relation)),
            m.Direct(1, "bob", "x", relation=255),
        ):
            error = self.assertRaises(Refused, COMMANDS[type(request)], request)
            self.assertEqual(error.code, Code.RELATION_INVALID)


class Down(SynchronousTestCase):
    def test_every_event_has_words(self) -> None:
        self.assertEqual(set(EVENTS), set(get_args(e.Event)))

    def test_every_result_has_words(self) -> None:
        self.assertEqual(set(RESULTS) | {r.Nothing}, set(get_args(r.Result)))

    def test_each_field_of_an_event_is_in_its_message(self) -> None:
        for event, message in TOLD:
            self.assertEqual(decode_server(NativeDoor().encode(event)[2:]), message)

    def test_each_field_of_a_result_is_in_its_status(self) -> None:
        for result, value in GIVEN:
            self.assertEqual(decode_struct(encoded(result), type(value), Code.INTERNAL), value)

    def test_a_page_holds_events_as_they_are_told(self) -> None:
        missing = r.Missing(FIRST + 2, FIRST + 2, GapReason.EXPIRED)
        page = r.FetchPage((SAID, missing, SEALED), FIRST + 3, True)
        decoded: Any = decode_struct(encoded(page), m.FetchPage, Code.INTERNAL)
        self.assertEqual((decoded.upto, decoded.more), (FIRST + 3, True))
        self.assertEqual(
            [decode_server(bytes(item)) for item in decoded.items],
            [SAID_ON_THE_WIRE, m.Missing(FIRST + 2, FIRST + 2, 2), SEALED_ON_THE_WIRE],
        )
