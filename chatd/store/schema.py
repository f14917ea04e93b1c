"""The tables, as the newest migration leaves them (a test compares the two).

Ids, keys and hashes are bytes, times are milliseconds since the epoch (UTC). Of a one-time ID or a
token only the SHA-256 is kept. Text that is sorted has the collation C on PostgreSQL, so that both
databases agree on the order.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
)

SORTED_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


class Bytes(LargeBinary):
    """As they are, the drivers take them. SQLAlchemy would wrap each value first, which costs as
    much as storing it."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        """None is needed."""


metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "uq": "%(table_name)s_unique_%(column_0_N_name)s",
        "fk": "%(table_name)s_of_%(column_0_name)s",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

#: ``folded``: the handle as it is unique (:func:`chatd.domain.names.fold`). ``seen``: when it
#: was here last: when it came, then when the last of its sessions ended; ``hides_seen``: nobody is
#: told.
accounts = Table(
    "accounts",
    metadata,
    Column("id", Bytes, primary_key=True),
    Column("folded", SORTED_TEXT, nullable=False, unique=True),
    Column("handle", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("role", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("password", Text, nullable=False),
    Column("root", Bytes, nullable=False),
    Column("seen", BigInteger, nullable=False, server_default="0"),
    Column("hides_seen", Boolean, nullable=False, server_default=false()),
)

#: Handles of removed accounts, folded: never given out again.
tombstones = Table("tombstones", metadata, Column("folded", SORTED_TEXT, primary_key=True))

#: ``generation``: the store's, when the device last signed in (see ``generation.py``).
devices = Table(
    "devices",
    metadata,
    Column("id", Bytes, primary_key=True),
    Column(
        "account",
        Bytes,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("key", Bytes, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("record", Bytes, nullable=False),
    Column("signature", Bytes, nullable=False),
    Column("proof", Bytes, nullable=False),
    Column("enrolment", Bytes, nullable=False),
    Column("generation", BigInteger, nullable=False),
)

#: What a device signs in with; ``serial`` grows within a device. All of a device's rows are good.
tokens = Table(
    "tokens",
    metadata,
    Column("hash", Bytes, primary_key=True),
    Column("device", Bytes, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    UniqueConstraint("device", "serial"),
)
Index(
    "tokens_confirmed",
    tokens.c.device,
    unique=True,
    sqlite_where=tokens.c.confirmed,
    postgresql_where=tokens.c.confirmed,
)

#: One-time IDs. ``key``: of the device that used it, b"" before; ``settled``: that device has
#: confirmed a token since, or lost its place: now not even this key may use it again.
enrolments = Table(
    "enrolments",
    metadata,
    Column("hash", Bytes, primary_key=True),
    Column(
        "account",
        Bytes,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("by_admin", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("key", Bytes, nullable=False, index=True),
    Column("settled", Boolean, nullable=False),
)

#: Who has blocked whom.
blocks = Table(
    "blocks",
    metadata,
    Column("account", Bytes, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "blocked",
        Bytes,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

#: Rooms, pairs, mailboxes (:mod:`chatd.domain.conversation`); a mailbox has its device's id.
#: ``name``: a room's, also after the room has ended; of a pair the ids and handles of both, in the
#: order of the ids, b"" and "" for the others. ``last``: the last number given.
conversations = Table(
    "conversations",
    metadata,
    Column("id", Bytes, primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("one", Bytes, nullable=False, index=True),
    Column("one_handle", Text, nullable=False),
    Column("other", Bytes, nullable=False, index=True),
    Column("other_handle", Text, nullable=False),
    Column("last", BigInteger, nullable=False),
)

#: Rooms that there are. ``retention``: seconds for which a message is kept though everybody has it.
rooms = Table(
    "rooms",
    metadata,
    Column(
        "conversation",
        Bytes,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("folded", SORTED_TEXT, nullable=False, unique=True),
    Column("topic", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("retention", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
)

#: ``place`` grows within a room, in the order of coming.
members = Table(
    "members",
    metadata,
    Column(
        "room",
        Bytes,
        ForeignKey("rooms.conversation", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "account",
        Bytes,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("standing", SmallInteger, nullable=False),
    Column("place", BigInteger, nullable=False),
)

#: ``account``: b"" for a guest; ``networks``: where that was, one a line; ``until``: 0 for no end.
bans = Table(
    "bans",
    metadata,
    Column(
        "room",
        Bytes,
        ForeignKey("rooms.conversation", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("folded", SORTED_TEXT, primary_key=True),
    Column("target", Text, nullable=False),
    Column("account", Bytes, nullable=False),
    Column("networks", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

#: Accounts that were asked into a room and have not come yet.
invitations = Table(
    "invitations",
    metadata,
    Column(
        "room",
        Bytes,
        ForeignKey("rooms.conversation", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "account",
        Bytes,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

#: What somebody has not got yet, or a room keeps. ``account`` and ``device``: the sender's, b"" for
#: the server; ``sender``: the handle. ``edits``: the number of the message that this one is the new
#: text of, 0 for none.
messages = Table(
    "messages",
    metadata,
    Column(
        "conversation",
        Bytes,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", BigInteger, primary_key=True),
    Column("account", Bytes, nullable=False),
    Column("sender", Text, nullable=False),
    Column("device", Bytes, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", Bytes, nullable=False),
    Column("edits", BigInteger, nullable=False, server_default="0"),
)
Index(
    "messages_edits",
    messages.c.conversation,
    messages.c.edits,
    sqlite_where=messages.c.edits != 0,
    postgresql_where=messages.c.edits != 0,
)

#: What one device alone gets of a sealed message.
parts = Table(
    "parts",
    metadata,
    Column("conversation", Bytes, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("device", Bytes, primary_key=True),
    Column("body", Bytes, nullable=False),
    ForeignKeyConstraint(
        ["conversation", "number"],
        ["messages.conversation", "messages.number"],
        ondelete="CASCADE",
    ),
)

#: What a device is to get: the numbers from ``first`` to ``until``, 0 for as long as it comes. It
#: has acknowledged those up to ``acked``. Who leaves a room and comes back has one row more.
#: ``asleep``: it has not come for so long that nothing waits for it any more.
cursors = Table(
    "cursors",
    metadata,
    Column(
        "conversation",
        Bytes,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "device",
        Bytes,
        ForeignKey("devices.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("first", BigInteger, primary_key=True),
    Column("acked", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("asleep", Boolean, nullable=False),
)

#: The last place that was taken in each device's outbox for a conversation.
outboxes = Table(
    "outboxes",
    metadata,
    Column(
        "conversation",
        Bytes,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "device",
        Bytes,
        ForeignKey("devices.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

#: What was answered to the last messages of each outbox, in its present epoch.
sent = Table(
    "sent",
    metadata,
    Column("conversation", Bytes, primary_key=True),
    Column("device", Bytes, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("digest", Bytes, nullable=False),
    ForeignKeyConstraint(
        ["conversation", "device"],
        ["outboxes.conversation", "outboxes.device"],
        ondelete="CASCADE",
    ),
)

#: Numbers that were dropped before every device had them, and why.
gaps = Table(
    "gaps",
    metadata,
    Column(
        "conversation",
        Bytes,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("reason", SmallInteger, nullable=False),
)

#: ``number``: what somebody has read up to; ``shown``: as far as others are told.
reads = Table(
    "reads",
    metadata,
    Column(
        "conversation",
        Bytes,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "account",
        Bytes,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("number", BigInteger, nullable=False),
    Column("shown", BigInteger, nullable=False),
)

#: One row. ``mark``: of the last start, the same as in the file beside the store; b"" before.
#: ``numbers``: conversations give no number up to it any more (see ``numbers.py``).
meta = Table(
    "meta",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("mark", Bytes, nullable=False),
    Column("numbers", BigInteger, nullable=False, server_default="0"),
)
