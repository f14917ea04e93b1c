"""The tables of a history, and their version (``PRAGMA user_version``).

A conversation is known by its kind and its folded name, an entry by its row: rows grow as entries
come. An entry stands where ``at`` says, among those of one ``at`` where its number says: it is its
own row but for what waits to be sent (below everything), what has waited, and what came later than
what stands below it. ``number`` is the server's id of a message, which a conversation holds once;
where ``in_order``, it is the one of a conversation that lasts. The index has no copy of the texts;
beside their words it holds marks for who said it and where, so that a search for a common word in
one room does not walk through all the others.

A ``stream`` is a conversation that lasts, by the server's id; ``conversation.stream`` names the one
that is shown there now, and ``conversation.inside`` tells whether one was a member of that room, as
far as this device knows. ``unsent`` is the outbox: what the server has not taken yet. ``early``
holds what was done to messages that are not here yet, ``letter`` what came into the device's
mailbox and is for a later program.
"""

from __future__ import annotations

from typing import Any

from .errors import NewerHistory

#: What makes each version out of the one before.
_FIRST = (
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


_DELIVERY = (
    "ALTER TABLE conversation ADD COLUMN stream BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE entry ADD COLUMN relation INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN ref INTEGER",
    "ALTER TABLE entry ADD COLUMN edited INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN reactions TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX entry_waiting ON entry (id) WHERE delivery = 'waiting'",
    """
    CREATE TABLE stream (
        id BLOB PRIMARY KEY,
        position INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        said INTEGER NOT NULL,
        read INTEGER NOT NULL,
        delivered INTEGER NOT NULL,
        seen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE unsent (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        stream BLOB,
        time INTEGER NOT NULL,
        style INTEGER NOT NULL,
        text TEXT NOT NULL,
        relation INTEGER NOT NULL,
        ref INTEGER,
        entry INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE TABLE outbox (epoch INTEGER NOT NULL) STRICT",
    "INSERT INTO outbox VALUES (0)",
    """
    CREATE TABLE letter (
        number INTEGER PRIMARY KEY,
        sender TEXT NOT NULL,
        device BLOB NOT NULL,
        time INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT
    """,
)
_MEMBERSHIP = ("ALTER TABLE conversation ADD COLUMN inside INTEGER NOT NULL DEFAULT 0",)
_CHANGES = (
    "ALTER TABLE entry ADD COLUMN rewritten INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN reacted INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversation ADD COLUMN looked INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN alone INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entry ADD COLUMN in_order INTEGER NOT NULL DEFAULT 0",
    "UPDATE entry SET at = iif(delivery = 'waiting', 1 << 62, id)",
    "DROP INDEX entry_place",
    "CREATE INDEX entry_place ON entry (conversation, at, number)",
    "CREATE INDEX entry_at ON entry (at, number)",
    """
    CREATE TABLE early (
        stream BLOB NOT NULL,
        number INTEGER NOT NULL,
        time INTEGER NOT NULL,
        relation INTEGER NOT NULL,
        ref INTEGER NOT NULL,
        sender TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (stream, number)
    ) STRICT, WITHOUT ROWID
    """,
)
_VERSIONS = (_FIRST, _DELIVERY, _MEMBERSHIP, _CHANGES)

VERSION = len(_VERSIONS)


def prepare(connection: Any) -> None:
    """Make the tables where there are none, or those of this version out of an earlier one's.

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
    for statements in _VERSIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
