"""Which messages are edits, and of what: their texts go with that of the message."""

from __future__ import annotations

from struct import Struct

import sqlalchemy as sa
from alembic import op

_HEAD = Struct(">BBQ")
#: The kind of message; letters of clients begin with this or more.
_EDIT, _LETTERS = 2, 16

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _have_numbers()
    op.add_column("messages", sa.Column("edits", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index(
        "messages_edits",
        "messages",
        ["conversation", "edits"],
        sqlite_where=sa.text("edits != 0"),
        postgresql_where=sa.text("edits != 0"),
    )
    _know_edits(op.get_bind())


def _have_numbers() -> None:
    """Revision 0003 had no ``meta.numbers`` at first."""
    columns = sa.inspect(op.get_bind()).get_columns("meta")
    if all(column["name"] != "numbers" for column in columns):
        op.add_column(
            "meta", sa.Column("numbers", sa.BigInteger, nullable=False, server_default="0")
        )


def _know_edits(connection: sa.Connection) -> None:
    """Those that are stored already: an open body begins with style, relation and ref."""
    messages = sa.table(
        "messages",
        *map(sa.column, ("conversation", "number", "account", "sealed", "body", "edits")),
    )
    found = connection.execute(
        sa.select(messages.c.conversation, messages.c.number, messages.c.body).where(
            ~messages.c.sealed, messages.c.account != b""
        )
    )
    edits = [
        {"which": conversation, "place": number, "about": _HEAD.unpack_from(body)[2]}
        for conversation, number, body in found
        if len(body) >= _HEAD.size and body[0] < _LETTERS and body[1] == _EDIT
    ]
    if edits:
        one = messages.c.conversation == sa.bindparam("which")
        this = messages.c.number == sa.bindparam("place")
        change = sa.update(messages).where(one, this).values(edits=sa.bindparam("about"))
        connection.execute(change, edits)


def downgrade() -> None:
    op.drop_index("messages_edits", "messages")
    op.drop_column("messages", "edits")
