"""A real daemon and two clients that speak ``04 17`` over sockets."""

from __future__ import annotations

import socket

from twisted.trial.unittest import SynchronousTestCase

from chatd.protocols.legacy0417.frames import HEADER, MAGIC, Op, Status, listing, said, status, told
from chatd.protocols.legacy0417.requests import GREETING
from tests.support.daemon import Daemon, free_port

OK = status(Status.OK)


class Caller:
    """One client's socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, op: int, payload: bytes = b"") -> None:
        """Send a frame."""
        self.connection.sendall(HEADER.pack(len(payload), MAGIC, op) + payload)

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes, or what came before the end."""
        taken = b""
        while len(taken) < size and (more := self.connection.recv(size - len(taken))):
            taken += more
        return taken


class Legacy0417Test(SynchronousTestCase):
    """``--listen legacy0417=…`` and everything between a hello and the daemon's goodbye."""

    def setUp(self) -> None:
        port = free_port()
        listen = f"legacy0417=tcp:{port}:interface=127.0.0.1"
        self.daemon = Daemon("--listen", listen, "--listen", "native=none", "--guests")
        self.addCleanup(self.daemon.stop)
        self.alice = self.sign_in(port, b"alice")
        self.bob = self.sign_in(port, b"bob")

    def sign_in(self, port: int, nick: bytes) -> Caller:
        connection = self.daemon.connect(port)
        self.addCleanup(connection.close)
        caller = Caller(connection)
        caller.send(Op.HELLO, GREETING)
        self.hears(caller, status(Status.OK, b"rand0"))
        caller.send(Op.NICK, bytes((len(nick),)) + nick)
        self.hears(caller, OK)
        return caller

    def hears(self, caller: Caller, expected: bytes) -> None:
        self.assertEqual(caller.read(len(expected)), expected)

    def test_two_people_talk(self) -> None:
        alice, bob = self.alice, self.bob
        alice.send(Op.JOIN, b"\3red\3pw1")
        self.hears(alice, OK)
        bob.send(Op.JOIN, b"\3red\3pw2")
        self.assertEqual(bob.read(8)[7:], b"\x01")
        self.hears(bob, b"wrong room password")
        bob.send(Op.JOIN, b"\3red\3pw1")
        self.hears(bob, OK)
        bob.send(Op.USERS)
        self.hears(bob, listing(["alice", "bob"]))
        alice.send(Op.SAY, b"\3red\0\x0ahello room")
        self.hears(alice, OK)
        self.hears(bob, said("red", "alice", b"hello room"))
        bob.send(Op.TELL, b"\5alice\0\6secret")
        self.hears(bob, OK)
        self.hears(alice, told("bob", b"secret"))
        bob.send(Op.TELL, b"\3bob\0\1\xff")
        self.hears(bob, told("bob", b"\xff") + OK)

    def test_leaving_ends_the_connection(self) -> None:
        self.bob.send(Op.LEAVE)
        self.assertEqual(self.bob.read(100), OK)
        self.alice.send(Op.USERS)
        self.hears(self.alice, listing(["alice"]))

    def test_nonsense_ends_the_connection(self) -> None:
        self.bob.connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        self.assertEqual(self.bob.read(100), b"")

    def test_the_daemon_says_goodbye(self) -> None:
        self.assertEqual(self.daemon.stop(), 0, self.daemon.output)
        self.assertIn(b"shutting down", self.alice.read(1000))
