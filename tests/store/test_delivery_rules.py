"""Delivery at random, against a simple model: everybody is told of each number once, and nothing is
deleted that somebody is still to get."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import NewDevice
from chatd.domain.commands import Standing
from chatd.domain.conversation import GapReason, QueueLimits, number_before, pair_id
from chatd.domain.message import Gap, NewMessage, Posted, StoredMessage, digest
from chatd.domain.room_record import NewRoom
from chatd.store import messages
from chatd.store.engine import writing
from tests.store.delivery_model import Conversation
from tests.support.store import memory_engine, store_on

PEOPLE = ("ann", "bob", "cem")
ROOM = b"r" * 16
BASE = number_before(1000)

#: A conversation and a device.
_Key = tuple[bytes, str]

_who = st.sampled_from(PEOPLE)
_which = st.integers(0, 99)


class Delivery(RuleBasedStateMachine):
    """Three people, a room, and what they say to each other."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = memory_engine()
        self.store = store_on(self.engine)
        self.accounts: dict[str, bytes] = {}
        self.devices: dict[str, bytes] = {}
        self.made = 0
        self.models: dict[bytes, Conversation] = {}
        self.inside: dict[bytes, set[str]] = {}
        self.seqs: Counter[_Key] = Counter()
        self.answers: list[tuple[NewMessage, int]] = []
        self.positions: dict[_Key, int] = {}
        self.heard: dict[_Key, set[int]] = defaultdict(set)
        for person in PEOPLE:
            self.add_device(person)
        room = NewRoom(ROOM, "room", "", 0, False, False, self.accounts["ann"], Standing.OWNER)
        self.done(self.store.add_room(room, 1000))
        self.begin(ROOM, "ann")

    def done(self, asked: Deferred[Any]) -> Any:
        """The result of what is done already."""
        got: list[Any] = []
        asked.addBoth(got.append)
        return got[0]

    def own(self, person: str) -> list[str]:
        """The devices of a person that are in use."""
        return [name for name in self.devices if owner(name) == person]

    def begin(self, conversation: bytes, *people: str) -> None:
        """They are in a conversation from now on."""
        self.models.setdefault(conversation, Conversation())
        for person in people:
            self.inside.setdefault(conversation, set()).add(person)
            for device in self.own(person):
                self.follow(conversation, device)

    def follow(self, conversation: bytes, device: str) -> None:
        model = self.models[conversation]
        model.begin(device)
        self.positions.setdefault((conversation, device), model.last)

    # ------------------------------------------------------------ what is said

    def compose(self, device: str, other: str | None) -> NewMessage:
        """The next message of a device to the room, or to somebody."""
        sender = owner(device)
        account, pair, conversation = self.accounts[sender], None, ROOM
        if other is not None:
            pair = account, self.accounts[other]
            conversation = pair_id(*pair, sealed=False)
        self.seqs[conversation, device] += 1
        seq = self.seqs[conversation, device]
        body = f"{device} {seq}".encode()
        return NewMessage(
            conversation,
            pair,
            account,
            sender,
            self.devices[device],
            epoch=1,
            seq=seq,
            digest=digest(body),
            time=1000,
            sealed=False,
            body=body,
        )

    @rule(data=st.data(), count=st.integers(1, 4))
    def say(self, data: st.DataObject, count: int) -> None:
        """Several messages that wait together."""
        said = []
        for _ in range(count):
            device = data.draw(st.sampled_from([*self.devices]))
            room = [None] if owner(device) in self.inside[ROOM] else []
            other = data.draw(st.sampled_from([*room, *PEOPLE]))
            said.append((device, other, self.compose(device, other)))
        with writing(self.engine).begin() as connection:
            answers = messages.post(connection, [message for *_, message in said])
        for (device, other, message), answer in zip(said, answers, strict=True):
            if message.conversation not in self.models:
                assert other is not None
                self.begin(message.conversation, owner(device), other)
            model = self.models[message.conversation]
            model.say(device)
            assert answer == Posted(BASE + model.last, 1000)
            self.answers.append((message, answer.number))

    @precondition(lambda self: self.answers)
    @rule(which=_which)
    def say_again(self, which: int) -> None:
        """However late: it gets its first answer."""
        message, number = self.answers[which % len(self.answers)]
        if message.device in self.devices.values():
            assert self.done(self.store.post(message)) == Posted(number, 1000, repeated=True)

    # ------------------------------------------------------------ who hears it

    @rule(which=_which, count=st.integers(1, 5), size=st.integers(0, 40))
    def fetch(self, which: int, count: int, size: int) -> None:
        """One more page."""
        if keys := self.followed():
            self.hear(keys[which % len(keys)], count, size)

    def followed(self) -> list[_Key]:
        """What is followed: conversation and device."""
        return [
            (conversation, device)
            for conversation, model in self.models.items()
            for device in self.devices
            if model.stretches.get(device)
        ]

    def hear(self, key: _Key, count: int, size: int) -> bool:
        """Take a page, which goes on where the one before ended.

        :return: whether there is more.
        """
        (conversation, device), after = key, self.positions[key]
        due = self.models[conversation].due(device, after)
        asked = self.store.fetch(self.devices[device], conversation, BASE + after, count, size)
        page = self.done(asked)
        told = [(number - BASE, reason) for item in page.items for number, reason in spread(item)]
        upto = page.upto - BASE
        assert told == [(number, reason) for number, reason in due.items() if number <= upto]
        assert upto > after if page.more else upto >= max(due, default=after)
        self.heard[key].update(number for number, _ in told)
        self.positions[key] = upto
        return bool(page.more)

    @rule(which=_which, back=st.integers(0, 2))
    def acknowledge(self, which: int, back: int) -> None:
        """What a device has heard, or less."""
        if keys := self.followed():
            conversation, device = keys[which % len(keys)]
            number = self.positions[conversation, device] - back
            self.acknowledged(conversation, device, number)
            self.models[conversation].ack(device, number)

    @rule(which=_which, lazy=_who)
    def catch_up(self, which: int, lazy: str) -> None:
        """All but one person have what others said in a conversation."""
        conversation = [*self.models][which % len(self.models)]
        for key in self.followed():
            if key[0] == conversation and owner(key[1]) != lazy:
                while self.hear(key, 9, 1000):
                    pass
                number = max(self.heard[key], default=0)
                self.acknowledged(*key, number)
                self.models[conversation].ack(key[1], number)

    @rule(which=_which, ahead=st.integers(1, 2))
    def acknowledge_too_much(self, which: int, ahead: int) -> None:
        """All there is, and what nobody has said yet."""
        if keys := self.followed():
            conversation, device = key = keys[which % len(keys)]
            while self.hear(key, 9, 1000):
                pass
            last = self.models[conversation].last
            self.acknowledged(conversation, device, last + ahead)
            self.models[conversation].ack(device, last)

    def acknowledged(self, conversation: bytes, device: str, number: int) -> None:
        self.done(self.store.acknowledge([(self.devices[device], conversation, BASE + number)]))

    # ------------------------------------------------------------ who is there

    @rule(person=_who)
    def enter(self, person: str) -> None:
        if person not in self.inside[ROOM]:
            account = self.accounts[person]
            after = self.done(self.store.enter_room(ROOM, account, Standing.MEMBER))
            assert after == BASE + self.models[ROOM].last
            self.begin(ROOM, person)

    @rule(person=_who)
    def leave(self, person: str) -> None:
        """The last one stays: the room would end."""
        if self.inside[ROOM] > {person}:
            self.done(self.store.leave_room(ROOM, self.accounts[person]))
            self.inside[ROOM].discard(person)
            for device in self.own(person):
                self.models[ROOM].end(device)

    @rule(person=_who)
    def add_device(self, person: str) -> None:
        if len(self.own(person)) < 3:
            self.made += 1
            name, key = f"{person} {self.made}", b"%032d" % self.made
            self.done(self.store.invite(person, None, None, key, 2000, 1000))
            redeemed = self.done(self.store.redeem(key, NewDevice(key, name), key, 1000))
            self.devices[name] = redeemed.device.id
            self.accounts[person] = redeemed.account.id
            for conversation, people in self.inside.items():
                if person in people:
                    self.follow(conversation, name)

    @rule(which=_which)
    def revoke(self, which: int) -> None:
        """Not a person's last one."""
        name = [*self.devices][which % len(self.devices)]
        if len(self.own(owner(name))) > 1:
            self.done(self.store.revoke(self.devices.pop(name)))
            for model in self.models.values():
                model.remove(name)

    @rule(count=st.integers(1, 6))
    def sweep(self, count: int) -> None:
        self.done(self.store.sweep(QueueLimits(count=count), 1000))
        for model in self.models.values():
            model.drop(count)

    # ------------------------------------------------------------ what holds

    @invariant()
    def stored(self) -> None:
        """What somebody is still to get, and no more."""
        wanted = sum(len(model.stored) for model in self.models.values())
        assert self.done(self.store.counts()).messages == wanted

    def teardown(self) -> None:
        """In the end everybody has been told of every number."""
        for key in self.followed():
            while self.hear(key, 3, 1000):
                pass
        for conversation, model in self.models.items():
            for device in self.devices:
                heard = self.heard[conversation, device]
                assert model.addressed.get(device, set()) <= heard


def owner(device: str) -> str:
    """Whose it is."""
    return device.partition(" ")[0]


def spread(item: StoredMessage | Gap) -> list[tuple[int, GapReason | None]]:
    """Each number that an item tells of."""
    if isinstance(item, Gap):
        return [(number, item.reason) for number in range(item.first, item.last + 1)]
    return [(item.number, None)]


class DeliveryRules(SynchronousTestCase):
    def test_any_order(self) -> None:
        run_state_machine_as_test(
            Delivery, settings=settings(max_examples=50, stateful_step_count=50)
        )
