"""A device of an account, in memory: what a client keeps, and how it signs in with that."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.domain.account import Role
from chatd.domain.administration import Enrol, SetAccountPassword
from chatd.domain.device_record import DeviceRecord
from chatd.domain.one_time_id import canonical
from chatd.protocols.native.factory import NativeFactory
from chatd.wire import messages
from chatd.wire.noise import public_bytes
from tests.protocols.native.caller import Caller
from tests.support.server import Server


class Device:
    """Nothing is known of it yet.

    :ivar key: its static key; ``root``: the account's, made in case it is the first device.
    :ivar token: what it has stored; a test stores it.
    :ivar caller: its latest connection.
    :ivar welcome: the latest it got.
    """

    caller: Caller
    welcome: messages.Welcome

    def __init__(self, server: Server, factory: NativeFactory, name: str = "laptop") -> None:
        self._server = server
        self._factory = factory
        self.name = name
        self.key = X25519PrivateKey.generate()
        self.root = Ed25519PrivateKey.generate()
        self.token = b""

    # ------------------------------------------------------------ signing in

    def enrol(self, one_time_id: str, proof: bytes = b"") -> list[Any]:
        """With what a link says; what the server answers, here and below."""
        secret = canonical(one_time_id)
        return self.show(messages.Ready("enrol", "", secret, device=self.new(proof)))

    def by_password(self, handle: str, password: str) -> list[Any]:
        """With a password."""
        ready = messages.Ready("password", handle, password.encode(), device=self.new())
        return self.show(ready)

    def by_token(self, token: bytes | None = None) -> list[Any]:
        """With the stored token, or another one."""
        return self.show(messages.Ready("device", "", self.token if token is None else token))

    def resume(self) -> list[Any]:
        """Take the latest session back, or sign in anew."""
        resume = messages.Resume(self.welcome.session, self.welcome.resume)
        return self.show(messages.Ready("device", "", self.token, resume))

    def show(self, ready: messages.Ready) -> list[Any]:
        """On a new connection; the last one is left as it is."""
        self.caller = Caller(self._server, self._factory, self.key)
        answers = self.caller.show(ready)
        if answers and isinstance(answers[0], messages.Welcome):
            self.welcome = answers[0]
        return answers

    def new(self, proof: bytes = b"") -> messages.NewDevice:
        """What it tells of itself."""
        return messages.NewDevice(self.name, self.root.public_key().public_bytes_raw(), proof)

    # ------------------------------------------------------------ afterwards

    @property
    def me(self) -> messages.Me:
        """Who it is, by the latest WELCOME."""
        assert self.welcome.me is not None
        return self.welcome.me

    @property
    def public(self) -> bytes:
        """Its public static key."""
        return public_bytes(self.key)

    def keep(self) -> None:
        """Store the new token."""
        self.token = self.me.token

    def confirm(self) -> int:
        """Confirm the stored token; the status' code."""
        return self.ask(messages.ConfirmToken(1, self.token)).code

    def ask(self, request: messages.Request) -> messages.Status:
        """One request, and its status; what else comes with it is passed over."""
        self.caller.send(request)
        (status,) = (one for one in self.caller.received() if isinstance(one, messages.Status))
        return status

    def record(self, version: int = 1) -> DeviceRecord:
        """Its record, without end-to-end keys."""
        return DeviceRecord(self.me.account, self.public, version)

    def signing(self, device: Device, version: int = 1) -> messages.SignDevice:
        """The request by which this device's root vouches for a device."""
        record = device.record(version).encode()
        return messages.SignDevice(1, device.me.device, record, self.root.sign(record))


class People:
    """Accounts of a server, and their devices."""

    def __init__(self, server: Server, factory: NativeFactory) -> None:
        self._server = server
        self._factory = factory

    def device(self, name: str = "laptop") -> Device:
        """One more."""
        return Device(self._server, self._factory, name)

    def link(self, handle: str, level: int | None = None, role: Role | None = None) -> str:
        """The one-time ID of a new link, for an account that is made if there is none."""
        ordered = self._server.hub.administer(Enrol(handle, level, role))
        return str(_now(ordered).one_time_id)

    def member(
        self, handle: str, level: int | None = None, role: Role | None = None, name: str = "laptop"
    ) -> Device:
        """Somebody's device, signed in, its token stored and confirmed."""
        device = self.device(name)
        device.enrol(self.link(handle, level, role))
        device.keep()
        assert device.confirm() == 0
        return device

    def password(self, handle: str, password: str) -> None:
        """Somebody gets a password."""
        _now(self._server.hub.administer(SetAccountPassword(handle, password)))

    def order(self, order: Any) -> Any:
        """What the admin wants."""
        return _now(self._server.hub.administer(order))


def _now(fired: Any) -> Any:
    """The result of a Deferred that has fired."""
    results: list[Any] = []
    fired.addCallback(results.append)
    (result,) = results
    return result
