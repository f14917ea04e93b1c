"""What the families of the contract share: an open store, and people who are in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from chatd.domain.account import Device, NewDevice
from chatd.domain.sign_in import Outcome, Redeemed
from chatd.errors import Code, Refused
from chatd.store.store import Store

P = ParamSpec("P")

#: Now, and when a one-time ID expires: milliseconds.
NOW, LATER = 1_000, 2_000


def secret(name: str) -> bytes:
    """A key, token or hash of 32 bytes, by name."""
    return name.encode().ljust(32, b".")


def laptop(name: str = "laptop", root: bytes = b"") -> NewDevice:
    """A device whose key is that of its name."""
    return NewDevice(secret(name), name, root)


class StoreCase(TestCase):
    """Opens a store for each test."""

    store: Store

    def open(self) -> Store:
        """A new one, empty."""
        raise NotImplementedError

    def setUp(self) -> None:
        self.store = self.open()
        self.store.start()
        self.addCleanup(self.store.stop)

    async def lines(self) -> list[str]:
        """Everything in the store."""
        return await deferToThread(list, await self.store.export())

    async def refused(
        self,
        code: Code,
        ask: Callable[P, Deferred[Any]],
        *given: P.args,
        **named: P.kwargs,
    ) -> None:
        """It says no, and nothing has changed."""
        before = await self.lines()
        with self.assertRaises(Refused) as caught:
            await ask(*given, **named)
        self.assertEqual(caught.exception.code, code)
        self.assertEqual(await self.lines(), before)

    async def invited(self, handle: str, one_time_id: str = "id") -> bytes:
        """An account that nobody has signed in to; its id."""
        account = await self.store.invite(handle, None, None, secret(one_time_id), LATER, NOW)
        return account.id

    async def enrolled(
        self, handle: str = "alice", name: str = "laptop", root: bytes = b""
    ) -> Redeemed:
        """Somebody who has come in by a device of that name, with a token ``NAME first``."""
        one_time_id = f"{handle} {name}"
        await self.invited(handle, one_time_id)
        return await self.store.redeem(
            secret(one_time_id), laptop(name, root), secret(f"{name} first"), NOW
        )

    async def uses(
        self,
        token: str,
        successor: str,
        name: str = "laptop",
        late: bool = False,
    ) -> Outcome:
        """What becomes of a sign-in with a token."""
        answer = await self.store.sign_in(secret(name), secret(token), secret(successor), late, NOW)
        return answer.outcome

    async def seen(self, name: str = "laptop") -> Device:
        """A device as it is now."""
        found = await self.store.device(secret(name))
        assert found is not None
        return found[1]
