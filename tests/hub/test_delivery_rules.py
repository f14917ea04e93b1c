"""Delivery at random, against what the store has taken: devices lose their connections and their
memory, come back, fetch and acknowledge when they like, while answers come late. In the end each
has what was said to it, in order and once."""

from __future__ import annotations

import random
import secrets
from collections import defaultdict
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.administration import Enrol
from chatd.domain.commands import Command, Join, Leave, Say, Tell
from chatd.domain.conversation import GapReason, pair_id
from chatd.domain.limits import Limits
from chatd.domain.message import NewMessage, OpenBody, Posted
from chatd.domain.one_time_id import canonical
from chatd.domain.results import Missing
from chatd.hub import following
from chatd.hub.acknowledgements import ACK_INTERVAL
from chatd.store.store import Store
from tests.hub.account_case import Laptop
from tests.hub.device import Connection, Device
from tests.hub.late_store import LateStore
from tests.hub.people import Door
from tests.support.server import Server
from tests.support.store import memory_store

HANDLES = ("alice", "alice", "bob", "bob", "carol")
ROOMS = ("tea", "den")


class Rules(RuleBasedStateMachine):
    """Three people with five devices, two rooms, all pairs."""

    def __init__(self) -> None:
        super().__init__()
        self.store = LateStore(memory_store(), self.posted)
        self.server = Server(
            Limits(rate_count=0), store=cast(Store, self.store), wall=lambda: 1_763_121_600.0
        )
        self.server.clock.advance(3600)
        self.hub, self.door = self.server.hub, Door()
        self.expected: dict[bytes, dict[bytes, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.members: dict[bytes, set[bytes]] = defaultdict(set)
        self.left: set[tuple[bytes, bytes]] = set()
        self.texts = 0
        self.devices = [self.enrolled(handle) for handle in HANDLES]
        for device in self.devices[::2]:
            for room in ROOMS:
                self.enter(device, room)
        for device in self.devices:
            self.hub.sign_out(device.session)

    def enrolled(self, handle: str) -> Device:
        ids: list[Any] = []
        self.hub.administer(Enrol(handle)).addCallback(ids.append)
        laptop = Laptop(self.server, self.door)
        laptop.enrol(canonical(ids[0].one_time_id))
        return Device(handle, laptop)

    def posted(self, message: NewMessage, posted: Posted) -> None:
        """The store has taken a message: who is to get it?"""
        people = self.members[message.conversation] if message.pair is None else message.pair
        for device in self.devices:
            if device.account in people and device.id != message.device:
                text = OpenBody.unpack(message.body).text
                self.expected[device.id][message.conversation].append(text)

    def conversation(self, room: str) -> bytes:
        found = self.server.state.rooms.get(room)
        return found.conversation if found is not None else b""

    # ------------------------------------------------------------ connections

    def some(self, data: st.DataObject, *devices: Device) -> Device:
        return data.draw(st.sampled_from(devices))

    @precondition(lambda self: any(device.line is None for device in self.devices))
    @rule(data=st.data())
    def come(self, data: st.DataObject) -> None:
        """Take the session back where it is still there, or sign in anew."""
        device = self.some(data, *(one for one in self.devices if one.line is None))
        there = self.server.state.sessions.get(device.session.id) is device.session
        if there and data.draw(st.booleans()):
            self.resume(device)
        else:
            self.sign_in(device)

    def resume(self, device: Device) -> None:
        line, session = Connection(self.server, self.door), device.session
        line.session, kept, _ = self.hub.resume(line, session.id, session.secret, device.laptop.key)
        line.stream += kept
        device.connected(line)

    def sign_in(self, device: Device) -> None:
        line = Connection(self.server, self.door)
        device.laptop.sign_in()
        device.session = line.session = device.laptop.person.session
        device.session.peer = line
        device.connected(line)

    @precondition(lambda self: any(device.line for device in self.devices))
    @rule(data=st.data(), crash=st.booleans(), told=st.booleans())
    def lose(self, data: st.DataObject, crash: bool, told: bool) -> None:
        """What was on its way is lost; the server notices it now or when the device comes back."""
        device = self.some(data, *(one for one in self.devices if one.line))
        device.line = None
        if crash:
            device.crash()
        if told:
            self.hub.suspend(device.session)

    @rule()
    def long_time(self) -> None:
        """Sessions of lost connections end."""
        self.server.clock.advance(31)

    # ------------------------------------------------------------ what devices do

    @rule()
    def hear(self) -> None:
        """What was sent up to now is there."""
        self.server.turn()
        for device in self.devices:
            if device.line is not None:
                self.listen(device)

    def listen(self, device: Device) -> None:
        assert device.line is not None
        stream, device.line.stream = device.line.stream, []
        for what in stream:
            device.heard(what, self.door)

    @rule()
    def go_on(self) -> None:
        """Everybody asks the next thing that they have to ask."""
        for device in self.devices:
            self.proceed(device)

    def proceed(self, device: Device) -> bool:
        wanted = device.asks or device.memory.pocket.next() or device.memory.outbox
        if wanted is None or not device.idle:
            return False
        self.ask(device, wanted)
        return True

    def ask(self, device: Device, command: Command) -> None:
        assert device.line is not None
        device.busy = True
        device.line.ask(self.hub, command)

    @precondition(lambda self: any(device.line for device in self.devices))
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        """Everything is on the device's disk."""
        self.store_and_tell(self.some(data, *(one for one in self.devices if one.line)))

    def store_and_tell(self, device: Device) -> None:
        assert device.line is not None
        news = device.memory.pocket.acknowledgements()
        device.commit()
        for command in news:
            self.hub.execute(device.line.session, command)

    @precondition(lambda self: any(device.memory.outbox is None for device in self.devices))
    @rule(data=st.data())
    def speak(self, data: st.DataObject) -> None:
        """Write something, and keep it until it is accepted."""
        device = self.some(data, *(one for one in self.devices if one.memory.outbox is None))
        self.texts += 1
        text = f"{device.handle} {self.texts}"
        to = data.draw(st.sampled_from((*ROOMS, *sorted(set(HANDLES)))))
        if to in ROOMS:
            conversation = self.conversation(to)
        else:
            other = next(one for one in self.devices if one.handle == to)
            conversation = pair_id(device.account, other.account, sealed=False)
        if not conversation:
            return
        seq = device.memory.next[conversation]
        said = Say if to in ROOMS else Tell
        device.memory.outbox = said(to, text, conversation=conversation, epoch=1, seq=seq)
        device.commit()
        self.proceed(device)

    @precondition(lambda self: any(device.idle for device in self.devices))
    @rule(data=st.data(), room=st.sampled_from(ROOMS))
    def move(self, data: st.DataObject, room: str) -> None:
        """Leave a room, or come back."""
        device = self.some(data, *(one for one in self.devices if one.idle))
        conversation = self.conversation(room)
        if device.account not in self.members[conversation]:
            self.enter(device, room)
        else:
            self.members[conversation].discard(device.account)
            self.left.add((device.account, conversation))
            self.hub.execute(device.session, Leave(room))

    def enter(self, device: Device, room: str) -> None:
        self.hub.execute(device.session, Join(room))
        self.members[self.conversation(room)].add(device.account)

    # ------------------------------------------------------------ the server

    @rule()
    def write(self) -> None:
        self.server.clock.advance(ACK_INTERVAL)

    @precondition(lambda self: self.store.posts)
    @rule()
    def answer_post(self) -> None:
        self.store.tell_post()

    @precondition(lambda self: self.store.pages)
    @rule(data=st.data())
    def answer_page(self, data: st.DataObject) -> None:
        self.store.tell_page(data.draw(st.integers(0, self.store.pages - 1)))

    # ------------------------------------------------------------ in the end

    def teardown(self) -> None:
        """Everybody comes and fetches everything."""
        for device in self.devices:
            if device.line is None:
                self.sign_in(device)
        while self.settle():
            pass
        for device in self.devices:
            assert not device.memory.pocket.behind
            self.compare(device)
        self.server.clock.pump([ACK_INTERVAL] * 2)
        counts: list[Any] = []
        self.store.counts().addCallback(counts.append)
        assert counts[0].messages == 0, counts

    def settle(self) -> bool:
        """One round of everything; whether something happened."""
        happened = False
        while self.store.posts:
            self.store.tell_post()
        while self.store.pages:
            self.store.tell_page()
        self.server.turn()
        for device in self.devices:
            assert device.line is not None
            happened = happened or bool(device.line.stream)
            self.listen(device)
            happened = self.proceed(device) or happened
            self.store_and_tell(device)
        return happened

    def compare(self, device: Device) -> None:
        """A device has what was said to it."""
        taken, expected = device.memory.pocket.taken, self.expected[device.id]
        for conversation in {*taken, *expected}:
            found = taken.get(conversation, [])
            words = [one[1] for one in found if not isinstance(one, Missing)]
            assert words == expected[conversation], (device.handle, words, expected[conversation])
            for one in found:
                if isinstance(one, Missing):
                    assert one.reason is GapReason.NOT_MEMBER, one
                    assert (device.account, conversation) in self.left, one


class AtRandom(SynchronousTestCase):
    def test_each_device_has_everything_once_and_in_order(self) -> None:
        self.patch(following, "FOLLOW_COUNT", 2)
        self.patch(following, "FETCH_COUNT", 2)
        self.patch(secrets, "token_bytes", random.randbytes)  # ids that can be had again
        run_state_machine_as_test(
            Rules, settings=settings(max_examples=20, stateful_step_count=80, deadline=None)
        )
