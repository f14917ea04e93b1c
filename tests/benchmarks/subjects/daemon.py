"""The daemon itself: ``twistd -n chatd``, spoken to with the real classes of the protocol."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.wire import messages
from chatd.wire.codec import decode_server, encode
from chatd.wire.framing import FrameParser
from chatd.wire.handshake import Records
from chatd.wire.hello import Ack, Hello
from chatd.wire.initiator import Initiator
from chatd.wire.records import join
from tests.benchmarks.load.plan import Framing
from tests.benchmarks.subjects.process import ServerProcess
from tests.benchmarks.subjects.subject import connect
from tests.support.daemon import ROOT, free_port

#: Nobody is slowed down, refused, or given up: that is what is measured elsewhere. Nothing is
#: said that is not asked for, and who hangs up is gone at once.
_SETTINGS = f"""
guests = true
[limits]
rate = "off"
commands = "off"
handshakes_per_minute = 0
sign_ins_per_minute = 0
pending_per_address = 1000000
pending_total = 1000000
send_queue = {2**28}
[liveness]
heartbeat = 3600
warning = 7200
timeout = 10800
grace = 0
"""

#: The first request's number: from here on a number takes the same bytes however high it gets.
_FIRST_REQUEST = 1 << 16


class Daemon:
    """A :class:`~tests.benchmarks.subjects.subject.Subject`."""

    name = "chatd"
    #: Int32 frames, of which the AEAD's tag is no payload.
    framing = Framing(4, 0, 4, 16)

    def __init__(self, folder: Path, core: int | None) -> None:
        self._port = free_port()
        self._static = X25519PrivateKey.generate()
        settings = folder / "chatd.toml"
        settings.write_text(_SETTINGS)
        command = [str(Path(sys.executable).with_name("twistd")), "-n", "--pidfile=", "chatd"]
        command += ["--config", str(settings), "--data-dir", str(folder / "data")]
        command += ["--listen", f"native=tcp:{self._port}:interface=127.0.0.1:backlog=1024"]
        environment = {"PYTHONPATH": str(ROOT)}
        self.process = ServerProcess(command, folder / "output", core, environment=environment)
        self.process.wait_for(self._port)

    def enter(self, nicks: Sequence[str]) -> list[DaemonMember]:
        return [DaemonMember(self._port, self._static, nick) for nick in nicks]


class DaemonMember:
    """A guest.

    :ivar greeting: the sizes of the handshake's five frames, HELLO to WELCOME.
    """

    def __init__(self, port: int, static: X25519PrivateKey, nick: str) -> None:
        self.socket = connect(port)
        self.greeting: list[int] = []
        self._frames = FrameParser()
        self._sealer = self._shake_hands(Initiator(static), nick).sealer
        self._request = _FIRST_REQUEST

    def join(self, room: str) -> bytes:
        return self._sealer.seal(encode(messages.Join(self._next(), room)))

    def say(self, room: str, text: str, count: int) -> bytes:
        return self._sealed([encode(messages.Say(self._next(), room, text)) for _ in range(count)])

    def tell(self, nick: str, text: str, count: int) -> bytes:
        return self._sealed(
            [encode(messages.Direct(self._next(), nick, text)) for _ in range(count)]
        )

    def _sealed(self, requests: list[bytes]) -> bytes:
        """Joined into records as the client's own outlet does it."""
        return b"".join(self._sealer.seal(piece) for piece in join(requests))

    def _next(self) -> int:
        self._request += 1
        return self._request

    def _shake_hands(self, machine: Initiator, nick: str) -> Records:
        hello = machine.receive(self._receive())
        assert isinstance(hello, Hello), hello
        self._send(machine.proceed(nick, "benchmark"))
        ack = machine.receive(self._receive())
        assert isinstance(ack, Ack), ack
        self._send(machine.ready(messages.Ready("guest", nick)))
        assert machine.records is not None
        (greeting,) = machine.records.opener.open(self._receive())
        assert isinstance(decode_server(greeting), messages.Welcome), greeting
        return machine.records

    def _send(self, frame: bytes) -> None:
        self.greeting.append(len(frame))
        self.socket.sendall(frame)

    def _receive(self) -> bytes:
        """The body of the next frame; at this stage the server never sends two at once."""
        while not (bodies := self._frames.feed(self.socket.recv(65536))):
            pass
        self.greeting.append(4 + len(bodies[0]))
        return bodies[0]
