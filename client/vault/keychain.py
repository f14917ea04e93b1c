"""The system's keychain, which can keep the vault's password (the extra ``keyring``).

Promises: nothing is loaded before it is used; a keychain that is missing, locked or broken never
stops the program; a store that is no safer than a plain file is not used.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import KeychainError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "chatc"


class Keychain:
    """The entry of one profile. All methods block, some until a person has unlocked the keychain.

    :param folder: the profile's; its absolute path names the entry.
    """

    def __init__(self, folder: Path) -> None:
        self._name = str(folder.resolve())

    def remember(self, password: str) -> None:
        """Keep a password, in the place of an earlier one.

        :raises KeychainError: there is no keychain, or it refuses.
        """
        backend = _backend()
        try:
            backend.set_password(SERVICE, self._name, password)
        except Exception as error:
            raise _refused(error) from None

    def recall(self) -> str | None:
        """The password; None where none is kept, or no keychain gives it."""
        try:
            return _backend().get_password(SERVICE, self._name)
        except Exception:
            return None

    def forget(self) -> None:
        """Keep it no longer; to forget what is not kept is fine.

        :raises KeychainError: there is no keychain, or it refuses.
        """
        backend = _backend()
        try:
            if backend.get_password(SERVICE, self._name) is not None:
                backend.delete_password(SERVICE, self._name)
        except Exception as error:
            raise _refused(error) from None


def _backend() -> KeyringBackend:
    """:raises KeychainError: there is none that seals what it keeps."""
    try:
        import keyring
    except ImportError:
        raise KeychainError(
            "the keychain needs the package keyring; install it with: "
            f"'{sys.executable}' -m pip install keyring"
        ) from None
    try:
        backend = keyring.get_keyring()
        # Below 1 are those that keep nothing and those that keep it in the clear.
        usable = backend.priority >= 1
    except Exception as error:
        raise _refused(error) from None
    if not usable:
        raise KeychainError(
            "no keychain is running here (Secret Service, KWallet or macOS): type the password "
            "each time, or pass it with --password-fd"
        )
    return backend


def _refused(error: Exception) -> KeychainError:
    """Only the kind of error is told: what else stands in it is the keychain's."""
    return KeychainError(
        f"the keychain refuses ({type(error).__name__}): unlock it and try again, or type the "
        "password each time"
    )
