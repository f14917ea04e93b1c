"""What lasts, said and heard by commands that go through a running chatc with a history."""

from __future__ import annotations

from functools import partial

from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import SPOKEN
from tests.client.handover.handover_case import HandoverTest, Running
from tests.client.history.history_case import KEY, AtOnce
from tests.support.headless import Headless


class DeliveryTest(HandoverTest):
    """:ivar face: Alice's device."""

    def setUp(self) -> None:
        super().setUp()
        self.alice_asks(partial(messages.Join, room="tea"))
        self.running.host.logout()
        self.network.settle()
        self.sits_down()

    def sits_down(self) -> None:
        """Alice's chatc is started."""
        self.face = Headless(self.reactor, "alice", "chat.example.org", self.reactor.seconds)
        self.face.keep(self.home, KEY, AtOnce())
        self.running = Running(self, self.vault, self.face)

    def gets_up(self) -> None:
        """It ends."""
        self.running.host.logout()
        self.network.settle()
        self.face.delivery.stop()
        assert self.face.recorder is not None
        self.face.recorder.close()

    def texts(self) -> list[str]:
        """What Alice has of #tea."""
        room = self.face.model.open(Kind.ROOM, "tea")
        while room.load_older():
            pass
        found = [entry for _, entry in room.timeline.backwards() if entry.kind in SPOKEN]
        return [entry.text for entry in reversed(found)]

    def bob_says(self, text: str) -> None:
        self.bob_asks(partial(messages.Say, room="tea", text=text))

    def test_what_a_command_says_has_no_place_in_the_outbox(self) -> None:
        """It counts for the position, and the next word of the screen is the first of its own."""
        script = self.command()
        self.done(script.send("#tea", "from a script"))
        self.face.say("#tea", "typed")
        self.network.settle()
        self.bob_says("hello")
        self.assertEqual(self.texts(), ["from a script", "typed", "hello"])
        self.gets_up()
        self.sits_down()
        self.assertEqual(self.texts(), ["from a script", "typed", "hello"])
        self.assertEqual(self.face.warnings, [])

    def test_what_a_command_wants_there_is_not_passed_on(self) -> None:
        script = self.command()
        said = partial(messages.Say, room="tea", text="odd", epoch=9, seq=9)
        self.asked(script.connection, said)
        self.face.say("#tea", "typed")
        self.network.settle()
        self.assertEqual(self.texts(), ["odd", "typed"])

    def test_what_was_missed_is_heard_by_commands(self) -> None:
        """Once, and in order."""
        script = self.command()
        self.bob_says("one")
        for line in self.network.lines:
            if line.client.protocol is self.running.host._connection._link:
                line.cut()
        self.bob_says("two")
        self.network.advance(40)
        self.bob_says("three")
        self.assertEqual(script.texts(), ["one", "two", "three"])
        self.assertEqual(self.texts(), ["one", "two", "three"])
