"""What is done to a message of one's own before its answer has come: nothing of that is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from chatd.domain.commands import Relation
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.delivery.early import MOST
from client.history.early import all_early
from client.model.entry import Entry

from .device_case import Device, DeviceCase


class Deaf:
    """Laptop's way to the server: what it says arrives, and it never hears the answer.

    :ivar waiting: answers that are held back.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self.waiting: list[Deferred[Any]] = []
        device.uplink = self

    def request(self, make: Callable[[int], messages.Request]) -> Deferred[Any]:
        answer = self._device.connection.request(make)
        if not isinstance(make(0), messages.Say):
            return answer
        held: Deferred[Any] = Deferred()
        answer.addCallbacks(lambda result: self.waiting.append(held), lambda _: None)
        return held

    def send(self, message: messages.Acknowledge) -> None:
        self._device.connection.send(message)

    def logout(self) -> Deferred[None]:
        return self._device.connection.logout()

    def reconnect_now(self) -> None:
        self._device.connection.reconnect_now()

    def lose(self) -> None:
        """The connection goes, and with it the answers."""
        self._device.cut()
        for held in self.waiting:
            held.errback(ChatError(Code.CONNECTION_LOST))
        self.waiting.clear()


class EarlyTest(DeviceCase):
    """Alice has a laptop and a phone; the server has her word, and the laptop does not know it."""

    def setUp(self) -> None:
        super().setUp()
        self.bob, self.laptop = self.device("bob"), self.device("alice")
        self.phone = self.further(self.laptop)
        self.joined("tea", self.bob, self.laptop)
        self.deaf = Deaf(self.laptop)
        self.laptop.say("#tea", "hello")
        self.settle()
        (self.word,) = self.bob.entries("#tea")

    def does(self, who: Device, relation: Relation, text: str) -> None:
        who.sender.say(who.place("#tea"), text, relation=relation, ref=self.word.id)
        self.settle()

    def hears(self) -> Entry:
        """The laptop fetches what was said, and then gets its answer: its word."""
        self.deaf.lose()
        self.network.advance(5)
        self.assertEqual([entry.id for entry in self.laptop.entries("#tea")], [None])
        self.answered()
        (entry,) = self.laptop.entries("#tea")
        self.assertEqual(entry.id, self.word.id)
        return entry

    def answered(self) -> None:
        """Its word is sent again."""
        self.deaf.lose()
        self.laptop.uplink = self.laptop.connection
        self.network.advance(10)
        self.assertEqual(self.kept(), [])

    def kept(self) -> list[str]:
        """What waits for the laptop's word."""
        assert self.laptop.recorder is not None
        return [change.text for _, change in all_early(self.laptop.recorder._reading)]

    def test_reactions(self) -> None:
        self.does(self.phone, Relation.REACTION, "🎉")
        self.does(self.bob, Relation.REACTION, "👍")
        self.does(self.bob, Relation.REACTION, "🫖")
        self.assertEqual(self.hears().reactions, (("🎉", ("alice",)), ("🫖", ("bob",))))

    def test_an_edit(self) -> None:
        self.does(self.phone, Relation.EDIT, "better")
        entry = self.hears()
        self.assertEqual((entry.text, entry.edited), ("better", True))

    def test_a_deletion(self) -> None:
        self.does(self.phone, Relation.DELETION, "")
        self.assertTrue(self.hears().deleted)

    def test_a_program_that_is_killed_meanwhile(self) -> None:
        """What it has acknowledged, it has kept."""
        self.does(self.bob, Relation.REACTION, "🫖")
        self.deaf.lose()
        self.network.advance(5)
        self.assertEqual(self.kept(), ["🫖"])
        self.laptop = self.laptop.kill().start()
        self.network.advance(5)
        (entry,) = self.laptop.entries("#tea")
        self.assertEqual(entry.reactions, (("🫖", ("bob",)),))
        self.assertEqual(self.kept(), [])

    def test_what_is_about_nothing_here(self) -> None:
        """Once nothing waits, nothing is kept for it."""
        number = (self.word.id or 0) + 1000
        self.bob.sender.say(self.bob.place("#tea"), "🫖", relation=Relation.REACTION, ref=number)
        self.settle()
        self.deaf.lose()
        self.network.advance(5)
        self.assertEqual(self.kept(), ["🫖"])
        self.answered()

    def test_a_conversation_that_is_forgotten(self) -> None:
        self.does(self.bob, Relation.REACTION, "🫖")
        self.deaf.lose()
        self.network.advance(5)
        assert self.laptop.recorder is not None
        forgotten = self.laptop.recorder.forget("#tea")
        self.settle()
        self.assertTrue(self.successResultOf(forgotten))
        self.assertEqual(self.kept(), [])
        self.answered()

    def test_no_more_than_so_many(self) -> None:
        for number in range(MOST + 5):
            self.bob.sender.say(
                self.bob.place("#tea"), str(number), relation=Relation.REACTION, ref=self.word.id
            )
        self.network.advance(5)
        self.deaf.lose()
        self.network.advance(5)
        self.assertEqual(len(self.kept()), MOST)
        self.answered()
