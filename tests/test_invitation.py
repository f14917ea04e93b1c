"""The links a daemon prints lead to where it listens, and the command works as pasted."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sys
from pathlib import Path

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.link import Link
from chatd.invitation import command, links

FINGERPRINT = "a" * 52

LOCAL = IPv4Address("TCP", "127.0.0.1", 4170)
ANY = IPv4Address("TCP", "0.0.0.0", 4170)
ANY6 = IPv6Address("TCP", "::", 4171)


class Links(SynchronousTestCase):
    """For each address listened at."""

    def setUp(self) -> None:
        self.name = "box.example"
        self.patch(socket, "getfqdn", lambda: self.name)
        self.patch(socket, "getaddrinfo", self.resolve)

    def resolve(self, name: str, port: None) -> None:
        if not name.endswith(".example"):
            raise socket.gaierror("no such name")

    def shown(
        self, *ports: tuple[bool, object], public: tuple[str, int] | None = None
    ) -> list[str]:
        found = links(ports, public, FINGERPRINT)
        for link in found:
            self.assertEqual(Link.parse(str(link)), link)
        return [str(link).removesuffix(f"/#{FINGERPRINT}") for link in found]

    def test_where_it_listens(self) -> None:
        loopback6 = IPv6Address("TCP", "::1", 4170)
        self.assertEqual(self.shown((False, LOCAL)), ["chatd://127.0.0.1:4170"])
        self.assertEqual(self.shown((False, loopback6)), ["chatd://[::1]:4170"])
        self.assertEqual(self.shown((True, LOCAL)), ["chatds://127.0.0.1:4170"])

    def test_everywhere(self) -> None:
        """A wildcard is no address to connect to: the machine's name is."""
        shown = self.shown((False, ANY), (True, ANY6))
        self.assertEqual(shown, ["chatd://box.example:4170", "chatds://box.example:4171"])

    def test_no_name(self) -> None:
        """A link must work here at least."""
        for self.name in ("localhost", "a1b2c3", "1.0.0.127.in-addr.arpa"):
            self.assertEqual(self.shown((False, ANY)), ["chatd://127.0.0.1:4170"])

    def test_public(self) -> None:
        """What the admin says wins; a port can stand for one place only."""
        public = ("chat.example", 443)
        self.assertEqual(self.shown((False, LOCAL), public=public), ["chatd://chat.example:443"])
        self.assertEqual(
            self.shown((False, LOCAL), (True, ANY6), public=public),
            ["chatd://chat.example:4170", "chatds://chat.example:4171"],
        )
        unix = (False, UNIXAddress("/run/chatd.sock"))
        self.assertEqual(
            self.shown(unix, (True, ANY), public=public), ["chatds://chat.example:443"]
        )

    def test_nowhere(self) -> None:
        """A socket in the file system has no link."""
        self.assertEqual(self.shown(), [])
        self.assertEqual(self.shown((False, UNIXAddress("/run/chatd.sock"))), [])


class Command(SynchronousTestCase):
    """What is printed for people."""

    def setUp(self) -> None:
        self.link = Link("127.0.0.1", 4170, False, FINGERPRINT)
        self.folder = Path(self.mktemp()).absolute() / "it's a folder"
        self.folder.mkdir(parents=True)
        self.patch(sys, "executable", str(self.folder / "python"))
        self.find_in(self.folder / "empty")

    def find_in(self, folder: Path) -> None:
        """Let the shell look for programs there only."""
        self.patch(os, "environ", {**os.environ, "PATH": str(folder)})

    def install(self) -> Path:
        """Put a chatc beside this Python."""
        chatc = self.folder / "chatc"
        chatc.write_text("#!/bin/sh\n")
        chatc.chmod(0o755)
        self.assertTrue(shutil.which("chatc", path=str(self.folder)))
        return chatc

    def test_in_an_environment(self) -> None:
        """Not on the path: the full one, safe to paste whatever is in it."""
        chatc = self.install()
        self.assertEqual(shlex.split(command(self.link)), [str(chatc), str(self.link)])

    def test_on_the_path(self) -> None:
        self.install()
        self.find_in(self.folder)
        self.assertEqual(command(self.link), f"chatc 'chatd://127.0.0.1:4170/#{FINGERPRINT}'")

    def test_nowhere(self) -> None:
        """Others may have one where this machine has none."""
        self.assertEqual(shlex.split(command(self.link)), ["chatc", str(self.link)])
