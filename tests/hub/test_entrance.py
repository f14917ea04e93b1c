"""Signing in: the ways that are open, guests, one-time IDs; who is in whose way."""

from __future__ import annotations

import gc

from twisted.internet.defer import Deferred

from chatd.domain.administration import Disable, Enable, Remove
from chatd.domain.commands import ConfirmToken, Join, Rename
from chatd.domain.credentials import AsGuest, WithOneTimeId, WithPassword, WithToken
from chatd.domain.events import DeviceChanged, Entered, NickChanged
from chatd.domain.limits import Limits, Liveness
from chatd.errors import Code, Refused
from tests.hub.account_case import PASSWORD, AccountCase, Laptop
from tests.hub.people import HubCase, Person


class Ways(AccountCase):
    def open(self, guests: bool, passwords: bool, devices: bool) -> None:
        self.hub.configure(
            self.limits, Liveness(), guests, "", passwords=passwords, devices=devices
        )

    def test_announced(self) -> None:
        self.assertEqual(self.hub.methods, ["guest", "password", "enrol", "device"])
        self.open(False, True, False)
        self.assertEqual(self.hub.methods, ["password"])
        self.open(False, False, True)
        self.assertEqual(self.hub.methods, ["enrol", "device"])

    def test_closed(self) -> None:
        self.with_password("alice")
        one_time_id, laptop = self.invite("alice"), self.laptop()
        self.open(False, False, False)
        for shown in (WithPassword("alice", PASSWORD, laptop.new), WithToken(bytes(32))):
            self.turned_away(Code.METHOD_OFF, laptop.knock(shown))
        self.turned_away(Code.METHOD_OFF, laptop.enrol(one_time_id))
        self.turned_away(Code.GUESTS_OFF, laptop.knock(AsGuest("bob")))
        self.open(False, False, True)
        self.successResultOf(laptop.enrol(one_time_id))


class WithoutAStore(HubCase):
    """A hub for guests only, though the settings say otherwise."""

    def test_nobody_has_an_account(self) -> None:
        self.server.state.passwords_on = True
        knock = Laptop(self.server, self.door).with_password("alice", PASSWORD)
        self.assertEqual(self.failureResultOf(knock).value.code, Code.CREDENTIALS_WRONG)


class Guests(AccountCase):
    def test_at_once(self) -> None:
        guest = self.successResultOf(self.laptop().knock(AsGuest("bob")))
        self.assertEqual((guest.session.nick, guest.session.account), ("bob", None))
        self.assertIsNone(guest.session.device)

    def test_not_by_an_accounts_name(self) -> None:
        self.invite("Alice")
        failure = self.failureResultOf(self.laptop().knock(AsGuest("aLICE")), Refused)
        self.assertEqual(failure.value.code, Code.NICK_TAKEN)
        self.assertIn("account", failure.value.text)
        self.refused(Code.NICK_TAKEN, self.person("bob"), Rename("alice"))

    def test_not_by_that_of_an_account_that_was(self) -> None:
        self.enrolled("alice")
        self.order(Remove("alice"))
        self.assertRaises(Refused, self.person, "alice")

    def test_is_advised_otherwise(self) -> None:
        self.invite("alice")
        self.invite("rand0")
        self.assertEqual(self.hub.advise("ALICE"), "ALICE2")
        self.assertEqual(self.hub.advise(""), "rand1")
        self.assertEqual(self.person().session.nick, "rand1")


class InTheWay(AccountCase):
    """A guest has had the nick since before there was an account of that name."""

    def setUp(self) -> None:
        super().setUp()
        self.guest, self.bob = self.person("Alice", None, "room"), self.person("bob", None, "room")
        self.guest.heard()

    def test_gives_way_when_the_account_comes(self) -> None:
        one_time_id = self.invite("alice")
        self.assertEqual(self.guest.heard(), [])
        self.successResultOf(self.laptop().enrol(one_time_id))
        changed = [NickChanged("Alice", "Alice2")]
        self.assertEqual((self.guest.heard(), self.bob.heard()), (changed, changed))
        self.assertEqual(self.guest.session.nick, "Alice2")
        self.assertEqual(self.server.state.people.get("ALICE").account.handle, "alice")  # type: ignore[union-attr]

    def test_may_keep_no_part_of_it(self) -> None:
        self.invite("alice")
        self.guest.do(Rename("other"))
        self.refused(Code.NICK_TAKEN, self.guest, Rename("Alice"))


class OneTimeIds(AccountCase):
    def test_the_first_device_makes_the_root(self) -> None:
        laptop, one_time_id = self.laptop(), self.invite("Alice", level=3)
        person = self.successResultOf(laptop.enrol(one_time_id))
        account, device = person.session.account, person.session.device
        self.assertEqual((account.handle, account.level), ("Alice", 3))
        self.assertEqual((account.root, device.key), (laptop.new.root, laptop.key))
        self.assertEqual((person.session.nick, len(laptop.token)), ("Alice", 32))
        (line,) = self.server.audit.told("device_enrolled")
        self.assertEqual((line["account"], line["device"]), ("Alice", device.id.hex()))
        self.assertLessEqual(line.items(), self.server.audit.told("signed_in")[0].items())

    def test_the_same_key_may_repeat_it_until_it_confirms(self) -> None:
        laptop, one_time_id = self.laptop(), self.invite("alice")
        self.successResultOf(laptop.enrol(one_time_id))
        first = laptop.token
        self.successResultOf(laptop.enrol(one_time_id))
        self.assertNotEqual(laptop.token, first)
        self.successResultOf(laptop.sign_in(first))
        self.confirm(laptop)
        self.turned_away(Code.ID_USED, laptop.enrol(one_time_id))
        self.assertEqual(len(self.server.audit.told("device_enrolled")), 1)

    def test_refused(self) -> None:
        self.server.state.wall = lambda: 1_000_000.0
        one_time_id, other = self.invite("alice"), self.invite("bob")
        self.successResultOf(self.laptop().enrol(one_time_id))
        self.turned_away(Code.ID_USED, self.laptop().enrol(one_time_id))
        self.turned_away(Code.ID_UNKNOWN, self.laptop().enrol(b"00000000000000000000"))
        self.server.state.wall = lambda: 1_000_000.0 + 72 * 3600
        self.turned_away(Code.ID_EXPIRED, self.laptop().enrol(other))

    def test_the_key_is_that_of_the_connection(self) -> None:
        """Whatever the device says of itself."""
        laptop, other = self.laptop(), self.laptop()
        shown = WithOneTimeId(self.invite("alice"), other.new)
        person = self.successResultOf(laptop.knock(shown))
        self.assertEqual(person.session.device.key, laptop.key)

    def test_the_other_devices_are_told(self) -> None:
        first, phone = self.enrolled("alice"), self.laptop()
        self.successResultOf(phone.enrol(self.invite("alice")))
        (told,) = first.person.heard()
        assert isinstance(told, DeviceChanged)
        self.assertEqual((told.nick, told.what, told.key), ("alice", "enrolled", phone.key))
        self.assertEqual(told.proof, phone.proof)
        self.assertEqual(phone.person.heard(), [])


class Disabled(AccountCase):
    def test_by_no_way(self) -> None:
        self.with_password("alice")
        laptop, one_time_id = self.enrolled("alice"), self.invite("alice")
        self.order(Disable("alice"))
        self.assertEqual(laptop.person.closed, Code.ACCOUNT_DISABLED)
        self.turned_away(Code.ACCOUNT_DISABLED, laptop.sign_in())
        self.turned_away(Code.ACCOUNT_DISABLED, self.laptop().enrol(one_time_id))
        self.turned_away(Code.ACCOUNT_DISABLED, laptop.with_password("alice", PASSWORD))
        self.turned_away(Code.CREDENTIALS_WRONG, laptop.with_password("alice", "wrong"))
        self.order(Enable("alice"))
        self.successResultOf(laptop.sign_in())


class Full(AccountCase):
    limits = Limits(capacity=2)

    def test_one_too_many(self) -> None:
        self.person("guest")
        alice = self.enrolled("alice")
        one_time_id, laptop = self.invite("bob"), self.laptop()
        self.turned_away(Code.SERVER_FULL, laptop.enrol(one_time_id))
        self.successResultOf(alice.sign_in())
        self.hub.sign_out(alice.person.session)
        self.successResultOf(laptop.enrol(one_time_id))

    def test_guests_leave_places(self) -> None:
        """The last ones are for accounts, as long as those have a way in."""
        self.person("first")
        self.turned_away(Code.SERVER_FULL, self.laptop().knock(AsGuest("second")))
        self.server.state.passwords_on = self.server.state.devices_on = False
        self.successResultOf(self.laptop().knock(AsGuest("second")))
        self.turned_away(Code.SERVER_FULL, self.laptop().knock(AsGuest("third")))


class Meanwhile(AccountCase):
    """The store takes its time, and the world goes on."""

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrolled("alice", "room")
        self.guest = self.person("guest", None, "room")
        self.guest.heard()
        self.store.held = True

    def finish(self) -> None:
        while self.store:
            self.store.finish()

    def test_a_device_signs_in_once_at_a_time(self) -> None:
        first, second = self.alice.sign_in(), self.alice.sign_in()
        self.assertEqual(len(self.store), 1)
        self.finish()
        replaced, person = self.successResultOf(first), self.successResultOf(second)
        self.assertEqual((replaced.closed, person.closed), (Code.REPLACED, None))
        self.assertEqual(len(self.server.state.one_at_a_time), 0)

    def test_others_need_not_wait(self) -> None:
        self.store.held = False
        bob = self.enrolled("bob")
        self.store.held = True
        self.alice.sign_in()
        bob.sign_in()
        self.assertEqual(len(self.store), 2)

    def test_an_older_connection_that_comes_later_is_refused(self) -> None:
        began = self.server.clock.seconds()
        self.server.clock.advance(1)
        newer = self.alice.sign_in()
        older = self.alice.sign_in(self.alice.token, began)
        self.finish()
        self.turned_away(Code.CONNECTION_OUTDATED, older)
        self.assertIsNone(self.successResultOf(newer).closed)

    def test_a_resumed_session_is_as_young_as_its_connection(self) -> None:
        session, began = self.alice.person.session, self.server.clock.seconds() + 1
        self.server.clock.advance(2)
        self.hub.suspend(session)
        self.hub.resume(Person(self.server, self.door), session.id, session.secret, self.alice.key)
        older = self.alice.sign_in(began=began)
        self.finish()
        self.turned_away(Code.CONNECTION_OUTDATED, older)

    def test_who_is_disabled_after_it_is_put_out(self) -> None:
        signed_in, disabled = self.alice.sign_in(), self.hub.administer(Disable("alice"))
        self.finish()
        self.assertEqual(self.successResultOf(signed_in).closed, Code.ACCOUNT_DISABLED)
        self.successResultOf(disabled)
        self.assertEqual(self.hub.counts()["sessions"], 1)

    def test_who_is_disabled_before_it_is_not_let_in(self) -> None:
        disabled = self.hub.administer(Disable("alice"))
        self.store.finish()  # which account that is
        signed_in = self.alice.sign_in()
        self.finish()
        self.turned_away(Code.ACCOUNT_DISABLED, signed_in)
        self.successResultOf(disabled)

    def test_nobody_enters_for_a_connection_that_gave_up(self) -> None:
        self.store.held = False
        phone, one_time_id = self.laptop(), self.invite("bob")
        self.store.held = True
        knock = phone.enrol(one_time_id)
        before = self.hub.counts()
        knock.cancel()
        self.failureResultOf(knock)
        self.finish()
        self.assertEqual(self.hub.counts(), before)
        again = phone.enrol(one_time_id)
        self.finish()
        self.successResultOf(again)

    def test_giving_up_leaves_the_session_that_is_there(self) -> None:
        session, token = self.alice.person.session, self.alice.token
        knock = self.alice.sign_in()
        knock.cancel()
        self.failureResultOf(knock)
        self.finish()
        self.assertIsNone(self.alice.person.closed)
        self.store.held = False
        self.done(self.alice.person, ConfirmToken(token))
        self.assertIs(self.server.state.sessions[session.id], session)

    def test_a_refusal_after_giving_up_is_nobodys(self) -> None:
        knock = self.alice.sign_in(b"never issued".ljust(32))
        knock.cancel()
        self.failureResultOf(knock)
        self.finish()
        self.assertEqual(self.alice.person.closed, Code.VAULT_COPIED)
        self.assertEqual(self.flushLoggedErrors(), [])


class Broken(AccountCase):
    """What nobody planned reaches who waits, else the log."""

    def setUp(self) -> None:
        super().setUp()
        self.answer: Deferred[None] = Deferred()
        self.patch(self.store, "sign_in", lambda *_: self.answer)
        self.knock = self.laptop().sign_in(bytes(32))

    def test_somebody_waits(self) -> None:
        self.answer.errback(RuntimeError())
        self.failureResultOf(self.knock, RuntimeError)
        self.assertEqual(len(self.server.state.one_at_a_time), 0)

    def test_nobody_waits(self) -> None:
        self.knock.cancel()
        self.failureResultOf(self.knock)
        self.answer.errback(RuntimeError())
        gc.collect()  # an error that nobody handled is logged when it is forgotten
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)


class TheLobby(AccountCase):
    def test_with_the_first_device_only(self) -> None:
        self.server.state.lobby = "lobby"
        bob = self.person("bob")
        alice = self.enrolled("alice")
        self.assertEqual(bob.heard(), [Entered("lobby", "alice", account=True)])
        phone = self.enrolled("alice")
        self.assertEqual((bob.heard(), phone.person.session.room_names), ([], ["lobby"]))
        self.assertEqual(alice.person.heard()[1:], [])
        self.refused(Code.ALREADY_IN_ROOM, phone.person, Join("lobby"))
