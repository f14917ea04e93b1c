"""READY for accounts: what does not fit its method gets nobody in, and raises no alarm."""

from __future__ import annotations

from chatd.domain.entry import EntryLimits
from chatd.errors import Code
from chatd.wire import messages
from tests.protocols.native.case import AccountCase

NEW = messages.NewDevice("laptop", bytes(32))


class Malformed(AccountCase):
    """The handshake failed: told, audited, and nothing was asked of the store."""

    def refused(self, ready: messages.Ready) -> None:
        self.server.state.store = None
        caller = self.caller()
        self.closed(Code.READY_MALFORMED, caller.show(ready))
        self.assertEqual(self.server.audit.codes("handshake_failed")[-1:], [Code.READY_MALFORMED])
        self.assertTrue(caller.transport.disconnecting)
        self.assertEqual(self.pending(), 0)

    def test_without_a_device(self) -> None:
        for method in ("enrol", "password"):
            self.refused(messages.Ready(method, "alice", b"secret"))

    def test_keys_of_another_size(self) -> None:
        for device in (
            messages.NewDevice("laptop", bytes(31)),
            messages.NewDevice("laptop", bytes(32), bytes(16)),
        ):
            for method in ("enrol", "password"):
                self.refused(messages.Ready(method, "alice", b"secret", device=device))

    def test_names_that_do_not_show(self) -> None:
        for name in ("two\nlines", "\x1b[2J", "\u202eright", "x" * 65):
            device = messages.NewDevice(name)
            self.refused(messages.Ready("enrol", "", b"secret", device=device))

    def test_a_password_that_is_not_utf8(self) -> None:
        self.refused(messages.Ready("password", "alice", b"\xc3\x28", device=NEW))

    def test_what_cannot_be_a_token(self) -> None:
        device = self.people.member("alice")
        for token in (b"", bytes(31), bytes(33)):
            self.closed(Code.READY_MALFORMED, device.by_token(token))
        self.assertEqual(self.server.audit.codes("vault_copied"), [])
        self.assertIsInstance(device.by_token()[0], messages.Welcome)


class Off(AccountCase):
    """A way in that is not open."""

    def refused(self, code: Code, *readies: messages.Ready) -> None:
        for ready in readies:
            self.closed(code, self.caller().show(ready))
            self.assertEqual(self.server.audit.codes("sign_in_refused")[-1:], [code])

    def test_guests(self) -> None:
        self.server.state.guests = False
        self.refused(Code.GUESTS_OFF, messages.Ready("guest", "alice"))

    def test_passwords(self) -> None:
        self.server.state.passwords_on = False
        self.refused(Code.METHOD_OFF, messages.Ready("password", "alice", b"hush", device=NEW))

    def test_devices(self) -> None:
        self.server.state.devices_on = False
        self.refused(
            Code.METHOD_OFF,
            messages.Ready("device", "", bytes(32)),
            messages.Ready("enrol", "", b"hush", device=NEW),
        )

    def test_what_nobody_knows(self) -> None:
        self.refused(Code.METHOD_OFF, messages.Ready("pigeon", "alice"), messages.Ready("", ""))

    def test_it_is_not_even_looked_at(self) -> None:
        self.server.state.passwords_on = False
        self.refused(Code.METHOD_OFF, messages.Ready("password", "alice", b"\xc3\x28"))


class TooManySignIns(AccountCase):
    entry = EntryLimits(per_minute=0, sign_ins_per_minute=3)

    def test_of_one_address_in_a_minute(self) -> None:
        device = self.people.member("alice")
        for _ in range(2):
            device.by_token()
        closing = self.closed(Code.TOO_MANY_SIGN_INS, device.by_token())
        self.assertEqual(closing.wait, 60.0)
        self.assertEqual(self.server.audit.codes("sign_in_refused"), [Code.TOO_MANY_SIGN_INS])
        self.server.clock.advance(60)
        self.assertIsInstance(device.by_token()[0], messages.Welcome)

    def test_before_any_work(self) -> None:
        """Neither a password is hashed nor the store asked."""
        for _ in range(3):
            self.server.around.entry.sign_in("192.0.2.1", 0.0)
        self.server.state.store = None
        self.server.passwords.busy = True
        for ready in (
            messages.Ready("password", "alice", b"hush", device=NEW),
            messages.Ready("enrol", "", b"hush", device=NEW),
            messages.Ready("device", "", bytes(32)),
        ):
            self.closed(Code.TOO_MANY_SIGN_INS, self.caller().show(ready))

    def test_guests_and_who_comes_back_do_not_count(self) -> None:
        device = self.people.member("alice")
        for _ in range(5):
            device.caller.lose()
            self.assertTrue(device.resume()[0].resumed)
            self.signed()
