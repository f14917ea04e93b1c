"""Device records: which keys belong to a device of an account, vouched for by the account's root.

A record is ``chatd device 1`` and a zero byte, then the account's id (16 bytes), the static key
(32), a u32be version that grows whenever the device's keys change, and the two end-to-end keys
(Ed25519, Curve25519: 32 bytes each, or zeros while it has none). The root's signature is over
these bytes as they are: nobody has to encode them again to check it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_START = b"chatd device 1\0"
_SHAPE = struct.Struct(">15s16s32sI32s32s")
NO_KEY = bytes(32)


class RecordError(ValueError):
    """Not a device record."""


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """``signing`` and ``agreement``: the end-to-end keys; :data:`NO_KEY` while it has none."""

    account: bytes
    key: bytes
    version: int = 1
    signing: bytes = NO_KEY
    agreement: bytes = NO_KEY

    def encode(self) -> bytes:
        """The bytes that the root signs."""
        return _SHAPE.pack(
            _START, self.account, self.key, self.version, self.signing, self.agreement
        )

    @classmethod
    def decode(cls, record: bytes) -> DeviceRecord:
        """:raises RecordError: these bytes are none."""
        try:
            start, *fields = _SHAPE.unpack(record)
        except struct.error:
            raise RecordError("a device record has another length") from None
        if start != _START:
            raise RecordError("this is no device record")
        return cls(*fields)
