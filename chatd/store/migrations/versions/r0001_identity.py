"""Accounts, devices, tokens, one-time IDs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SORTED_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _make_accounts()
    _make_devices()
    _make_tokens()
    _make_enrolments()
    meta = op.create_table(
        "meta",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("id = 1", name="meta_one_row"),
        sa.PrimaryKeyConstraint("id", name="meta_key"),
    )
    op.bulk_insert(meta, [{"id": 1, "generation": 1, "mark": b""}])


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("folded", _SORTED_TEXT, nullable=False),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="accounts_key"),
        sa.UniqueConstraint("folded", name="accounts_unique_folded"),
    )
    op.create_table(
        "tombstones",
        sa.Column("folded", _SORTED_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("folded", name="tombstones_key"),
    )


def _make_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("proof", sa.LargeBinary, nullable=False),
        sa.Column("enrolment", sa.LargeBinary, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="devices_key"),
        sa.UniqueConstraint("key", name="devices_unique_key"),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name="devices_of_account", ondelete="CASCADE"
        ),
    )
    op.create_index("devices_by_account", "devices", ["account"])


def _make_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.LargeBinary, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="tokens_key"),
        sa.UniqueConstraint("device", "serial", name="tokens_unique_device_serial"),
        sa.ForeignKeyConstraint(
            ["device"], ["devices.id"], name="tokens_of_device", ondelete="CASCADE"
        ),
    )
    confirmed = sa.text("confirmed")
    op.create_index(
        "tokens_confirmed",
        "tokens",
        ["device"],
        unique=True,
        sqlite_where=confirmed,
        postgresql_where=confirmed,
    )


def _make_enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("by_admin", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="enrolments_key"),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name="enrolments_of_account", ondelete="CASCADE"
        ),
    )
    op.create_index("enrolments_by_account", "enrolments", ["account"])
    op.create_index("enrolments_by_key", "enrolments", ["key"])


def downgrade() -> None:
    for table in ("meta", "enrolments", "tokens", "devices", "tombstones", "accounts"):
        op.drop_table(table)
