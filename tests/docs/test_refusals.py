"""Each request is refused with just the codes that ``docs/protocol.rst`` lists for it."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from twisted.trial.unittest import TestCase

from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages as m
from tests.docs.document import Document
from tests.protocols.native.signed import Signed
from tests.support.server import Server

LIMITS = Limits(nick=8, message=16, topic=8, password=8, away=8, rooms=2, rate_count=5)
LONG = "x" * 17

#: What alice asks, who is in "tea" with bob; the last request is refused. Bob is in "vault" too,
#: which has a password.
CASES: tuple[tuple[Code, tuple[m.Request, ...]], ...] = (
    (Code.ROOM_INVALID, (m.Join(1, "a b"),)),
    (Code.ALREADY_IN_ROOM, (m.Join(1, "TEA"),)),
    (Code.WRONG_PASSWORD, (m.Join(1, "vault", "wrong"),)),
    (Code.TOO_MANY_ROOMS, (m.Join(1, "second"), m.Join(2, "third"))),
    (Code.PASSWORD_TOO_LONG, (m.Join(1, "new", LONG),)),
    (Code.NOT_IN_ROOM, (m.Leave(1, "vault"),)),
    (Code.NO_SUCH_ROOM, (m.Users(1, "nowhere"),)),
    (Code.NOT_IN_ROOM, (m.Users(1, "vault"),)),
    (Code.NICK_TAKEN, (m.Nick(1, "BOB"),)),
    (Code.NICK_INVALID, (m.Nick(1, "a b"),)),
    (Code.NICK_TOO_LONG, (m.Nick(1, LONG),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Nick(number, f"al{number}") for number in range(11))),
    (Code.NO_SUCH_NICK, (m.Direct(1, "carol", "hi"),)),
    (Code.MESSAGE_TOO_LONG, (m.Direct(1, "bob", LONG),)),
    (Code.MESSAGE_EMPTY, (m.Direct(1, "bob", ""),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Direct(number, "bob", "hi") for number in range(5))),
    (Code.NOT_IN_ROOM, (m.Say(1, "vault", "hi"),)),
    (Code.MESSAGE_TOO_LONG, (m.Say(1, "tea", LONG),)),
    (Code.MESSAGE_EMPTY, (m.Say(1, "tea", ""),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Say(number, "tea", "hi") for number in range(5))),
    (Code.NOT_IN_ROOM, (m.Topic(1, "vault", "hi"),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Topic(number, "tea", "hi") for number in range(11))),
    (Code.TOPIC_TOO_LONG, (m.Topic(1, "tea", LONG),)),
    (Code.NO_SUCH_NICK, (m.Whois(1, "carol"),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Away(number, "hi") for number in range(11))),
    (Code.AWAY_TOO_LONG, (m.Away(1, LONG),)),
    (Code.NOT_IN_ROOM, (m.Typing(1, True, "vault"),)),
    (Code.NO_SUCH_NICK, (m.Typing(1, True, "", "carol"),)),
    (Code.MESSAGE_TOO_LONG, (m.Broadcast(1, LONG),)),
    (Code.MESSAGE_EMPTY, (m.Broadcast(1, ""),)),
    (Code.TOO_MANY_MESSAGES, tuple(m.Broadcast(number, "hi") for number in range(5))),
)
BUSY = (Code.BUSY, (m.Join(1, "vault", "secret"),))


class Unheard(msgspec.Struct, array_like=True, tag=0x77):
    """A request of times to come."""

    id: int
    wish: str


class Refusals(TestCase):
    """Alice asks for what she cannot have."""

    refused: ClassVar[tuple[tuple[Code, tuple[m.Request, ...]], ...]] = (*CASES, BUSY)

    def setUp(self) -> None:
        self.document = Document("protocol.rst")

    def ask(self, asked: tuple[msgspec.Struct, ...], busy: bool = False) -> list[m.Status]:
        """The statuses that alice gets."""
        server = Server(LIMITS)
        server.clock.advance(60)  # nobody has been typing in the last second
        factory = NativeFactory(server.around)
        bob, alice = Signed(server, factory, "bob"), Signed(server, factory, "alice")
        bob.send(m.Join(1, "tea"), m.Join(2, "vault", "secret"))
        alice.send(m.Join(1, "tea"))
        alice.received()
        server.passwords.busy = busy
        alice.send(*asked)
        return [one for one in alice.received() if isinstance(one, m.Status)]

    def test_refused(self) -> None:
        """All requests before the last are done, and the last is refused with the code."""
        for code, asked in self.refused:
            statuses = self.ask(asked, busy=code is Code.BUSY)
            self.assertEqual([status.id for status in statuses], [one.id for one in asked])
            codes = [status.code for status in statuses]
            self.assertEqual(codes, [0] * (len(asked) - 1) + [code], asked)

    def test_table(self) -> None:
        """What the document lists is what is tried here, no more and no less."""
        told = {
            (request, int(code))
            for _, request, _, codes in self.document.tables["request-table"]
            for code in codes.split(", ")
            if code != "never"
        }
        tried = {(type(asked[-1]).__name__, int(code)) for code, asked in self.refused}
        self.assertEqual(told, tried)

    def test_waiting(self) -> None:
        """The rate limit says how long to wait."""
        status = self.ask(tuple(m.Say(number, "tea", "hi") for number in range(5)))[-1]
        self.assertEqual(status.wait, 5.0)

    def test_unheard_of(self) -> None:
        """A request with an unknown op is refused; the connection goes on."""
        first, second = self.ask((Unheard(7, "?"), m.Measure(8)))
        self.assertEqual((first.id, first.code), (7, Code.UNKNOWN_COMMAND))
        self.assertEqual((second.id, second.code), (8, 0))
