"""A client that is interrupted anywhere, any number of times: it is never locked out, and no alarm
is raised by it. Any READY: nobody gets in by it, and nothing breaks."""

from __future__ import annotations

from enum import IntEnum

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.entry import EntryLimits
from chatd.domain.one_time_id import canonical
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from tests.protocols.native.caller import Caller
from tests.protocols.native.device import Device, People
from tests.protocols.native.slow import SlowStore
from tests.support.server import Server
from tests.support.store import memory_store
from tests.wire.structs import structs

FREELY = EntryLimits(0, 0, 0x1000, 0x1000)


class Until(IntEnum):
    """How far a sign-in comes before the connection or the client is gone."""

    ACK = 0
    READY_SENT = 1
    LET_IN = 2  # WELCOME is lost
    WELCOMED = 3  # the client is killed before its disk has the token
    STORED = 4
    CONFIRMATION_SENT = 5  # its answer is lost
    CONFIRMED = 6


class Client:
    """A device that starts with a link and keeps what is on its disk."""

    def __init__(self) -> None:
        store = memory_store()
        self.server = Server(entry=FREELY, store=store)
        self._factory = NativeFactory(self.server.around)
        people = People(self.server, self._factory)
        self._link: str | None = people.link("alice")
        self._device: Device = people.device()
        self._slow = SlowStore(store)
        self.server.state.store = self._slow  # type: ignore[assignment]

    def sign_in(self, until: Until) -> list[object]:
        """A connection as a client makes it, cut off somewhere; what came after READY."""
        device = self._device
        caller = Caller(self.server, self._factory, device.key)
        caller.ask()
        answers: list[object] = []
        if until >= Until.READY_SENT:
            caller.write(caller.machine.ready(self._ready()))
        if until >= Until.LET_IN:
            self._slow.release()
        if until >= Until.WELCOMED:
            answers = caller.received()
        if until >= Until.STORED:
            (welcome,) = answers
            assert isinstance(welcome, messages.Welcome), welcome
            assert welcome.me is not None
            device.token, self._link = welcome.me.token, None
        if until >= Until.CONFIRMATION_SENT:
            caller.send(messages.ConfirmToken(1, device.token))
        if until >= Until.CONFIRMED:
            self._slow.release()
            answers += caller.received()
        caller.lose()
        self._slow.release()
        return answers

    def _ready(self) -> messages.Ready:
        if self._link is not None:
            return messages.Ready("enrol", "", canonical(self._link), None, self._device.new())
        return messages.Ready("device", "", self._device.token)


class Interrupted(SynchronousTestCase):
    @settings(max_examples=60)
    @given(st.lists(st.sampled_from(Until), max_size=12))
    def test_anywhere(self, attempts: list[Until]) -> None:
        client = Client()
        for until in attempts:
            client.sign_in(until)
        welcome, status = client.sign_in(Until.CONFIRMED)
        assert isinstance(welcome, messages.Welcome)
        assert isinstance(status, messages.Status)
        self.assertEqual((welcome.nick, status.code), ("alice", 0))
        refused = ("vault_copied", "token_refused", "sign_in_refused")
        self.assertEqual([line for line in client.server.audit.lines if line[0] in refused], [])


class Hostile(SynchronousTestCase):
    @settings(max_examples=60)
    @given(structs(messages.Ready), st.sampled_from(["password", "enrol", "device", None]))
    def test_any_ready(self, ready: messages.Ready, method: str | None) -> None:
        server = Server(guests=False, entry=FREELY, store=memory_store())
        factory = NativeFactory(server.around)
        caller = Caller(server, factory)
        caller.ask()
        fields = [getattr(ready, name) for name in ready.__struct_fields__[1:]]
        caller.write(caller.machine.ready(messages.Ready(method or ready.method, *fields)))
        (closing,) = caller.received()
        self.assertIsInstance(closing, messages.Closing)
        caller.lose()
        self.assertEqual(server.around.entry._pending_total, 0)
        self.assertEqual(server.hub.counts()["sessions"], 0)
        self.assertEqual(server.clock.getDelayedCalls(), [])
        self.assertEqual(self.flushLoggedErrors(), [])
