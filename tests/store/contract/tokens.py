"""Tokens, rule by rule; ``test_token_rules.py`` goes through them at random."""

from __future__ import annotations

from chatd.domain.account import DeviceState
from chatd.domain.sign_in import Outcome, TokenSignIn
from chatd.store.tokens import MAX_UNCONFIRMED
from tests.store.contract.case import NOW, StoreCase, secret


class Tokens(StoreCase):
    async def test_signs_in(self) -> None:
        done = await self.enrolled()
        answer = await self.sign_in("laptop first", NOW + 7)
        self.assertEqual((answer.outcome, answer.confirmed), (Outcome.ACCEPTED, True))
        assert answer.account is not None
        self.assertEqual(answer.account.id, done.account.id)
        self.assertEqual(answer.device, await self.seen())
        self.assertEqual((await self.seen()).seen, NOW + 7)
        known = await self.store.account("alice")
        assert known is not None
        self.assertEqual(known.seen, NOW + 7)
        again = await self.sign_in("laptop first", NOW)
        self.assertEqual((again.outcome, again.confirmed), (Outcome.ACCEPTED, False))

    async def test_all_good_until_one_is_confirmed(self) -> None:
        device = (await self.enrolled()).device.id
        for number in range(3):
            self.assertEqual(await self.uses("laptop first", f"{number}"), Outcome.ACCEPTED)
        self.assertTrue(await self.store.confirm(device, secret("1"), NOW))
        for dead in ("laptop first", "0", "2"):
            self.assertFalse(await self.store.confirm(device, secret(dead), NOW), dead)
            self.assertEqual(await self.uses(dead, "x", late=True), Outcome.LATE, dead)
        self.assertTrue(await self.store.confirm(device, secret("1"), NOW))
        self.assertEqual(await self.uses("1", "next"), Outcome.ACCEPTED)

    async def test_use_confirms(self) -> None:
        await self.enrolled()
        await self.uses("laptop first", "one")
        await self.uses("laptop first", "two")
        self.assertEqual(await self.uses("two", "three"), Outcome.ACCEPTED)
        for dead in ("laptop first", "one"):
            self.assertEqual(await self.uses(dead, "x", late=True), Outcome.LATE)
        for good in ("two", "three"):
            self.assertEqual(await self.uses(good, f"after {good}"), Outcome.ACCEPTED)

    async def test_copied(self) -> None:
        """A dead token puts the device out, in the same step; and its tokens with it."""
        await self.enrolled()
        await self.uses("laptop first", "one")
        await self.uses("one", "two")
        answer = await self.sign_in("laptop first")
        self.assertEqual(answer.outcome, Outcome.COPIED)
        self.assertEqual(answer.device, await self.seen())
        self.assertEqual((await self.seen()).state, DeviceState.SUSPENDED)
        for token in ("one", "two", "laptop first"):
            self.assertEqual(await self.uses(token, "x"), Outcome.SUSPENDED)

    async def test_late(self) -> None:
        """An old connection is no copied vault: nothing changes."""
        await self.enrolled()
        await self.uses("laptop first", "one")
        await self.uses("one", "two")
        before = await self.lines()
        self.assertEqual(await self.uses("laptop first", "x", late=True), Outcome.LATE)
        self.assertEqual(await self.lines(), before)

    async def test_late_with_a_good_token(self) -> None:
        await self.enrolled()
        self.assertEqual(await self.uses("laptop first", "x", late=True), Outcome.ACCEPTED)

    async def test_of_another_device(self) -> None:
        """Nothing changes, neither for the one nor for the other."""
        await self.enrolled("alice", "laptop")
        await self.enrolled("alice", "phone")
        before = await self.lines()
        self.assertEqual(await self.uses("phone first", "x"), Outcome.FOREIGN)
        self.assertEqual(await self.uses("phone first", "x", "stranger"), Outcome.UNKNOWN)
        phone = (await self.seen("phone")).id
        self.assertFalse(await self.store.confirm(phone, secret("laptop first"), NOW))
        self.assertEqual(await self.lines(), before)

    async def test_order_of_checks(self) -> None:
        done = await self.enrolled()
        await self.store.suspend(done.device.id)
        self.assertEqual(await self.uses("none", "x"), Outcome.SUSPENDED)
        await self.store.revoke(done.device.id)
        self.assertEqual(await self.uses("none", "x"), Outcome.REVOKED)
        await self.store.set_disabled(done.account.id, True)
        self.assertEqual(await self.uses("none", "x"), Outcome.DISABLED)
        self.assertEqual(await self.uses("none", "x", "stranger"), Outcome.UNKNOWN)

    async def test_disabled_keeps_its_tokens(self) -> None:
        done = await self.enrolled()
        await self.store.set_disabled(done.account.id, True)
        self.assertEqual(await self.uses("laptop first", "x"), Outcome.DISABLED)
        await self.store.set_disabled(done.account.id, False)
        self.assertEqual(await self.uses("laptop first", "x"), Outcome.ACCEPTED)

    async def test_cap(self) -> None:
        """The confirmed token and the newest successors stay good."""
        device = (await self.enrolled()).device.id
        await self.store.confirm(device, secret("laptop first"), NOW)
        for number in range(MAX_UNCONFIRMED + 1):
            await self.uses("laptop first", f"{number}")
        self.assertFalse(await self.store.confirm(device, secret("0"), NOW))
        self.assertEqual(await self.uses("laptop first", "x"), Outcome.ACCEPTED)
        self.assertFalse(await self.store.confirm(device, secret("1"), NOW))
        self.assertTrue(await self.store.confirm(device, secret("2"), NOW))

    async def sign_in(self, token: str, now: int = NOW) -> TokenSignIn:
        """The laptop comes with a token, and gets another."""
        successor = secret(f"after {token} at {now}")
        return await self.store.sign_in(secret("laptop"), secret(token), successor, False, now)
