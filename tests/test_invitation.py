"""The links a daemon prints lead to where it listens, and the command works as pasted."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sys
from io import StringIO
from pathlib import Path

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.trial.unittest import SynchronousTestCase

from chatd import invitation
from chatd.domain.link import Link
from chatd.invitation import command, links, planned_links

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


class PlannedLinks(SynchronousTestCase):
    """Where a daemon would listen, by its settings."""

    def setUp(self) -> None:
        self.patch(socket, "getfqdn", lambda: "localhost")

    def shown(self, *endpoints: str, public: tuple[str, int] | None = None) -> list[str]:
        found = planned_links([(False, one) for one in endpoints], public, FINGERPRINT)
        return [str(link).removesuffix(f"/#{FINGERPRINT}") for link in found]

    def test_from_endpoints(self) -> None:
        for endpoint, shown in (
            ("tcp:4170:interface=127.0.0.1", "127.0.0.1:4170"),
            ("tcp:port=4171:backlog=9:interface=10.0.0.1", "10.0.0.1:4171"),
            ("tcp:4170", "127.0.0.1:4170"),
            (r"tcp6:4170:interface=\:\:1", "[::1]:4170"),
            (r"tcp6:4170:interface=fe80\:\:1:backlog=3", "[fe80::1]:4170"),
            ("haproxy:tcp:4170:interface=10.0.0.1", "10.0.0.1:4170"),
            ("tcp:0:interface=127.0.0.1", ""),
            ("unix:/run/chatd.sock", ""),
            ("systemd:domain=INET:index=0", ""),
        ):
            self.assertEqual(self.shown(endpoint), [f"chatd://{shown}"] if shown else [], endpoint)

    def test_public(self) -> None:
        public = ("chat.example", 443)
        for endpoint, shown in (
            ("tcp:0", ["chatd://chat.example:443"]),
            ("systemd:domain=INET:index=0", ["chatd://chat.example:443"]),
            ("unix:/run/chatd.sock", []),
        ):
            self.assertEqual(self.shown(endpoint, public=public), shown)


class Journal(SynchronousTestCase):
    """systemd says which stream it keeps."""

    def test_told_by_its_number(self) -> None:
        with open(self.mktemp(), "w") as kept, open(self.mktemp(), "w") as other:
            status = os.fstat(kept.fileno())
            stream = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
            self.patch(os, "environ", {**os.environ, **stream})
            told = [invitation.is_journal(one) for one in (kept, other, StringIO(), None)]
        self.assertEqual(told, [True, False, False, False])

    def test_no_systemd(self) -> None:
        self.patch(os, "environ", {})
        with open(self.mktemp(), "w") as file:
            self.assertFalse(invitation.is_journal(file))


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
        self.assertEqual(
            shlex.split(command("chatc", str(self.link))), [str(chatc), str(self.link)]
        )

    def test_on_the_path(self) -> None:
        self.install()
        self.find_in(self.folder)
        self.assertEqual(
            command("chatc", str(self.link)), f"chatc 'chatd://127.0.0.1:4170/#{FINGERPRINT}'"
        )

    def test_first_admin(self) -> None:
        """The link stands alone, to be copied."""
        link = Link("127.0.0.1", 4170, False, FINGERPRINT, "ABCD")
        first, _, last = invitation.how_to_enrol_admin("alice", link, 0)
        self.assertEqual((first, last), ("Enrol the admin (alice):  chatc enrol", str(link)))
        (told,) = invitation.how_to_get_a_link(None, "alice")
        self.assertEqual(told, "Enrol the admin with:  chatctl enrol alice --role admin")

    def test_another_data_directory(self) -> None:
        """Without it, chatctl would make a server of its own where servers usually are."""
        (told,) = invitation.how_to_enrol(self.folder)
        words = shlex.split(told.partition(":  ")[2])
        self.assertEqual(words, ["chatctl", "--data-dir", str(self.folder), "enrol", "NAME"])

    def test_nowhere(self) -> None:
        """Others may have one where this machine has none."""
        self.assertEqual(shlex.split(command("chatc", str(self.link))), ["chatc", str(self.link)])
