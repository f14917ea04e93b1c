"""IRC servers, plain and over TLS: a client that gets in, and what its lines look like."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Sequence
from pathlib import Path
from socket import socket as Socket
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.benchmarks.load.plan import Framing
from tests.benchmarks.subjects.process import ServerProcess
from tests.benchmarks.subjects.subject import connect

#: The name of the server, in its configuration and its certificate.
NAME = "irc.example"

PLAIN = Framing()
#: TLS 1.3 records (RFC 8446, 5.2): the type byte and the AEAD's tag are no payload.
TLS = Framing(5, 3, 2, 17)

#: Bytes of lines in one TLS record: ngircd stalls over records longer than its buffer.
_RECORD = 1800


class _Channel(Protocol):
    def seal(self, data: bytes) -> bytes: ...
    def receive(self) -> bytes: ...


class _PlainChannel:
    def __init__(self, connection: Socket) -> None:
        self._socket = connection

    def seal(self, data: bytes) -> bytes:
        return data

    def receive(self) -> bytes:
        return self._socket.recv(65536)


class _TlsChannel:
    """TLS in memory, so that records can be made before they are sent, and are read whole."""

    def __init__(self, connection: Socket) -> None:
        self._socket = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _CONTEXT.wrap_bio(self._incoming, self._outgoing)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._exchange()
        connection.sendall(self._outgoing.read())

    def seal(self, data: bytes) -> bytes:
        self._tls.write(data)
        return self._outgoing.read()

    def receive(self) -> bytes:
        while True:
            try:
                return self._tls.read(65536)
            except ssl.SSLWantReadError:
                self._exchange()

    def _exchange(self) -> None:
        self._socket.sendall(self._outgoing.read())
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self._incoming.write(data)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


_CONTEXT = _context()


class IrcServer:
    """A :class:`~tests.benchmarks.subjects.subject.Subject`, once its process runs.

    :param prompt: it lets people in at once, which is waited for, since it has few places for
        those who knock.
    """

    def __init__(
        self, name: str, process: ServerProcess, port: int, tls: bool, prompt: bool = False
    ) -> None:
        self.name = f"{name}, TLS" if tls else name
        self.process = process
        self.framing = TLS if tls else PLAIN
        self._port = port
        self._tls = tls
        self._prompt = prompt
        process.wait_for(port)

    def enter(self, nicks: Sequence[str]) -> list[IrcMember]:
        # All ask before one is waited for: inspircd looks once a second whom it can let in, and
        # ngircd's greeting comes in pieces 40 ms apart.
        members = []
        for nick in nicks:
            member = IrcMember(self._port, self._tls, nick)
            if self._prompt:
                member.hear(b" 001 ")
            members.append(member)
        for member in members:
            member.hear(b" 376 ", b" 422 ")  # the end of the greeting (RFC 2812)
            member.send("PING :all\r\n")
        for member in members:
            member.hear(b"PONG ")  # what comes after it would have come before
        return members


class IrcMember:
    """Somebody who has asked to be let in."""

    def __init__(self, port: int, tls: bool, nick: str) -> None:
        self.socket = connect(port)
        self._channel: _Channel = _TlsChannel(self.socket) if tls else _PlainChannel(self.socket)
        self._heard = b""
        self.send(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n")

    def join(self, room: str) -> bytes:
        return self._channel.seal(f"JOIN #{room}\r\n".encode())

    def say(self, room: str, text: str, count: int) -> bytes:
        return self._messages(f"#{room}", text, count)

    def tell(self, nick: str, text: str, count: int) -> bytes:
        return self._messages(nick, text, count)

    def _messages(self, target: str, text: str, count: int) -> bytes:
        line = f"PRIVMSG {target} :{text}\r\n".encode()
        together = max(1, _RECORD // len(line))
        return b"".join(
            self._channel.seal(line * min(together, count - start))
            for start in range(0, count, together)
        )

    def send(self, lines: str) -> None:
        """Say something to the server."""
        self.socket.sendall(self._channel.seal(lines.encode()))

    def hear(self, *signs: bytes) -> None:
        """Read whole lines until one has such a sign in it."""
        while True:
            line, ending, rest = self._heard.partition(b"\r\n")
            if not ending:
                self._heard += self._channel.receive()
                continue
            self._heard = rest
            if any(sign in line for sign in signs):
                return


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate and its key (P-256): the cheapest that TLS 1.3 servers take."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
