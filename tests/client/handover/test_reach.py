"""How a command finds the chatc that is running, and what it says where it cannot."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol

from chatd.wire.codec import encode_struct
from chatd.wire.framing import frame
from client.handover.frames import VERSION, Hello
from client.handover.place import socket_path
from client.handover.reach import reach
from client.link import HANDSHAKE_TIMEOUT
from client.vault.errors import NoVault, VaultError, VaultInUse
from tests.client.handover.handover_case import HandoverTest


class Reception(Protocol):
    """Says one thing to everybody who comes, and perhaps hangs up."""

    def __init__(self, greeting: bytes, stays: bool = True) -> None:
        self._greeting = greeting
        self._stays = stays

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(self._greeting)
        if not self._stays:
            self.transport.loseConnection()


class ReachTest(HandoverTest):
    """The one that is running is told to end first, but keeps the vault."""

    def setUp(self) -> None:
        super().setUp()
        self.path = socket_path(self.home)
        self.running.host.logout()
        self.network.settle()

    def listens(self, greeting: bytes, stays: bool = True) -> None:
        """Somebody else does."""
        factory: Any = Factory.forProtocol(lambda: Reception(greeting, stays))
        self.sockets.listening[self.path] = factory

    def reaching(self) -> Deferred[Any]:
        return self.begun(reach(self.reactor, self.home))

    def words(self, kind: type[VaultError] = VaultInUse) -> str:
        """Its words, once it has given up."""
        reaching = self.reaching()
        self.network.advance(HANDSHAKE_TIMEOUT + 1)
        return str(self.failureResultOf(reaching, kind).value)

    def test_nobody_has_the_vault(self) -> None:
        self.vault.close()
        self.assertIsNone(self.successResultOf(self.reaching()))

    def test_there_is_no_vault(self) -> None:
        (self.home / "vault").rename(self.home / "moved")
        self.failureResultOf(self.reaching(), NoVault)

    def test_it_is_free_a_little_later(self) -> None:
        reaching = self.reaching()
        self.network.advance(3)
        self.assertNoResult(reaching)
        self.vault.close()
        self.network.advance(1)
        self.assertIsNone(self.successResultOf(reaching))

    def test_it_takes_commands_a_little_later(self) -> None:
        reaching = self.reaching()
        self.network.advance(3)
        self.running.host.start()
        self.network.advance(1)
        self.assertEqual(self.successResultOf(reaching).nick, "alice")

    def test_it_takes_none(self) -> None:
        self.assertIn(f"running on {self.home} already (process {os.getpid()})", self.words())

    def test_it_hangs_up(self) -> None:
        self.listens(b"", stays=False)
        self.assertIn("already (process", self.words())

    def test_it_says_nothing(self) -> None:
        self.listens(b"")
        self.assertIn("if it is suspended, wake it (fg)", self.words())

    def test_it_says_half_a_word(self) -> None:
        self.listens(b"\0\0\0\x05hel")
        self.assertIn("if it is suspended", self.words())

    def test_it_is_something_else(self) -> None:
        for greeting in (b"\0\0\0\x05hello", b"\0\0\0\0", b"HTTP/1.1 400 Bad Request\r\n"):
            self.listens(greeting)
            self.assertIn("already (process", self.words(VaultError))

    def test_another_version(self) -> None:
        for version, says in ((VERSION - 1, "older"), (VERSION + 1, "newer")):
            self.listens(frame(encode_struct(Hello(version, 77, str(self.place), "alice"))))
            self.assertIn(f"(process 77) is {says} than this one", self.words(VaultError))

    def test_a_later_version_says_more(self) -> None:
        self.listens(frame(b"\x97\x02\x4d\xa0\xa0\xc3\x01\x91\xa1x"))
        self.assertIn("is newer than this one", self.words(VaultError))

    def test_no_place_for_a_socket(self) -> None:
        self.patch(os, "environ", {})
        said = self.words()
        self.assertIn("already (process", said)
        self.assertIn("it cannot take commands, since the path of", said)
