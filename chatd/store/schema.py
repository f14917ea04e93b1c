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
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

SORTED_TEXT = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "uq": "%(table_name)s_unique_%(column_0_N_name)s",
        "fk": "%(table_name)s_of_%(column_0_name)s",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

#: ``folded``: the handle as it is unique (:func:`chatd.domain.names.fold`).
accounts = Table(
    "accounts",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("folded", SORTED_TEXT, nullable=False, unique=True),
    Column("handle", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("role", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("password", Text, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

#: Handles of removed accounts, folded: never given out again.
tombstones = Table("tombstones", metadata, Column("folded", SORTED_TEXT, primary_key=True))

#: ``generation``: the store's, when the device last signed in (see ``generation.py``).
devices = Table(
    "devices",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column(
        "account",
        LargeBinary,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("enrolment", LargeBinary, nullable=False),
    Column("generation", BigInteger, nullable=False),
)

#: What a device signs in with; ``serial`` grows within a device. All of a device's rows are good.
tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("device", LargeBinary, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
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
    Column("hash", LargeBinary, primary_key=True),
    Column(
        "account",
        LargeBinary,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("by_admin", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False, index=True),
    Column("settled", Boolean, nullable=False),
)

#: Who has blocked whom.
blocks = Table(
    "blocks",
    metadata,
    Column("account", LargeBinary, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "blocked",
        LargeBinary,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

#: One row. ``mark``: of the last start, the same as in the file beside the store; b"" before.
meta = Table(
    "meta",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("mark", LargeBinary, nullable=False),
)
