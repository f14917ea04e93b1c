"""Signing in takes its time: what may happen meanwhile, and that nothing is left of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from chatd.domain.administration import Disable
from chatd.domain.limits import Liveness
from chatd.errors import ChatError, Code
from chatd.protocols.native.session import LAST_WORD
from chatd.wire import messages
from chatd.wire.framing import frame
from chatd.wire.handshake import PASSWORD_TIME
from tests.protocols.native.caller import Caller
from tests.protocols.native.case import AccountCase
from tests.protocols.native.device import Device
from tests.protocols.native.slow import BrokenStore, SlowStore

HANDSHAKE = Liveness().handshake


class SlowCase(AccountCase):
    """Alice has a device that is gone for now, a password and a link; the store has become slow."""

    def setUp(self) -> None:
        super().setUp()
        self.device = self.people.member("alice")
        self.people.password("alice", "whisper it")
        self.link = self.people.link("alice")
        self.device.caller.send(messages.Logout(9))
        self.device.caller.lose()
        self.slow = SlowStore(self.store)
        self.server.state.store = self.slow  # type: ignore[assignment]

    def ways(self) -> list[tuple[Device, Callable[[], list[Any]]]]:
        """Every method of an account, each with a device of its own."""
        phone, tablet = self.people.device("phone"), self.people.device("tablet")
        return [
            (self.device, self.device.by_token),
            (phone, partial(phone.by_password, "alice", "whisper it")),
            (tablet, partial(tablet.enrol, self.link)),
        ]

    def sessions(self) -> int:
        """Those that are here or keep their place."""
        return self.server.hub.counts()["sessions"]

    def nothing_left(self) -> None:
        """Not even something to be done later."""
        self.assertEqual((self.sessions(), self.pending()), (0, 0))
        self.assertEqual(self.server.around.connections, set())
        self.assertEqual(self.server.clock.getDelayedCalls(), [])
        self.assertEqual(self.flushLoggedErrors(), [])


class Waiting(SlowCase):
    def test_let_in_when_the_answer_is_there(self) -> None:
        for device, sign_in in self.ways():
            self.assertEqual(sign_in(), [])
            self.assertEqual(self.pending(), 1, "it is a handshake until then")
            self.slow.release()
            (welcome,) = device.caller.received()
            self.assertEqual((welcome.nick, self.pending()), ("alice", 0))

    def test_nothing_may_follow_ready(self) -> None:
        for device, sign_in in self.ways():
            sign_in()
            device.caller.send(messages.Heartbeat())
            self.closed(Code.WRONG_ORDER, device.caller.received())
            self.slow.release()
            self.assertEqual(device.caller.received(), [])
            device.caller.lose()
        self.nothing_left()

    def test_frames_stay_small(self) -> None:
        self.device.by_token()
        self.device.caller.write((4097).to_bytes(4, "big"))
        self.closed(Code.FRAME_TOO_LARGE, self.device.caller.received())

    def test_what_does_not_open(self) -> None:
        self.device.by_token()
        self.device.caller.write(frame(bytes(100)))
        self.closed(Code.WRONG_ORDER, self.device.caller.received())

    def test_others_go_on(self) -> None:
        self.device.by_token()
        carol = self.signed("carol")
        carol.send(messages.Measure(1))
        self.assertEqual(carol.received()[0].code, 0)


class Gone(SlowCase):
    """The connection is lost before the answer is there."""

    def test_nobody_enters(self) -> None:
        for device, sign_in in self.ways():
            sign_in()
            device.caller.lose()
            self.slow.release()
        self.nothing_left()

    def test_nobody_is_locked_out(self) -> None:
        """Whatever the store has done meanwhile, doing the same again lets them in."""
        for device, sign_in in self.ways():
            for _ in range(3):
                sign_in()
                device.caller.lose()
                self.slow.release()
            sign_in()
            self.slow.release()
            self.assertIsInstance(device.caller.received()[0], messages.Welcome)

    def test_before_ready(self) -> None:
        for steps in range(3):
            caller = self.caller()
            if steps == 1:
                caller.hello()
            elif steps == 2:
                caller.ask("alice")
            caller.lose()
        self.nothing_left()

    def test_just_after_welcome(self) -> None:
        """The place is kept for a while; who comes back with the same token takes it over."""
        self.device.by_token()
        self.slow.release()
        self.device.caller.lose()
        self.assertEqual(self.sessions(), 1)
        self.device.by_token()
        self.slow.release()
        self.assertEqual((len(self.device.caller.received()), self.sessions()), (1, 1))

    def test_before_the_confirmation_is_answered(self) -> None:
        self.device.by_token()
        self.slow.release()
        (self.device.welcome,) = self.device.caller.received()
        self.device.keep()
        self.device.caller.send(messages.ConfirmToken(1, self.device.token))
        self.device.caller.lose()
        self.slow.release()
        self.device.by_token()
        self.slow.release()
        self.assertIsInstance(self.device.caller.received()[0], messages.Welcome)


class Late(SlowCase):
    """Two connections of one device: the older one was held up on the way."""

    def test_after_a_newer_one_has_signed_in(self) -> None:
        old = self.people.device()
        old.key, old.token = self.device.key, self.device.token
        waiting = self.held_up(old)
        self.server.clock.advance(1)
        self.device.by_token()
        self.slow.release()
        (self.device.welcome,) = self.device.caller.received()
        self.device.keep()
        self.device.caller.send(messages.ConfirmToken(1, self.device.token))
        self.slow.release()
        self.device.caller.received()
        waiting()
        self.slow.release()
        self.closed(Code.CONNECTION_OUTDATED, old.caller.received())
        self.device.caller.send(messages.Measure(2))
        self.assertEqual(self.device.caller.received()[0].code, 0, "the newer one is untouched")
        self.assertEqual(self.server.audit.codes("vault_copied"), [])

    def held_up(self, device: Device) -> Callable[[], None]:
        """A connection that has come as far as ACK; its READY, which arrives later."""
        device.caller = caller = Caller(self.server, self.factory, device.key)
        caller.ask()
        ready = caller.machine.ready(messages.Ready("device", "", device.token))
        return lambda: caller.write(ready)


class OutOfTime(SlowCase):
    def test_the_handshake_has_its_ten_seconds(self) -> None:
        for device, sign_in in self.ways()[::2]:  # not the password
            sign_in()
            self.server.clock.advance(HANDSHAKE)
            self.closed(Code.HANDSHAKE_TIMEOUT, device.caller.received())
            self.slow.release()
            device.caller.lose()
        self.nothing_left()

    def test_a_password_has_more(self) -> None:
        device, sign_in = self.ways()[1]
        sign_in()
        self.server.clock.advance(PASSWORD_TIME - 0.1)
        self.assertEqual(device.caller.received(), [])
        self.server.clock.advance(0.1)
        self.closed(Code.HANDSHAKE_TIMEOUT, device.caller.received())
        self.server.clock.advance(LAST_WORD)
        self.assertTrue(device.caller.transport.disconnected)
        device.caller.lose()
        self.slow.release()
        self.nothing_left()

    def test_the_server_stops(self) -> None:
        self.device.by_token()
        for stranger in list(self.server.around.connections):
            stranger.close(ChatError(Code.SHUTTING_DOWN))
        self.closed(Code.SHUTTING_DOWN, self.device.caller.received())
        self.slow.release()
        self.device.caller.lose()
        self.nothing_left()

    def test_shut_out_meanwhile(self) -> None:
        """The account is disabled while the password is checked."""
        self.server.passwords.slow = True
        device, sign_in = self.ways()[1]
        sign_in()
        self.slow.release()
        self.server.state.store = self.store
        self.people.order(Disable("alice"))
        self.server.passwords.waiting.pop().callback(True)
        self.closed(Code.ACCOUNT_DISABLED, device.caller.received())


class Broken(SlowCase):
    def test_the_store_fails(self) -> None:
        self.server.state.store = BrokenStore()  # type: ignore[assignment]
        for device, sign_in in self.ways():
            self.closed(Code.STORE_FAILED, sign_in())
            device.caller.lose()
        self.assertEqual(self.server.audit.codes("sign_in_refused"), [Code.STORE_FAILED] * 3)
        self.nothing_left()

    def test_something_nobody_planned(self) -> None:
        self.server.state.store = BrokenStore(ZeroDivisionError())  # type: ignore[assignment]
        self.closed(Code.INTERNAL, self.device.by_token())
        self.device.caller.lose()
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.nothing_left()
