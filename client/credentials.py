"""What a connection signs in with: a guest shows nothing, a device what its vault holds.

A connection asks for READY at the moment it makes one, since what opens the door changes: a
one-time ID is good once, each token is followed by the next.
"""

from __future__ import annotations

from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.wire import messages

from .vault.identity import Identity
from .vault.keys import device_public, proof, root_public
from .vault.vault import Vault

GUEST, PASSWORD, ENROL, DEVICE = "guest", "password", "enrol", "device"

#: Characters of a device's name that the protocol takes.
_LONGEST_NAME = 64


class Credentials(Protocol):
    """Who signs in."""

    @property
    def key(self) -> X25519PrivateKey:
        """The static key of the connection: a device is known by it."""

    @property
    def method(self) -> str:
        """Which of HELLO's methods is used."""

    def ready(self, nick: str, resume: messages.Resume | None) -> messages.Ready:
        """The handshake's last step, with what is good now."""

    def keep(self, me: messages.Me) -> None:
        """Store the token for the next sign-in; on return it is on the disk.

        :raises VaultError: it is not; what was good before still is.
        """


class Guest:
    """Somebody whose key lives as long as the session."""

    method = GUEST

    def __init__(self) -> None:
        self.key = X25519PrivateKey.generate()

    def ready(self, nick: str, resume: messages.Resume | None) -> messages.Ready:
        """A nick, and no secret."""
        return messages.Ready(GUEST, nick, b"", resume)

    def keep(self, me: messages.Me) -> None:
        """Guests have nothing to keep."""


class Member:
    """Somebody who has an account, on this device.

    :param name: of the device, for its owner.
    :param password: of the account: the way in where the vault holds no other.
    """

    def __init__(self, vault: Vault, name: str = "", password: str = "") -> None:
        self._vault = vault
        self._name = name.encode(errors="replace").decode()[:_LONGEST_NAME]
        self._password = password

    @property
    def key(self) -> X25519PrivateKey:
        """The device's."""
        return X25519PrivateKey.from_private_bytes(self._vault.identity.device_key)

    @property
    def method(self) -> str:
        """An enrolment that is under way goes first: it may be what a barred device needs."""
        identity = self._vault.identity
        if identity.enrolment is not None:
            return ENROL
        return DEVICE if identity.token else PASSWORD

    def ready(self, nick: str, resume: messages.Resume | None) -> messages.Ready:
        """By one-time ID, token or password."""
        identity, method = self._vault.identity, self.method
        if identity.enrolment is not None:
            secret = identity.enrolment.one_time_id
        else:
            secret = identity.token or self._password.encode()
        device = None if method == DEVICE else self._new_device(identity)
        nick = identity.handle if method == PASSWORD else ""
        return messages.Ready(method, nick, secret, resume, device)

    def keep(self, me: messages.Me) -> None:
        """The account, the token; the enrolment is done. A root key that the account has not taken,
        since an earlier device made its own, is of no use."""
        identity = self._vault.identity
        root_key = identity.root_key
        if not identity.account and root_key and root_public(root_key) != me.root:
            root_key = b""
        self._vault.save(
            msgspec.structs.replace(
                identity,
                handle=me.handle,
                account=me.account,
                device=me.device,
                root_key=root_key,
                token=me.token,
                enrolment=None,
            )
        )

    def _new_device(self, identity: Identity) -> messages.NewDevice:
        secret = identity.enrolment.device_secret if identity.enrolment else b""
        return messages.NewDevice(
            self._name,
            root_public(identity.root_key) if identity.root_key else b"",
            proof(secret, device_public(identity.device_key)) if secret else b"",
        )
