"""What a person at the screen sees of commands that go through it, and what they can do."""

from __future__ import annotations

from functools import partial

from chatd.wire import messages
from client.model.settings import Settings
from tests.client.handover.handover_case import HandoverTest, Running
from tests.client.ui.scripted import Desk


class ScreenTest(HandoverTest):
    """:ivar desk: Alice's."""

    def setUp(self) -> None:
        super().setUp()
        self.running.host.logout()
        self.network.settle()
        self.desk = Desk(120, 40, Settings())
        self.running = Running(self, self.vault, self.desk.listener)
        self.desk.screen.controller.uplink = self.running.host

    def types(self, line: str) -> None:
        self.desk.line(line)
        self.network.settle()

    def told(self, title: str) -> list[str]:
        """The words of a conversation, in order."""
        place = next(one for one in self.desk.model.roster if one.title == title)
        return [entry.text for _, entry in place.timeline.backwards()][::-1]

    def unread(self) -> list[str]:
        """Where something is."""
        return [one.title for one in self.desk.model.roster.active()]

    def test_ones_own_words(self) -> None:
        self.types("/join #tea")
        script = self.command()
        self.done(script.enter("tea", ""))
        self.done(script.send("#tea", "from a script"))
        self.end(script)
        self.assertRegex(self.desk.text(), r"alice │ from a script +✓")
        self.types("typed")
        self.assertEqual(self.told("#tea")[-2:], ["from a script", "typed"])
        self.assertEqual([said.text for said in self.bob_heard(messages.RoomSaid)][-1], "typed")

    def test_in_a_room_of_its_own(self) -> None:
        """It does not take the person there, and leaves nothing unread."""
        script = self.command()
        self.done(script.enter("tea", ""))
        self.done(script.send("#tea", "from a script"))
        here = self.desk.model.roster.current.title
        self.end(script)
        self.assertEqual(
            self.told("#tea"),
            [
                "you entered, by a command or another device",
                "from a script",
                "you left, by a command or another device",
            ],
        )
        self.assertEqual(self.desk.model.roster.current.title, here)
        self.assertEqual(self.unread(), [])

    def test_to_a_person(self) -> None:
        self.done(self.command().send("bob", "psst"))
        self.assertEqual(self.told("bob"), ["psst"])
        self.assertEqual(self.unread(), [])

    def test_who_goes_there_stays(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.types("/join #tea")
        self.end(script)
        self.types("and here I am")
        self.assertEqual(self.bob_heard(messages.RoomSaid)[-1].text, "and here I am")

    def test_members_and_rules_are_known(self) -> None:
        self.bob_asks(partial(messages.Topic, room="tea", topic="mint"))
        self.done(self.command().enter("tea", ""))
        self.network.settle()
        room = next(one for one in self.desk.model.roster if one.title == "#tea")
        self.assertEqual(
            (room.topic, {one.nick for one in room.members}), ("mint", {"alice", "bob"})
        )
