"""The outbox: one at a time, in order, at the server's pace."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from chatd.domain.commands import Style
from client.model.conversation import Conversation, Kind
from client.model.entry import Entry, EntryKind
from client.model.outbox import Outbox, Outgoing, Wait

ROOM = Conversation(Kind.ROOM, "red")


def message(text: str, target: Conversation = ROOM) -> Outgoing:
    return Outgoing(target, text, Style.SAID, (), Entry(EntryKind.SAID, 0, text, own=True))


class OutboxTests(TestCase):
    def test_one_at_a_time_in_order(self) -> None:
        outbox = Outbox()
        first, second = message("a"), message("b")
        outbox.add(first)
        outbox.add(second)
        self.assertIs(outbox.take(0), first)
        self.assertIsNone(outbox.take(0))
        outbox.finish()
        self.assertIs(outbox.take(0), second)
        outbox.finish()
        self.assertIsNone(outbox.take(0))

    def test_stays_below_the_announced_rate(self) -> None:
        outbox = Outbox()
        outbox.set_rate(5, 5.0)
        for number in range(6):
            outbox.add(message(str(number)))
        for _ in range(4):
            self.assertIsInstance(outbox.take(100.0), Outgoing)
            outbox.finish()
        waiting = message("to bob", Conversation(Kind.PERSON, "bob"))
        outbox.add(waiting)
        wait = outbox.take(101.0)
        assert isinstance(wait, Wait)
        self.assertEqual(wait.seconds, 4.0)
        self.assertEqual([one.text for one in wait.paced], ["4", "to bob"])
        self.assertIsInstance(outbox.take(105.0), Outgoing)

    def test_held_back_keeps_its_place(self) -> None:
        outbox = Outbox()
        first, second = message("a"), message("b")
        outbox.add(first)
        outbox.add(second)
        outbox.take(0)
        outbox.hold(0, 2.5)
        self.assertEqual(outbox.take(1.0), Wait(1.5))
        self.assertIs(outbox.take(2.5), first)

    def test_what_waits_for_a_closed_conversation_is_given_up(self) -> None:
        outbox = Outbox()
        other = Conversation(Kind.PERSON, "bob")
        kept = message("kept", other)
        gone = message("gone")
        outbox.add(gone)
        outbox.add(kept)
        self.assertEqual(outbox.drop(lambda one: one.target is ROOM), [gone])
        self.assertEqual(len(outbox), 1)
        self.assertIs(outbox.take(0), kept)
