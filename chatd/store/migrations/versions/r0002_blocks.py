"""Who has blocked whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("blocked", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "blocked", name="blocks_key"),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name="blocks_of_account", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocked"], ["accounts.id"], name="blocks_of_blocked", ondelete="CASCADE"
        ),
    )
    op.create_index("blocks_by_blocked", "blocks", ["blocked"])


def downgrade() -> None:
    op.drop_table("blocks")
