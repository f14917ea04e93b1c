"""Why a connection is given up: a person has to do something first."""

from __future__ import annotations

from twisted.internet.error import ConnectionRefusedError, DNSLookupError, TimeoutError
from twisted.python.failure import Failure

from chatd.domain.link import Link
from chatd.domain.names import clean_nick
from chatd.errors import ChatError, Code, Refused

#: What another attempt cannot mend: a person has to do something first.
FINAL = frozenset(
    {
        Code.SERVER_KEY_CHANGED,
        Code.SERVER_KEY_UNKNOWN,
        Code.VERSION_UNSUPPORTED,
        Code.SUITE_UNSUPPORTED,
        Code.LIMITS_UNSUPPORTED,
        Code.CHANNEL_MISMATCH,
        Code.GUESTS_OFF,
        Code.METHOD_OFF,
        Code.REPLACED,
        Code.LOGGED_OUT,
        Code.CREDENTIALS_WRONG,
        Code.ID_UNKNOWN,
        Code.ID_EXPIRED,
        Code.ID_USED,
        Code.ACCOUNT_DISABLED,
        Code.DEVICE_UNKNOWN,
        Code.DEVICE_SUSPENDED,
        Code.DEVICE_REVOKED,
        Code.VAULT_COPIED,
        Code.DEVICE_TAKEN,
        Code.TOO_MANY_DEVICES,
    }
)


class KeyUnknown(ChatError):
    """The server's key has no pin yet.

    :ivar link: where the server is; :ivar found: the fingerprint it has.
    """

    def __init__(self, link: Link, found: str) -> None:
        super().__init__(Code.SERVER_KEY_UNKNOWN)
        self.link = link
        self.found = found


class KeyChanged(ChatError):
    """The server's key is not the pinned one.

    :ivar link: where the server is, with the fingerprint it should have.
    :ivar found: the one it has.
    """

    def __init__(self, link: Link, found: str) -> None:
        super().__init__(Code.SERVER_KEY_CHANGED)
        self.link = link
        self.found = found


class NickRefused(ChatError):
    """Only the wanted nick would do, and it is not to be had."""


def unreached(failure: Failure) -> ChatError:
    """There is no connection: the usual reasons in plain words, the others in the system's."""
    match failure.value:
        case DNSLookupError():
            why = "there is no host of this name, or no network here"
        case ConnectionRefusedError():
            why = "nothing listens there; the server may not be running"
        case TimeoutError():
            why = "nothing answers there"
        case _:
            why = failure.getErrorMessage().rstrip(".")
    return ChatError(Code.CONNECTION_LOST, f"cannot connect: {why}")


def why_not(nick: str, limit: int, advice: str) -> NickRefused:
    """Why a server would not grant a nick, as far as can be told from here."""
    try:
        clean_nick(nick, limit)
    except Refused as error:
        return NickRefused(error.code, error.text)
    return NickRefused(Code.NICK_TAKEN, f"the nick {nick} is not free; {advice} would be")
