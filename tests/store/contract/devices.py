"""Devices: whose they are, what puts them out, and their signed records."""

from __future__ import annotations

from chatd.domain.account import DeviceState
from chatd.domain.device_record import DeviceRecord
from chatd.domain.sign_in import Outcome
from chatd.errors import Code
from tests.store.contract.case import NOW, StoreCase, secret

NONE = bytes(16)


class Devices(StoreCase):
    async def test_listed(self) -> None:
        """The oldest first, revoked ones too."""
        first = await self.enrolled("alice", "phone")
        second = await self.enrolled("alice", "laptop")
        await self.enrolled("bob", "other")
        revoked = await self.store.revoke(first.device.id)
        listed = await self.store.devices(first.account.id)
        self.assertCountEqual(listed, [revoked, second.device])
        self.assertEqual(listed, sorted(listed, key=lambda device: (device.created, device.id)))
        self.assertEqual(await self.store.devices(NONE), [])

    async def test_unknown(self) -> None:
        self.assertIsNone(await self.store.device(secret("laptop")))
        self.assertIsNone(await self.store.device_of_id(NONE))
        await self.refused(Code.NO_SUCH_DEVICE, self.store.suspend, NONE)
        await self.refused(Code.NO_SUCH_DEVICE, self.store.revoke, NONE)
        await self.refused(Code.NO_SUCH_DEVICE, self.store.sign_device, NONE, b"", b"")

    async def test_by_the_start_of_an_id(self) -> None:
        for number in range(40):
            await self.enrolled(f"a{number}", f"d{number}")
        pages = [await self.store.devices(one.id) for one in await self.store.accounts("", 100)]
        ids = sorted(device.id for page in pages for device in page)
        for length in (1, 2, 3, 32):
            prefix = ids[17].hex()[:length]
            found = await self.store.devices_of_prefix(prefix, 100)
            self.assertEqual(
                [device.id for _, device in found],
                [one for one in ids if one.hex().startswith(prefix)],
            )
        ((account, device),) = await self.store.devices_of_prefix(ids[17].hex(), 2)
        self.assertEqual((account.id, device.id), (device.account, ids[17]))
        self.assertEqual(len(await self.store.devices_of_prefix(ids[17].hex()[:1], 1)), 1)
        self.assertEqual(await self.store.devices_of_prefix("00" * 16, 2), [])

    async def test_suspended(self) -> None:
        device = (await self.enrolled()).device.id
        self.assertEqual((await self.store.suspend(device)).state, DeviceState.SUSPENDED)
        self.assertEqual(await self.uses("laptop first", "next"), Outcome.SUSPENDED)
        self.assertFalse(await self.store.confirm(device, secret("laptop first"), NOW))

    async def test_revoked_for_good(self) -> None:
        device = (await self.enrolled()).device.id
        self.assertEqual((await self.store.revoke(device)).state, DeviceState.REVOKED)
        self.assertEqual(await self.uses("laptop first", "next"), Outcome.REVOKED)
        self.assertEqual((await self.store.suspend(device)).state, DeviceState.REVOKED)
        self.assertEqual((await self.seen()).state, DeviceState.REVOKED)

    async def test_no_password_by_one_that_was_put_out(self) -> None:
        done = await self.enrolled()
        account, laptop = done.account.id, done.device.id
        phone = (await self.enrolled("alice", "phone")).device.id
        self.assertEqual((await self.store.set_password(account, "$phc", laptop)).password, "$phc")
        await self.store.suspend(laptop)
        await self.store.revoke(phone)
        for device in (laptop, phone, NONE):
            await self.refused(
                Code.NO_SUCH_DEVICE, self.store.set_password, account, "$other", device
            )

    async def test_signed(self) -> None:
        """A record may be replaced by one of the same version or a later one."""
        done = await self.enrolled()
        device = done.device.id

        def record(version: int) -> bytes:
            return DeviceRecord(done.account.id, secret("laptop"), version).encode()

        for version, signature in ((2, b"first"), (2, b"second"), (3, b"third")):
            signed = await self.store.sign_device(device, record(version), signature)
            self.assertEqual((signed.record, signed.signature), (record(version), signature))
            self.assertEqual(await self.seen(), signed)
        await self.refused(Code.RECORD_OLD, self.store.sign_device, device, record(2), b"fourth")
