"""Signing in to accounts at the native door: every method, and what a token goes through."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.account import Role
from chatd.domain.administration import Disable, RevokeByAdmin, SetLevel
from chatd.errors import Code
from chatd.wire import messages
from tests.protocols.native.caller import Caller
from tests.protocols.native.case import AccountCase


class Methods(AccountCase):
    """Each way in, and who one is then."""

    def test_those_that_are_open_are_told(self) -> None:
        state = self.server.state
        for guests, passwords, devices, told in (
            (True, True, True, ["guest", "password", "enrol", "device"]),
            (False, True, True, ["password", "enrol", "device"]),
            (False, False, True, ["enrol", "device"]),
            (True, False, False, ["guest"]),
            (False, False, False, []),
        ):
            state.guests, state.passwords_on, state.devices_on = guests, passwords, devices
            caller = self.caller()
            self.assertEqual(caller.ask().methods, told)
            self.assertEqual(self.caller().hello().methods, told)

    def test_a_guest_is_nobody(self) -> None:
        (welcome,) = self.caller().sign_in("carol")
        self.assertEqual((welcome.nick, welcome.me), ("carol", None))

    def test_by_one_time_id(self) -> None:
        device = self.people.device()
        (welcome,) = device.enrol(self.people.link("Alice", 3, Role.MODERATOR))
        me = device.me
        self.assertEqual((welcome.nick, welcome.resumed), ("Alice", False))
        self.assertEqual((me.handle, me.display, me.level, me.role), ("Alice", "", 3, "moderator"))
        self.assertEqual((len(me.account), len(me.device), len(me.token)), (16, 16, 32))
        self.assertEqual(me.root, device.root.public_key().public_bytes_raw())
        self.assertFalse(me.signed)

    def test_by_token(self) -> None:
        device = self.people.member("alice")
        enrolled = device.me
        device.ask(device.signing(device))
        device.caller.lose()
        (welcome,) = device.by_token()
        self.assertEqual((welcome.nick, welcome.resumed), ("alice", False))
        self.assertEqual((device.me.account, device.me.device), (enrolled.account, enrolled.device))
        self.assertTrue(device.me.signed)
        self.assertNotIn(device.me.token, (b"", device.token))

    def test_by_password(self) -> None:
        self.people.member("alice")
        self.people.password("alice", "whisper it")
        second = self.people.device("phone")
        (welcome,) = second.by_password("ALICE", "whisper it")
        self.assertEqual(
            (welcome.nick, second.me.signed, len(second.me.token)), ("alice", False, 32)
        )
        self.assertNotEqual(second.me.root, second.root.public_key().public_bytes_raw())
        second.keep()
        self.assertEqual(second.confirm(), 0)
        second.caller.lose()
        self.assertEqual(second.by_token()[0].nick, "alice")

    def test_the_first_device_makes_the_root_by_password_too(self) -> None:
        self.people.link("alice")
        self.people.password("alice", "whisper it")
        device = self.people.device()
        device.by_password("alice", "whisper it")
        self.assertEqual(device.me.root, device.root.public_key().public_bytes_raw())

    def test_both_devices_are_one_person(self) -> None:
        first = self.people.member("alice")
        second = self.people.device("phone")
        second.enrol(self.people.link("alice"))
        self.assertEqual(second.me.root, first.me.root)
        carol = self.signed("carol")
        for one in (first.caller, carol):
            one.send(messages.Join(7, "tea"))
            one.received()
        second.caller.received()
        first.caller.send(messages.Say(8, "tea", "hi"))
        for one in (second.caller, carol):
            (said,) = (m for m in one.received() if isinstance(m, messages.RoomSaid))
            self.assertEqual((said.sender, said.text), ("alice", "hi"))

    def test_a_guest_does_not_get_a_handle(self) -> None:
        self.people.link("alice")
        self.assertEqual(self.caller().ask("ALICE").nick, "ALICE2")
        self.closed(Code.NICK_TAKEN, self.caller().sign_in("ALICE"))

    def test_what_was_said_is_in_no_log(self) -> None:
        link = self.people.link("alice")
        self.people.password("alice", "whisper it")
        device = self.people.device()
        device.enrol(link)
        device.keep()
        device.confirm()
        device.by_token()
        device.by_password("alice", "whisper it")
        lines = str(self.server.audit.lines)
        for secret in (link, "whisper", device.token.hex(), repr(device.token)):
            self.assertNotIn(secret, lines)


class Tokens(AccountCase):
    """One token after the other, wherever the client is interrupted."""

    def setUp(self) -> None:
        super().setUp()
        self.device = self.people.member("alice")

    def let_in(self, token: bytes) -> bytes:
        """A token opens the door; the successor."""
        (welcome,) = self.device.by_token(token)
        self.assertIsInstance(welcome, messages.Welcome)
        return self.device.me.token

    def test_again_and_again(self) -> None:
        for _ in range(5):
            self.device.token = self.let_in(self.device.token)
            self.assertEqual(self.device.confirm(), 0)

    def test_welcome_lost(self) -> None:
        """Whatever the client has not got or not stored, what it has stored is good."""
        first = self.device.token
        lost = [self.let_in(first) for _ in range(3)]
        self.assertEqual(len({first, *lost}), 4)
        self.let_in(first)
        self.let_in(lost[1])

    def test_stored_and_not_confirmed(self) -> None:
        """The client is killed between its disk and ConfirmToken; using it confirms it."""
        old, new = self.device.token, self.let_in(self.device.token)
        self.let_in(new)
        self.closed(Code.VAULT_COPIED, self.device.by_token(old))

    def test_confirmed_and_not_forgotten(self) -> None:
        self.device.token = new = self.let_in(self.device.token)
        self.assertEqual((self.device.confirm(), self.device.confirm()), (0, 0))
        self.let_in(new)

    def test_enrolment_repeated_until_confirmed(self) -> None:
        link, device = self.people.link("bob"), self.people.device()
        tokens = []
        for _ in range(3):
            device.enrol(link)
            tokens.append(device.me.token)
        device.token = tokens[1]
        self.assertEqual(device.confirm(), 0)
        self.closed(Code.ID_USED, device.enrol(link))
        self.assertIsInstance(device.by_token()[0], messages.Welcome)

    def test_a_refusal_is_audited_with_the_account(self) -> None:
        """As far as it is known: whose link was stolen, for one, matters to the admin."""
        link, taker = self.people.link("bob"), self.people.device()
        taker.enrol(link)
        self.closed(Code.ID_USED, self.people.device().enrol(link))
        self.closed(Code.DEVICE_TAKEN, taker.enrol(self.people.link("carol")))
        self.people.order(Disable("bob"))
        self.closed(Code.ACCOUNT_DISABLED, taker.enrol(link))
        self.closed(Code.ID_UNKNOWN, self.people.device().enrol("0000-0000-0000-0000-0000"))
        refused = self.server.audit.told("sign_in_refused")
        self.assertEqual([line.get("account") for line in refused], ["bob", "carol", "bob", None])

    def test_a_token_that_is_none_of_this_device(self) -> None:
        bob = self.people.member("bob")
        self.device.token, own = bob.token, self.device.token
        self.assertEqual(self.device.confirm(), Code.TOKEN_UNKNOWN)
        self.assertEqual(bob.confirm(), 0, "and nothing was changed by it")
        self.let_in(own)

    def test_copied(self) -> None:
        """Both ends are out, until it is enrolled anew."""
        dead = self.device.token
        self.device.token = self.let_in(dead)
        self.device.confirm()
        here = self.device.caller
        self.closed(Code.VAULT_COPIED, self.device.by_token(dead))
        self.closed(Code.VAULT_COPIED, here.received())
        self.closed(Code.DEVICE_SUSPENDED, self.device.by_token(self.device.token))
        link = self.people.link("alice")
        self.closed(Code.DEVICE_SUSPENDED, self.device.enrol(link))
        anew = self.people.device("anew")
        self.assertIsInstance(anew.enrol(link)[0], messages.Welcome)

    def test_others_are_told_of_a_copy(self) -> None:
        admin = self.people.member("root", role=Role.ADMIN)
        second = self.people.device("phone")
        second.enrol(self.people.link("alice"))
        dead = self.device.token
        self.device.token = self.let_in(dead)
        self.device.confirm()
        admin.caller.received(), second.caller.received()
        self.device.by_token(dead)
        for told in (admin, second):
            (event,) = told.caller.received()
            self.assertIsInstance(event, messages.DeviceChanged)
            self.assertEqual((event.nick, event.what, event.name), ("alice", "suspended", "laptop"))
            self.assertEqual((event.id, event.key), (self.device.me.device, self.device.public))

    def test_a_token_that_was_stolen_without_the_key(self) -> None:
        thief = self.people.device("elsewhere")
        self.closed(Code.DEVICE_UNKNOWN, thief.by_token(self.device.token))
        bob = self.people.member("bob")
        self.closed(Code.DEVICE_UNKNOWN, bob.by_token(self.device.token))
        self.let_in(self.device.token)

    def test_a_device_has_one_session(self) -> None:
        old = self.device.caller
        self.let_in(self.device.token)
        self.closed(Code.REPLACED, old.received())
        old.lose()
        self.assertEqual(self.server.hub.counts()["sessions"], 1)


class Resuming(AccountCase):
    """The session first: no token is looked at, none is given."""

    def setUp(self) -> None:
        super().setUp()
        self.device = self.people.member("alice")

    def test_taken_back(self) -> None:
        self.device.caller.lose()
        enrolled = self.device.me
        (welcome,) = self.device.resume()
        self.assertTrue(welcome.resumed)
        self.assertEqual((self.device.me.device, self.device.me.token), (enrolled.device, b""))

    def test_with_a_dead_token(self) -> None:
        """That of the session would do, so there is no alarm."""
        dead = self.device.token
        self.device.by_token()
        self.device.keep()
        self.device.confirm()
        self.device.caller.lose()
        self.device.token = dead
        self.assertTrue(self.device.resume()[0].resumed)

    def test_too_late(self) -> None:
        self.device.caller.lose()
        self.server.clock.advance(30)
        (welcome,) = self.device.resume()
        self.assertEqual((welcome.resumed, len(self.device.me.token)), (False, 32))

    def test_how_one_is_now(self) -> None:
        """What changed meanwhile is told."""
        self.device.caller.lose()
        self.people.order(SetLevel("alice", 7))
        self.device.resume()
        self.assertEqual(self.device.me.level, 7)

    def test_not_after_it_was_shut_out(self) -> None:
        self.device.caller.lose()
        self.people.order(RevokeByAdmin(self.device.me.device.hex()))
        self.closed(Code.DEVICE_REVOKED, self.device.resume())
        bob = self.people.member("bob")
        bob.caller.lose()
        self.people.order(Disable("bob"))
        self.closed(Code.ACCOUNT_DISABLED, bob.resume())

    def test_guests_who_are_here_stay(self) -> None:
        """Guests are off from now on; who lost the connection is here."""
        key = X25519PrivateKey.generate()
        carol = Caller(self.server, self.factory, key)
        (welcome,) = carol.sign_in("carol")
        carol.lose()
        self.server.state.guests = False
        resume = messages.Resume(welcome.session, welcome.resume)
        (welcome,) = Caller(self.server, self.factory, key).sign_in("carol", resume)
        self.assertTrue(welcome.resumed)
