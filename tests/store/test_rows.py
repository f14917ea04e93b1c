"""Many rows at once, straight to the driver: the same as one by one."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, select, tuple_, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from twisted.trial.unittest import SynchronousTestCase

from chatd.store.engine import make_engine, parse
from chatd.store.rows import AMONG, find_rows, insert_rows, update_rows

_metadata = MetaData()
_words = Table(
    "words", _metadata, Column("id", Integer, primary_key=True), Column("word", Text, unique=True)
)
_ONE = select(_words.c.word).where(
    _words.c.id < 100, _words.c.id.in_(bindparam(AMONG, expanding=True)), _words.c.word != "b"
)
_PAIR = select(_words.c.id).where(
    tuple_(_words.c.id, _words.c.word).in_(bindparam(AMONG, expanding=True))
)
_CHANGE = (
    update(_words)
    .where(_words.c.id == bindparam("which"), _words.c.word != "b")
    .values(word=bindparam("to"))
)


class Rows(SynchronousTestCase):
    def setUp(self) -> None:
        engine = make_engine(parse(f"sqlite:///{self.mktemp()}"))
        self.addCleanup(engine.dispose)
        self.connection = engine.connect()
        self.addCleanup(self.connection.close)
        _metadata.create_all(self.connection)
        insert_rows(self.connection, _words, list(enumerate("abcdefgh")))

    def words(self) -> str:
        found = self.connection.execute(select(_words.c.word).order_by(_words.c.id))
        return "".join(found.scalars())

    def test_found_by_any_number_of_values(self) -> None:
        for count in range(9):
            found = find_rows(self.connection, _ONE, range(count))
            self.assertEqual(sorted(found), [(one,) for one in "abcdefgh"[:count] if one != "b"])

    def test_found_by_pairs(self) -> None:
        pairs = [(0, "a"), (1, "x"), (2, "c"), (9, "a"), (7, "h")]
        self.assertEqual(sorted(find_rows(self.connection, _PAIR, pairs)), [(0,), (2,), (7,)])

    def test_nothing_asked(self) -> None:
        self.assertEqual(find_rows(self.connection, _ONE, []), [])
        self.assertEqual(update_rows(self.connection, _CHANGE, []), 0)
        insert_rows(self.connection, _words, [])
        self.assertEqual(self.words(), "abcdefgh")

    def test_how_many_were_changed(self) -> None:
        rows = [{"which": number, "to": f"{number}"} for number in (0, 1, 2, 9)]
        self.assertEqual(update_rows(self.connection, _CHANGE, rows), 2)
        self.assertEqual(self.words(), "0b2defgh")

    def test_what_the_driver_raises_shows_no_values(self) -> None:
        with self.assertRaises(DBAPIError) as caught:
            insert_rows(self.connection, _words, [(8, "secret"), (9, "secret")])
        self.assertNotIn("secret", str(caught.exception))
        self.assertFalse(caught.exception.connection_invalidated)
        self.assertEqual(type(caught.exception.orig).__name__, IntegrityError.__name__)
