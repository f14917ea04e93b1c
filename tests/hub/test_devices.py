"""What people do with their devices: confirm, list, add, sign, take off."""

from __future__ import annotations

from chatd.domain.account import DeviceState, digest
from chatd.domain.administration import RevokeByAdmin
from chatd.domain.commands import (
    AddDevice,
    ConfirmToken,
    ListDevices,
    RevokeDevice,
    SignDevice,
    Tell,
)
from chatd.domain.device_record import DeviceRecord
from chatd.domain.events import DeviceChanged
from chatd.domain.limits import Limits
from chatd.domain.one_time_id import canonical
from chatd.domain.results import Nothing
from chatd.errors import Code, Refused
from chatd.hub.devices import SHOWN
from tests.hub.account_case import AccountCase, Laptop


class DeviceCase(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrolled("alice")
        self.phone = self.enrolled("alice")
        self.bob = self.enrolled("bob")
        self.alice.person.heard()

    def signing(self, signed: Laptop, by: Laptop, version: int = 1) -> SignDevice:
        """The root on ``by`` vouches for a device."""
        account = signed.person.session.account
        record = DeviceRecord(account.id, signed.key, version).encode()
        return SignDevice(signed.id, record, by.root.sign(record))

    def told(self, hearer: Laptop) -> list[tuple[str, bytes]]:
        """What somebody heard of devices."""
        return [
            (event.what, event.id)
            for event in hearer.person.heard()
            if isinstance(event, DeviceChanged)
        ]


class Guests(AccountCase):
    def test_have_none(self) -> None:
        guest = self.person("guest")
        for command in (
            ConfirmToken(bytes(32)),
            ListDevices("alice"),
            AddDevice(),
            SignDevice(bytes(16), b"", b""),
            RevokeDevice(bytes(16)),
        ):
            self.not_done(Code.ACCOUNT_NEEDED, guest, command)


class Lists(DeviceCase):
    def test_ones_own(self) -> None:
        listed = self.done(self.alice.person, ListDevices())
        session = self.alice.person.session
        self.assertEqual(
            (listed.nick, listed.account, listed.root),
            ("alice", session.account.id, self.alice.new.root),
        )
        laptop, phone = listed.devices
        self.assertEqual((laptop.current, phone.current), (True, False))
        self.assertEqual((laptop.name, phone.key), ("laptop", self.phone.key))
        self.assertEqual((phone.proof, len(phone.enrolment)), (self.phone.proof, 32))
        self.assertGreater(phone.seen, 0)

    def test_somebody_elses_without_what_is_their_own_affair(self) -> None:
        self.order(RevokeByAdmin(self.phone.id.hex()))
        listed = self.done(self.bob.person, ListDevices("ALICE"))
        (row,) = listed.devices
        self.assertEqual((listed.nick, listed.root), ("alice", self.alice.new.root))
        self.assertEqual((row.id, row.key), (self.alice.id, self.alice.key))
        self.assertEqual((row.name, row.seen, row.proof, row.enrolment), ("", 0, b"", b""))
        (_, gone) = self.done(self.alice.person, ListDevices()).devices
        self.assertEqual(gone.state, "revoked")

    def test_nobodys(self) -> None:
        self.person("guest")
        for nick in ("guest", "nobody"):
            self.not_done(Code.NO_SUCH_ACCOUNT, self.bob.person, ListDevices(nick))

    def test_of_those_taken_off_the_oldest_are_left_out(self) -> None:
        store, account = self.store, self.bob.person.session.account.id
        for _ in range(SHOWN + 10):
            new = self.laptop().new
            known = self.successResultOf(store.register(account, "", new, bytes(32), 0)).device
            self.successResultOf(store.revoke(known.id))
        devices = self.done(self.bob.person, ListDevices()).devices
        self.assertEqual(len(devices), SHOWN)
        self.assertIn(self.bob.id, [one.id for one in devices])


class Adding(DeviceCase):
    def test_by_one_of_ones_own(self) -> None:
        self.server.state.wall = lambda: 1_000_000.0
        made = self.done(self.alice.person, AddDevice())
        self.assertEqual(made.expires, 1_000_000_000 + 72 * 3600 * 1000)
        self.assertNotIn(made.one_time_id, repr(made))
        tablet = self.laptop()
        self.successResultOf(tablet.enrol(canonical(made.one_time_id)))
        self.assertEqual(tablet.person.session.nick, "alice")
        listed = self.done(self.alice.person, ListDevices()).devices
        came_by = {row.key: row.enrolment for row in listed}
        self.assertEqual(came_by[tablet.key], digest(canonical(made.one_time_id)))

    def test_void_when_one_of_them_is_put_out(self) -> None:
        """A thief's link does not outlive the thief."""
        made = self.done(self.phone.person, AddDevice())
        self.order(RevokeByAdmin(self.phone.id.hex()))
        self.turned_away(Code.ID_UNKNOWN, self.laptop().enrol(canonical(made.one_time_id)))

    def test_not_told_to_one_that_was_put_out_meanwhile(self) -> None:
        self.store.held = True
        self.alice.person.later(RevokeDevice(self.phone.id))
        self.store.finish()  # whose it is
        made = self.phone.person.later(AddDevice())
        self.store.finish(2)
        self.assertEqual(self.failureResultOf(made, Refused).value.code, Code.LOGGED_OUT)
        self.assertEqual(self.server.audit.told("device_linked"), [])

    def test_not_where_it_would_let_nobody_in(self) -> None:
        self.server.state.devices_on = False
        self.not_done(Code.LINKS_OFF, self.alice.person, AddDevice())

    def test_audited_without_the_id(self) -> None:
        made = self.done(self.alice.person, AddDevice())
        (line,) = self.server.audit.told("device_linked")
        self.assertEqual((line["account"], line["device"]), ("alice", self.alice.id.hex()))
        self.assertNotIn(made.one_time_id, str(line))

    def test_not_any_number(self) -> None:
        self.server.state.limits = Limits()
        bob = self.enrolled("carol").person
        for _ in range(10):
            self.done(bob, AddDevice())
        self.refused(Code.TOO_MANY_MESSAGES, bob, AddDevice())


class Signing(DeviceCase):
    def test_by_the_root(self) -> None:
        command = self.signing(self.phone, self.alice)
        self.assertEqual(self.done(self.alice.person, command), Nothing())
        self.assertTrue(self.phone.person.session.device.signed)
        (_, row) = self.done(self.bob.person, ListDevices("alice")).devices
        self.assertEqual((row.record, row.signature), (command.record, command.signature))
        self.assertEqual(self.told(self.phone), [("signed", self.phone.id)])
        self.assertEqual(self.told(self.alice), [])
        (line,) = self.server.audit.told("device_signed")
        self.assertEqual(line["device"], self.phone.id.hex())

    def test_ones_own_first(self) -> None:
        self.done(self.alice.person, self.signing(self.alice, self.alice))
        self.successResultOf(self.alice.sign_in())
        self.assertTrue(self.alice.person.session.device.signed)

    def test_not_by_another_root(self) -> None:
        for command in (
            self.signing(self.phone, self.phone),
            self.signing(self.phone, self.bob),
        ):
            self.not_done(Code.RECORD_INVALID, self.phone.person, command)
        self.assertFalse(self.phone.person.session.device.signed)

    def test_not_another_device_than_the_record_says(self) -> None:
        signed = self.signing(self.phone, self.alice)
        wrong = SignDevice(self.alice.id, signed.record, signed.signature)
        self.not_done(Code.RECORD_INVALID, self.alice.person, wrong)

    def test_not_for_another_account_than_the_record_says(self) -> None:
        record = DeviceRecord(self.bob.person.session.account.id, self.phone.key).encode()
        wrong = SignDevice(self.phone.id, record, self.alice.root.sign(record))
        self.not_done(Code.RECORD_INVALID, self.alice.person, wrong)

    def test_no_record(self) -> None:
        for record in (b"", b"chatd device 1\0", bytes(4096)):
            wrong = SignDevice(self.phone.id, record, self.alice.root.sign(record))
            self.not_done(Code.RECORD_INVALID, self.alice.person, wrong)

    def test_not_somebody_elses_or_nobodys(self) -> None:
        command = self.signing(self.phone, self.alice)
        self.not_done(Code.NO_SUCH_DEVICE, self.bob.person, command)
        nobodys = SignDevice(bytes(16), command.record, command.signature)
        self.not_done(Code.NO_SUCH_DEVICE, self.alice.person, nobodys)

    def test_not_one_that_was_taken_off(self) -> None:
        command = self.signing(self.phone, self.alice)
        self.done(self.alice.person, RevokeDevice(self.phone.id))
        self.not_done(Code.RECORD_INVALID, self.alice.person, command)

    def test_not_an_older_record(self) -> None:
        self.done(self.alice.person, self.signing(self.phone, self.alice, 2))
        older = self.signing(self.phone, self.alice, 1)
        self.not_done(Code.RECORD_OLD, self.alice.person, older)


class TakingOff(DeviceCase):
    def test_ends_its_session(self) -> None:
        tablet = self.enrolled("alice")
        self.assertEqual(self.told(self.phone), [("enrolled", tablet.id)])
        self.done(self.alice.person, RevokeDevice(self.phone.id))
        self.assertEqual(self.phone.person.closed, Code.DEVICE_REVOKED)
        self.assertIsNone(self.alice.person.closed)
        self.assertEqual(self.told(tablet), [("revoked", self.phone.id)])
        self.turned_away(Code.DEVICE_REVOKED, self.phone.sign_in())
        (line,) = self.server.audit.told("device_revoked")
        self.assertEqual((line["by"], line["device"]), ("alice", self.phone.id.hex()))

    def test_the_one_in_use(self) -> None:
        self.done(self.phone.person, RevokeDevice(self.phone.id))
        self.assertIsNone(self.phone.person.closed, "it has its answer first")
        self.server.turn()
        self.assertEqual(self.phone.person.closed, Code.DEVICE_REVOKED)
        self.alice.person.do(Tell("alice", "still here"))

    def test_one_that_is_not_here(self) -> None:
        self.hub.sign_out(self.phone.person.session)
        self.done(self.alice.person, RevokeDevice(self.phone.id))
        account = self.alice.person.session.account.id
        states = [one.state for one in self.successResultOf(self.store.devices(account))]
        self.assertEqual(states, [DeviceState.ACTIVE, DeviceState.REVOKED])

    def test_not_somebody_elses(self) -> None:
        self.not_done(Code.NO_SUCH_DEVICE, self.bob.person, RevokeDevice(self.phone.id))
        self.assertIsNone(self.phone.person.closed)

    def test_not_by_a_device_that_was_taken_off_meanwhile(self) -> None:
        self.store.held = True
        first = self.phone.person.later(RevokeDevice(self.alice.id))
        self.hub.sign_out(self.phone.person.session)
        self.store.finish()
        error = self.failureResultOf(first).value
        self.assertEqual(error.code, Code.LOGGED_OUT)
        self.assertIsNone(self.alice.person.closed)
