"""A connection to the daemon, spoken over with the real classes of the protocol."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.wire import messages
from chatd.wire.codec import decode_server
from chatd.wire.framing import FrameParser
from chatd.wire.hello import Ack, Hello
from chatd.wire.initiator import Initiator
from tests.benchmarks.subjects.subject import connect


class Caller:
    """The handshake is done up to ACK; READY is the caller's to send.

    :param key: the device's.
    :ivar sizes: bytes of the frames so far: HELLO, SYN, ACK, and on.
    """

    def __init__(self, port: int, key: X25519PrivateKey, nick: str = "") -> None:
        self.socket = connect(port)
        self.sizes: list[int] = []
        self._frames = FrameParser()
        self._machine = Initiator(key)
        hello = self._machine.receive(self.receive())
        assert isinstance(hello, Hello), hello
        self.send(self._machine.proceed(nick, "benchmark"))
        ack = self._machine.receive(self.receive())
        assert isinstance(ack, Ack), ack
        assert self._machine.records is not None
        self.records = self._machine.records

    def ready(self, ready: messages.Ready) -> bytes:
        """The frame of the fourth step."""
        return self._machine.ready(ready)

    def welcome(self, body: bytes) -> messages.Welcome:
        """What the daemon said to it."""
        (greeting,) = self.records.opener.open(body)
        welcome = decode_server(greeting)
        assert isinstance(welcome, messages.Welcome), welcome
        return welcome

    def send(self, frame: bytes) -> None:
        """Send a frame."""
        self.sizes.append(len(frame))
        self.socket.sendall(frame)

    def receive(self) -> bytes:
        """The body of the next frame; at this stage the server never sends two at once."""
        while not (bodies := self._frames.feed(self.socket.recv(65536))):
            pass
        self.sizes.append(4 + len(bodies[0]))
        return bodies[0]
