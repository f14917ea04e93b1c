"""The generation of a store: it grows when an older state is put back, so that this locks nobody
out (``docs/protocol.rst``, Tokens).

Each start leaves a new random mark in the store, then in a file beside it. Where the two differ at
the next start, an older store was put back, or the store was moved without its file: tokens may
have been handed out that it does not know. A kill between the two writes looks the same, which is
harmless: each device may come once with a token that is not known.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, update

from chatd.domain.conversation import number_before
from chatd.store.schema import meta

#: The file in the data directory.
MARK = "store.mark"

_MARK_BYTES = 16

#: The store's generation, for use in other statements.
CURRENT = select(meta.c.generation).scalar_subquery()

_KEPT = select(meta.c.mark)
_RAISE = update(meta).values(generation=meta.c.generation + 1, numbers=bindparam("behind"))


def noted(path: Path) -> bytes:
    """The mark in the file of the last start; b"" where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def renew(connection: Connection, mark: bytes, now: int) -> tuple[bytes, bool]:
    """Begin a start: a new mark, and a new generation where ``mark`` is not the kept one; then the
    numbers of conversations go on behind all that can have been given before ``now``.

    :param mark: what the file says.
    :return: the new mark, for the file once this is committed; whether the generation was raised.
    """
    kept = connection.execute(_KEPT).scalar_one()
    raised = kept not in (b"", mark)
    renewed = secrets.token_bytes(_MARK_BYTES)
    connection.execute(update(meta).values(mark=renewed))
    if raised:
        connection.execute(_RAISE, {"behind": number_before(now)})
    return renewed, raised
