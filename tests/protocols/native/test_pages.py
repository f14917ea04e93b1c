"""Pages of what was said fit into one message, whatever their names, styles and bodies are, and a
sealed message that fits into a request fits into what others are told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain import events, results
from chatd.domain.answer import FETCH_COUNT, FETCH_SIZE, LEAP_SIZE, ROW_SIZE, cut, fitting
from chatd.domain.commands import Relation, Style
from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.limits import Limits
from chatd.domain.message import Followed, Gap, OpenBody, Page, StoredMessage
from chatd.errors import Code
from chatd.protocols.native.door import NativeDoor
from chatd.protocols.native.results import RESULTS, Done
from chatd.wire import messages as m
from chatd.wire.codec import decode_struct, encode
from chatd.wire.records import MAX_MESSAGE
from tests.protocols.native.case import AccountCase

#: What a server can be told to allow at most: bytes of a message, characters of a name.
LONGEST, NAME = 31_000, 255
#: Characters of four bytes.
LONG_NAME = "\N{GRINNING FACE}" * NAME
LATIN = "\xe9" * LONGEST  # as long as it can come, of bytes that were not UTF-8: twice as long here

_ID, _HIGHEST = b"\xff" * 16, 2**63 - 1


def told(
    stored: StoredMessage | Gap, room: str
) -> events.RoomSaid | events.SealedSaid | results.Missing:
    """As the hub tells it."""
    if isinstance(stored, Gap):
        return results.Missing(stored.first, stored.last, stored.reason)
    if stored.sealed:
        return events.SealedSaid(
            _ID, room, stored.sender, "", _ID, stored.number, stored.time, stored.body, stored.part
        )
    body = OpenBody.unpack(stored.body)
    return events.RoomSaid(
        *(room, stored.sender, body.text, body.style, stored.number, stored.time),
        conversation=_ID,
        relation=body.relation,
        ref=body.ref,
    )


def opened(text: str, sender: str = LONG_NAME, origin: bytes = b"") -> StoredMessage:
    body = OpenBody(text, Style.ACTION, Relation.REPLY, _HIGHEST, origin).pack()
    return StoredMessage(_HIGHEST, _ID, sender, _ID, _HIGHEST, False, body)


def sealed(body: int, part: int, sender: str = LONG_NAME) -> StoredMessage:
    return StoredMessage(_HIGHEST, _ID, sender, _ID, _HIGHEST, True, b"\xff" * body, b"\xff" * part)


def status(result: results.Result) -> bytes:
    """A request's answer, as it is sent."""
    return encode(Done(2**32 - 1, 0, "", 0.0, RESULTS[type(result)](result)))


def fetched(page: Page, room: str) -> bytes:
    """The answer that has as much of a page as goes into it."""
    page = cut(replace(page, name=room), "anna")
    items = tuple(told(item, room) for item in page.items)
    return status(results.FetchPage(items, page.upto, page.more))


_NAMES = st.integers(0, NAME).map(lambda count: LONG_NAME[:count])
_STORED = st.one_of(
    st.builds(opened, st.integers(0, LONGEST).map(lambda size: "x" * size), _NAMES),
    st.builds(sealed, st.integers(0, LONGEST), st.integers(0, LONGEST), _NAMES),
    st.just(Gap(_HIGHEST, _HIGHEST, GapReason.NO_PART)),
)


class Fetched(SynchronousTestCase):
    @settings(max_examples=50, deadline=None)
    @given(st.lists(_STORED, max_size=20), _NAMES)
    def test_any(self, items: list[StoredMessage | Gap], room: str) -> None:
        fetched(Page(tuple(items), _HIGHEST, True), room)

    def test_many_small_ones(self) -> None:
        """What the store gives at once at most, under the longest names, and under usual ones."""
        for body, names in ((1, LONG_NAME), (FETCH_SIZE // FETCH_COUNT, "anna")):
            stored = tuple(opened("x" * body, names) for _ in range(FETCH_COUNT))
            fetched(Page(stored, _HIGHEST, False), names)

    def test_the_largest_alone(self) -> None:
        largest = (opened(LATIN), opened(LATIN, origin=LATIN.encode("latin-1")))
        for one in (*largest, sealed(LONGEST, LONGEST)):
            fetched(Page((one, one), _HIGHEST, False), LONG_NAME)

    def test_a_row_is_no_longer_than_it_is_said_to_be(self) -> None:
        for stored in (opened(""), sealed(0, 0), Gap(_HIGHEST, _HIGHEST, GapReason.NO_PART)):
            alone = results.FetchPage((told(stored, ""),), 0, False)
            names = len(LONG_NAME.encode()) if isinstance(stored, StoredMessage) else 0
            nothing = status(results.FetchPage((), 0, False))
            # Lengths of two bytes more for what is long.
            self.assertLess(len(status(alone)) - len(nothing) - names + 6, ROW_SIZE)

    def test_nor_is_a_conversation(self) -> None:
        leaps = ((_HIGHEST, _HIGHEST),) * 16
        row = Followed(
            *(_ID, ConversationKind.PAIR, LONG_NAME, True, _HIGHEST, _HIGHEST, _HIGHEST),
            left=True,
            leaps=leaps,
        )
        nothing = status(results.FollowPage((), False, 0))
        size = len(status(results.FollowPage((row,), False, 0))) - len(nothing)
        around = len(LONG_NAME.encode()) + len(leaps) * LEAP_SIZE
        self.assertLess(size - around + 6, ROW_SIZE)


class Told(AccountCase):
    """Through hub and store: names of few letters can have many bytes."""

    limits = Limits(nick=NAME, rate_count=0)

    def test_what_waits_in_a_pair(self) -> None:
        alice = self.people.member("\N{CJK UNIFIED IDEOGRAPH-540D}" * 254)
        bob = self.people.member("b" * 255)
        alice.caller.send(m.Logout(1))
        handle = alice.me.handle
        for number in range(150):
            bob.caller.send(m.Direct(number, handle, "x"))
        alice.by_token()
        status = alice.ask(m.Follow(1))
        rows = decode_struct(status.result, m.FollowPage, Code.INTERNAL).rows
        (row,) = (one for one in rows if one.last > one.acked)
        after, items = row.acked, 0
        while after < row.last:
            status = alice.ask(m.Fetch(2, row.conversation, after))
            self.assertEqual(status.code, 0)
            page = decode_struct(status.result, m.FetchPage, Code.INTERNAL)
            after, items = page.upto, items + len(page.items)
        self.assertEqual(items, 150)


class OtherPages(SynchronousTestCase):
    def test_the_longest_names(self) -> None:
        row = Followed(
            *(_ID, ConversationKind.ROOM, LONG_NAME, True, _HIGHEST, _HIGHEST, _HIGHEST), left=True
        )
        count = fitting([len(LONG_NAME.encode())] * 200)
        self.assertGreater(count, 50)
        status(results.FollowPage((row,) * count, True, _HIGHEST))

    def test_receipts(self) -> None:
        row = results.ReceiptRow(LONG_NAME, _HIGHEST, _HIGHEST)
        count = fitting([len(LONG_NAME.encode())] * 200)
        status(results.ReceiptPage((row,) * count, True))


class Sealed(SynchronousTestCase):
    def test_the_largest_fits_both_ways(self) -> None:
        body, part = b"\xff" * LONGEST, b"\xff" * LONGEST
        request = m.SaySealed(2**32 - 1, _ID, _HIGHEST, _HIGHEST, body, LONG_NAME, "", {_ID: part})
        self.assertLessEqual(len(encode(request)), 2 + MAX_MESSAGE)
        NativeDoor().encode(
            events.SealedSaid(_ID, LONG_NAME, LONG_NAME, "", _ID, _HIGHEST, _HIGHEST, body, part)
        )

    def test_a_letter(self) -> None:
        NativeDoor().encode(events.MailCame(_HIGHEST, LONG_NAME, _ID, _HIGHEST, b"\xff" * LONGEST))
