"""A program that enrols people and signs them in, many at a time, until it is killed.

Each line that it prints names what is done and so must survive: ``enrolled N`` or ``came N`` (with
token ``N second``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.task import react

from chatd.domain.account import NewDevice
from chatd.store.store import Store, open_store

PEOPLE = 100_000
AT_A_TIME = 20


async def person(store: Store, number: int) -> None:
    """Come in, then come back."""
    name = f"p{number}"
    await store.invite(name, None, None, secret(name, "id"), 2, 1)
    new = NewDevice(secret(name, "key"), "laptop", secret(name, "root"))
    await store.redeem(secret(name, "id"), new, secret(name, "first"), 1)
    print(f"enrolled {name}", flush=True)
    await store.sign_in(new.key, secret(name, "first"), secret(name, "second"), False, 1)
    print(f"came {name}", flush=True)


def secret(name: str, what: str) -> bytes:
    """Bytes with a name."""
    return f"{name} {what}".encode()


async def main(reactor: Any) -> None:
    folder = Path(sys.argv[1])
    store = open_store(f"sqlite:///{folder / 'store.db'}", folder, reactor)
    store.start()
    await gatherResults([work(store, start) for start in range(AT_A_TIME)])


def work(store: Store, start: int) -> Deferred[None]:
    """One person after the other."""

    async def one_by_one() -> None:
        for number in range(start, PEOPLE, AT_A_TIME):
            await person(store, number)

    return ensureDeferred(one_by_one())


if __name__ == "__main__":
    react(lambda reactor: ensureDeferred(main(reactor)))
