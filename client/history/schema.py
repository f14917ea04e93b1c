"""The tables of a history, and their version (``PRAGMA user_version``).

A conversation is known by its kind and its folded name, an entry by its row: rows grow in the order
in which entries were shown. ``number`` is the server's id of a message, which a conversation holds
once. The index has no copy of the texts; beside their words it holds marks for who said it and
where, so that a search for a common word in one room does not walk through all the others.
"""

from __future__ import annotations

from typing import Any

from .errors import NewerHistory

VERSION = 1

_TABLES = (
    """
    CREATE TABLE conversation (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        open INTEGER NOT NULL DEFAULT 1,
        unread INTEGER NOT NULL DEFAULT 0,
        mentions INTEGER NOT NULL DEFAULT 0,
        first_unread INTEGER,
        UNIQUE (kind, key)
    ) STRICT
    """,
    """
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY,
        conversation INTEGER NOT NULL REFERENCES conversation,
        number INTEGER,
        time INTEGER NOT NULL,
        kind TEXT NOT NULL,
        sender TEXT NOT NULL,
        text TEXT NOT NULL,
        own INTEGER NOT NULL,
        mention INTEGER NOT NULL,
        delivery TEXT,
        failure TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX entry_place ON entry (conversation, id)",
    "CREATE UNIQUE INDEX entry_number ON entry (conversation, number) WHERE number IS NOT NULL",
    """
    CREATE VIRTUAL TABLE entry_words USING fts5 (
        text, marks, content='', contentless_delete=1, tokenize='ascii', prefix='2 3'
    )
    """,
)


def prepare(connection: Any) -> None:
    """Make the tables where there are none.

    :raises NewerHistory: they are those of a later program.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise NewerHistory(
            "the history of this profile is from a newer chatc, so this one neither shows it nor "
            "adds to it: install the newer one"
        )
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        connection.execute(table)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
