"""What lasts comes out of the history in the order of its numbers, in whichever order it came."""

from __future__ import annotations

from itertools import chain

from chatd.domain.commands import Style
from chatd.wire import messages
from client.history.excerpt import MOST_LINES, Wanted, read_page
from client.history.recorder import PAGE
from client.model import events
from client.model.conversation import Kind
from client.model.entry import Delivery
from client.model.outbox import Outgoing

from .history_case import KEY, MINUTE, HistoryCase, Run, past, texts

STREAM = b"s" * 16


class Talk(Run):
    """In a room that lasts."""

    def says(self, text: str) -> Outgoing:
        """Alice types a line."""
        return self.model.echo(self.model.open(Kind.ROOM, "red"), text, Style.SAID, 0)

    def takes(self, outgoing: Outgoing, number: int) -> None:
        """The server takes one."""
        self.model.accepted(outgoing, number, number * MINUTE, in_order=True)

    def tells(self, *numbers: int) -> None:
        """Somebody has said something."""
        for number in numbers:
            said = messages.RoomSaid("red", "bob", f"tea {number}", 0, number, 0, STREAM)
            events.apply(self.model, said, 0)


class OrderTest(HistoryCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = Talk(self.home)

    def again(self) -> list[str]:
        """End this run, and begin another.

        :return: what it has from before.
        """
        self.now.end()
        self.now = Talk(self.home)
        return past(self.now.room())

    def tearDown(self) -> None:
        self.now.end()

    def test_as_it_was_shown(self) -> None:
        """What waited, and what was said before it and told after."""
        self.now.tells(1)
        mine, later = self.now.says("mine"), self.now.says("later")
        self.now.turn()
        self.now.tells(2)
        self.now.takes(mine, 5)
        self.now.turn()
        self.now.tells(3, 4)
        self.now.takes(later, 6)
        self.now.tells(7)
        shown = ["tea 1", "tea 2", "tea 3", "tea 4", "mine", "later", "tea 7"]
        self.assertEqual(texts(self.now.room()), shown)
        self.assertEqual(self.again(), shown)

    def test_it_goes_on_in_the_next_run(self) -> None:
        """A line that was taken before many others were fetched, over pages."""
        self.now.takes(self.now.says("mine"), 3 * PAGE)
        self.assertEqual(self.again(), ["mine"])
        self.now.tells(*range(1, 3 * PAGE))
        self.now.tells(3 * PAGE + 1)
        numbers = [*range(1, 3 * PAGE), 3 * PAGE + 1]
        shown = [f"tea {number}" for number in numbers]
        shown.insert(-1, "mine")
        self.assertEqual(texts(self.now.room()), shown)
        self.assertEqual(self.again(), shown)

    def test_what_failed_is_where_it_was_typed(self) -> None:
        self.now.tells(1)
        failed = self.now.says("mine")
        self.now.tells(2)
        self.now.model.failed(failed, "no")
        self.now.tells(3)
        self.assertEqual(self.again(), ["tea 1", "tea 2", "mine", "tea 3"])
        self.now.says("may have arrived")
        self.assertEqual(self.again()[-1], "may have arrived")
        self.assertEqual(self.now.room().timeline[-1].delivery, Delivery.FAILED)
        self.now.tells(4)
        self.assertEqual(self.again()[-1], "tea 4")

    def test_for_scripts(self) -> None:
        """``chatc history``, from both ends, in one room and in all, and what a search finds."""
        last = 2 * MOST_LINES
        mine = self.now.says("tea mine")
        self.now.takes(mine, last)
        self.now.tells(*range(1, last), last + 1)
        self.now.turn()
        for place in ("", "#red"):
            newest_first = self.pages(Wanted(place=place))
            self.assertEqual(list(chain(*newest_first)), list(range(last + 1, 0, -1)))
            oldest_first = self.pages(Wanted(place=place, oldest_first=True))
            self.assertEqual(list(chain(*oldest_first)), list(range(1, last + 2)))
        found = self.pages(Wanted("tea"))
        self.assertEqual(found, [sorted(page, reverse=True) for page in found])
        self.assertEqual(sorted(chain(*found)), list(range(1, last + 2)))

    def pages(self, wanted: Wanted) -> list[list[int]]:
        """The numbers of all there is, page by page."""
        found: list[list[int]] = []
        row, more = 0, True
        while more:
            asked = Wanted(wanted.search, wanted.place, 0, wanted.oldest_first, row)
            page = read_page(self.home, KEY, asked)
            found.append([line.id for line in page.lines])
            row, more = page.row, page.more and bool(page.lines)
        return found
