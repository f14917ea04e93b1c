"""The root's part: vouching for devices of one's own account, and making links for them.

A link made here holds a secret that no server sees. Whoever comes by that link proves with it that
the keys the server shows are theirs; then, and only then, they are signed. A proof that is wrong
means that somebody between the two devices put other keys in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.domain.account import DeviceState, digest
from chatd.domain.device_record import DeviceRecord
from chatd.domain.one_time_id import canonical
from chatd.errors import ChatError, Code
from chatd.wire import messages

from ..model.uplink import ConnectionState, Listener, Uplink
from ..vault.errors import VaultError
from ..vault.identity import Identity
from ..vault.keys import device_public, new_device_secret, proves, sign
from ..vault.vault import Vault

log = Logger()

#: Secrets of links that were made and not used yet; the oldest are forgotten.
_MOST_LINKS = 32


def signed_record(
    identity: Identity, device: bytes, key: bytes
) -> Callable[[int], messages.Request]:
    """The request that publishes a device's record.

    :param identity: has the root key.
    :param device: the device's id; :param key: its public static key.
    """
    record = DeviceRecord(identity.account, key)
    signature = sign(identity.root_key, record)
    return partial(messages.SignDevice, device=device, record=record.encode(), signature=signature)


def own_record(identity: Identity) -> Callable[[int], messages.Request]:
    """The same for the device whose vault this is."""
    return signed_record(identity, identity.device, device_public(identity.device_key))


class Signing:
    """Stands between the connection and the screen, passes everything on, and signs what proves
    itself. See :class:`client.model.uplink.Devices`.

    :param vault: of an enrolled device.
    :param listener: who is told of everything.
    :ivar uplink: the connection; None before there is one.
    """

    def __init__(self, vault: Vault, listener: Listener) -> None:
        self.uplink: Uplink | None = None
        self._vault = vault
        self._listener = listener

    # ------------------------------------------------------------ for the screen

    @property
    def vouches(self) -> bool:
        """Whether this device has the root key."""
        return bool(self._vault.identity.root_key)

    def add_device(self) -> Deferred[str]:
        """See :class:`client.model.uplink.Devices`."""
        return Deferred.fromCoroutine(self._add_device())

    async def _add_device(self) -> str:
        made = await self._request(messages.AddDevice)
        identity = self._vault.identity
        link = replace(identity.server.link, one_time_id=made.one_time_id)
        if not identity.root_key:
            return str(link)
        link = replace(link, device_secret=new_device_secret())
        kept = list(identity.links.items())[1 - _MOST_LINKS :]
        links = dict([*kept, (digest(canonical(made.one_time_id)), link.device_secret)])
        self._save(msgspec.structs.replace(identity, links=links))
        return str(link)

    # ------------------------------------------------------------ signing

    async def _look(self) -> None:
        """Sign one's own devices that are not signed and have proved their keys."""
        listed: messages.DeviceList = await self._request(messages.Devices)
        for row in listed.devices:
            if row.state == DeviceState.ACTIVE and not row.signature:
                await self._judge(row)

    async def _judge(self, row: messages.DeviceRow) -> None:
        identity = self._vault.identity
        secret = identity.links.get(row.enrolment)
        if row.key != device_public(identity.device_key):
            if secret is None:
                return  # an admin's link, or a password: nobody can tell whose keys these are
            if not proves(row.proof, secret, row.key):
                self._listener.warned(
                    f"the device {row.name} came by a link of yours but could not prove that its "
                    "keys are its own, so it was NOT signed: somebody may have changed them on "
                    "the way. Take it off the account, tell the server's admin, make a new link"
                )
                return
        await self._request(signed_record(identity, row.id, row.key))
        # The server tells the other sessions; this one asked for it.
        signed = messages.DeviceChanged(identity.handle, "signed", row.id, row.name, row.key)
        self._listener.received(signed)
        if secret is not None:
            links = {used: one for used, one in identity.links.items() if used != row.enrolment}
            self._save(msgspec.structs.replace(self._vault.identity, links=links))

    def _save(self, identity: Identity) -> None:
        """:raises ChatError: it cannot be kept."""
        try:
            self._vault.save(identity)
        except VaultError as error:
            raise ChatError(Code.INTERNAL, str(error)) from None

    async def _request(self, make: Callable[[int], messages.Request]) -> Any:
        if self.uplink is None:
            raise ChatError(Code.CONNECTION_LOST, "there is no connection yet")
        return await self.uplink.request(make)

    def _look_soon(self) -> None:
        if self.vouches:
            Deferred.fromCoroutine(self._look()).addErrback(self._failed)

    def _failed(self, failure: Failure) -> None:
        error = failure.value
        if not isinstance(error, ChatError):
            log.failure("signing devices failed", failure)
        elif error.code != Code.CONNECTION_LOST:  # then the next sign-in looks again
            self._listener.warned(f"a device of yours could not be signed: {error.text}")

    # ------------------------------------------------------------ as the connection's listener

    def connection_changed(self, state: ConnectionState) -> None:
        """Passed on."""
        self._listener.connection_changed(state)

    def welcomed(self, welcome: messages.Welcome) -> None:
        """Devices may have come while this one was away."""
        self._listener.welcomed(welcome)
        self._look_soon()

    def received(self, message: messages.ServerMessage) -> None:
        """A device may have come just now."""
        self._listener.received(message)
        if isinstance(message, messages.DeviceChanged) and message.what == "enrolled":
            self._look_soon()

    def lag_changed(self, seconds: float) -> None:
        """Passed on."""
        self._listener.lag_changed(seconds)

    def warned(self, text: str) -> None:
        """Passed on."""
        self._listener.warned(text)
