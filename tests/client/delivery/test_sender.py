"""The outbox: what is said goes out once, whatever ends meanwhile; what is refused says why."""

from __future__ import annotations

from msgspec.structs import replace

from chatd.domain.commands import Relation
from chatd.errors import Code
from chatd.wire import messages
from client.model.conversation import Kind
from client.model.entry import Delivery
from client.model.uplink import Online
from tests.client.ui.scripted import LIMITS, ME, NOON

from .wire_case import BIRTH, BLUE, BOB, RED, Run, WireCase, joined, row, said

WAITING, ACCEPTED, FAILED = Delivery.WAITING, Delivery.ACCEPTED, Delivery.FAILED


def accepted(number: int, conversation: bytes = RED) -> messages.Accepted:
    """The server has stored something."""
    return messages.Accepted(number, NOON, conversation=conversation)


class RoomCase(WireCase):
    """In a room that lasts."""

    def setUp(self) -> None:
        super().setUp()
        self.now.online()

    def accept(self, number: int, run: Run | None = None) -> messages.Say:
        """Answer what is under way."""
        request = (run or self.now).wire.answer(messages.Say, accepted(number))
        assert isinstance(request, messages.Say)
        return request

    def places(self) -> list[tuple[str, int, int]]:
        """Text, epoch and sequence of what is under way."""
        return [(one.text, one.epoch, one.seq) for one in self.now.asked(messages.Say)]


class SendingTest(RoomCase):
    """What the server takes, sooner or later."""

    def test_it_is_on_the_disk_before_it_is_sent(self) -> None:
        self.now.thread.held = []
        self.now.say("#red", "a")
        self.now.turn()
        self.assertEqual(self.places(), [])
        self.now.thread.let()
        self.assertEqual(self.places(), [("a", 1, 1)])

    def test_places_in_the_outbox(self) -> None:
        """Each conversation counts its own, and says which one it means."""
        self.now.welcome(joined(), joined("blue", BLUE))
        self.now.follow(row(), row(BLUE, name="blue"), epoch=1)
        for room in ("#red", "#red", "#blue"):
            self.now.say(room, room)
            self.now.turn()
        told = [self.accept(BIRTH + 1), self.accept(BIRTH + 2)]
        told.append(self.now.wire.answer(messages.Say, accepted(5, BLUE)))
        self.assertEqual(
            [(one.seq, one.conversation) for one in told], [(1, RED), (2, RED), (1, BLUE)]
        )
        self.assertEqual(self.now.deliveries(), [ACCEPTED, ACCEPTED])

    def test_a_loss_before_the_answer(self) -> None:
        """It is sent again under the same place, when all was asked for again."""
        self.now.say("#red", "a")
        self.now.say("#red", "b")
        self.now.turn()
        self.now.lose()
        self.assertEqual(self.now.deliveries(), [WAITING, WAITING])
        self.now.welcome()
        self.assertEqual(self.places(), [])
        self.now.follow(epoch=1)
        self.assertEqual(self.places(), [("a", 1, 1)])
        self.accept(BIRTH + 1)
        self.assertEqual(self.places(), [("b", 1, 2)])

    def test_a_kill_at_each_step(self) -> None:
        """What was sent, and perhaps taken, is sent again as it was; what was taken is not."""
        self.now.say("#red", "a")
        self.now.say("#red", "b")
        self.now.turn()
        first = self.now.asked(messages.Say)[0]
        self.killed().online()
        again = self.now.asked(messages.Say)[0]
        self.assertEqual(again, replace(first, id=again.id))
        self.accept(BIRTH + 1)
        self.now.turn()
        self.killed().welcome()
        self.now.follow(row(last=BIRTH + 1), epoch=1)
        self.assertEqual(self.places(), [("b", 1, 2)])
        self.accept(BIRTH + 2)
        self.now.turn()
        self.killed().welcome()
        self.now.follow(row(last=BIRTH + 2), epoch=1)
        self.assertEqual(self.places(), [])
        self.assertEqual(self.now.texts(), ["a", "b"])
        self.assertEqual(self.now.deliveries(), [ACCEPTED, ACCEPTED])
        self.assertEqual([entry.id for entry in self.now.entries()], [BIRTH + 1, BIRTH + 2])

    def test_a_kill_before_the_answer_is_on_the_disk(self) -> None:
        self.now.say("#red", "a")
        self.now.turn()
        self.now.thread.held = []
        self.accept(BIRTH + 1)
        self.assertEqual(self.now.deliveries(), [ACCEPTED])
        self.killed().welcome()
        self.now.follow(epoch=1)
        self.assertEqual(self.places(), [("a", 1, 1)])
        self.accept(BIRTH + 1)
        self.assertEqual(self.now.texts(), ["a"])
        self.assertEqual(self.now.deliveries(), [ACCEPTED])

    def test_what_was_typed_while_the_history_is_off(self) -> None:
        """It is not in the history; it goes out all the same, also by the next run."""
        self.now.model.settings.set("history", "off")
        self.now.lose()
        self.now.say("#red", "a")
        self.now.turn()
        self.killed().online()
        self.assertEqual(self.places(), [("a", 1, 1)])
        self.assertEqual(self.now.deliveries(), [WAITING])
        self.accept(BIRTH + 1)
        self.assertEqual(self.now.deliveries(), [ACCEPTED])

    def test_its_line_is_cleared_from_the_screen(self) -> None:
        """The history hears of it all the same."""
        self.now.say("#red", "a")
        self.now.turn()
        self.now.room().clear()
        self.accept(BIRTH + 1)
        self.again()
        self.assertEqual(self.now.deliveries(), [ACCEPTED])

    def test_typed_in_a_run_that_never_was_connected(self) -> None:
        """One is in the room still, as far as this device knows."""
        self.again()
        self.assertTrue(self.now.room().present)
        self.now.say("#red", "a")
        self.now.turn()
        self.killed().online()
        self.assertEqual(self.places(), [("a", 1, 1)])

    def test_typed_before_anything_was_asked_for(self) -> None:
        """In a room that one knows of by the welcome alone."""
        self.now.end()
        self.home = self.home / "another"
        self.home.mkdir()
        self.now = Run(self.home)
        self.now.welcome()
        self.again()
        self.now.say("#red", "a")
        self.now.turn()
        self.killed().online()
        self.assertEqual(self.places(), [("a", 1, 1)])

    def test_an_edit_on_its_way(self) -> None:
        """It has no line, and changes its message once it is taken, also in the next run."""
        self.now.say("#red", "a")
        self.now.turn()
        self.accept(BIRTH + 1)
        self.now.sender.say(self.now.room(), "b", relation=Relation.EDIT, ref=BIRTH + 1)
        self.now.turn()
        self.killed().welcome()
        self.now.follow(row(last=BIRTH + 1), epoch=1)
        request = self.accept(BIRTH + 2)
        self.assertEqual((request.relation, request.ref, request.seq), (2, BIRTH + 1, 2))
        (entry,) = self.now.entries()
        self.assertEqual((entry.text, entry.edited, entry.id), ("b", True, BIRTH + 1))
        self.assertEqual(self.again().texts(), ["b"])

    def test_what_comes_after_ones_own_is_the_next(self) -> None:
        """An own message is passed over, whichever of the two is heard of first."""
        self.now.say("#red", "a")
        self.now.turn()
        self.now.received(said(BIRTH + 1))
        self.accept(BIRTH + 2)
        self.now.received(said(BIRTH + 3))
        self.now.turn()
        self.assertEqual(self.now.acknowledged()[-1], (RED, BIRTH + 3))
        self.assertEqual(self.now.asked(messages.Fetch), [])


class PaceTest(RoomCase):
    """The server takes few messages in a while."""

    pace = "the server takes fewer than 3 messages in 5 s"

    def setUp(self) -> None:
        super().setUp()
        self.welcome()
        for number, text in enumerate("abcd", 1):
            self.now.say("#red", text)
            self.now.turn()
            if number < 3:
                self.accept(BIRTH + number)

    def welcome(self, last: int = BIRTH) -> None:
        session = b"s", b"r", NOON, replace(LIMITS, rate_count=3)
        self.now.welcomed(messages.Welcome("alice", *session, [joined()], me=ME))
        self.now.connection_changed(Online())
        self.now.follow(row(last=last), epoch=1)

    def reasons(self) -> list[str]:
        return [entry.failure for entry in self.now.entries()]

    def test_the_next_one_says_so(self) -> None:
        self.assertEqual(self.places(), [])
        self.assertEqual(self.reasons(), ["", "", self.pace, ""])
        self.now.turn(5)
        self.accept(BIRTH + 3)
        self.assertEqual(self.reasons(), [""] * 4)
        self.accept(BIRTH + 4)

    def test_not_while_it_waits_for_a_connection(self) -> None:
        self.now.lose()
        self.assertEqual(self.reasons(), [""] * 4)

    def test_nor_in_the_next_run(self) -> None:
        self.now.turn()
        self.assertEqual(self.killed().deliveries(), [ACCEPTED, ACCEPTED, WAITING, WAITING])
        self.assertEqual(self.reasons(), [""] * 4)

    def test_a_short_wait_is_just_its_turn(self) -> None:
        self.now.turn(4)
        self.now.lose()
        self.welcome(BIRTH + 2)
        self.assertEqual(self.reasons(), [""] * 4)
        self.assertEqual(self.places(), [])

    def test_the_server_says_so_itself(self) -> None:
        self.now.turn(5)
        self.now.wire.refuse(messages.Say, Code.TOO_MANY_MESSAGES, wait=0.5)
        self.assertEqual(self.reasons()[2], self.pace)
        self.now.turn(0.5)
        self.now.wire.refuse(messages.Say, Code.TOO_MANY_MESSAGES, wait=4.0)
        self.assertEqual(self.reasons(), ["", "", self.pace, ""])


class RefusedTest(RoomCase):
    """What the server does not take."""

    def setUp(self) -> None:
        super().setUp()
        self.now.welcome(joined(), joined("blue", BLUE))
        self.now.follow(row(), row(BLUE, name="blue"), epoch=1)
        self.now.say("#red", "a")
        self.now.say("#red", "b")
        self.now.turn()

    def refuse(self, code: Code, text: str = "", wait: float = 0.0) -> None:
        self.now.wire.refuse(messages.Say, code, text, wait)
        self.now.turn()

    def test_for_good(self) -> None:
        """Its place goes to the next one."""
        self.refuse(Code.MESSAGE_TOO_LONG, "too long")
        self.assertEqual(self.now.entries()[0].failure, "not sent: too long")
        self.assertEqual(self.places(), [("b", 1, 1)])

    def test_for_now(self) -> None:
        """The conversation waits, others go on; the pauses grow, the reason is shown."""
        self.refuse(Code.STORE_FAILED, "the disk is full")
        self.now.say("#blue", "c")
        self.now.turn()
        self.assertEqual(self.places(), [("c", 1, 1)])
        self.now.wire.answer(messages.Say, accepted(5, BLUE))
        self.assertEqual(self.now.deliveries(), [WAITING, WAITING])
        self.assertEqual(self.now.entries()[0].failure, "the disk is full; trying again")
        self.now.turn(1)
        self.assertEqual(self.places(), [("a", 1, 1)])
        self.refuse(Code.BUSY, "busy")
        self.now.turn(1)
        self.assertEqual(self.places(), [])
        self.now.turn(1)
        self.accept(BIRTH + 1)
        self.assertEqual(self.now.entries()[0].failure, "")
        self.assertEqual(self.places(), [("b", 1, 2)])

    def test_as_long_as_it_says(self) -> None:
        self.refuse(Code.STORE_FAILED, "the disk is full", 5.0)
        self.now.turn(4)
        self.assertEqual(self.places(), [])
        self.now.turn(1)
        self.assertEqual(self.places(), [("a", 1, 1)])

    def test_a_place_that_was_used(self) -> None:
        """By something that was given up."""
        self.refuse(Code.CONFLICT)
        self.assertEqual(self.places(), [("a", 1, 2)])
        self.accept(BIRTH + 1)
        self.assertEqual(self.places(), [("b", 1, 3)])

    def test_a_server_that_never_agrees(self) -> None:
        for _ in range(1000):
            if self.places()[0][0] == "b":
                break
            self.refuse(Code.CONFLICT, "no")
        self.assertEqual(self.now.entries()[0].failure, "not sent: no")

    def test_known_and_forgotten_by_the_server(self) -> None:
        self.now.lose()
        self.now.welcome()
        self.now.follow(epoch=1)
        self.refuse(Code.REPEATED)
        self.assertEqual(self.now.deliveries(), [ACCEPTED, WAITING])
        self.assertEqual(self.places(), [("b", 1, 2)])

    def test_forgotten_though_it_was_never_sent(self) -> None:
        """This outbox is older than what the server knows: another epoch begins."""
        self.refuse(Code.REPEATED)
        self.assertEqual(self.places(), [("a", 2, 1)])

    def test_the_server_knows_less_than_it_should(self) -> None:
        """It was put back to an older state."""
        self.accept(BIRTH + 1)
        self.refuse(Code.OUT_OF_ORDER)
        self.assertEqual(self.places(), [("b", 2, 1)])
        self.accept(BIRTH + 2)
        self.now.turn()
        self.killed().online()
        self.now.say("#red", "c")
        self.now.turn()
        self.assertEqual(self.places(), [("c", 2, 2)])

    def test_an_epoch_that_is_over(self) -> None:
        """The server is asked again; what was sent once goes out in the new one."""
        self.refuse(Code.EPOCH_OLD)
        self.assertEqual(self.places(), [])
        self.now.follow(epoch=4)
        self.assertEqual(self.places(), [("a", 5, 1)])

    def test_an_epoch_that_is_over_while_it_is_in_doubt(self) -> None:
        """What may have been taken is not sent again."""
        self.now.lose()
        self.now.welcome()
        self.now.follow(epoch=7)
        self.assertEqual(self.now.deliveries(), [FAILED, WAITING])
        self.assertIn("may not have arrived", self.now.entries()[0].failure)
        self.assertEqual(self.places(), [("b", 8, 1)])

    def test_again_and_given_up(self) -> None:
        """Again is after all that waits; what is given up leaves no word."""
        self.refuse(Code.MESSAGE_TOO_LONG, "too long")
        self.assertEqual(self.now.sender.retry(self.now.room()), 1)
        self.now.turn()
        self.accept(BIRTH + 1)
        self.assertEqual(self.places(), [("a", 1, 2)])
        self.refuse(Code.MESSAGE_TOO_LONG, "too long")
        self.assertEqual(self.now.sender.give_up(self.now.room()), 1)
        self.assertEqual(self.now.sender.retry(self.now.room()), 0)
        self.again()
        self.assertEqual(self.now.texts(), ["b", ""])

    def test_one_that_waits_is_given_up(self) -> None:
        room = self.now.room()
        self.assertEqual(self.now.sender.give_up(room, room.timeline.end - 1), 1)
        self.accept(BIRTH + 1)
        self.assertEqual(self.places(), [])
        self.again().online()
        self.assertEqual(self.places(), [])

    def test_a_conversation_that_is_closed(self) -> None:
        self.now.sender.drop(self.now.room())
        self.accept(BIRTH + 1)
        self.assertEqual(self.now.deliveries(), [ACCEPTED, FAILED])


class PersonTest(WireCase):
    """Somebody with whom one has not talked."""

    def setUp(self) -> None:
        super().setUp()
        self.now.online()
        self.now.say("bob", "a")
        self.now.turn()
        self.bob = self.now.model.open(Kind.PERSON, "bob")

    def opened(self, conversation: bytes) -> None:
        self.now.wire.answer(messages.OpenPair, messages.PairOpened("bob", conversation))
        self.now.turn()

    def test_an_account(self) -> None:
        self.opened(BOB)
        request = self.now.wire.answer(messages.Direct, accepted(5, BOB))
        self.assertEqual((request.conversation, request.epoch, request.seq), (BOB, 1, 1))
        self.now.say("bob", "b")
        self.now.turn()
        self.assertEqual(self.now.asked(messages.OpenPair), [])
        self.assertEqual(self.now.asked(messages.Direct)[0].seq, 2)

    def test_several_words_at_once(self) -> None:
        """It is asked once."""
        self.now.say("bob", "b")
        self.now.turn()
        self.opened(BOB)
        self.now.wire.answer(messages.Direct, accepted(5, BOB))
        self.assertEqual(self.now.asked(messages.OpenPair), [])
        self.assertEqual([one.text for one in self.now.asked(messages.Direct)], ["b"])

    def test_a_guest(self) -> None:
        """Nothing lasts: it is sent once."""
        self.opened(b"")
        self.assertEqual(self.now.asked(messages.Direct)[0].seq, 0)
        self.now.lose()
        self.assertEqual(self.now.deliveries(self.bob), [FAILED])

    def test_nobody(self) -> None:
        self.now.wire.refuse(messages.OpenPair, Code.NO_SUCH_NICK, "nobody is called bob")
        self.assertEqual(self.now.deliveries(self.bob), [FAILED])

    def test_a_loss_while_it_is_asked(self) -> None:
        self.now.lose()
        self.killed().welcome()
        self.now.follow(epoch=1)
        self.opened(BOB)
        self.assertEqual([one.text for one in self.now.asked(messages.Direct)], ["a"])

    def test_a_kill_after_it_was_sent(self) -> None:
        self.opened(BOB)
        self.killed().welcome()
        self.now.follow(epoch=1)
        self.assertEqual(self.now.asked(messages.OpenPair), [])
        self.assertEqual(self.now.asked(messages.Direct)[0].seq, 1)


class NothingLastsTest(WireCase):
    """A guests' room, everybody, and a run without a history."""

    def test_a_room_of_guests(self) -> None:
        self.now.welcome(joined("red", b""))
        self.now.say("#red", "a")
        self.assertEqual(self.now.asked(messages.Say)[0].seq, 0)
        self.now.lose()
        self.assertEqual(self.now.deliveries(), [FAILED])

    def test_what_was_not_sent_yet_goes_on_after_a_loss(self) -> None:
        self.now.welcome(joined("red", b""))
        self.now.say("#red", "a")
        self.now.say("#red", "b")
        self.now.lose()
        self.assertEqual(self.now.deliveries(), [FAILED, WAITING])
        self.now.welcome(joined("red", b""))
        self.assertEqual([one.text for one in self.now.asked(messages.Say)], ["b"])

    def test_a_kill(self) -> None:
        self.now.welcome(joined("red", b""))
        self.now.say("#red", "a")
        self.now.turn()
        self.killed()
        (entry,) = self.now.entries()
        self.assertEqual(entry.delivery, FAILED)
        self.assertIn("may not have arrived", entry.failure)

    def test_without_a_history(self) -> None:
        run = Run(None)
        run.welcome()
        self.assertEqual(run.asked(messages.Follow), [])
        run.say("#red", "a")
        self.assertEqual(run.asked(messages.Say)[0].seq, 0)
        run.received(said(5))
        self.assertEqual(run.texts(), ["number 5", "a"])
        self.assertEqual(run.acknowledged(), [])
