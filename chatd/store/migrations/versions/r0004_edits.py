"""Which messages are edits, and of what: their texts go with that of the message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("edits", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index(
        "messages_edits",
        "messages",
        ["conversation", "edits"],
        sqlite_where=sa.text("edits != 0"),
        postgresql_where=sa.text("edits != 0"),
    )


def downgrade() -> None:
    op.drop_index("messages_edits", "messages")
    op.drop_column("messages", "edits")
