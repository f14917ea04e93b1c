"""What Alembic runs to migrate: on the connection that ``revision.py`` hands it, in its
transaction."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
