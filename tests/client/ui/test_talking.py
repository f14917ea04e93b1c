"""Saying something: what goes out, and what becomes of it."""

from __future__ import annotations

from chatd.errors import Code
from chatd.wire import messages
from client.model.entry import Delivery
from client.model.uplink import Waiting

from .at_desk import AtDesk
from .scripted import NOON


class TalkingTests(AtDesk):
    def test_a_room_message(self) -> None:
        self.desk.line("hi all")
        self.assertEqual(self.said(), [messages.Say(4, "lobby", "hi all", 0)])
        self.assertEqual(self.deliveries(), [Delivery.WAITING])
        self.wire.answer(messages.Say, messages.Accepted(5, NOON))
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED])
        self.assertEqual(self.desk.screen.input.editor.text, "")

    def test_two_slashes_say_one(self) -> None:
        self.desk.line("//usr/bin")
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(5, 1)).text, "/usr/bin")

    def test_order_is_kept_and_one_is_in_flight(self) -> None:
        for text in "abc":
            self.desk.line(text)
        self.assertEqual(len(self.said()), 1)
        said = [
            self.wire.answer(messages.Say, messages.Accepted(number, 1)).text for number in range(3)
        ]
        self.assertEqual(said, ["a", "b", "c"])

    def test_too_many_messages_are_sent_again_by_themselves(self) -> None:
        self.desk.line("a")
        self.desk.line("b")
        self.wire.refuse(messages.Say, Code.TOO_MANY_MESSAGES, wait=2.0)
        self.assertEqual(self.said(), [])
        self.assertEqual(self.deliveries(), [Delivery.WAITING, Delivery.WAITING])
        self.desk.reactor.advance(2.0)
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(1, 1)).text, "a")
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(2, 1)).text, "b")

    def test_a_refused_message_says_why_and_is_sent_again_on_request(self) -> None:
        self.desk.line("/msg zoe hello")
        self.wire.refuse(messages.Direct, Code.NO_SUCH_NICK, "nobody here is called zoe")
        self.assertIn("✗ not sent: nobody here is called zoe", self.desk.text())
        self.desk.line("/retry")
        self.assertEqual(self.deliveries(), [Delivery.WAITING])
        self.wire.answer(messages.Direct, messages.Accepted(1, NOON))
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED])

    def test_what_is_said_without_a_connection_waits_for_one(self) -> None:
        self.desk.listener.connection_changed(Waiting(5.0, "gone"))
        self.desk.line("later")
        self.assertEqual(self.wire.pending(), [])
        self.desk.welcome(messages.Joined("lobby", "hello", 2), resumed=True)
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(1, 1)).text, "later")

    def test_a_loss_before_the_answer_is_told_as_it_is(self) -> None:
        self.desk.line("hi")
        self.wire.lose()
        self.assertIn("may not have arrived", self.desk.text())

    def test_nobody_hears_in_the_servers_conversation(self) -> None:
        self.desk.press("meta 1")
        self.desk.line("hello?")
        self.assertIn("/join #room", self.last())
        self.assertEqual(self.desk.screen.input.editor.text, "hello?")
        self.assertEqual(self.wire.pending(), [])

    def test_too_long_a_message_stays_in_the_input(self) -> None:
        self.desk.screen.paste("ü" * 9000)
        self.desk.press("enter")
        self.assertIn("18000 bytes", self.last())
        self.assertEqual(len(self.desk.screen.input.editor.text), 9000)

    def test_actions_broadcasts_and_queries(self) -> None:
        self.desk.line("/me waves")
        self.assertEqual(self.wire.answer(messages.Say, messages.Accepted(1, 1)).style, 1)
        self.desk.line("/broadcast fire")
        self.assertEqual(self.wire.answer(messages.Broadcast, messages.Accepted(2, 1)).text, "fire")
        self.assertEqual(self.deliveries(), [Delivery.ACCEPTED] * 2)
        self.desk.line("/broadcast hear")
        self.wire.answer(messages.Broadcast, messages.Accepted(4, 1, True))
        self.assertIn("some did not get what you told everyone", self.last())
        self.desk.line("/query bob psst")
        self.assertEqual(self.wire.answer(messages.Direct, messages.Accepted(3, 1)).to, "bob")
        self.assertEqual(self.desk.model.roster.current.name, "bob")

    def test_a_person_who_was_renamed_still_gets_what_waits(self) -> None:
        self.desk.line("/msg bob one")
        self.desk.line("two")
        self.desk.listener.received(messages.NickChanged("bob", "robert"))
        self.wire.answer(messages.Direct, messages.Accepted(1, 1))
        self.assertEqual(self.wire.answer(messages.Direct, messages.Accepted(2, 1)).to, "robert")


class PastingTests(AtDesk):
    def paste(self, *keys: str) -> None:
        self.desk.screen._take_input(["begin paste", *keys, "end paste"], [])

    def test_few_lines_go_in_at_once(self) -> None:
        self.paste("a", "enter", "b")
        self.assertEqual(self.desk.screen.input.editor.text, "a\nb")
        self.assertEqual(self.said(), [])

    def test_many_lines_ask_first(self) -> None:
        self.paste("a", "enter", "b", "enter", "c", "enter", "d")
        self.assertIn("Put 4 lines into the input?", self.desk.text())
        self.desk.press("esc")
        self.assertEqual(self.desk.screen.input.editor.text, "")
        self.paste("a", "enter", "b", "enter", "c", "enter", "d")
        self.desk.press("enter")
        self.assertEqual(self.desk.screen.input.editor.text, "a\nb\nc\nd")


class TypingTests(AtDesk):
    def notices(self) -> list[bool]:
        return [one.active for one in self.wire.pending() if isinstance(one, messages.Typing)]

    def test_at_most_every_three_seconds(self) -> None:
        self.desk.type("hello")
        self.assertEqual(self.notices(), [True])
        self.desk.reactor.advance(3)
        self.desk.type("!")
        self.assertEqual(self.notices(), [True, True])

    def test_an_emptied_input_takes_it_back(self) -> None:
        self.desk.type("hello")
        self.desk.press("ctrl u")
        self.assertEqual(self.notices(), [True, False])

    def test_the_message_itself_ends_it(self) -> None:
        self.desk.line("hello")
        self.assertEqual(self.notices(), [True])

    def test_commands_are_nobodys_business(self) -> None:
        self.desk.type("/join #x")
        self.assertEqual(self.notices(), [])

    def test_can_be_switched_off(self) -> None:
        self.desk.screen.settings.set("typing", "off")
        self.desk.type("hello")
        self.assertEqual(self.notices(), [])

    def test_others_are_shown_until_they_stop(self) -> None:
        self.desk.listener.received(messages.TypingShown("bob", "lobby", True))
        self.assertIn("bob is typing", self.desk.rows()[-2])
        self.desk.reactor.advance(8)
        self.assertNotIn("typing", self.desk.rows()[-2])
