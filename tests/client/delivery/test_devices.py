"""Devices and a real server: what is said comes to each device once and in order, whatever ends
meanwhile."""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.domain.conversation import GapReason
from chatd.domain.message import Lost
from chatd.domain.put_out import PutOut
from chatd.wire import messages
from client.history.letters import all_letters
from client.model.entry import Delivery, EntryKind
from client.model.progress import Progress, progress

from .device_case import Device, DeviceCase


class TalkingTest(DeviceCase):
    """Alice and Bob, in a room that lasts."""

    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.device("alice"), self.device("bob")
        self.joined("tea", self.alice, self.bob)

    def say(self, who: Device, *texts: str, to: str = "#tea") -> None:
        for text in texts:
            who.say(to, text)
            self.settle()

    def stored(self) -> int:
        """How many messages the server has."""
        self.network.advance(1)
        counts = self.successResultOf(self.daemon.state.need_store().counts())
        return int(counts.messages)

    def test_in_order_and_forgotten_by_the_server(self) -> None:
        self.say(self.alice, "one", "two")
        self.say(self.bob, "three")
        for device in (self.alice, self.bob):
            self.assertEqual(device.texts("#tea"), ["one", "two", "three"])
        self.assertEqual(self.alice.deliveries("#tea"), [Delivery.ACCEPTED] * 2)
        self.assertEqual(self.stored(), 0)

    def test_who_is_not_there(self) -> None:
        """More than a page, a person too, and what one said oneself meanwhile."""
        self.say(self.bob, "mine")
        self.bob.end()
        texts = [f"number {number}" for number in range(600)]
        for text in texts:
            self.alice.say("#tea", text)
        self.alice.say("bob", "psst")
        self.network.advance(10)
        bob = self.bob.again().start()
        self.assertEqual(bob.texts("#tea"), ["mine", *texts])
        self.assertEqual(bob.texts("alice"), ["psst"])
        self.assertEqual(self.stored(), 0)
        self.assertEqual(bob.warnings, [])

    def test_a_storm_of_losses(self) -> None:
        """Both lose the connection all the time while they talk; all devices show it alike."""
        pocket = self.further(self.alice)
        for number in range(40):
            self.alice.say("#tea", f"alice {number}")
            self.bob.say("#tea", f"bob {number}")
            (self.alice, self.bob)[number % 2].cut()
            if number % 3 == 0:
                self.network.advance(2)
        self.network.advance(60)
        words = self.alice.texts("#tea")
        for device, name in ((self.alice, "alice"), (self.bob, "bob"), (pocket, "alice")):
            self.assertEqual(device.texts("#tea"), words)
            device.end()
            self.assertEqual(device.again().texts("#tea"), words)
            own = [text for text in words if text.startswith(name)]
            self.assertEqual(own, [f"{name} {number}" for number in range(40)])
        self.assertEqual(len(words), 80)
        self.assertEqual(self.stored(), 0)

    def test_kills(self) -> None:
        """At any moment: what was typed and is on the disk is said once; what was told is kept."""
        for number in range(20):
            self.alice.say("#tea", f"alice {number}")
            self.bob.say("#tea", f"bob {number}")
            if number % 2:
                self.network.clock.advance(0)  # what is typed is on the disk
            if number % 3:
                self.settle()
            killed = self.alice if number % 4 < 2 else self.bob
            again = killed.kill()
            if killed is self.alice:
                self.alice = again
            else:
                self.bob = again
            again.start()
        self.network.advance(60)
        words = self.alice.texts("#tea")
        self.assertEqual(self.bob.texts("#tea"), words)
        self.assertEqual(len(set(words)), len(words))
        self.assertGreater(len(words), 20)
        for name in ("alice", "bob"):
            numbers = [int(text.split()[1]) for text in words if text.startswith(name)]
            self.assertEqual(numbers, sorted(numbers))
        self.assertEqual(self.stored(), 0)

    def test_relations_while_one_is_away(self) -> None:
        self.say(self.alice, "first", "second")
        self.bob.end()
        first, second = self.alice.entries("#tea")
        for text, relation, ref in (
            ("better", Relation.EDIT, first.id),
            ("", Relation.DELETION, second.id),
        ):
            self.alice.sender.say(self.alice.place("#tea"), text, relation=relation, ref=ref)
            self.settle()
        bob = self.bob.again().start()
        self.assertEqual(bob.texts("#tea"), ["better", ""])
        self.assertEqual(self.stored(), 0)

    def test_who_leaves_and_comes_back(self) -> None:
        """What was said before one left is fetched, what was said meanwhile is told as missing."""
        self.say(self.alice, "before")
        self.asked(self.bob, lambda id: messages.Leave(id, "tea"))
        self.say(self.alice, "one", "two")
        self.joined("tea", self.bob)
        self.settle()
        self.say(self.alice, "after")
        self.assertEqual(self.bob.texts("#tea"), ["before", "after"])
        timeline = self.bob.place("#tea").timeline
        (gap,) = [one for _, one in timeline.backwards() if one.kind is EntryKind.GAP]
        self.assertIn("2 messages", gap.text)

    def test_a_room_made_anew_under_its_name(self) -> None:
        """Its id is another; nothing of the old one comes in its place."""
        self.say(self.alice, "old")
        old = self.alice.place("#tea").stream
        for device in (self.alice, self.bob):
            self.asked(device, lambda id: messages.Leave(id, "tea"))
        self.network.advance(2)
        self.joined("tea", self.alice, self.bob)
        self.say(self.alice, "new")
        self.assertNotEqual(self.alice.place("#tea").stream, old)
        self.assertEqual(self.bob.texts("#tea"), ["old", "new"])
        self.assertEqual(self.alice.deliveries("#tea"), [Delivery.ACCEPTED] * 2)

    def test_to_oneself(self) -> None:
        self.say(self.alice, "note", to="alice")
        self.assertEqual(self.alice.texts("alice"), ["note"])
        self.assertEqual(self.alice.deliveries("alice"), [Delivery.ACCEPTED])
        self.assertEqual(self.stored(), 0)


class SeveralTest(DeviceCase):
    """Alice has two devices."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.laptop = self.device("bob"), self.device("alice")
        self.phone = self.further(self.laptop)
        self.joined("tea", self.bob, self.laptop)

    def test_own_words_are_on_both(self) -> None:
        self.laptop.say("#tea", "from the laptop")
        self.settle()
        self.phone.say("#tea", "from the phone")
        self.settle()
        for device in (self.laptop, self.phone, self.bob):
            self.assertEqual(device.texts("#tea"), ["from the laptop", "from the phone"])
        self.assertEqual(self.phone.deliveries("#tea"), [Delivery.ACCEPTED] * 2)

    def test_what_was_read_on_one_is_read_on_the_other(self) -> None:
        """Also where that one was not there; what came later stays unread."""
        phone_room = self.phone.place("#tea")
        self.laptop.model.roster.switch(self.laptop.place("#tea"))
        self.bob.say("#tea", "one")
        self.settle()
        self.assertEqual((self.laptop.place("#tea").unread, phone_room.unread), (0, 1))
        self.network.advance(2)
        self.assertEqual(phone_room.unread, 0)
        self.phone.end()
        self.bob.say("#tea", "two")
        self.network.advance(2)
        self.laptop.model.roster.switch(self.laptop.model.roster.server)
        self.bob.say("#tea", "three")
        self.network.advance(2)
        again = self.phone.again().start()
        self.assertEqual(again.place("#tea").unread, 1)

    def test_what_was_read_without_a_connection(self) -> None:
        self.bob.say("#tea", "one")
        self.settle()
        self.network.down = ConnectionRefusedError()
        self.laptop.cut()
        self.laptop.model.roster.switch(self.laptop.place("#tea"))
        self.network.clock.advance(2)
        self.network.down = None
        self.assertEqual(self.phone.place("#tea").unread, 1)
        self.network.advance(60)
        self.assertEqual(self.phone.place("#tea").unread, 0)

    def test_how_far_others_are(self) -> None:
        """Delivered, then read; kept, and asked for again after a run without a connection."""
        self.laptop.say("#tea", "hello")
        self.network.advance(2)
        self.assertEqual(self.told(self.laptop), Progress.DELIVERED)
        self.laptop.end()
        self.bob.model.roster.switch(self.bob.place("#tea"))
        self.network.advance(3)
        again = self.laptop.again()
        again.texts("#tea")
        self.assertEqual(self.told(again), Progress.DELIVERED)
        again.start()
        self.assertEqual(self.told(again), Progress.READ)

    def test_who_keeps_to_themselves_what_they_read(self) -> None:
        self.bob.model.settings.set("receipts", "off")
        self.laptop.say("#tea", "hello")
        self.bob.model.roster.switch(self.bob.place("#tea"))
        self.network.advance(3)
        self.assertEqual(self.told(self.laptop), Progress.DELIVERED)

    def told(self, device: Device) -> Progress | None:
        room = device.place("#tea")
        return progress(room, device.entries("#tea")[-1])


class LettersTest(DeviceCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.device("alice"), self.device("bob")
        self.joined("tea", self.alice, self.bob)
        for text in ("one", "two"):
            self.alice.say("#tea", text)
            self.settle()

    def came(self, body: bytes) -> None:
        """A letter is told."""
        me = self.alice.model.account
        assert me is not None
        device = self.alice.delivery.device
        assert device is not None
        last = device.following.positions[me.device]
        self.alice.received(messages.MailCame(last + 1, "", b"", 0, body))
        self.settle()

    def test_what_somebody_never_got(self) -> None:
        """The words that the history alone has, too."""
        first, _ = self.alice.entries("#tea")
        self.alice.end()
        self.alice = self.alice.again().start()
        lost = Lost(self.alice.place("#tea").stream, 0, first.id or 0, GapReason.EXPIRED, "bob")
        self.came(lost.pack())
        self.came(lost.pack())
        one, two = self.alice.entries("#tea")
        self.assertEqual((one.delivery, two.delivery), (Delivery.EXPIRED, Delivery.ACCEPTED))
        self.assertEqual(one.failure, "bob never got it: it waited too long")
        errors = [
            entry.text
            for _, entry in self.alice.place("#tea").timeline.backwards()
            if entry.kind is EntryKind.ERROR
        ]
        self.assertEqual(
            errors, ["a message of yours expired: bob never got it: it waited too long"]
        )

    def test_what_several_never_got(self) -> None:
        """All are named, each once, and each is told."""
        stream = self.alice.place("#tea").stream
        first, second = (entry.id or 0 for entry in self.alice.entries("#tea"))
        for handle, reason in (("bob", GapReason.EXPIRED), ("carol", GapReason.LIMIT)):
            self.came(Lost(stream, first, second, reason, handle).pack())
        self.came(Lost(stream, second, second, GapReason.EXPIRED, "dave").pack())
        late, much = "never got it: it waited too long", "never got it: too much waited for them"
        self.assertEqual(
            [entry.failure for entry in self.alice.entries("#tea")],
            [f"bob {late}; carol {much}", f"bob, dave {late}; carol {much}"],
        )
        timeline = self.alice.place("#tea").timeline
        told = [one.text for _, one in timeline.backwards() if one.kind is EntryKind.ERROR]
        self.assertEqual(
            told,
            [
                f"a message of yours expired: dave {late}",
                f"2 messages of yours expired: carol {much}",
                f"2 messages of yours expired: bob {late}",
            ],
        )

    def test_put_out_while_away(self) -> None:
        stream = self.alice.place("#tea").stream
        self.came(PutOut(stream, "tea", "bob", "loud", banned=False).pack())
        line = self.alice.place("#tea").timeline[self.alice.place("#tea").timeline.end - 1]
        self.assertEqual((line.kind, line.text), (EntryKind.ERROR, "bob put you out: loud"))

    def test_for_a_later_program(self) -> None:
        """What nobody knows yet is kept, with its number."""
        bodies = [b"\x10later", b"\x01cut", b""]
        for body in bodies:
            self.came(body)
        assert self.alice.recorder is not None
        kept = all_letters(self.alice.recorder._reading)
        self.assertEqual([letter.body for letter in kept], bodies)
        numbers = [letter.number for letter in kept]
        self.assertEqual(numbers, [numbers[0], numbers[0] + 1, numbers[0] + 2])
