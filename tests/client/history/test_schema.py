"""A history of the first version becomes one of this, with all that it holds."""

from __future__ import annotations

from contextlib import closing

from client.history import schema
from client.history.database import connect
from client.model.entry import Delivery

from .history_case import KEY, HistoryCase, past


class FirstVersion(HistoryCase):
    """Made by the statements of that time."""

    def setUp(self) -> None:
        super().setUp()
        before = [
            self.patch(schema, "VERSION", 1),
            self.patch(schema, "_VERSIONS", schema._VERSIONS[:1]),
        ]
        with closing(connect(self.home, KEY)) as connection:
            connection.execute(
                "INSERT INTO conversation (id, kind, name, key, unread) "
                "VALUES (1, 'room', 'Red', 'red', 3)"
            )
            for row, text, delivery in ((1, "the kettle", None), (2, "mine", "waiting")):
                connection.execute(
                    "INSERT INTO entry VALUES (?, 1, ?, 5, 'said', 'bob', ?, 0, 0, ?, '')",
                    (row, row, text, delivery),
                )
                connection.execute(
                    "INSERT INTO entry_words (rowid, text, marks) VALUES (?, ?, 'c1 f626f62')",
                    (row, text),
                )
        for patcher in before:
            patcher.restore()

    def test_all_of_it_is_there(self) -> None:
        now = self.run_once()
        self.assertEqual(now.told, [])
        self.assertEqual(now.room().unread, 3)
        self.assertEqual(past(now.room()), ["the kettle", "mine"])
        self.assertEqual(self.found(now, "kettle in:#red from:bob"), ["the kettle"])
        mine = now.room().timeline[-1]
        self.assertEqual(mine.delivery, Delivery.FAILED)
        self.assertIn("may not have arrived", mine.failure)
        now.hears("later", 9)
        now.end()
        later = self.run_once()
        self.assertEqual(past(later.room()), ["the kettle", "mine", "later"])
        later.end()
