"""Requests: each gets exactly one answer, in order, whatever was asked."""

from __future__ import annotations

from typing import Any

import msgspec
from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from chatd.domain.commands import Acknowledge, Measure
from chatd.domain.limits import Limits
from chatd.errors import Code, Refused
from chatd.hub.table import TABLE, Row
from chatd.interfaces import IDoor, IPeer
from chatd.protocols.native.door import NativeDoor
from chatd.wire import messages as m
from chatd.wire.codec import decode_struct
from chatd.wire.framing import MAX_FRAME, frame
from tests.protocols.native.case import NativeCase

#: What alice asks; bob is here too.
REQUESTS: tuple[m.Request, ...] = (
    m.Join(1, "tea"),
    m.Say(2, "tea", "hi", 1),
    m.Direct(3, "bob", "psst"),
    m.Broadcast(4, "all"),
    m.Topic(5, "tea", "green"),
    m.Rooms(6),
    m.Mine(7),
    m.Users(8, "tea"),
    m.Whois(9, "bob"),
    m.Away(10, "lunch"),
    m.Typing(11, True, "tea"),
    m.Measure(12),
    m.Nick(13, "amy"),
    m.Leave(14, "tea"),
)
GUESTS_MAY = frozenset(map(type, REQUESTS))


class Unheard(msgspec.Struct, array_like=True, tag=0x77):
    """A request of times to come."""

    id: int


class Faces(NativeCase):
    def test_what_the_hub_relies_on(self) -> None:
        verifyObject(IPeer, self.signed().protocol)
        verifyObject(IDoor, NativeDoor())


class Answers(NativeCase):
    limits = Limits(rate_count=0)

    def test_each_is_done_with_its_result(self) -> None:
        self.signed("bob")
        alice = self.signed("alice")
        alice.send(*REQUESTS)
        answers = alice.received()
        self.assertEqual([answer.id for answer in answers], list(range(1, 15)))
        for request, answer in zip(REQUESTS, answers, strict=True):
            self.assertEqual((type(answer), answer.code), (m.Status, 0), request)
            kind = m.RESULTS[type(request)]
            if kind is None:
                self.assertEqual(msgspec.msgpack.decode(answer.result), None)
            else:
                decode_struct(answer.result, kind, Code.INTERNAL)

    def test_events_of_others_have_the_same_content(self) -> None:
        self.server.clock.advance(5)
        bob, alice = self.signed("bob"), self.signed("alice")
        bob.send(m.Join(1, "tea"))
        bob.received()
        alice.send(*REQUESTS)
        heard = [
            type(one)(
                *[0 if f in ("id", "time") else getattr(one, f) for f in one.__struct_fields__]
            )
            for one in bob.received()
        ]
        # Room by room and person by person all is in order; between them a turn may mix.
        self.assertEqual(
            {repr(one) for one in heard},
            {
                repr(one)
                for one in (
                    m.Entered("tea", "alice"),
                    m.RoomSaid("tea", "alice", "hi", 1, 0, 0),
                    m.DirectSaid("alice", "bob", "psst", 0, 0, 0),
                    m.BroadcastSaid("alice", "all", 0, 0),
                    m.TopicChanged("tea", "alice", "green"),
                    m.AwayChanged("alice", "lunch"),
                    m.TypingShown("alice", "tea", True),
                    m.NickChanged("alice", "amy"),
                    m.Left("tea", "amy", False),
                )
            },
        )
        self.assertEqual(len(heard), 9)

    def test_refused(self) -> None:
        alice = self.signed()
        alice.send(m.Leave(7, "nowhere"))
        (status,) = alice.received()
        self.assertEqual((status.id, status.code, status.wait), (7, Code.NOT_IN_ROOM, 0.0))
        self.assertTrue(status.text)

    def test_an_unknown_request_is_refused_and_all_goes_on(self) -> None:
        alice = self.signed()
        alice.send(Unheard(5), m.Measure(6))
        self.assertEqual(
            [(one.id, one.code) for one in alice.received()], [(5, Code.UNKNOWN_COMMAND), (6, 0)]
        )

    def test_an_unknown_message_without_an_id_is_passed_over(self) -> None:
        alice = self.signed()
        alice.write(alice.seal(b"\0\2\x91\x77"))
        alice.send(m.Heartbeat(), m.Measure(6))
        self.assertEqual([one.id for one in alice.received()], [6])

    def test_a_style_nobody_knows_is_speech(self) -> None:
        alice = self.signed("alice")
        alice.send(m.Direct(1, "alice", "hi", 200))
        self.assertEqual([getattr(one, "style", 0) for one in alice.received()], [0, 0])

    def test_the_same_id_twice_is_answered_twice(self) -> None:
        alice = self.signed()
        alice.send(m.Measure(4), m.Measure(4))
        self.assertEqual([one.id for one in alice.received()], [4, 4])

    def test_answers_and_events_of_a_turn_share_a_record(self) -> None:
        alice = self.signed("alice")
        alice.send(*[m.Direct(number, "alice", "x") for number in range(20)])
        self.server.turn()
        data = alice.transport.value()
        self.assertEqual(len(data), 4 + int.from_bytes(data[:4], "big"))

    def test_the_largest_frame_after_the_handshake(self) -> None:
        alice = self.signed()
        record = alice.seal(b"".join([b"\0\2\x91\x13"] * 16379 + [b"\0\1\x90"]))
        self.assertEqual(len(record), 4 + MAX_FRAME)
        alice.write(record)
        self.assertEqual(alice.received()[0].code, Code.MESSAGE_MALFORMED)


class InOrder(NativeCase):
    """A request that takes its time holds up those behind it, and nobody else."""

    def test_behind_a_password(self) -> None:
        alice, bob = self.signed("alice"), self.signed("bob")
        alice.send(m.Join(1, "vault", "secret"))
        self.server.passwords.slow = True
        bob.send(m.Join(1, "vault", "secret"), m.Say(2, "vault", "hi"), m.Measure(3))
        self.assertEqual(bob.received(), [])
        alice.send(m.Measure(2))
        self.assertEqual([one.id for one in alice.received()], [1, 2])
        self.server.passwords.waiting.pop().callback(True)
        self.assertEqual([(one.id, one.code) for one in bob.received()], [(1, 0), (2, 0), (3, 0)])

    def test_a_refusal_that_comes_later(self) -> None:
        alice, bob = self.signed("alice"), self.signed("bob")
        alice.send(m.Join(1, "vault", "secret"))
        self.server.passwords.slow = True
        bob.send(m.Join(1, "vault", "guess"), m.Measure(2))
        self.server.passwords.waiting.pop().callback(False)
        self.assertEqual(
            [(one.id, one.code) for one in bob.received()], [(1, Code.WRONG_PASSWORD), (2, 0)]
        )

    def test_an_answer_for_somebody_who_is_gone(self) -> None:
        alice, bob = self.signed("alice"), self.signed("bob")
        alice.send(m.Join(1, "vault", "secret"))
        self.server.passwords.slow = True
        bob.send(m.Join(1, "vault", "secret"), m.Say(2, "vault", "never"))
        bob.lose()
        self.server.passwords.waiting.pop().callback(True)
        self.server.turn()
        told = [type(one) for one in alice.received()]
        self.assertEqual(told, [m.Status, m.Entered], "suspended, and in the room")


class Broken(NativeCase):
    """A request that fails in a way nobody planned."""

    def broken(self, handler: Any) -> None:
        self.addCleanup(TABLE.__setitem__, Measure, TABLE[Measure])
        TABLE[Measure] = Row(handler)
        alice = self.signed()
        alice.send(m.Measure(1), m.Mine(2))
        self.assertEqual(
            [(one.id, one.code) for one in alice.received()], [(1, Code.INTERNAL), (2, 0)]
        )
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_at_once(self) -> None:
        self.broken(lambda *_: 1 / 0)

    def test_later(self) -> None:
        def later(*_: object) -> Deferred[None]:
            async def fail() -> None:
                raise ZeroDivisionError

            return Deferred.fromCoroutine(fail())

        self.broken(later)


class Unanswered(NativeCase):
    """An acknowledgement, whatever comes of it."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(TABLE.__setitem__, Acknowledge, TABLE[Acknowledge])

    def acknowledges(self, handler: Any) -> None:
        TABLE[Acknowledge] = Row(handler)
        alice = self.signed()
        alice.send(m.Acknowledge(bytes(16), 7), m.Measure(1))
        self.assertEqual([(one.id, one.code) for one in alice.received()], [(1, 0)])

    def test_done(self) -> None:
        asked: list[object] = []
        self.acknowledges(lambda state, session, command: asked.append(command))
        self.assertEqual(asked, [Acknowledge(bytes(16), 7)])

    def test_refused(self) -> None:
        def refuse(*_: object) -> None:
            raise Refused(Code.ACCOUNT_NEEDED)

        self.acknowledges(refuse)

    def test_broken(self) -> None:
        self.acknowledges(lambda *_: 1 / 0)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class Fatal(NativeCase):
    """What ends a session: told, audited, and its place kept for the true owner."""

    def fails(self, code: Code, data: bytes) -> None:
        self.alice = self.signed()
        self.alice.write(data)
        self.check(code)

    def check(self, code: Code) -> None:
        (closing,) = self.alice.received()
        self.assertEqual((type(closing), closing.code), (m.Closing, code))
        self.assertEqual(self.server.audit.codes("closed"), [code])
        self.assertTrue(self.alice.transport.disconnecting)
        self.alice.lose()
        self.assertEqual(self.server.audit.lines[-1][0], "suspended")

    def sealed(self, code: Code, plaintext: bytes) -> None:
        self.alice = self.signed()
        self.alice.write(self.alice.seal(plaintext))
        self.check(code)

    def test_a_forged_record(self) -> None:
        self.fails(Code.RECORD_FORGED, frame(bytes(100)))

    def test_a_short_record(self) -> None:
        self.fails(Code.RECORD_TOO_SHORT, frame(bytes(17)))

    def test_a_large_frame(self) -> None:
        self.fails(Code.FRAME_TOO_LARGE, (MAX_FRAME + 1).to_bytes(4, "big"))

    def test_a_record_twice(self) -> None:
        self.alice = self.signed()
        record = self.alice.seal(b"\0\2\x91\x13")
        self.alice.write(record + record)
        self.check(Code.RECORD_FORGED)

    def test_no_message(self) -> None:
        self.sealed(Code.MESSAGE_MALFORMED, b"\0\1\xc0")

    def test_lengths_that_do_not_add_up(self) -> None:
        self.sealed(Code.MESSAGE_MALFORMED, b"\0\5\xc0")

    def test_a_second_ready(self) -> None:
        self.alice = self.signed()
        self.alice.send(m.Ready("guest", "again"))
        self.check(Code.WRONG_ORDER)

    def test_nothing_behind_it_is_done(self) -> None:
        self.alice = self.signed()
        self.alice.send(m.Ready("guest", "again"), m.Join(1, "room"))
        self.check(Code.WRONG_ORDER)
        self.assertEqual(self.server.hub.counts()["rooms"], 0)

    def test_what_came_before_it_is_done(self) -> None:
        self.alice = self.signed()
        self.alice.write(self.alice.seal(b"\0\2\x91\x13") + frame(bytes(100)))
        self.check(Code.RECORD_FORGED)
