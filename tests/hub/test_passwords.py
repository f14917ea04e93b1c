"""Signing in by password: what a wrong one costs, tells and locks, and whom it does not hold up."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from chatd.domain.administration import SetAccountPassword, Unlock
from chatd.domain.commands import DeleteAccount, SetPassword
from chatd.domain.events import DeviceChanged
from chatd.errors import Code, Refused
from tests.hub.account_case import PASSWORD, AccountCase
from tests.support.server import Passwords

OTHER = "198.51.100.7"


class Counted(Passwords):
    """Counts what is hashed or checked."""

    def __init__(self) -> None:
        super().__init__()
        self.work = 0

    def hash(self, password: str) -> Deferred[str]:
        self.work += 1
        return super().hash(password)

    def verify(self, password: str, phc: str) -> Deferred[bool]:
        self.work += 1
        return super().verify(password, phc)


class PasswordCase(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.with_password("Alice")
        self.passwords = self.server.state.passwords = Counted()
        self.device = self.laptop()

    def wrong(self, handle: str = "alice", address: str = "192.0.2.1") -> None:
        """A wrong password is tried."""
        knock = self.device.with_password(handle, "wrong", address)
        self.turned_away(Code.CREDENTIALS_WRONG, knock)

    def right(self, address: str = "192.0.2.1") -> Any:
        return self.successResultOf(self.device.with_password("alice", PASSWORD, address))

    def locked(self, handle: str = "alice", address: str = "192.0.2.1") -> float:
        """Nothing may be tried now, not even the right one; the seconds to wait."""
        before = self.passwords.work
        knock = self.device.with_password(handle, PASSWORD, address)
        error = self.turned_away(Code.LOCKED_OUT, knock)
        self.assertEqual(self.passwords.work, before)
        return error.wait


class Right(PasswordCase):
    def test_registers_the_device_unsigned(self) -> None:
        person = self.right()
        session = person.session
        self.assertEqual((session.nick, session.device.signed), ("Alice", False))
        self.assertEqual(session.account.root, self.device.new.root)
        self.assertEqual(len(self.server.audit.told("device_enrolled")), 1)

    def test_the_next_time_the_token_does(self) -> None:
        self.right()
        self.successResultOf(self.device.sign_in())

    def test_the_same_device_again_is_not_told(self) -> None:
        phone = self.enrolled("alice")
        self.right()
        self.right()
        (told,) = phone.person.heard()
        assert isinstance(told, DeviceChanged)
        self.assertEqual((told.what, told.key), ("enrolled", self.device.key))

    def test_it_does_not_wake_a_suspended_device(self) -> None:
        self.right()
        self.successResultOf(self.store.suspend(self.device.id))
        knock = self.device.with_password("alice", PASSWORD)
        self.turned_away(Code.DEVICE_SUSPENDED, knock)


class Wrong(PasswordCase):
    def test_unknown_names_and_such_without_one_cost_and_say_the_same(self) -> None:
        self.enrolled("bob")
        errors = []
        for handle in ("alice", "bob", "nobody"):
            before = self.passwords.work
            knock = self.device.with_password(handle, "wrong")
            error = self.turned_away(Code.CREDENTIALS_WRONG, knock)
            errors.append((error.text, error.wait, self.passwords.work - before))
        self.assertEqual(errors, [errors[0]] * 3)
        self.assertEqual(errors[0][2], 1)

    def test_audited_without_what_was_typed(self) -> None:
        self.wrong()
        self.wrong("my secret by mistake")
        known, unknown = self.server.audit.told("password_wrong")
        self.assertEqual((known["account"], known["address"]), ("Alice", "192.0.2.1"))
        self.assertNotIn("account", unknown)
        self.assertNotIn("wrong", str(known))

    def test_the_fourth_is_not_even_tried(self) -> None:
        for _ in range(3):
            self.wrong()
        self.assertEqual(self.locked(), 60.0)
        (line,) = self.server.audit.told("locked_out")
        self.assertEqual((line["account"], line["seconds"]), ("Alice", 60.0))
        self.server.clock.advance(60)
        self.right()

    def test_the_text_says_how_long(self) -> None:
        for _ in range(3):
            self.wrong()
        self.server.clock.advance(0.5)
        error = self.turned_away(Code.LOCKED_OUT, self.device.with_password("alice", ""))
        self.assertIn("60 s", error.text)

    def test_names_that_nobody_has_lock_likewise(self) -> None:
        for _ in range(3):
            self.wrong("nobody")
        self.assertEqual(self.locked("NOBODY"), 60.0)

    def test_a_right_one_clears(self) -> None:
        for _ in range(3):
            self.wrong()
            self.wrong()
            self.right()

    def test_other_addresses_and_tokens_are_not_held_up(self) -> None:
        self.right()
        for _ in range(3):
            self.wrong()
        self.successResultOf(self.device.sign_in())
        self.right(OTHER)

    def test_many_addresses_are(self) -> None:
        for number in range(30):
            self.wrong(address=f"198.51.100.{number}")
        self.assertGreater(self.locked(address="203.0.113.1"), 0)

    def test_the_admin_unlocks(self) -> None:
        for _ in range(3):
            self.wrong()
        self.assertEqual(self.order(Unlock("alice")), 1)
        self.right()

    def test_at_once_all_the_same(self) -> None:
        """Ten guesses in flight are tried one after the other, three of them."""
        self.passwords.slow = True
        knocks = [self.laptop().with_password("alice", "wrong") for _ in range(10)]
        for _ in range(3):
            self.assertEqual(len(self.passwords.waiting), 1)
            self.passwords.waiting.pop().callback(False)
        codes = [self.failureResultOf(knock).value.code for knock in knocks]
        self.assertEqual(codes, [Code.CREDENTIALS_WRONG] * 3 + [Code.LOCKED_OUT] * 7)


class NotTried(PasswordCase):
    """What is nobody's fault locks nobody out."""

    def test_too_busy(self) -> None:
        self.passwords.busy = True
        for _ in range(5):
            knock = self.device.with_password("alice", PASSWORD)
            self.assertEqual(self.failureResultOf(knock, Refused).value.code, Code.BUSY)
        self.passwords.busy = False
        self.right()


class Meanwhile(PasswordCase):
    """A password is being checked."""

    def setUp(self) -> None:
        super().setUp()
        self.passwords.slow = True
        self.knock = self.device.with_password("alice", PASSWORD)

    def test_it_is_changed(self) -> None:
        self.order(SetAccountPassword("alice", "another one"))
        self.passwords.waiting.pop().callback(True)
        self.turned_away(Code.CREDENTIALS_WRONG, self.knock)

    def test_the_account_is_removed(self) -> None:
        one_time_id = self.invite("alice")
        phone = self.laptop()
        self.successResultOf(phone.enrol(one_time_id))
        self.done(phone.person, DeleteAccount())
        self.passwords.waiting.pop().callback(True)
        self.turned_away(Code.CREDENTIALS_WRONG, self.knock)


class Changing(PasswordCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.right()

    def test_with_the_present_one(self) -> None:
        self.done(self.alice, SetPassword(PASSWORD, "another one"))
        self.wrong()
        self.successResultOf(self.device.with_password("alice", "another one"))
        (line,) = self.server.audit.told("password_changed")[1:]
        self.assertEqual((line["account"], line["by"]), ("Alice", "Alice"))

    def test_the_first_one_needs_none(self) -> None:
        bob = self.enrolled("bob")
        self.done(bob.person, SetPassword("", "another one"))
        self.not_done(Code.OLD_PASSWORD_WRONG, bob.person, SetPassword("", "a third one"))

    def test_guesses_count(self) -> None:
        guess = SetPassword("wrong", "another one")
        for _ in range(3):
            self.assertEqual(self.not_done(Code.OLD_PASSWORD_WRONG, self.alice, guess).wait, 0)
        error = self.not_done(Code.OLD_PASSWORD_WRONG, self.alice, guess)
        self.assertEqual(error.wait, 60.0)
        self.assertIn("60 s", error.text)
        self.locked()

    def test_too_short_or_too_long(self) -> None:
        for new, code in (
            ("seven77", Code.PASSWORD_TOO_SHORT),
            ("é" * 128, Code.PASSWORD_TOO_LONG),
        ):
            self.not_done(code, self.alice, SetPassword(PASSWORD, new))
        self.done(self.alice, SetPassword(PASSWORD, "ééééeeee"))

    def test_by_a_device_that_is_being_taken_off(self) -> None:
        """The store has done it, and nobody has heard of it."""
        self.passwords.slow = True
        changed = self.alice.later(SetPassword(PASSWORD, "another one"))
        self.store.held = True
        self.store.revoke(self.alice.session.device.id)
        self.passwords.waiting.pop().callback(True)
        self.store.finish(2)
        self.assertEqual(self.failureResultOf(changed, Refused).value.code, Code.NO_SUCH_DEVICE)
        self.store.held = self.passwords.slow = False
        self.device = self.laptop()
        self.right()

    def test_by_a_device_that_was_taken_off_meanwhile(self) -> None:
        self.passwords.slow = True
        changed = self.alice.later(SetPassword(PASSWORD, "another one"))
        self.hub.sign_out(self.alice.session)
        self.passwords.waiting.pop().callback(True)
        self.assertEqual(self.failureResultOf(changed, Refused).value.code, Code.LOGGED_OUT)
        self.passwords.slow = False
        self.right()
