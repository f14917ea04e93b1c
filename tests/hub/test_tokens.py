"""Tokens: each sign-in hands out a successor, nobody is ever locked out, and a copy is noticed."""

from __future__ import annotations

import secrets
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import DeviceState, Role
from chatd.domain.administration import RevokeByAdmin
from chatd.domain.commands import ConfirmToken
from chatd.domain.events import DeviceChanged
from chatd.domain.sign_in import Outcome, TokenSignIn
from chatd.errors import ChatError, Code, EntryError, Refused
from tests.hub.account_case import AccountCase, Laptop
from tests.hub.people import say


class Succession(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrolled("alice")

    def test_each_sign_in_hands_out_another(self) -> None:
        tokens = {self.alice.token}
        for _ in range(5):
            self.successResultOf(self.alice.sign_in())
            tokens.add(self.alice.token)
        self.assertEqual(len(tokens), 6)

    def test_the_old_one_works_until_one_is_confirmed(self) -> None:
        old = self.alice.token
        for _ in range(3):
            self.successResultOf(self.alice.sign_in(old))
        self.confirm(self.alice)
        self.server.clock.advance(1)
        self.turned_away(Code.VAULT_COPIED, self.alice.sign_in(old))

    def test_so_does_every_successor(self) -> None:
        old, successors = self.alice.token, []
        for _ in range(3):
            self.successResultOf(self.alice.sign_in(old))
            successors.append(self.alice.token)
        self.successResultOf(self.alice.sign_in(successors[1]))
        self.confirm(self.alice)

    def test_using_one_confirms_it(self) -> None:
        old = self.alice.token
        self.successResultOf(self.alice.sign_in())
        self.successResultOf(self.alice.sign_in())
        self.server.clock.advance(1)
        self.turned_away(Code.VAULT_COPIED, self.alice.sign_in(old))

    def test_only_ones_own_are_confirmed(self) -> None:
        bob = self.enrolled("bob")
        for token in (secrets.token_bytes(32), b"", bob.token):
            self.not_done(Code.TOKEN_UNKNOWN, self.alice.person, ConfirmToken(token))
        self.successResultOf(self.alice.sign_in())

    def test_not_by_a_session_that_was_replaced(self) -> None:
        """Its word comes while the next sign-in is at work, and would kill what that hands out."""
        old = self.successResultOf(self.alice.sign_in())
        token, self.store.held = self.alice.token, True
        knock = self.alice.sign_in()
        confirmed = old.later(ConfirmToken(token))
        self.store.finish()
        self.successResultOf(knock)
        self.assertEqual(self.failureResultOf(confirmed, Refused).value.code, Code.LOGGED_OUT)
        self.store.held = False
        self.confirm(self.alice)

    def test_signed_in_is_audited_with_account_and_device(self) -> None:
        self.successResultOf(self.alice.sign_in())
        line = self.server.audit.told("signed_in")[-1]
        self.assertEqual((line["account"], line["device"]), ("alice", self.alice.id.hex()))


class Late(AccountCase):
    """A connection that was begun before its token died: refused, and no alarm."""

    def test_refused_without_alarm(self) -> None:
        alice = self.enrolled("alice")
        old, began = alice.token, self.server.clock.seconds()
        self.server.clock.advance(1)
        self.successResultOf(alice.sign_in())
        self.confirm(alice)
        self.turned_away(Code.CONNECTION_OUTDATED, alice.sign_in(old, began))
        self.assertIsNone(alice.person.closed)
        (line,) = self.server.audit.told("token_refused")
        self.assertEqual((line["reason"], line["device"]), ("late", alice.id.hex()))
        self.successResultOf(alice.sign_in())

    def test_after_an_enrolment_that_killed_the_token(self) -> None:
        alice = self.enrolled("alice")
        old, began = alice.token, self.server.clock.seconds()
        self.server.clock.advance(1)
        self.successResultOf(alice.enrol(self.invite("alice")))
        self.turned_away(Code.CONNECTION_OUTDATED, alice.sign_in(old, began))


class Copied(AccountCase):
    """Two have the same vault; the second to come shows a token that the first has used up."""

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrolled("alice", "room")
        self.phone = self.enrolled("alice")
        self.admin = self.enrolled("root", role=Role.ADMIN)
        self.bob = self.enrolled("bob", "room")
        self.copy = self.alice.token
        self.successResultOf(self.alice.sign_in())
        self.confirm(self.alice)
        self.server.clock.advance(1)
        for one in (self.alice, self.phone, self.admin, self.bob):
            one.person.heard()

    def alarm(self) -> None:
        before = self.hub.counts()["sessions"]
        error = self.failureResultOf(self.alice.sign_in(self.copy), ChatError).value
        self.assertEqual(error.code, Code.VAULT_COPIED)
        self.assertEqual(self.hub.counts()["sessions"], before - 1)

    def test_whoever_is_in_is_put_out(self) -> None:
        self.alarm()
        self.assertEqual(self.alice.person.closed, Code.VAULT_COPIED)
        self.assertIsNone(self.phone.person.closed)
        self.phone.person.do(say("still here"))

    def test_own_devices_and_admins_are_told(self) -> None:
        self.alarm()
        for hearer in (self.phone, self.admin):
            (told,) = hearer.person.heard()
            assert isinstance(told, DeviceChanged)
            self.assertEqual((told.nick, told.what), ("alice", "suspended"))
            self.assertEqual(told.id, self.alice.id)
        self.assertEqual(self.bob.person.heard(), [])

    def test_audited(self) -> None:
        self.alarm()
        (line,) = self.server.audit.told("vault_copied")
        self.assertEqual((line["account"], line["device"]), ("alice", self.alice.id.hex()))
        self.assertEqual(line["address"], "192.0.2.1")

    def test_neither_gets_in_until_it_is_enrolled_again(self) -> None:
        self.alarm()
        for token in (self.copy, self.alice.token):
            self.turned_away(Code.DEVICE_SUSPENDED, self.alice.sign_in(token))
        self.assertEqual(len(self.server.audit.told("vault_copied")), 1)
        link = self.invite("alice")
        self.turned_away(Code.DEVICE_SUSPENDED, self.alice.enrol(link))
        old, self.alice.key = self.alice.id, secrets.token_bytes(32)
        self.successResultOf(self.alice.enrol(link))
        self.assertNotEqual(self.alice.id, old)
        self.successResultOf(self.alice.sign_in())


class Strangers(AccountCase):
    def test_a_key_that_nobody_has(self) -> None:
        self.turned_away(Code.DEVICE_UNKNOWN, self.laptop().sign_in(bytes(32)))
        self.assertEqual(self.server.audit.told("token_refused"), [])

    def test_a_token_of_another_device(self) -> None:
        alice, bob = self.enrolled("alice"), self.enrolled("bob")
        self.turned_away(Code.DEVICE_UNKNOWN, bob.sign_in(alice.token))
        (line,) = self.server.audit.told("token_refused")
        self.assertEqual((line["reason"], line["account"]), ("foreign", "bob"))
        self.assertEqual((alice.person.closed, bob.person.closed), (None, None))
        self.successResultOf(alice.sign_in())

    def test_a_device_that_was_taken_off(self) -> None:
        alice = self.enrolled("alice")
        self.order(RevokeByAdmin(alice.id.hex()))
        self.assertEqual(alice.person.closed, Code.DEVICE_REVOKED)
        self.turned_away(Code.DEVICE_REVOKED, alice.sign_in())


class PutBack(AccountCase):
    """The store is an older one than the devices have seen."""

    def test_let_in_once_and_audited(self) -> None:
        alice = self.enrolled("alice")
        answer = self.store.sign_in

        def restored(*given: Any) -> Any:
            """As the store answers then; its own tests restore one."""
            return answer(*given).addCallback(
                lambda known: TokenSignIn(Outcome.REGENERATED, known.account, known.device)
            )

        self.patch(self.store, "sign_in", restored)
        self.successResultOf(alice.sign_in())
        (line,) = self.server.audit.told("token_regenerated")
        self.assertEqual((line["account"], line["device"]), ("alice", alice.id.hex()))
        self.assertIn(alice.key, self.server.state.confirmed)


class AnyOrder(SynchronousTestCase):
    """Whatever a device and the net do, short of copying the vault: it gets in, with no alarm."""

    @given(st.lists(st.sampled_from(["sign in", "lose", "confirm", "delay", "arrive"])))
    def test_nobody_is_locked_out(self, steps: list[str]) -> None:
        case = AccountCase()
        case.setUp()
        laptop = case.enrolled("alice")
        delayed: list[tuple[bytes, float]] = []
        for step in steps:
            case.server.clock.advance(1)
            if step == "sign in":
                case.successResultOf(laptop.sign_in())
            elif step == "lose":  # the answer is lost: the device knows nothing of its successor
                token = laptop.token
                case.successResultOf(laptop.sign_in())
                laptop.token = token
            elif step == "confirm" and laptop.person.closed is None:
                case.done(laptop.person, ConfirmToken(laptop.token))
            elif step == "delay":
                delayed.append((laptop.token, case.server.clock.seconds()))
            elif step == "arrive" and delayed:
                self.arrive(laptop, *delayed.pop(0))
        case.successResultOf(laptop.sign_in())
        self.assertEqual(case.server.audit.told("vault_copied"), [])
        (device,) = case.successResultOf(case.store.devices(laptop.person.session.account.id))
        self.assertIs(device.state, DeviceState.ACTIVE)

    def arrive(self, laptop: Laptop, token: bytes, began: float) -> None:
        """An old connection, whose client has long given up, is heard by the server at last."""
        stored = laptop.token

        def refused(failure: Failure) -> None:
            failure.trap(EntryError)
            self.assertIn("newer connection", str(failure.value))

        self.successResultOf(laptop.sign_in(token, began).addErrback(refused))
        laptop.token = stored
