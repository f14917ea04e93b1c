"""What the admin orders: in the store, at once for those who are here, and in the audit log."""

from __future__ import annotations

from typing import Any

from chatd.domain import administration as orders
from chatd.domain.account import Account, Device, DeviceState, Role
from chatd.domain.administration import LONGEST_LIFE, PAGE
from chatd.domain.commands import Join, RevokeDevice
from chatd.domain.events import DeviceChanged, PresenceChanged
from chatd.domain.one_time_id import canonical
from chatd.errors import ChatError, Code
from tests.hub.account_case import PASSWORD, AccountCase


class AdministrationCase(AccountCase):
    """An admin with nobody's session."""

    def not_ordered(self, code: Code, order: orders.Order) -> str:
        """The order is refused; what is said of it."""
        error = self.failureResultOf(self.hub.administer(order), ChatError).value
        self.assertEqual(error.code, code)
        text: str = error.text
        return text

    def account(self, handle: str) -> Account:
        """As the store has it."""
        account: Account = self.order(orders.ShowAccount(handle)).account
        return account

    def devices(self, handle: str) -> tuple[Device, ...]:
        """As the store has them."""
        devices: tuple[Device, ...] = self.order(orders.ShowAccount(handle)).devices
        return devices

    def told(self, event: str) -> dict[str, object]:
        """The last audit line about an event."""
        return self.server.audit.told(event)[-1]


class Enrolling(AdministrationCase):
    def test_a_new_account(self) -> None:
        self.server.state.wall = lambda: 1000.0
        enrolled = self.order(orders.Enrol("Alice", 3, Role.MODERATOR, 5000))
        self.assertEqual(enrolled.account, self.account("alice"))
        self.assertEqual((enrolled.account.level, enrolled.account.role), (3, Role.MODERATOR))
        self.assertEqual(enrolled.expires, 1_005_000)
        self.assertNotIn(enrolled.one_time_id, repr(enrolled))
        invited = {"account": "Alice", "level": 3, "role": Role.MODERATOR, "by": "admin"}
        self.assertEqual(self.told("account_invited"), invited)

    def test_a_known_account_keeps_what_is_not_said(self) -> None:
        self.order(orders.Enrol("alice", 3, Role.ADMIN))
        again = self.order(orders.Enrol("ALICE")).account
        self.assertEqual((again.handle, again.level, again.role), ("alice", 3, Role.ADMIN))

    def test_at_once_for_who_is_here(self) -> None:
        alice = self.enrolled("alice").person.session
        self.order(orders.Enrol("alice", 5, Role.MODERATOR))
        self.assertEqual((alice.account.level, alice.account.role), (5, Role.MODERATOR))

    def test_a_handle_is_no_guests(self) -> None:
        self.order(orders.Enrol("Alice"))
        self.assertFalse(self.server.state.is_free("alice"))

    def test_refused(self) -> None:
        for order, code in (
            (orders.Enrol("two words"), Code.NICK_INVALID),
            (orders.Enrol("a" * 33), Code.NICK_TOO_LONG),
            (orders.Enrol("alice", 10), Code.SETTING_INVALID),
            (orders.Enrol("alice", -1), Code.SETTING_INVALID),
            (orders.Enrol("alice", life=0), Code.SETTING_INVALID),
            (orders.Enrol("alice", life=LONGEST_LIFE + 1), Code.SETTING_INVALID),
        ):
            self.not_ordered(code, order)
        self.assertEqual(self.order(orders.ListAccounts()), ())

    def test_not_where_a_link_would_let_nobody_in(self) -> None:
        self.server.state.devices_on = False
        said = self.not_ordered(Code.LINKS_OFF, orders.Enrol("alice"))
        self.assertIn("set devices = true", said)
        self.assertEqual(self.order(orders.ListAccounts()), ())


class FirstAdmin(AdministrationCase):
    """Enrolled anew at each start, until somebody is an admin who can sign in."""

    def enrol(self) -> Any:
        return self.order(orders.EnrolAdmin("admin"))

    def test_until_the_first_sign_in(self) -> None:
        first, second = self.enrol(), self.enrol()
        self.assertEqual((second.account.level, second.account.role), (9, Role.ADMIN))
        self.turned_away(Code.ID_UNKNOWN, self.laptop().enrol(canonical(first.one_time_id)))
        self.successResultOf(self.laptop().enrol(canonical(second.one_time_id)))
        self.assertIs(self.enrol(), None)

    def test_others_are_no_admins(self) -> None:
        self.enrolled("bob")
        self.assertIsNot(self.enrol(), None)

    def test_an_admin_who_cannot_come_in(self) -> None:
        alice = self.enrolled("alice", role=Role.ADMIN)
        self.assertIs(self.enrol(), None)
        self.order(orders.Disable("alice"))
        self.assertIsNot(self.enrol(), None)
        self.order(orders.Enable("alice"))
        self.order(orders.RevokeByAdmin(alice.id.hex()))
        self.assertIsNot(self.enrol(), None)

    def test_nobody_else_becomes_one(self) -> None:
        """Neither who has the name by chance, nor who was an admin once."""
        self.with_password("admin")
        text = self.not_ordered(Code.HANDLE_TAKEN, orders.EnrolAdmin("ADMIN"))
        self.assertIn("chatctl role", text)
        self.assertEqual((self.account("admin").level, self.account("admin").role), (1, "member"))
        self.order(orders.SetRole("admin", Role.ADMIN))
        self.server.state.passwords_on = False
        self.assertEqual(self.enrol().account.level, 1)
        self.order(orders.Disable("admin"))
        self.not_ordered(Code.ACCOUNT_DISABLED, orders.EnrolAdmin("admin"))

    def test_by_password(self) -> None:
        self.with_password("alice")
        self.order(orders.SetRole("alice", Role.ADMIN))
        self.assertIs(self.enrol(), None)
        self.server.state.passwords_on = False
        self.assertIsNot(self.enrol(), None)


class Looking(AdministrationCase):
    def test_pages(self) -> None:
        names = [f"n{number:03}" for number in range(PAGE + 5)]
        for name in names:
            self.order(orders.ImportCredential(name, "p"))
        first = self.order(orders.ListAccounts())
        second = self.order(orders.ListAccounts(first[-1].account.handle.upper()))
        self.assertEqual([row.account.handle for row in (*first, *second)], names)
        self.assertEqual(self.order(orders.ListAccounts(names[-1])), ())

    def test_who_is_online(self) -> None:
        self.enrolled("alice")
        self.enrolled("alice")
        self.order(orders.Enrol("bob"))
        rows = self.order(orders.ListAccounts())
        counts = {row.account.handle: row.online for row in rows}
        self.assertEqual(counts, {"alice": 2, "bob": 0})

    def test_an_account(self) -> None:
        here, gone = self.enrolled("alice"), self.enrolled("alice")
        self.hub.sign_out(gone.person.session)
        shown = self.order(orders.ShowAccount("ALICE"))
        self.assertEqual([device.id for device in shown.devices], [here.id, gone.id])
        self.assertEqual((shown.present, shown.locked), ((here.id,), 0.0))
        said = self.not_ordered(Code.NO_SUCH_ACCOUNT, orders.ShowAccount("bob"))
        self.assertEqual(said, "there is no account called bob")

    def test_rooms(self) -> None:
        self.enrolled("alice", "tea", level=3)
        secret = Join("secret", "mint", level=2, private=True)
        self.done(self.enrolled("bob", level=2).person, secret)
        rows = self.order(orders.ListRoomsByAdmin())
        self.assertEqual(
            rows,
            (
                orders.RoomDetails("secret", 1, "bob", 2, True, True, "", 0, 1, True, False, 0),
                orders.RoomDetails("tea", 1, "alice", 0, False, False, "", 0, 1, True, False, 0),
            ),
        )
        self.assertEqual(self.order(orders.ListRoomsByAdmin("secret")), rows[1:])


class Changing(AdministrationCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrolled("alice", "tea")

    def test_level_and_role(self) -> None:
        """In the store, and for who is here."""
        self.order(orders.SetLevel("Alice", 4))
        self.order(orders.SetRole("Alice", Role.ADMIN))
        for account in (self.account("alice"), self.alice.person.session.account):
            self.assertEqual((account.level, account.role), (4, Role.ADMIN))
        lines = self.server.audit.told("account_changed")
        self.assertEqual(
            lines,
            [
                {"account": "alice", "level": 4, "by": "admin"},
                {"account": "alice", "role": Role.ADMIN, "by": "admin"},
            ],
        )
        self.not_ordered(Code.SETTING_INVALID, orders.SetLevel("alice", 10))

    def test_disable(self) -> None:
        bob = self.enrolled("bob", "tea")
        self.server.state.wall = lambda: 1_000_000.0
        self.order(orders.Disable("alice"))
        self.assertEqual(self.alice.person.closed, Code.ACCOUNT_DISABLED)
        (gone,) = bob.person.heard()
        self.assertEqual(gone, PresenceChanged("alice", "offline", seen=self.hub.now()))
        self.turned_away(Code.ACCOUNT_DISABLED, self.alice.sign_in())
        self.order(orders.Enable("alice"))
        self.successResultOf(self.alice.sign_in())

    def test_remove(self) -> None:
        """Who has been here leaves a handle that nobody gets."""
        self.order(orders.Remove("alice"))
        self.assertEqual(self.alice.person.closed, Code.ACCOUNT_DISABLED)
        self.turned_away(Code.DEVICE_UNKNOWN, self.alice.sign_in())
        self.not_ordered(Code.HANDLE_USED, orders.Enrol("Alice"))
        self.assertFalse(self.server.state.is_free("alice"))
        self.assertEqual(self.told("account_removed"), {"account": "alice", "by": "admin"})

    def test_remove_an_unused_invitation(self) -> None:
        self.order(orders.Enrol("bob"))
        self.order(orders.Remove("bob"))
        self.assertTrue(self.server.state.is_free("bob"))
        self.order(orders.Enrol("bob"))

    def test_nobody(self) -> None:
        for order in (
            orders.SetLevel("bob", 1),
            orders.SetRole("bob", Role.ADMIN),
            orders.Disable("bob"),
            orders.Enable("bob"),
            orders.Remove("bob"),
            orders.SetAccountPassword("bob", PASSWORD),
            orders.Unlock("bob"),
        ):
            self.not_ordered(Code.NO_SUCH_ACCOUNT, order)


class Revoking(AdministrationCase):
    def setUp(self) -> None:
        super().setUp()
        self.old, self.new = self.enrolled("alice"), self.enrolled("alice")

    def test_a_device(self) -> None:
        """Its session ends, the person's other ones stay and are told."""
        device = self.order(orders.RevokeByAdmin(self.old.id.hex()[:8].upper()))
        self.assertEqual((device.id, device.state), (self.old.id, DeviceState.REVOKED))
        self.assertEqual(self.old.person.closed, Code.DEVICE_REVOKED)
        self.assertIs(self.new.person.closed, None)
        (event,) = self.new.person.heard()
        assert isinstance(event, DeviceChanged), event
        self.assertEqual((event.what, event.id), ("revoked", self.old.id))
        self.turned_away(Code.DEVICE_REVOKED, self.old.sign_in())
        line = {"account": "alice", "device": self.old.id.hex(), "by": "admin"}
        self.assertEqual(self.told("device_revoked"), line)

    def test_an_id_that_is_not_clear(self) -> None:
        for start in ("", "x", "0 0", "\uff10", "00" * 17):
            self.not_ordered(Code.NO_SUCH_DEVICE, orders.RevokeByAdmin(start))
        for _ in range(16):
            self.enrolled("bob")
        ids = [device.id.hex() for handle in ("alice", "bob") for device in self.devices(handle)]
        start = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
        said = self.not_ordered(Code.NO_SUCH_DEVICE, orders.RevokeByAdmin(start))
        self.assertIn(f"devices start with {start}", said)

    def test_the_store_is_asked_once_for_it(self) -> None:
        """However many accounts there are."""
        self.store.held = True
        revoked = self.hub.administer(orders.RevokeByAdmin(self.old.id.hex()))
        self.store.finish(2)
        self.assertEqual(self.successResultOf(revoked).id, self.old.id)

    def test_an_owners_own(self) -> None:
        """One that its owner has revoked may be named again."""
        self.done(self.new.person, RevokeDevice(self.old.id))
        self.order(orders.RevokeByAdmin(self.old.id.hex()))


class Passwords(AdministrationCase):
    def test_set(self) -> None:
        self.order(orders.Enrol("alice"))
        self.order(orders.SetAccountPassword("alice", PASSWORD))
        self.successResultOf(self.laptop().with_password("alice", PASSWORD))
        self.assertEqual(self.told("password_changed"), {"account": "alice", "by": "admin"})
        self.order(orders.SetAccountPassword("alice", ""))
        self.turned_away(Code.CREDENTIALS_WRONG, self.laptop().with_password("alice", PASSWORD))

    def test_refused(self) -> None:
        self.order(orders.Enrol("alice"))
        for password, code in (
            ("seven77", Code.PASSWORD_TOO_SHORT),
            ("é" * 128, Code.PASSWORD_TOO_LONG),
        ):
            self.not_ordered(code, orders.SetAccountPassword("alice", password))
        self.assertEqual(self.account("alice").password, "")

    def test_import(self) -> None:
        """A name that is new, and one that is known; a password as it was elsewhere."""
        self.enrolled("alice", level=4)
        for handle in ("alice", "Bob"):
            self.order(orders.ImportCredential(handle, "short"))
            self.successResultOf(self.laptop().with_password(handle, "short"))
            self.assertEqual(self.told("account_imported")["by"], "admin")
        self.assertEqual([self.account(name).level for name in ("alice", "bob")], [4, 1])
        self.assertFalse(self.server.state.is_free("bob"))

    def test_import_refused(self) -> None:
        for order, code in (
            (orders.ImportCredential("two words", "p"), Code.NICK_INVALID),
            (orders.ImportCredential("bob", ""), Code.PASSWORD_TOO_SHORT),
            (orders.ImportCredential("bob", "p" * 256), Code.PASSWORD_TOO_LONG),
        ):
            self.not_ordered(code, order)
        self.assertEqual(self.order(orders.ListAccounts()), ())

    def test_no_password_is_told(self) -> None:
        """Neither in a repr nor in the audit log."""
        self.order(orders.Enrol("alice"))
        marked: list[orders.Order] = [
            orders.SetAccountPassword("alice", "marker marker"),
            orders.ImportCredential("bob", "marker marker"),
        ]
        for order in marked:
            account = self.order(order)
            self.assertNotIn("marker", repr(order) + repr(account))
        self.assertNotIn("marker", repr(self.server.audit.lines))

    def test_unlock(self) -> None:
        self.with_password("alice")
        for _ in range(3):
            self.failureResultOf(self.laptop().with_password("alice", "wrong wrong"))
        self.assertGreater(self.order(orders.ShowAccount("alice")).locked, 0)
        self.assertEqual(self.order(orders.Unlock("Alice")), 1)
        self.assertEqual(self.order(orders.ShowAccount("alice")).locked, 0)
        self.successResultOf(self.laptop().with_password("alice", PASSWORD))
        self.assertEqual(self.told("unlocked"), {"account": "alice", "count": 1, "by": "admin"})
