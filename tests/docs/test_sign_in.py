"""Each way of signing in is refused with just the codes that ``docs/protocol.rst`` lists for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from twisted.trial.unittest import TestCase

from chatd.domain.administration import Disable, RevokeByAdmin
from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits
from chatd.domain.one_time_id import canonical
from chatd.errors import Code
from chatd.protocols.native.factory import NativeFactory
from chatd.store import devices
from chatd.wire import messages as m
from tests.docs.document import Document
from tests.protocols.native.caller import Caller
from tests.protocols.native.device import People
from tests.protocols.native.slow import BrokenStore
from tests.support.server import Server
from tests.support.store import memory_store

PASSWORD = "correct horse"


class Cast:
    """Alice has a device that is not here, a password and an unused link; bob is here.

    :ivar device: the one that knocks; ``nick``, ``secret``, ``new``: what is in its READY.
    :ivar meanwhile: what happens after ACK.
    """

    def __init__(self) -> None:
        self.server = Server(Limits(nick=8), EntryLimits(sign_ins_per_minute=20), memory_store())
        self.factory = NativeFactory(self.server.around)
        self.people = People(self.server, self.factory)
        self.device = self.alice = self.people.member("alice")
        self.alice.caller.send(m.Logout(1))
        self.bob = self.people.member("bob")
        self.people.password("alice", PASSWORD)
        self.nick = "carol"
        self.secrets = {
            "password": PASSWORD.encode(),
            "enrol": canonical(self.people.link("alice")),
            "device": self.alice.token,
        }
        self.new: m.NewDevice | None = self.alice.new()
        self.meanwhile: Callable[[], object] = lambda: None

    def knock(self, method: str) -> m.Closing:
        """Sign in, in vain."""
        caller = Caller(self.server, self.factory, self.device.key)
        caller.ask()
        self.meanwhile()
        nick = {"guest": self.nick, "password": "alice"}.get(method, "")
        new = self.new if method in ("password", "enrol") else None
        ready = m.Ready(method, nick, self.secrets.get(method, b""), None, new)
        caller.write(caller.machine.ready(ready))
        (closing,) = caller.received()
        assert isinstance(closing, m.Closing), closing
        return closing

    def use_token(self) -> None:
        """Alice's device signs in and goes; the next token is stored and confirmed."""
        self.alice.by_token()
        self.alice.keep()
        assert self.alice.confirm() == 0
        self.alice.caller.send(m.Logout(1))

    # ------------------------------------------------------------ what is in the way

    def malformed(self) -> None:
        """The fields do not fit the method."""
        self.new, self.secrets["device"] = None, bytes(31)

    def full(self) -> None:
        """Bob is here, and that is all there is room for."""
        self.server.state.limits = replace(self.server.state.limits, capacity=1)

    def closed(self) -> None:
        """No way in is open."""
        state = self.server.state
        state.guests = state.passwords_on = state.devices_on = False

    def wrong(self) -> None:
        """Something else than the password."""
        self.secrets["password"] = b"wrong horse"

    def locked(self) -> None:
        """Three wrong passwords."""
        self.wrong()
        for _ in range(3):
            self.knock("password")

    def unknown(self) -> None:
        """An ID that nobody has made, a key that nobody has enrolled."""
        self.secrets["enrol"] = b"0" * 20
        self.device = self.people.device()

    def expired(self) -> None:
        """Four days have passed."""
        now = self.server.hub.now() / 1000
        self.server.state.wall = lambda: now + 4 * 24 * 3600

    def used(self) -> None:
        """Somebody else has used the link."""
        ready = m.Ready("enrol", "", self.secrets["enrol"], device=self.alice.new())
        self.people.device().show(ready)

    def disabled(self) -> None:
        """The account is switched off."""
        self.people.order(Disable("alice"))

    def copied(self) -> None:
        """A token is shown that is dead."""
        self.use_token()

    def suspended(self) -> None:
        """A dead token was shown."""
        self.use_token()
        self.knock("device")

    def revoked(self) -> None:
        """The device was taken off."""
        self.people.order(RevokeByAdmin(self.alice.me.device.hex()))

    def outdated(self) -> None:
        """A newer connection is faster."""

        def overtake() -> None:
            self.server.clock.advance(1)
            self.alice.by_token()

        self.meanwhile = overtake

    def hasty(self) -> None:
        """Too many have tried from this address."""
        self.server.around.entry.limits = EntryLimits(sign_ins_per_minute=2)

    def foreign(self) -> None:
        """The device is bob's."""
        self.device = self.bob

    def crowded(self) -> None:
        """There is room for two, alice has them, and this is another one."""
        self.people.device().by_password("alice", PASSWORD)
        self.device = self.people.device()

    def busy(self) -> None:
        """Too many passwords wait."""
        self.server.passwords.busy = True

    def broken(self) -> None:
        """The disk is full."""
        self.server.state.store = BrokenStore()  # type: ignore[assignment]

    def taken(self) -> None:
        """The nick is bob's."""
        self.nick = "BOB"

    def unusable(self) -> None:
        """The nick has a space in it."""
        self.nick = "a b"

    def long(self) -> None:
        """The nick has nine characters."""
        self.nick = "x" * 9


ALL, MEMBERS = ("guest", "password", "enrol", "device"), ("password", "enrol", "device")
CASES: tuple[tuple[Code, tuple[str, ...], Callable[[Cast], None]], ...] = (
    (Code.READY_MALFORMED, MEMBERS, Cast.malformed),
    (Code.SERVER_FULL, ALL, Cast.full),
    (Code.GUESTS_OFF, ("guest",), Cast.closed),
    (Code.METHOD_OFF, MEMBERS, Cast.closed),
    (Code.CREDENTIALS_WRONG, ("password",), Cast.wrong),
    (Code.LOCKED_OUT, ("password",), Cast.locked),
    (Code.ID_UNKNOWN, ("enrol",), Cast.unknown),
    (Code.ID_EXPIRED, ("enrol",), Cast.expired),
    (Code.ID_USED, ("enrol",), Cast.used),
    (Code.ACCOUNT_DISABLED, MEMBERS, Cast.disabled),
    (Code.DEVICE_UNKNOWN, ("device",), Cast.unknown),
    (Code.DEVICE_SUSPENDED, ("password", "device"), Cast.suspended),
    (Code.DEVICE_REVOKED, MEMBERS, Cast.revoked),
    (Code.VAULT_COPIED, ("device",), Cast.copied),
    (Code.CONNECTION_OUTDATED, MEMBERS, Cast.outdated),
    (Code.TOO_MANY_SIGN_INS, MEMBERS, Cast.hasty),
    (Code.DEVICE_TAKEN, ("password", "enrol"), Cast.foreign),
    (Code.TOO_MANY_DEVICES, ("password", "enrol"), Cast.crowded),
    (Code.NICK_TAKEN, ("guest",), Cast.taken),
    (Code.NICK_INVALID, ("guest",), Cast.unusable),
    (Code.NICK_TOO_LONG, ("guest",), Cast.long),
    (Code.BUSY, ("password",), Cast.busy),
    (Code.STORE_FAILED, MEMBERS, Cast.broken),
)


class SignIn(TestCase):
    """The two tables."""

    def setUp(self) -> None:
        self.tables = Document("protocol.rst").tables

    def test_refused(self) -> None:
        """Each is told, and audited."""
        self.patch(devices, "MAX_DEVICES", 2)
        for code, methods, prepare in CASES:
            for method in methods:
                cast = Cast()
                prepare(cast)
                self.assertEqual(cast.knock(method).code, code, (method, prepare))
                told = [fields.get("code") for _, fields in cast.server.audit.lines]
                self.assertIn(int(code), told)

    def test_table(self) -> None:
        """What the document lists is what is tried here, no more and no less."""
        told = {
            (method, int(code))
            for method, codes in self.tables["sign-in-refusals"]
            for code in codes.split(", ")
        }
        tried = {(method, int(code)) for code, methods, _ in CASES for method in methods}
        self.assertEqual(told, tried)

    def test_methods(self) -> None:
        """All that a server offers, in its order."""
        told = [row[0] for row in self.tables["sign-in-methods"]]
        self.assertEqual(told, Server(store=memory_store()).hub.methods)
