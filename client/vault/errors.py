"""Every way in which a vault says no. The texts are for people: what happened, and what to do.

No text and no chained error holds a password, a key or a token.
"""

from __future__ import annotations


class VaultError(Exception):
    """The vault cannot be used this way."""


class Unenrolled(VaultError):
    """What ``chatc enrol`` mends; the command is told by who knows which profile it is."""


class NoVault(Unenrolled):
    """There is none in this folder yet."""


class VaultExists(VaultError):
    """There is one already where one was to be made."""


class NotAVault(VaultError):
    """The file is something else."""


class NewerVault(VaultError):
    """A later program wrote it; this one would lose what it does not know."""


class DamagedVault(Unenrolled):
    """Its bytes are not those that were written."""


class WrongPassword(VaultError):
    """This password does not open it."""


class UnfitPassword(VaultError):
    """A vault takes no such password."""


class KeychainError(VaultError):
    """The system's keychain cannot be used."""


class VaultInUse(VaultError):
    """Another process has it open.

    :ivar pid: that process; 0 where it has not said so yet.
    """

    def __init__(self, text: str, pid: int) -> None:
        super().__init__(text)
        self.pid = pid
