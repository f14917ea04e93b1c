"""Devices that come in for the first time, or anew: by a one-time ID, or after a password."""

from __future__ import annotations

from twisted.internet.defer import Deferred, gatherResults

from chatd.domain.account import DeviceState, NewDevice
from chatd.domain.sign_in import Outcome, Redeemed, Registered
from chatd.errors import Code
from chatd.store.devices import MAX_DEVICES
from tests.store.contract.case import NOW, StoreCase, laptop, secret


class Admission(StoreCase):
    async def test_redeemed(self) -> None:
        await self.invited("alice")
        new = NewDevice(secret("key"), "laptop", secret("root"), secret("proof"))
        done = await self.store.redeem(secret("id"), new, secret("token"), NOW)
        self.assertEqual(done.account.root, secret("root"))
        device = done.device
        self.assertEqual((device.key, device.name), (secret("key"), "laptop"))
        self.assertEqual((device.proof, device.enrolment), (secret("proof"), secret("id")))
        self.assertEqual((device.state, device.signed), (DeviceState.ACTIVE, False))
        self.assertEqual((device.created, device.seen), (NOW, NOW))
        self.assertEqual(await self.store.device(secret("key")), (done.account, device))
        self.assertEqual(await self.store.device_of_id(device.id), (done.account, device))

    async def test_root_of_the_first(self) -> None:
        await self.enrolled("alice", "laptop", secret("root"))
        second = await self.enrolled("alice", "phone", secret("another root"))
        self.assertEqual((second.account.root, second.first), (secret("root"), False))

    async def test_unknown(self) -> None:
        await self.refused(Code.ID_UNKNOWN, self.redeem, "none")

    async def test_disabled(self) -> None:
        account = await self.invited("alice")
        await self.store.set_disabled(account, True)
        await self.refused(Code.ACCOUNT_DISABLED, self.redeem, "id")
        await self.refused(Code.ACCOUNT_DISABLED, self.register, account)

    async def test_key_of_somebody_else(self) -> None:
        await self.enrolled("alice")
        bob = await self.invited("bob", "id")
        await self.refused(Code.DEVICE_TAKEN, self.redeem, "id")
        await self.refused(Code.DEVICE_TAKEN, self.register, bob)

    async def test_revoked(self) -> None:
        alice = await self.enrolled("alice")
        await self.store.revoke(alice.device.id)
        await self.invited("alice", "id")
        await self.refused(Code.DEVICE_REVOKED, self.redeem, "id")
        await self.refused(Code.DEVICE_REVOKED, self.register, alice.account.id)

    async def test_suspended(self) -> None:
        """Its key is in two places: neither an ID nor a password wakes it, another key does."""
        alice = await self.enrolled("alice")
        await self.store.suspend(alice.device.id)
        await self.refused(Code.DEVICE_SUSPENDED, self.register, alice.account.id)
        await self.invited("alice", "id")
        await self.refused(Code.DEVICE_SUSPENDED, self.redeem, "id")
        again = await self.redeem("id", "another key")
        self.assertNotEqual(again.device.id, alice.device.id)
        self.assertEqual((await self.seen()).state, DeviceState.SUSPENDED)

    async def test_active_by_another_id(self) -> None:
        """With its new token alone, too."""
        alice = await self.enrolled("alice")
        await self.invited("alice", "id")
        again = await self.redeem("id")
        self.assertEqual(again.device.id, alice.device.id)
        self.assertFalse(await self.store.confirm(alice.device.id, secret("laptop first"), NOW))
        self.assertEqual(await self.uses("laptop token", "next"), Outcome.ACCEPTED)

    async def test_registered(self) -> None:
        account = await self.invited("alice")
        new = NewDevice(secret("laptop"), "laptop", secret("root"))
        done = await self.store.register(account, "", new, secret("one"), NOW)
        self.assertEqual((done.new, done.first, done.account.root), (True, True, secret("root")))
        self.assertEqual((done.device.enrolment, done.device.signed), (b"", False))
        again = await self.store.register(account, "", new, secret("two"), NOW + 5)
        self.assertEqual((again.new, again.first), (False, False))
        self.assertEqual((again.device.id, again.device.seen), (done.device.id, NOW + 5))
        self.assertEqual(await self.uses("two", "three"), Outcome.ACCEPTED)
        await self.refused(Code.NO_SUCH_ACCOUNT, self.register, bytes(16))

    async def test_password_beside_a_token(self) -> None:
        """It kills nothing: the token that is stored stays good until another is confirmed."""
        alice = await self.enrolled("alice")
        await self.register(alice.account.id)
        self.assertEqual(await self.uses("laptop first", "next"), Outcome.ACCEPTED)

    async def test_password_that_was_changed_meanwhile(self) -> None:
        """No device, and no root, by the one that was right before."""
        account = await self.invited("alice")
        await self.store.set_password(account, "new hash")
        await self.refused(Code.CREDENTIALS_WRONG, self.register, account)

    async def test_too_many(self) -> None:
        """Those that were revoked do not count; those that are known need no further place."""
        account = await self.invited("alice")
        names = [f"device {number}" for number in range(MAX_DEVICES)]
        done = await gatherResults([self.register(account, name) for name in names])
        await self.refused(Code.TOO_MANY_DEVICES, self.register, account, "one more")
        await self.refused(Code.TOO_MANY_DEVICES, self.redeem, "id", "one more")
        again = self.store.register(account, "", laptop(names[0]), secret("one more"), NOW)
        self.assertFalse((await again).new)
        await self.store.revoke(done[0].device.id)
        await self.redeem("id", "one more")
        await self.refused(Code.TOO_MANY_DEVICES, self.register, account, "another")

    def redeem(self, one_time_id: str, name: str = "laptop") -> Deferred[Redeemed]:
        """A device of that name tries an ID."""
        return self.store.redeem(secret(one_time_id), laptop(name), secret(f"{name} token"), NOW)

    def register(self, account: bytes, name: str = "laptop") -> Deferred[Registered]:
        """A device of that name comes with the right password."""
        return self.store.register(account, "", laptop(name), secret(f"{name} by password"), NOW)
