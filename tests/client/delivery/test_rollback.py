"""A server that was put back to an older state: what it has lost of one's own is told, and can be
sent again; nothing is told where nothing was lost."""

from __future__ import annotations

from typing import Any

from chatd.domain.conversation import GapReason
from chatd.errors import Code
from chatd.wire import messages
from client.model.conversation import Conversation, Kind
from client.model.entry import Delivery, EntryKind
from client.model.progress import Progress, progress
from tests.client.ui.scripted import NOON

from .wire_case import BIRTH, BLUE, RED, Run, WireCase, page, row, said

ACCEPTED, FAILED, WAITING = Delivery.ACCEPTED, Delivery.FAILED, Delivery.WAITING
#: What the server goes on behind after it was put back once, and twice.
ONCE, TWICE = BIRTH + 10_000, BIRTH + 20_000
#: Numbers at which there is nothing then.
LEAP = BIRTH + 2, ONCE


class RollbackTest(WireCase):
    """Bob says something in #red that is in the older state; what comes later is not."""

    def setUp(self) -> None:
        super().setUp()
        self.now.online()
        self.now.received(said(BIRTH + 1))
        self.now.turn()

    def say(self, *numbers: int, title: str = "#red", stream: bytes = RED) -> None:
        """Say something, which is stored at these numbers."""
        kind = messages.Say if title.startswith("#") else messages.Direct
        for number in numbers:
            self.now.say(title, f"own {number}")
            self.now.turn()
            self.now.wire.answer(kind, messages.Accepted(number, NOON, conversation=stream))
            self.now.turn()

    def comes_back(self, *rows: messages.FollowRow) -> Run:
        """The next run is told these conversations."""
        self.now.end()
        self.now = Run(self.home)
        self.now.welcome()
        self.now.follow(*rows, epoch=1)
        return self.now

    def row(self, last: int, *leaps: tuple[int, int]) -> Any:
        """#red, where the device has acknowledged everything."""
        return row(acked=last, last=last, leaps=list(leaps))

    def own(self, place: Conversation | None = None) -> list[tuple[int | None, Delivery | None]]:
        """One's own messages: number, and how far they came."""
        return [(one.id, one.delivery) for one in self.now.entries(place) if one.own]

    def notices(self, place: Conversation | None = None) -> list[str]:
        """What stands in a conversation that went wrong."""
        timeline = (place or self.now.room()).timeline
        return [one.text for _, one in timeline.backwards() if one.kind is EntryKind.ERROR]

    def is_told(self, count: str, place: Conversation | None = None) -> None:
        """One notice, in the conversation meant."""
        (notice,) = self.notices(place)
        self.assertIn(f"has lost {count} of yours here", notice)
        self.assertEqual(self.now.warnings, [])

    def test_who_is_there_first(self) -> None:
        """The server has nothing beyond what was said before it was put back."""
        self.say(BIRTH + 2, BIRTH + 3)
        self.comes_back(self.row(BIRTH + 1))
        self.is_told("2 messages")
        self.assertEqual(self.own(), [(None, FAILED)] * 2)
        self.comes_back(self.row(BIRTH + 1))
        self.assertEqual(self.own(), [(None, FAILED)] * 2)
        self.is_told("2 messages")

    def test_when_others_have_spoken(self) -> None:
        """What others got of that is not taken for what one said before."""
        self.say(BIRTH + 2, BIRTH + 3)
        self.comes_back(self.row(ONCE + 1, LEAP))
        self.is_told("2 messages")
        self.now.received(messages.ProgressChanged(RED, ONCE + 1, ONCE + 1))
        self.assertEqual(self.own(), [(None, FAILED)] * 2)
        self.assertEqual(self.now.room().unread, 2)
        self.now.lose()
        self.now.welcome()
        self.now.follow(self.row(ONCE + 1, LEAP))
        self.is_told("2 messages")

    def test_it_is_sent_again_or_given_up(self) -> None:
        """Also where it is not shown yet."""
        self.say(BIRTH + 2, BIRTH + 3)
        self.comes_back(self.row(ONCE + 1, LEAP))
        room = self.now.room()
        serial = next(serial for serial, one in room.timeline.backwards() if one.own)
        self.assertEqual(self.now.sender.give_up(room, serial), 1)
        self.assertEqual(self.now.sender.retry(room), 1)
        self.now.turn()
        said = self.now.wire.answer(
            messages.Say, messages.Accepted(ONCE + 2, NOON, conversation=RED)
        )
        self.assertEqual(said.text, f"own {BIRTH + 2}")
        self.assertIn((ONCE + 2, ACCEPTED), self.own())

    def test_what_others_said_stays(self) -> None:
        self.now.received(said(BIRTH + 2))
        self.now.turn()
        self.comes_back(self.row(ONCE + 1, LEAP))
        numbers = [entry.id for entry in self.now.entries()]
        self.assertEqual(numbers, [BIRTH + 1, None])
        self.assertEqual(self.notices(), [])

    def test_what_has_the_number_of_something_lost_is_taken(self) -> None:
        for number in (2, 3):
            self.now.received(said(BIRTH + number, f"old {number}"))
        self.comes_back(self.row(BIRTH + 1))
        self.now.received(said(BIRTH + 2, "new"))
        self.now.turn()
        self.assertEqual(self.now.acknowledged()[-1], (RED, BIRTH + 2))
        numbers = [entry.id for entry in self.now.entries()]
        self.assertEqual(numbers, [BIRTH + 1, None, None, BIRTH + 2])

    def test_what_everybody_has(self) -> None:
        """Nobody misses it; what was told too early of others counts for nothing."""
        self.say(BIRTH + 2, BIRTH + 3)
        self.now.received(messages.ProgressChanged(RED, BIRTH + 2, BIRTH + 1))
        self.now.end()
        self.now = Run(self.home)
        self.now.welcome()
        self.now.received(messages.ProgressChanged(RED, ONCE + 1, ONCE + 1))
        self.now.follow(self.row(ONCE + 1, LEAP))
        self.is_told("a message")
        self.assertEqual(self.own(), [(None, ACCEPTED), (None, FAILED)])
        first, _ = [entry for entry in self.now.entries() if entry.own]
        self.assertIs(progress(self.now.room(), first), Progress.ACCEPTED)

    def test_nothing_was_lost(self) -> None:
        """Numbers leap after a kill, too."""
        self.say(BIRTH + 2)
        self.comes_back(self.row(ONCE + 1, (BIRTH + 3, ONCE)))
        self.say(ONCE + 2)
        self.comes_back(self.row(ONCE + 2, (BIRTH + 3, ONCE)))
        self.assertEqual(self.own(), [(BIRTH + 2, ACCEPTED), (ONCE + 2, ACCEPTED)])
        self.assertEqual(self.notices(), [])

    def test_what_one_said_at_another_device(self) -> None:
        """Each device marks it: the other one may never come again."""
        self.now.received(said(BIRTH + 2, sender="alice"))
        self.now.turn()
        self.comes_back(self.row(ONCE + 1, LEAP))
        self.is_told("a message")
        self.assertEqual(self.own(), [(None, FAILED)])

    def test_twice(self) -> None:
        """What was said in between, and never fetched, is noticed as well."""
        self.say(BIRTH + 2)
        self.comes_back(self.row(BIRTH + 1))
        self.say(ONCE + 1)
        self.comes_back(self.row(BIRTH + 1))
        self.assertEqual(self.own(), [(None, FAILED)] * 2)
        self.say(TWICE + 1)
        self.comes_back(self.row(TWICE + 2, (BIRTH + 2, TWICE)))
        self.assertEqual(self.own(), [(None, FAILED)] * 2 + [(TWICE + 1, ACCEPTED)])
        self.assertEqual(len(self.notices()), 2)

    def test_in_a_room_of_the_same_name(self) -> None:
        """What was said in another one is not touched."""
        self.say(BIRTH + 2)
        self.comes_back(self.row(ONCE + 1), row(BLUE, acked=1, last=1, leaps=[LEAP]))
        self.assertEqual(self.own(), [(BIRTH + 2, ACCEPTED)])

    def bob(self) -> Conversation:
        return self.now.model.open(Kind.PERSON, "bob")

    def said_to_bob(self) -> None:
        """The first words, which an older state has nothing of."""
        self.now.say("bob", "psst")
        self.now.turn()
        self.now.wire.answer(messages.OpenPair, messages.PairOpened("bob", BLUE))
        self.now.turn()
        sent = self.now.wire.answer(
            messages.Direct, messages.Accepted(BIRTH + 1, NOON, conversation=BLUE)
        )
        self.assertEqual(sent.text, "psst")
        self.now.turn()

    def test_a_pair_that_is_not_there(self) -> None:
        self.said_to_bob()
        self.comes_back(self.row(BIRTH + 1))
        self.now.wire.answer(messages.OpenPair, messages.PairOpened("bob", BLUE))
        self.is_told("a message", self.bob())
        self.assertEqual(self.own(self.bob()), [(None, FAILED)])
        self.comes_back(self.row(BIRTH + 1))
        self.assertEqual(self.now.asked(messages.OpenPair), [])

    def test_somebody_who_is_gone(self) -> None:
        self.said_to_bob()
        self.comes_back(self.row(BIRTH + 1))
        self.now.wire.refuse(messages.OpenPair, Code.NO_SUCH_NICK)
        self.assertEqual(self.own(self.bob()), [(BIRTH + 1, ACCEPTED)])
        self.assertEqual(self.notices(self.bob()), [])

    def test_a_pair_that_was_closed(self) -> None:
        """It is listed again, with what is lost."""
        self.said_to_bob()
        self.now.model.roster.close(self.bob())
        pair = row(BLUE, kind=1, name="bob", acked=ONCE + 1, last=ONCE + 1, leaps=[(1, ONCE)])
        self.comes_back(self.row(BIRTH + 1), pair)
        place = self.now.model.roster.find(Kind.PERSON, "bob")
        assert place is not None
        self.is_told("a message", place)


class OwnTest(WireCase):
    def test_ones_own_are_not_missing(self) -> None:
        """A gap is as long as what others said there."""
        self.now.online()
        for number in (1, 2):
            self.now.say("#red", "own")
            self.now.turn()
            taken = messages.Accepted(BIRTH + number + 1, NOON, conversation=RED)
            self.now.wire.answer(messages.Say, taken)
        self.now.turn()
        self.now.lose()
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 3))
        gap = messages.Missing(BIRTH + 1, BIRTH + 3, GapReason.LIMIT)
        self.now.wire.answer(messages.Fetch, page(gap, upto=BIRTH + 3))
        self.now.turn()
        self.assertEqual(self.gaps(), ["1 message missing: too many waited"])

    def test_what_is_known_is_not_missing(self) -> None:
        """A gap that begins before what was taken already."""
        self.now.online()
        self.now.received(said(BIRTH + 1))
        self.now.lose()
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 4))
        gap = messages.Missing(BIRTH + 1, BIRTH + 3, GapReason.LIMIT)
        answer = page(gap, said(BIRTH + 4), upto=BIRTH + 4)
        self.now.wire.answer(messages.Fetch, answer)
        self.now.turn()
        self.assertEqual(self.gaps(), ["2 messages missing: too many waited"])

    def gaps(self) -> list[str]:
        """What is missing in the room."""
        timeline = self.now.room().timeline
        return [one.text for _, one in timeline.backwards() if one.kind is EntryKind.GAP]
