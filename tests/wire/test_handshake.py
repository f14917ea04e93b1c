"""The four steps when all is well, and what they show to somebody who listens in."""

from __future__ import annotations

from chatd.errors import Code
from chatd.wire import messages
from chatd.wire.hello import Refusal, Syn
from chatd.wire.initiator import Initiator
from chatd.wire.noise import public_bytes
from chatd.wire.records import packed
from chatd.wire.responder import encode_refusal
from tests.wire.case import WireCase
from tests.wire.pair import ADVICE, CLIENT, GUEST, Pair, body, hello


class AllWell(WireCase):
    def test_four_steps(self) -> None:
        pair = Pair(name="the server")
        self.assertEqual(pair.greet(), hello(name="the server"))
        self.assertEqual(pair.ask("bob", "chatc 1"), Syn(1, "bob", "chatc 1"))
        self.assertIsNone(pair.initiator.records)
        self.assertEqual(pair.answer(), ADVICE)
        self.assertEqual(pair.admit(), GUEST)
        self.assertEqual(pair.responder.remote_key, public_bytes(CLIENT))

    def test_records_of_both_directions(self) -> None:
        pair = Pair()
        pair.greet(), pair.ask(), pair.answer(), pair.admit()
        ours, theirs = pair.initiator.records, pair.responder.records
        assert ours is not None and theirs is not None
        for text in (b"one", b"two"):
            frame = ours.sealer.seal(packed(text))
            self.assertEqual(theirs.opener.open(body(frame)), [text])
            frame = theirs.sealer.seal(packed(text))
            self.assertEqual(ours.opener.open(body(frame)), [text])

    def test_nothing_is_in_clear_but_hello(self) -> None:
        pair = Pair()
        steps = b""
        pair.initiator.receive(body(pair.responder.start()))
        steps += pair.initiator.proceed("mallory", "software")
        pair.responder.receive(body(steps))
        answer = pair.responder.acknowledge(ADVICE)
        pair.initiator.receive(body(answer))
        steps += answer + pair.initiator.ready(messages.Ready("guest", "mallory", b"hush"))
        for word in (b"mallory", b"software", b"alice", b"guest", b"hush", public_bytes(CLIENT)):
            self.assertNotIn(word, steps)

    def test_two_handshakes_share_no_key(self) -> None:
        frames = []
        for _ in range(2):
            pair = Pair()
            pair.greet(), pair.ask(), pair.answer()
            frames.append(pair.initiator.ready(GUEST))
        self.assertNotEqual(frames[0], frames[1])

    def test_the_server_refuses_in_clear(self) -> None:
        frame = encode_refusal(Code.TOO_MANY_PENDING, "later", 1.5)
        initiator = Initiator(CLIENT)
        self.assertEqual(
            initiator.receive(body(frame)), Refusal(Code.TOO_MANY_PENDING, "later", 1.5)
        )
        self.closed(initiator)
