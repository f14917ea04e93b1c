"""A program that enrols people and signs them in, many at a time, until it is killed; they say
something in a room.

Each line that it prints names what is done and so must survive: ``enrolled N``, ``came N`` (with
token ``N second``) or ``said N PLACE NUMBER``, a place in N's outbox and the number of the message.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.task import react

from chatd.domain.account import Device, NewDevice
from chatd.domain.commands import Standing
from chatd.domain.message import NewMessage, digest
from chatd.domain.room_record import NewRoom
from chatd.store.store import Store, open_store

PEOPLE = 100_000
AT_A_TIME = 20

#: The id of the room; how often each says something.
ROOM, WORDS = b"r" * 16, 3


async def make_room(store: Store) -> None:
    """A room, which is p0's."""
    host = await store.invite("p0", None, None, b"unused", 2, 1)
    owner = host.id, Standing.OWNER
    await store.add_room(NewRoom(ROOM, "room", "", 0, False, False, *owner), 1)


async def person(store: Store, number: int) -> None:
    """Come in, come back, say something."""
    name = f"p{number}"
    await store.invite(name, None, None, secret(name, "id"), 2, 1)
    new = NewDevice(secret(name, "key"), "laptop", secret(name, "root"))
    redeemed = await store.redeem(secret(name, "id"), new, secret(name, "first"), 1)
    print(f"enrolled {name}", flush=True)
    await store.sign_in(new.key, secret(name, "first"), secret(name, "second"), False, 1)
    print(f"came {name}", flush=True)
    for seq in range(1, WORDS + 1):
        posted = await store.post(message(redeemed.device, name, seq))
        print(f"said {name} {seq} {posted.number}", flush=True)


def message(device: Device, name: str, seq: int) -> NewMessage:
    """What somebody says."""
    body = f"{name} {seq}".encode()
    sender = device.account, name, device.id
    return NewMessage(ROOM, None, *sender, 1, seq, digest(body), 1, False, body)


def secret(name: str, what: str) -> bytes:
    """Bytes with a name."""
    return f"{name} {what}".encode()


async def main(reactor: Any) -> None:
    folder = Path(sys.argv[1])
    store = open_store(f"sqlite:///{folder / 'store.db'}", folder, reactor)
    store.start()
    await make_room(store)
    await gatherResults([work(store, start) for start in range(AT_A_TIME)])


def work(store: Store, start: int) -> Deferred[None]:
    """One person after the other."""

    async def one_by_one() -> None:
        for number in range(start, PEOPLE, AT_A_TIME):
            await person(store, number)

    return ensureDeferred(one_by_one())


if __name__ == "__main__":
    react(lambda reactor: ensureDeferred(main(reactor)))
