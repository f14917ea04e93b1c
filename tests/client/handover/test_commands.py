"""``chatc``'s command line, while another one has the profile's vault."""

from __future__ import annotations

import argparse
import os
import shlex
from functools import partial

from chatd.wire import messages
from client.admission import as_member
from client.connection import Connection
from client.credentials import Member
from client.handover.host import Host
from client.handover.place import socket_path
from client.history.excerpt import read_page
from client.model.blocking import NOT_LISTED
from client.model.uplink import Listener as Told
from client.status import Status
from client.vault.vault import Vault
from tests.client.listener import Listener
from tests.client.test_member import OTHER, MemberTest
from tests.client.vault.vault_case import PASSWORD


class BesideTest(MemberTest):
    """Alice's chatc runs; she types commands elsewhere. No password is given.

    :ivar screen: what hers is told.
    """

    def setUp(self) -> None:
        super().setUp()
        self.patch(os, "environ", {**os.environ, "XDG_RUNTIME_DIR": "/nowhere"})
        self.vault = Vault.open(self.home, PASSWORD)
        self.addCleanup(self.vault.close)
        self.screen = Listener()
        admission = as_member(self.vault, argparse.Namespace())
        link, member = admission.link, Member(self.vault)

        def connect(listener: Told) -> Connection:
            return Connection(self.reactor, self.network, link, "alice", listener, member)

        recall = partial(read_page, self.home, self.vault.history_key())
        self.host = Host(self.reactor, self.home, link, "alice", self.screen, connect, recall)
        self.host.start()
        self.network.settle()
        self.bob_asks(partial(messages.Join, room="tea"))

    def types(self, *words: str) -> int:
        """Alice does."""
        return self.chatc("--home", str(self.home), *words, bare=True)

    def test_every_command(self) -> None:
        for words, printed in (
            (("send", "bob", "hello"), ""),
            (("send", "#tea", "hello"), ""),
            (("rooms",), "#tea  1\n"),
            (("who",), "alice\nbob\n"),
            (("who", "#tea"), "bob\n"),
            (("tail", "#tea", "--timeout", "1"), ""),
            (("service",), ""),
        ):
            self.assertEqual(self.types(*words), Status.DONE, self.err)
            beside = f"chatc: {NOT_LISTED}\n" if words == ("who",) else ""
            self.assertEqual((self.out, self.err), (printed, beside), words)
        self.assertEqual(self.types("devices"), Status.DONE)
        self.assertIn("this one", self.out)
        self.assertEqual(self.host.nick, "alice")
        self.assertEqual(self.network.server.hub.counts()["sessions"], 2)

    def test_json_has_ones_name(self) -> None:
        self.types("send", "bob", "hello", "--json")
        self.assertIn('"from": "alice"', self.out)

    def test_tail_hears_others_and_oneself(self) -> None:
        self.later(2, partial(messages.Say, room="tea", text="from bob"))
        say = partial(messages.Direct, to="bob", text="typed")
        self.network.clock.callLater(1, lambda: self.host.request(say))
        self.assertEqual(self.types("tail", "#tea", "--count", "1"), Status.DONE)
        self.assertRegex(self.out, r"^\d\d:\d\d bob: from bob\n$")

    def test_the_server_that_is_named(self) -> None:
        for server, status in (
            (self.link, Status.DONE),
            ("chatd://127.0.0.1", Status.DONE),
            (f"chatd://localhost/#{self.key}", Status.DONE),
            ("chatd://localhost", Status.USAGE),
            (f"chatd://127.0.0.1/#{OTHER}", Status.KEY),
        ):
            self.assertEqual(self.types("--server", server, "rooms"), status, (server, self.err))
            self.network.settle()
        self.assertEqual(self.network.server.hub.counts()["sessions"], 2)

    def test_a_guest_has_a_connection_of_their_own(self) -> None:
        self.assertEqual(self.types("--guest", "robot", "--server", self.link, "who"), Status.DONE)
        self.assertEqual(self.out, "alice\nbob\nrobot\n")

    def test_refused(self) -> None:
        self.assertEqual(self.types("send", "nobody", "hi"), Status.REFUSED)
        self.assertEqual(self.err, "chatc: nobody here is called nobody\n")

    def test_no_connection(self) -> None:
        self.network.down = ConnectionError("no route")
        for line in self.network.lines:
            line.cut()
        self.network.settle()
        self.assertEqual(self.types("rooms"), Status.NO_CONNECTION)
        self.assertRegex(self.err, r"^chatc: the chatc that is running here \(process \d+\) has no")

    def test_the_vault_itself_stays_closed(self) -> None:
        for words in (("passwd",), ("trust", self.link)):
            self.assertEqual(self.types(*words), Status.LOCKED)
            self.assertIn(f"already (process {os.getpid()}): close it first", self.err)

    def test_a_second_screen(self) -> None:
        """What works is told, as it can be typed."""
        self.assertEqual(self.types("--plain"), Status.LOCKED)
        said, send, other, enrol = self.err.splitlines()
        self.assertIn(f"already (process {os.getpid()}). Beside it, send, tail, rooms, who,", said)
        self.assertEqual(
            shlex.split(send)[-5:], ["--home", str(self.home.absolute()), "send", "#room", "text"]
        )
        self.assertIn("another profile", other)
        self.assertEqual(shlex.split(enrol)[-3:], ["--profile", "NAME", "enrol"])

    def test_enrolling(self) -> None:
        self.assertEqual(self.types("enrol", "--no-chat"), Status.LOCKED)
        self.assertIn("close it first", self.err)


class LastingTest(MemberTest):
    """Commands that go on for long let others in."""

    def setUp(self) -> None:
        super().setUp()
        self.patch(os, "environ", {**os.environ, "XDG_RUNTIME_DIR": "/nowhere"})

    def listened(self, *words: str) -> bool:
        """Whether there was a socket while a command ran; there is none afterwards."""
        seen: list[bool] = []
        sockets = self.reactor.sockets
        self.network.clock.callLater(1, lambda: seen.append(bool(sockets.listening)))
        self.assertEqual(self.alice(*words), Status.DONE, self.err)
        self.assertEqual(sockets.listening, {})
        self.assertEqual(self.holds().identity.handle, "alice")
        return seen == [True]

    def test_tail(self) -> None:
        self.assertTrue(self.listened("tail", "#tea", "--timeout", "2"))
        self.assertEqual(self.reactor.sockets.modes, {socket_path(self.home): 0o600})

    def test_those_that_are_soon_done(self) -> None:
        for words in (("rooms",), ("send", "bob", "hello"), ("who",)):
            self.assertFalse(self.listened(*words))
        self.assertEqual(self.reactor.sockets.modes, {})
