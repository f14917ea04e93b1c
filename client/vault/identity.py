"""What a vault holds: who this device is, where, and by what it is let in.

A map in MessagePack. A later program may add fields; it then writes a higher version at the start
of the file (:data:`client.vault.seal.VERSION`), by which this one refuses it instead of losing what
it does not know. Here, an unknown field means damage.

Values are not changed: :func:`msgspec.structs.replace` makes the next one. No ``repr`` shows a
secret.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from chatd.domain.link import Link

Id = Annotated[bytes, Meta(max_length=16)]
Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
KeyOrNone = Annotated[bytes, Meta(max_length=32)]
#: As :class:`client.model.settings.Settings` saves them.
Settings = dict[str, str | list[str] | dict[str, str]]


class Server(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the account is.

    :ivar fingerprint: of its key, 52 characters: the pin.
    """

    host: str
    port: int
    tls: bool
    fingerprint: str

    @property
    def link(self) -> Link:
        """The link to it."""
        return Link(self.host, self.port, self.tls, self.fingerprint)

    @classmethod
    def of(cls, link: Link) -> Server:
        """The server of a link; a one-time ID in it is left out."""
        return cls(link.host, link.port, link.tls, link.fingerprint)


class Enrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """One that is begun and not known to have succeeded: it is repeated with these.

    :ivar one_time_id: in its canonical form.
    :ivar device_secret: the link's second secret, b"" where it has none.
    """

    one_time_id: bytes
    device_secret: bytes = b""

    def __repr__(self) -> str:
        return "<Enrolment>"


class Identity(Struct, frozen=True, forbid_unknown_fields=True):
    """One device of one account.

    :ivar device_key: the private static key of its connections (X25519), 32 bytes.
    :ivar handle: of the account; "" before it is known.
    :ivar account: the account's id, 16 bytes; b"" before it is known.
    :ivar device: the device's id, 16 bytes; b"" before it is known.
    :ivar root_key: the account's private root key (Ed25519), 32 bytes; b"" where another device
        has it.
    :ivar token: for the next sign-in; b"" where there is none.
    :ivar enrolment: what is under way; None otherwise.
    :ivar links: the second secrets of the links made here for further devices, by the SHA-256 of
        the link's one-time ID.
    :ivar settings: the screen's.
    :ivar history_key: what ``history.db`` is sealed with, 32 bytes; b"" before there is one.
    """

    server: Server
    device_key: Key
    handle: str = ""
    account: Id = b""
    device: Id = b""
    root_key: KeyOrNone = b""
    token: KeyOrNone = b""
    enrolment: Enrolment | None = None
    links: dict[bytes, bytes] = {}
    settings: Settings = {}
    history_key: KeyOrNone = b""

    def __repr__(self) -> str:
        return f"<Identity {self.handle} at {self.server.host}:{self.server.port}>"

    def encode(self) -> bytes:
        """The bytes that are sealed.

        :raises ValueError: a field does not hold what it may, so nobody could decode them.
        """
        contents = msgspec.msgpack.encode(self)
        self.decode(contents)
        return contents

    @classmethod
    def decode(cls, contents: bytes) -> Identity:
        """:raises ValueError: these bytes are none."""
        return msgspec.msgpack.decode(contents, type=cls)
