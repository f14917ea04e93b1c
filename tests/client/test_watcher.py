"""When the program ends by itself, and when the screen stays to be read."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.model.uplink import Connecting, Online, Stopped, Waiting
from client.refusals import KeyChanged
from client.watcher import Watcher
from tests.client.by_hand import welcome
from tests.client.listener import Listener


class WatcherTest(SynchronousTestCase):
    def watcher(self, stays: bool = True, welcomed: bool = False) -> Watcher:
        self.screen = Listener()
        watcher = Watcher(self.screen, stays)
        if welcomed:
            watcher.welcomed(welcome())
        return watcher

    def test_all_is_passed_on(self) -> None:
        watcher = self.watcher()
        event = messages.Entered("tea", "bob")
        stopped = Stopped(ChatError(Code.REPLACED))
        watcher.connection_changed(Connecting())
        watcher.welcomed(welcome())
        watcher.received(event)
        watcher.lag_changed(0.25)
        watcher.connection_changed(stopped)
        self.assertEqual(self.screen.told, [Connecting(), welcome(), event, 0.25, stopped])

    def test_giving_up_before_the_first_welcome_ends_it(self) -> None:
        watcher = self.watcher()
        for state in (Connecting(), Waiting(3.0, "gone"), Connecting()):
            watcher.connection_changed(state)
        self.assertNoResult(watcher.ended)
        error = ChatError(Code.GUESTS_OFF)
        watcher.connection_changed(Stopped(error))
        self.assertIs(self.successResultOf(watcher.ended), error)

    def test_giving_up_later_leaves_the_screen(self) -> None:
        watcher = self.watcher(welcomed=True)
        watcher.connection_changed(Online())
        watcher.connection_changed(Stopped(ChatError(Code.REPLACED)))
        self.assertNoResult(watcher.ended)

    def test_a_key_in_question_always_ends_it(self) -> None:
        watcher = self.watcher(welcomed=True)
        error = KeyChanged(Link("127.0.0.1", fingerprint="a" * 52), "b" * 52)
        watcher.connection_changed(Stopped(error))
        self.assertIs(self.successResultOf(watcher.ended), error)

    def test_a_screen_that_does_not_stay(self) -> None:
        watcher = self.watcher(stays=False, welcomed=True)
        error = ChatError(Code.REPLACED)
        watcher.connection_changed(Stopped(error))
        self.assertIs(self.successResultOf(watcher.ended), error)

    def test_leaving_a_screen_that_stayed_tells_why_again(self) -> None:
        watcher = self.watcher(welcomed=True)
        error = ChatError(Code.DEVICE_REVOKED)
        watcher.connection_changed(Stopped(error))
        watcher.end()
        self.assertIs(self.successResultOf(watcher.ended), error)

    def test_leaving_after_it_was_mended(self) -> None:
        watcher = self.watcher(welcomed=True)
        for state in (Stopped(ChatError(Code.REPLACED)), Connecting(), Online()):
            watcher.connection_changed(state)
        watcher.end()
        self.assertIsNone(self.successResultOf(watcher.ended))

    def test_it_ends_once(self) -> None:
        watcher = self.watcher()
        watcher.end()
        watcher.connection_changed(Stopped(ChatError(Code.LOGGED_OUT)))
        watcher.end()
        self.assertIsNone(self.successResultOf(watcher.ended))
