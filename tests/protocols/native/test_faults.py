"""Every way in which nobody is let in: each told with its code, audited, and over."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chatd.audit import AuditLog
from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits
from chatd.errors import TEXTS, Code
from chatd.wire import messages
from chatd.wire.codec import encode
from chatd.wire.framing import frame
from chatd.wire.hello import SYN
from tests.protocols.native.caller import Caller
from tests.protocols.native.case import NativeCase


class Faults(NativeCase):
    """Everything that can be wrong before somebody is let in: told, audited, over."""

    def fails(self, code: Code, act: Callable[[Caller], None]) -> None:
        """``act`` ends a connection in clear."""
        caller = self.caller()
        caller.hello()
        act(caller)
        refusal = caller.refusal()
        self.assertEqual((refusal.code, refusal.wait), (code, 0.0))
        self.over(caller, "handshake_failed", code)

    def fails_sealed(self, code: Code, act: Callable[[Caller], None]) -> None:
        """``act`` ends a connection that has keys."""
        caller = self.caller()
        caller.ask()
        act(caller)
        closing = caller.received()[-1]
        self.assertEqual((type(closing), closing.code), (messages.Closing, code))
        self.over(caller, "handshake_failed", code)

    def over(self, caller: Caller, event: str, code: Code) -> None:
        self.assertEqual(self.server.audit.lines[-1][0], event)
        fields = self.server.audit.lines[-1][1]
        self.assertEqual(fields, {"address": "192.0.2.1", "door": "native", "code": int(code)})
        self.assertTrue(caller.transport.disconnecting)
        self.assertEqual((self.pending(), self.server.hub.counts()["sessions"]), (0, 0))
        caller.write(b"whatever comes after that")
        self.assertEqual(caller.transport.value(), b"")
        caller.lose()
        self.assertEqual(self.server.around.connections, set())

    def test_a_frame_larger_than_a_step_may_be(self) -> None:
        self.fails(Code.FRAME_TOO_LARGE, lambda one: one.write((4097).to_bytes(4, "big")))

    def test_such_a_frame_instead_of_ready(self) -> None:
        self.fails_sealed(Code.FRAME_TOO_LARGE, lambda one: one.write((4097).to_bytes(4, "big")))

    def test_another_protocol(self) -> None:
        self.fails(Code.FRAME_TOO_LARGE, lambda one: one.write(b"GET / HTTP/1.1\r\n\r\n"))

    def test_no_syn(self) -> None:
        for other in (b"", b"*", b"#", b"=", b"\0"):
            self.fails(Code.WRONG_ORDER, partial(Caller.write, data=frame(other)))

    def test_a_forged_syn(self) -> None:
        self.fails(
            Code.HANDSHAKE_FORGED, lambda one: one.write(frame(SYN + b"\x09" * 32 + bytes(80)))
        )

    def test_a_key_of_small_order(self) -> None:
        self.fails(Code.KEY_REJECTED, lambda one: one.write(frame(SYN + bytes(112))))

    def test_a_nick_no_server_allows(self) -> None:
        self.fails(
            Code.SYN_MALFORMED, lambda one: one.write(one.machine.proceed("x" * 256, "test"))
        )

    def test_a_forged_ready(self) -> None:
        self.fails_sealed(Code.RECORD_FORGED, lambda one: one.write(frame(bytes(50))))

    def test_a_ready_that_is_too_short(self) -> None:
        self.fails_sealed(Code.RECORD_TOO_SHORT, lambda one: one.write(frame(bytes(3))))

    def test_another_message_than_ready(self) -> None:
        self.fails_sealed(Code.READY_MALFORMED, lambda one: one.send(messages.Join(1, "room")))

    def test_a_request_glued_to_ready(self) -> None:
        more = (messages.Ready("guest", "alice"), messages.Join(1, "room"))
        self.fails_sealed(Code.READY_MALFORMED, lambda one: one.send(*more))


class NotLetIn(NativeCase):
    """The steps were right, but the answer is no."""

    limits = Limits(capacity=2, nick=5)

    def refused(self, code: Code, ready: messages.Ready) -> messages.Closing:
        before, pending = self.server.hub.counts(), self.pending()
        caller = self.caller()
        caller.ask()
        caller.write(caller.machine.ready(ready))
        (closing,) = caller.received()
        self.assertIsInstance(closing, messages.Closing)
        self.assertEqual(closing.code, code)
        self.assertEqual(self.server.audit.codes("sign_in_refused")[-1:], [code])
        self.assertTrue(caller.transport.disconnecting)
        self.assertEqual((self.pending(), self.server.hub.counts()), (pending, before))
        assert isinstance(closing, messages.Closing)
        return closing

    def test_nick(self) -> None:
        self.signed("alice")
        self.refused(Code.NICK_TAKEN, messages.Ready("guest", "Alice"))
        self.refused(Code.NICK_INVALID, messages.Ready("guest", "a b"))
        self.refused(Code.NICK_TOO_LONG, messages.Ready("guest", "x" * 6))

    def test_taken_by_somebody_faster(self) -> None:
        slower = self.caller()
        self.assertEqual(slower.ask("alice").nick, "alice")
        self.signed("alice")
        slower.write(slower.machine.ready(messages.Ready("guest", "alice")))
        self.assertEqual(slower.received()[0].code, Code.NICK_TAKEN)

    def test_full(self) -> None:
        self.signed(), self.signed()
        self.assertGreater(self.refused(Code.SERVER_FULL, messages.Ready("guest", "")).wait, 0)

    def test_another_method(self) -> None:
        self.refused(Code.METHOD_OFF, messages.Ready("password", "alice", b"hush"))
        self.assertNotIn("hush", str(self.server.audit.lines))

    def test_guests_are_off(self) -> None:
        self.server.state.guests = False
        self.assertEqual(self.caller().hello().methods, [])
        self.refused(Code.GUESTS_OFF, messages.Ready("guest", "alice"))

    def test_an_earlier_session_of_which_nothing_is_known(self) -> None:
        """A new one then, so that the client need not connect again."""
        (welcome,) = self.caller().sign_in("amy", messages.Resume(bytes(16), bytes(32)))
        self.assertEqual((welcome.nick, welcome.resumed), ("amy", False))


class Audited(NativeCase):
    """The real audit log has a line for each code that ends a connection, and no secret."""

    entry = EntryLimits(per_minute=100)

    def test_codes(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        log = AuditLog(folder, 10**6, 1)
        self.addCleanup(log.close)
        self.server.around.audit = self.server.state.audit = log
        expected = []
        for code, data in (
            (Code.FRAME_TOO_LARGE, b"\xff" * 4),
            (Code.WRONG_ORDER, frame(b"#")),
            (Code.HANDSHAKE_FORGED, frame(SYN + b"\x09" * 112)),
            (Code.KEY_REJECTED, frame(SYN + bytes(112))),
        ):
            self.caller().write(data)
            expected.append(code)
        for code, data in (
            (Code.RECORD_FORGED, frame(bytes(40))),
            (Code.RECORD_TOO_SHORT, frame(bytes(4))),
            (Code.MESSAGE_MALFORMED, b""),
        ):
            alice = self.signed()
            alice.write(data or alice.seal(b"\0\1\xc0"))
            expected.append(code)
        alice = self.signed()
        alice.send(messages.Ready("guest", "whisper", b"whisper"))
        expected.append(Code.WRONG_ORDER)
        caller = self.caller()
        caller.ask()
        caller.write(caller.seal(encode(messages.Join(1, "room", "whisper"))))
        expected.append(Code.READY_MALFORMED)
        lines = [json.loads(line) for line in (folder / "audit.log").read_text().splitlines()]
        codes = [line["code"] for line in lines if "code" in line]
        self.assertEqual(codes, expected)
        self.assertNotIn("whisper", str(lines))
        self.assertTrue(all(Code(code) in TEXTS for code in codes))
