"""What lasts stands in the server's order, whatever is typed, accepted and told in whichever order;
whoever points at a line keeps pointing at it."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from chatd.domain.commands import Style
from chatd.wire import messages
from client.model.conversation import Conversation
from client.model.entry import Delivery, Entry, EntryKind
from client.model.outbox import Outgoing

from .lasting_case import STREAM, LastingCase
from .model_case import texts


class OrderTest(LastingCase):
    def typed(self, text: str) -> Outgoing:
        """Alice types a line."""
        return self.model.echo(self.red, text, Style.SAID, 1)

    def test_what_waits_stands_below_what_comes(self) -> None:
        mine = self.typed("mine")
        self.say("bob", "first", 1)
        self.assertEqual(texts(self.red), ["first", "mine"])
        self.model.accepted(mine, 2, 9, in_order=True)
        self.say("bob", "last", 3)
        self.assertEqual(texts(self.red), ["first", "mine", "last"])

    def test_it_was_accepted_before_what_stands_above_it(self) -> None:
        mine = self.typed("mine")
        self.say("bob", "second", 2)
        self.say("bob", "third", 3)
        self.model.accepted(mine, 1, 9, in_order=True)
        self.assertEqual(texts(self.red), ["mine", "second", "third"])
        self.assertEqual(self.red.first_unread, 1)
        (place,) = mine.places
        self.assertEqual(place.serial, 0)

    def test_what_was_said_before_is_told_later(self) -> None:
        mine, later = self.typed("mine"), self.typed("later")
        self.model.accepted(mine, 3, 9, in_order=True)
        for number in (1, 2):
            self.say("bob", f"number {number}", number)
        self.assertEqual(texts(self.red), ["number 1", "number 2", "mine", "later"])
        self.assertEqual(self.red.first_unread, 0)
        self.model.accepted(later, 4, 9, in_order=True)
        self.assertEqual(texts(self.red), ["number 1", "number 2", "mine", "later"])

    def test_what_failed_stays_until_it_waits_again(self) -> None:
        first, second = self.typed("first"), self.typed("second")
        self.model.failed(first, "no")
        self.assertEqual(texts(self.red), ["first", "second"])
        self.model.waiting(first)
        self.model.waiting(second, "the server is busy; trying again")
        self.assertEqual(texts(self.red), ["second", "first"])

    def test_words_about_it_stay(self) -> None:
        self.say("bob", "hello", 1)
        mine = self.typed("mine")
        self.model.note("help", 2, self.red)
        self.model.accepted(mine, 2, 9, in_order=True)
        self.assertEqual(texts(self.red), ["hello", "mine", "help"])

    def test_where_nothing_lasts_lines_stay_as_they_came(self) -> None:
        mine = self.typed("mine")
        self.say("bob", "hello", 7, stream=b"")
        self.model.accepted(mine, 5, 9)
        self.say("bob", "bye", 6, stream=b"")
        self.assertEqual(texts(self.red), ["mine", "hello", "bye"])

    @given(st.lists(st.sampled_from(["type", "hear", "take", "accept", "tell", "note", "fail"])))
    def test_any_interleaving(self, steps: list[str]) -> None:
        self.setUp()
        Talk(self).go(steps)


class Talk:
    """A server that gives numbers to what alice and bob say, and tells her of her own by answers
    and of bob's by events, each in order and one independent of the other."""

    def __init__(self, case: OrderTest) -> None:
        self._case = case
        self._red: Conversation = case.red
        self._sent: deque[tuple[str, Outgoing]] = deque()
        self._accepted: deque[tuple[int, str, Outgoing]] = deque()
        self._said: deque[int] = deque()
        self._lines: dict[str, Outgoing] = {}
        self._number = self._others = 0
        self._shown: dict[int, str] = {}

    def go(self, steps: list[str]) -> None:
        """Do it all, then what is left to be told."""
        for step in steps:
            getattr(self, f"_{step}")()
            self._check()
        for left in (self._take, self._accept, self._tell):
            for _ in steps:
                left()
                self._check()
        self._case.assertEqual(len(self._red.timeline), len(self._shown) + self._others)

    # ------------------------------------------------------------ what may happen

    def _type(self) -> None:
        text = f"mine {len(self._lines)}"
        self._lines[text] = self._case.typed(text)
        self._sent.append((text, self._lines[text]))

    def _hear(self) -> None:
        self._number += 1
        self._said.append(self._number)

    def _take(self) -> None:
        if self._sent:
            self._number += 1
            self._accepted.append((self._number, *self._sent.popleft()))

    def _accept(self) -> None:
        if self._accepted:
            number, text, outgoing = self._accepted.popleft()
            self._case.model.accepted(outgoing, number, 9, in_order=True)
            self._shown[number] = text

    def _tell(self) -> None:
        if self._said:
            number = self._said.popleft()
            self._shown[number] = f"bob's {number}"
            self._case.tell(
                messages.RoomSaid("red", "bob", self._shown[number], 0, number, 3, STREAM)
            )

    def _note(self) -> None:
        self._others += 1
        self._case.model.note("help", 3, self._red)

    def _fail(self) -> None:
        if self._sent:
            self._others += 1
            self._case.model.failed(self._sent.popleft()[1], "no")

    # ------------------------------------------------------------ what holds all the time

    def _check(self) -> None:
        case, timeline = self._case, self._red.timeline
        entries = [timeline[serial] for serial in range(timeline.first, timeline.end)]
        numbered = {one.number: one.text for one in entries if one.number is not None}
        case.assertEqual(list(numbered.items()), sorted(self._shown.items()))
        waiting = [one.delivery is Delivery.WAITING for one in entries]
        below = entries[waiting.index(True) :] if True in waiting else []
        case.assertEqual([one for one in below if one.number is not None], [])
        for text, outgoing in self._lines.items():
            case.assertEqual([timeline[place.serial].text for place in outgoing.places], [text])
        found = [timeline[timeline.find(number) or 0].id for number in numbered]
        case.assertEqual(found, list(numbered))
        first, bobs = self._red.first_unread, [one for one in entries if one.sender == "bob"]
        case.assertEqual(bobs[:1], [] if first is None else [timeline[first]])
        case.assertEqual(self._red.unread, len(bobs))
        case.assertEqual(self._kept(), list(numbered.values()))

    def _kept(self) -> list[str]:
        """Those with numbers as the next run will have them."""
        kept = [one for _, one in self._case.pages.kept if one.number is not None]
        return [one.text for one in sorted(kept, key=_stand)]


def _stand(entry: Entry) -> tuple[int, int]:
    assert entry.kind is EntryKind.SAID and entry.id is not None
    return entry.at, entry.id
