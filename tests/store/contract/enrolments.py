"""One-time IDs: who may make them, which are good, and who may use one twice."""

from __future__ import annotations

from twisted.internet.defer import Deferred, gatherResults

from chatd.domain.account import Role
from chatd.domain.sign_in import Outcome, Redeemed
from chatd.errors import Code
from chatd.store.enrolments import MAX_OPEN
from tests.store.contract.case import LATER, NOW, StoreCase, laptop, secret


class Enrolments(StoreCase):
    async def test_invites_somebody_new(self) -> None:
        account = await self.store.invite("Alice", None, None, secret("id"), LATER, NOW)
        self.assertEqual((account.handle, account.level, account.role), ("Alice", 1, Role.MEMBER))
        self.assertEqual((account.created, account.root, account.disabled), (NOW, b"", False))
        zero = await self.store.invite("bob", 0, Role.ADMIN, secret("other"), LATER, NOW)
        self.assertEqual((zero.level, zero.role), (0, Role.ADMIN))

    async def test_invites_again(self) -> None:
        """What is not None takes effect; an unused ID from an admin is void."""
        first = await self.store.invite("Alice", 3, Role.ADMIN, secret("one"), LATER, NOW)
        again = await self.store.invite("ALICE", None, None, secret("two"), LATER, NOW)
        self.assertEqual(again, first)
        await self.refused(Code.ID_UNKNOWN, self.redeem, "one")
        changed = await self.store.invite("alice", 0, None, secret("three"), LATER, NOW)
        self.assertEqual((changed.level, changed.role), (0, Role.ADMIN))
        changed = await self.store.invite("alice", None, Role.MEMBER, secret("four"), LATER, NOW)
        self.assertEqual((changed.level, changed.role, changed.handle), (0, Role.MEMBER, "Alice"))

    async def test_made_by_a_device(self) -> None:
        """Neither kind makes the other void."""
        alice = await self.invited("alice", "admin's")
        for name in ("one", "two"):
            await self.store.add_enrolment(alice, secret(name), LATER, NOW)
        for name in ("admin's", "two", "one"):
            self.assertEqual((await self.redeem(name, name)).account.id, alice)
        await self.store.add_enrolment(alice, secret("three"), LATER, NOW)
        await self.invited("alice", "newer")
        await self.redeem("three", "three")
        await self.refused(
            Code.NO_SUCH_ACCOUNT, self.store.add_enrolment, bytes(16), secret("x"), LATER, NOW
        )

    async def test_too_many_by_devices(self) -> None:
        """No device fills the store: beyond a number the oldest is void."""
        alice = await self.invited("alice", "admin's")
        made = [
            self.store.add_enrolment(alice, secret(str(at)), LATER, NOW + at)
            for at in range(MAX_OPEN + 1)
        ]
        await gatherResults(made)
        await self.refused(Code.ID_UNKNOWN, self.redeem, "0")
        await self.redeem("1", "one")
        await self.redeem("admin's", "another")

    async def test_expired(self) -> None:
        await self.invited("alice")
        await self.refused(
            Code.ID_EXPIRED, self.store.redeem, secret("id"), laptop(), secret("token"), LATER
        )
        await self.store.redeem(secret("id"), laptop(), secret("token"), LATER - 1)

    async def test_repeated(self) -> None:
        """The same key may, even when the time is over, until it confirms one of its tokens."""
        await self.invited("alice")
        root = secret("root")
        first = await self.store.redeem(secret("id"), laptop(root=root), secret("one"), NOW)
        again = await self.store.redeem(secret("id"), laptop(root=root), secret("two"), LATER)
        self.assertEqual((first.first, first.repeated), (True, False))
        self.assertEqual((again.first, again.repeated), (False, True))
        self.assertEqual((again.account, again.device.id), (first.account, first.device.id))
        self.assertEqual(again.device.seen, LATER)
        await self.refused(Code.ID_USED, self.redeem, "id", "phone")
        self.assertTrue(await self.store.confirm(first.device.id, secret("one"), NOW))
        await self.refused(Code.ID_USED, self.redeem, "id")

    async def test_confirmed_by_use(self) -> None:
        """Then, too, the ID is used up for its own key."""
        await self.enrolled()
        self.assertEqual(await self.uses("laptop first", "next"), Outcome.ACCEPTED)
        await self.refused(Code.ID_USED, self.redeem, "alice laptop")

    async def test_no_way_back(self) -> None:
        """Whoever was put out does not come back by the ID they came by."""
        alice = await self.enrolled("alice", "laptop")
        await self.store.suspend(alice.device.id)
        await self.refused(Code.ID_USED, self.redeem, "alice laptop")
        bob = await self.enrolled("bob", "phone")
        await self.store.revoke(bob.device.id)
        await self.refused(Code.ID_USED, self.redeem, "bob phone", "phone")

    async def test_void_with_a_device(self) -> None:
        """Who was put out may have made links before; what the admin made is another matter."""
        alice = await self.enrolled("alice", "laptop")
        await self.enrolled("alice", "phone")
        for put_out, device in ((self.store.suspend, "laptop"), (self.store.revoke, "phone")):
            known = await self.store.device(secret(device))
            assert known is not None
            await self.store.add_enrolment(alice.account.id, secret("link"), LATER, NOW)
            await self.invited("alice", f"admin's {device}")
            await put_out(known[1].id)
            await self.refused(Code.ID_UNKNOWN, self.redeem, "link", "tablet")
            await self.redeem(f"admin's {device}", f"new {device}")

    def redeem(self, one_time_id: str, name: str = "laptop") -> Deferred[Redeemed]:
        """A device of that name tries an ID."""
        return self.store.redeem(secret(one_time_id), laptop(name), secret(f"{name} token"), NOW)
