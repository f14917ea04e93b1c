"""Accounts: their handles, what can be changed, and what is left of a removed one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from chatd.domain.account import Account, Role
from chatd.errors import Code
from chatd.interfaces import IStore
from tests.store.contract.case import NOW, StoreCase, secret

NOBODY = bytes(16)


def person(number: int, handle: str) -> Account:
    """An account with every field set."""
    return Account(
        bytes([number]) * 16, handle, "A name", 4, Role.MODERATOR, True, NOW, "$phc", secret("root")
    )


class Accounts(StoreCase):
    def test_is_a_store(self) -> None:
        verifyObject(IStore, self.store)

    async def test_kept_as_it_is(self) -> None:
        alice = person(1, "Alice")
        self.assertEqual(await self.store.add_account(alice), alice)
        for handle in ("Alice", "aLICE", "ａｌｉｃｅ", "аlice"):  # fullwidth; a Cyrillic letter
            self.assertEqual(await self.store.account(handle), alice, handle)
        for handle in ("alic", "", "alice\0", "\0alice"):
            self.assertIsNone(await self.store.account(handle), handle)

    async def test_handle_taken(self) -> None:
        await self.store.add_account(person(1, "Alice"))
        await self.refused(Code.HANDLE_TAKEN, self.store.add_account, person(2, "ALICE"))

    async def test_pages(self) -> None:
        """By code points of the folded handle, whatever the database's language is."""
        names = ["alice", "Bob", "bob-2", "Zoe", "ärger", "дима", "漢字"]
        for number, name in enumerate(reversed(names)):
            await self.store.add_account(person(number, name))
        first = await self.store.accounts("", 4)
        rest = await self.store.accounts(first[-1].handle.lower(), 100)
        self.assertEqual([account.handle for account in [*first, *rest]], names)
        self.assertEqual(
            await self.store.accounts("bob\0-3", 1), await self.store.accounts("bob", 1)
        )
        self.assertEqual(await self.store.accounts("漢字", 4), [])

    async def test_changes(self) -> None:
        alice = await self.store.add_account(person(1, "Alice"))
        changes: tuple[tuple[Callable[[bytes, Any], Deferred[Account]], str, object], ...] = (
            (self.store.set_level, "level", 9),
            (self.store.set_role, "role", Role.ADMIN),
            (self.store.set_disabled, "disabled", False),
            (self.store.set_display, "display", "Ärger 🙂"),
            (self.store.set_password, "password", ""),
        )
        for change, column, content in changes:
            changed = await change(alice.id, content)
            self.assertEqual(getattr(changed, column), content)
            self.assertEqual(await self.store.account("alice"), changed)
        await self.refused(Code.NO_SUCH_ACCOUNT, self.store.set_level, NOBODY, 2)
        await self.refused(Code.NO_SUCH_ACCOUNT, self.store.set_password, NOBODY, "")

    async def test_removed_before_anybody_signed_in(self) -> None:
        alice = await self.invited("Alice", "id")
        self.assertEqual(await self.store.handles(), {"alice"})
        removed, letters = await self.store.remove(alice, NOW)
        self.assertEqual((removed.handle, letters), ("Alice", []))
        self.assertEqual(await self.store.handles(), frozenset())
        await self.invited("alice")

    async def test_removed(self) -> None:
        """Nothing is left but the handle, which nobody else ever gets."""
        alice = (await self.enrolled("Alice")).account.id
        await self.store.add_enrolment(alice, secret("another"), NOW + 1, NOW)
        await self.enrolled("bob", "phone")
        await self.store.remove(alice, NOW)
        self.assertIsNone(await self.store.account("alice"))
        self.assertIsNone(await self.store.device(secret("laptop")))
        self.assertEqual(await self.store.devices(alice), [])
        self.assertEqual(await self.store.handles(), {"alice", "bob"})
        kept = "".join(await self.lines())
        for gone in ("another", "Alice laptop", "laptop first"):
            self.assertNotIn(secret(gone).hex(), kept)
        again = person(1, "ALICE")
        await self.refused(Code.HANDLE_USED, self.store.add_account, again)
        await self.refused(
            Code.HANDLE_USED, self.store.invite, "alicE", None, None, secret("x"), NOW + 1, NOW
        )
        await self.refused(Code.NO_SUCH_ACCOUNT, self.store.remove, alice, NOW)
