"""READY's fields as what the hub takes for a proof of who somebody is, checked for their method."""

from __future__ import annotations

from chatd.domain.account import TOKEN_BYTES, NewDevice
from chatd.domain.credentials import AsGuest, Credentials, WithOneTimeId, WithPassword, WithToken
from chatd.errors import Code, EntryError, WireError
from chatd.wire import messages

#: Bytes of a root key, and of a proof.
KEY_BYTES = 32


def credentials(ready: messages.Ready, key: bytes) -> Credentials:
    """What READY shows.

    :param key: the connection's public key.
    :raises WireError: a field does not fit the method (READY_MALFORMED).
    :raises EntryError: there is no such method (METHOD_OFF).
    """
    match ready.method:
        case "guest":
            return AsGuest(ready.nick)
        case "device":
            # Another length cannot be a token, and must not raise the alarm that a dead one does.
            return WithToken(_sized(ready.secret, "a token", TOKEN_BYTES))
        case "enrol":
            return WithOneTimeId(ready.secret, _device(ready, key))
        case "password":
            return WithPassword(ready.nick, _text(ready.secret), _device(ready, key))
    raise EntryError(Code.METHOD_OFF)


def _device(ready: messages.Ready, key: bytes) -> NewDevice:
    told = ready.device
    if told is None:
        raise _malformed("the device is missing")
    if not told.name.isprintable():
        raise _malformed("a device's name is one line that shows")
    root = _sized(told.root, "a root key", 0, KEY_BYTES)
    return NewDevice(key, told.name, root, _sized(told.proof, "a proof", 0, KEY_BYTES))


def _sized(value: bytes, what: str, *sizes: int) -> bytes:
    if len(value) not in sizes:
        raise _malformed(f"{what} has {max(sizes)} bytes")
    return value


def _text(secret: bytes) -> str:
    try:
        return secret.decode()
    except UnicodeDecodeError:
        raise _malformed("the password is not UTF-8") from None


def _malformed(why: str) -> WireError:
    return WireError(Code.READY_MALFORMED, f"the handshake's last step is malformed: {why}")
