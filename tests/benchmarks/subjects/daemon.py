"""The daemon itself: ``twistd -n chatd``, and guests of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chatd.wire import messages
from chatd.wire.codec import encode
from chatd.wire.records import join
from tests.benchmarks.load.plan import Framing
from tests.benchmarks.subjects.caller import Caller
from tests.benchmarks.subjects.process import ServerProcess
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

#: The data directory, within the folder a daemon is given.
DATA = "data"

#: The first request's number: from here on a number takes the same bytes however high it gets.
_FIRST_REQUEST = 1 << 16


class Daemon:
    """A :class:`~tests.benchmarks.subjects.subject.Subject`.

    :ivar port: where it listens.
    """

    name = "chatd"
    #: Int32 frames, of which the AEAD's tag is no payload.
    framing = Framing(4, 0, 4, 16)

    def __init__(self, folder: Path, core: int | None) -> None:
        self.port = free_port()
        self._static = X25519PrivateKey.generate()
        settings = folder / "chatd.toml"
        settings.write_text(_SETTINGS)
        command = [str(Path(sys.executable).with_name("twistd")), "-n", "--pidfile=", "chatd"]
        command += ["--config", str(settings), "--data-dir", str(folder / DATA)]
        command += ["--listen", f"native=tcp:{self.port}:interface=127.0.0.1:backlog=1024"]
        environment = {"PYTHONPATH": str(ROOT)}
        self.process = ServerProcess(command, folder / "output", core, environment=environment)
        self.process.wait_for(self.port)

    def enter(self, nicks: Sequence[str]) -> list[DaemonMember]:
        return [DaemonMember(self.call(self._static, nick), nick) for nick in nicks]

    def call(self, key: X25519PrivateKey, nick: str = "") -> Caller:
        """A connection that is to be let in."""
        return Caller(self.port, key, nick)


class DaemonMember:
    """A guest.

    :ivar greeting: the sizes of the handshake's five frames, HELLO to WELCOME.
    """

    def __init__(self, caller: Caller, nick: str) -> None:
        caller.send(caller.ready(messages.Ready("guest", nick)))
        caller.welcome(caller.receive())
        self.socket = caller.socket
        self.greeting = caller.sizes
        self._sealer = caller.records.sealer
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
