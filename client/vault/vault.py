"""The vault of a profile: opened with a password, saved whole, one process at a time.

Promises: whenever the process is stopped, the file holds either what was saved last or what was
being saved; a failed save changes nothing. All methods block: :meth:`Vault.create`,
:meth:`Vault.open` and :meth:`Vault.change_password` for the time of Argon2id (a fraction of a
second), :meth:`Vault.save` for the disk. Each may be called from any thread.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from threading import Lock as Mutex
from typing import Self

from msgspec.structs import replace

from .errors import VaultError, VaultExists, WrongPassword
from .file import VaultFile
from .identity import Identity
from .lock import Lock
from .password import check_new
from .seal import COST, Cost, Key, Sealed, damaged, seal


class Vault:
    """An open vault; :meth:`create` and :meth:`open` make one. Close it.

    :ivar identity: what was saved last.
    """

    def __init__(self, file: VaultFile, lock: Lock, key: Key, identity: Identity) -> None:
        self.identity = identity
        self._file = file
        self._lock = lock
        self._key: Key | None = key
        self._writing = Mutex()

    @classmethod
    def create(cls, folder: Path, password: str, identity: Identity, cost: Cost = COST) -> Self:
        """Make a vault and save an identity in it.

        :param folder: the profile's; made, with mode 0700, if it is not there.
        :raises UnfitPassword: the password is too short or too long.
        :raises VaultExists: there is a vault in this folder.
        :raises VaultInUse: another process has the folder.
        :raises VaultError: it cannot be written.
        """
        check_new(password)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise VaultError(f"{folder} cannot be made: {error.strerror}") from None
        file, lock = VaultFile(folder), _lock(folder)
        try:
            if file.path.exists():
                raise VaultExists(
                    f"{file.path} is there already: open it with its password, or move it away"
                )
            key = Key.derive(password, cost)
            file.write(seal(_contents(identity), key))
        except BaseException:
            lock.release()
            raise
        return cls(file, lock, key, identity)

    @classmethod
    def open(cls, folder: Path, password: str) -> Self:
        """Open the vault of a profile.

        :raises WrongPassword: this is not its password.
        :raises UnfitPassword: no vault has such a password.
        :raises NoVault, VaultInUse, NotAVault, NewerVault, DamagedVault: as :meth:`check`.
        :raises VaultError: it cannot be read.
        """
        file = VaultFile(folder)
        file.read()  # so that no lock is left where there is no vault
        lock = _lock(folder)
        try:
            file.tidy()
            sealed = Sealed.parse(file.read(), str(file.path))
            key = sealed.key(password)
            identity = _identity(sealed.open(key), file)
        except BaseException:
            lock.release()
            raise
        return cls(file, lock, key, identity)

    @staticmethod
    def check(folder: Path) -> None:
        """Whether some password would open the vault now: to be asked before a person is.

        :raises NoVault: there is none.
        :raises NotAVault: the file is something else.
        :raises NewerVault: a later program wrote it.
        :raises DamagedVault: it is not whole.
        :raises VaultInUse: another process has it open.
        :raises VaultError: it cannot be read.
        """
        file = VaultFile(folder)
        Sealed.parse(file.read(), str(file.path))
        _lock(folder).release()

    def save(self, identity: Identity) -> None:
        """Keep this from now on; on return it is on the disk.

        :raises VaultError: it cannot be written, or the vault is closed; what was saved before is
            still there.
        """
        with self._writing:
            self._file.write(seal(_contents(identity), self._open_key()))
            self.identity = identity

    def history_key(self) -> bytes:
        """The key of the history, 32 bytes; made and saved where there is none yet.

        :raises VaultError: it cannot be saved.
        """
        if not self.identity.history_key:
            self.save(replace(self.identity, history_key=os.urandom(32)))
        return self.identity.history_key

    def change_password(self, old: str, new: str, cost: Cost = COST) -> None:
        """Seal the vault under another password. Up to the end, the old one opens it; then the new.

        :raises WrongPassword: ``old`` is not its password.
        :raises UnfitPassword: ``new`` is too short or too long.
        :raises VaultError: it cannot be written; the old password is still in force.
        """
        check_new(new)
        key = self._open_key()
        if not hmac.compare_digest(Key.derive(old, key.cost, key.salt).secret, key.secret):
            raise WrongPassword("the old password is wrong; nothing has changed")
        key = Key.derive(new, cost)
        with self._writing:
            self._open_key()
            self._file.write(seal(_contents(self.identity), key))
            self._key = key

    def close(self) -> None:
        """Let other processes have it. Closing twice does nothing."""
        with self._writing:
            if self._key is not None:
                self._key = None
                self._lock.release()

    def _open_key(self) -> Key:
        if self._key is None:
            raise VaultError("the vault is closed; what was saved before is still there")
        return self._key


def _lock(folder: Path) -> Lock:
    return Lock(folder / "vault.lock")


def _contents(identity: Identity) -> bytes:
    try:
        return identity.encode()
    except ValueError:
        raise VaultError("the vault cannot hold this; what was saved before is there") from None


def _identity(contents: bytes, file: VaultFile) -> Identity:
    try:
        return Identity.decode(contents)
    except ValueError:
        raise damaged(str(file.path)) from None
