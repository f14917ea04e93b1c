"""Conversations that last: rooms, pairs, mailboxes, what was said in them, who has got it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SORTED_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("seen", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column(
        "accounts",
        sa.Column("hides_seen", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.add_column("meta", sa.Column("numbers", sa.BigInteger, nullable=False, server_default="0"))
    _make_conversations()
    _make_rooms()
    _make_messages()
    _make_cursors()
    _make_outboxes()
    _make_mailboxes()


def _of(table: str, column: str, key: str = "id", name: str = "") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.{key}"], name=name, ondelete="CASCADE")


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("sealed", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("one", sa.LargeBinary, nullable=False),
        sa.Column("one_handle", sa.Text, nullable=False),
        sa.Column("other", sa.LargeBinary, nullable=False),
        sa.Column("other_handle", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="conversations_key"),
    )
    op.create_index("conversations_by_one", "conversations", ["one"])
    op.create_index("conversations_by_other", "conversations", ["other"])


def _make_rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("folded", _SORTED_TEXT, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("locked", sa.Boolean, nullable=False),
        sa.Column("retention", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="rooms_key"),
        sa.UniqueConstraint("folded", name="rooms_unique_folded"),
        _of("conversations", "conversation", name="rooms_of_conversation"),
    )
    op.create_table(
        "members",
        sa.Column("room", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("standing", sa.SmallInteger, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("room", "account", name="members_key"),
        _of("rooms", "room", "conversation", name="members_of_room"),
        _of("accounts", "account", name="members_of_account"),
    )
    op.create_index("members_by_account", "members", ["account"])
    op.create_table(
        "bans",
        sa.Column("room", sa.LargeBinary, nullable=False),
        sa.Column("folded", _SORTED_TEXT, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("networks", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("room", "folded", name="bans_key"),
        _of("rooms", "room", "conversation", name="bans_of_room"),
    )
    op.create_table(
        "invitations",
        sa.Column("room", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("room", "account", name="invitations_key"),
        _of("rooms", "room", "conversation", name="invitations_of_room"),
        _of("accounts", "account", name="invitations_of_account"),
    )
    op.create_index("invitations_by_account", "invitations", ["account"])


def _make_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.Boolean, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "number", name="messages_key"),
        _of("conversations", "conversation", name="messages_of_conversation"),
    )
    op.create_table(
        "parts",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "number", "device", name="parts_key"),
        sa.ForeignKeyConstraint(
            ["conversation", "number"],
            ["messages.conversation", "messages.number"],
            name="parts_of_conversation",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "gaps",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "first", name="gaps_key"),
        _of("conversations", "conversation", name="gaps_of_conversation"),
    )


def _make_cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("acked", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("asleep", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "device", "first", name="cursors_key"),
        _of("conversations", "conversation", name="cursors_of_conversation"),
        _of("devices", "device", name="cursors_of_device"),
    )
    op.create_index("cursors_by_device", "cursors", ["device"])
    op.create_table(
        "reads",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("shown", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "account", name="reads_key"),
        _of("conversations", "conversation", name="reads_of_conversation"),
        _of("accounts", "account", name="reads_of_account"),
    )
    op.create_index("reads_by_account", "reads", ["account"])


def _make_outboxes() -> None:
    op.create_table(
        "outboxes",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "device", name="outboxes_key"),
        _of("conversations", "conversation", name="outboxes_of_conversation"),
        _of("devices", "device", name="outboxes_of_device"),
    )
    op.create_index("outboxes_by_device", "outboxes", ["device"])
    op.create_table(
        "sent",
        sa.Column("conversation", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "device", "seq", name="sent_key"),
        sa.ForeignKeyConstraint(
            ["conversation", "device"],
            ["outboxes.conversation", "outboxes.device"],
            name="sent_of_conversation",
            ondelete="CASCADE",
        ),
    )


def _make_mailboxes() -> None:
    """For the devices that are there; numbers begin with the second in which one was last seen."""
    op.execute(
        "INSERT INTO conversations"
        " SELECT id, 2, false, '', substr(id, 1, 0), '', substr(id, 1, 0), '',"
        " seen / 1000 * 1048576 FROM devices WHERE state = 'active'"
    )
    op.execute("INSERT INTO cursors SELECT id, id, last + 1, last, 0, false FROM conversations")


def downgrade() -> None:
    for table in ("sent", "outboxes", "reads", "cursors", "gaps", "parts", "messages"):
        op.drop_table(table)
    for table in ("invitations", "bans", "members", "rooms", "conversations"):
        op.drop_table(table)
    with op.batch_alter_table("meta") as batch:
        batch.drop_column("numbers")
    with op.batch_alter_table("accounts") as batch:
        batch.drop_column("hides_seen")
        batch.drop_column("seen")
