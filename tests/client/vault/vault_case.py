"""A profile's folder, an identity whose secrets can be searched for, and a cheap Argon2id."""

from __future__ import annotations

import stat
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from client.vault.identity import Enrolment, Identity, Server
from client.vault.seal import Cost
from client.vault.vault import Vault

CHEAP = Cost(memory=8, passes=1, lanes=1)
PASSWORD = "correct horse battery"

#: Each secret of :data:`IDENTITY`, for searching.
SECRETS = {
    "device_key": b"<the device's private static key",
    "root_key": b"<the account's private root key>",
    "token": b"<the token for the next sign-in>",
    "one_time_id": b"<the one-time ID>",
    "device_secret": b"<second secret>",
    "link": b"<another secret>",
    "history_key": b"<the key of what people said...>",
}

IDENTITY = Identity(
    server=Server("chat.example.org", 4170, True, "a" * 52),
    device_key=SECRETS["device_key"],
    handle="alice",
    account=bytes(range(16)),
    device=bytes(range(16, 32)),
    root_key=SECRETS["root_key"],
    token=SECRETS["token"],
    enrolment=Enrolment(SECRETS["one_time_id"], SECRETS["device_secret"]),
    links={bytes(32): SECRETS["link"]},
    settings={"theme": "light", "highlight": ["größe"], "keys": {"jump": "meta g"}},
    history_key=SECRETS["history_key"],
)


def mode(path: Path) -> int:
    """A file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


class VaultCase(SynchronousTestCase):
    """:ivar folder: of a profile; not there yet."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute() / "profile"

    def create(self, password: str = PASSWORD) -> Vault:
        """A new vault, closed at the end of the test."""
        vault = Vault.create(self.folder, password, IDENTITY, CHEAP)
        self.addCleanup(vault.close)
        return vault

    def open(self, password: str = PASSWORD) -> Vault:
        """The vault again, closed at the end of the test."""
        vault = Vault.open(self.folder, password)
        self.addCleanup(vault.close)
        return vault

    def files(self) -> set[str]:
        """The names of what is in the folder."""
        return {path.name for path in self.folder.iterdir()}
