"""Replies as rows: what they hold, and how many fit one message of the native protocol."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.services.fields import fields_of
from chatd.services.reply import MAX_REPLY, ReplyTooLongError, rows
from chatd.wire import messages
from chatd.wire.codec import encode_struct


@dataclass
class Book:
    """One field of each kind."""

    title: str = field(metadata={"meaning": "its title"})
    pages: int = field(metadata={"meaning": "how many"})
    lent: bool = field(metadata={"meaning": "whether somebody has it"})


FIELDS = fields_of(Book)
BOOKS = st.builds(
    Book,
    st.text(max_size=500),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
)


class Rows(SynchronousTestCase):
    def test_order(self) -> None:
        """Rows as they were answered, fields as they were declared."""
        found = rows(Book, FIELDS, [Book("Emma", 474, False), Book("Nostromo", 466, True)])
        self.assertEqual([list(row) for row in found], [["title", "pages", "lent"]] * 2)
        self.assertEqual([row["title"] for row in found], ["Emma", "Nostromo"])

    @given(st.lists(BOOKS, max_size=50))
    def test_carried(self, books: list[Book]) -> None:
        """What is not too long is no longer than it was counted."""
        try:
            found = rows(Book, FIELDS, books)
        except ReplyTooLongError:
            return
        reply = messages.ServiceReply([dict(row) for row in found])
        self.assertLessEqual(len(encode_struct(reply)), MAX_REPLY + 16)
        self.assertEqual(reply.rows, [asdict(book) for book in books])

    def test_too_long(self) -> None:
        """By one text or by many rows."""
        self.assertRaises(ReplyTooLongError, rows, Book, FIELDS, Book("x" * MAX_REPLY, 1, True))
        many = [Book("é" * 100, 1, True)] * 1000
        self.assertRaises(ReplyTooLongError, rows, Book, FIELDS, many)
