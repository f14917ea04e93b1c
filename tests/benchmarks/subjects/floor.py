"""The floor: a program in C that does nothing but fan out plain bytes (``floor.c``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.load.crowd import Gather
from tests.benchmarks.load.plan import Framing
from tests.benchmarks.subjects.daemon import Daemon
from tests.benchmarks.subjects.process import ServerProcess
from tests.benchmarks.subjects.subject import connect

SOURCE = Path(__file__).with_name("floor.c")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on the wire, so that the floor sends as many.

    :ivar unit: a frame with one message.
    :ivar greeting: the five frames of the handshake.
    """

    unit: int
    greeting: list[int]


def weigh(daemon: Daemon, gather: Gather, text: str) -> Sizes:
    """The sizes of the daemon's frames, by trying."""
    first, second = daemon.enter(["m0000", "m0001"])
    crowd = gather([first.socket, second.socket], daemon.framing)
    for one in (first, second):
        one.socket.sendall(one.join("r0002"))
        crowd.settle()
    first.socket.sendall(first.say("r0002", text, 1))
    _, payload = crowd.settle()
    crowd.close()
    for one in (first, second):
        one.socket.close()
    return Sizes(daemon.framing.header + daemon.framing.overhead + payload, first.greeting)


class Floor:
    """A :class:`~tests.benchmarks.subjects.subject.Subject`.

    :param mode: "send" for a system call for each delivery, "join" for one for all that waits
        for the same peer.
    """

    framing = Framing()

    def __init__(
        self, program: Path, mode: str, sizes: Sizes, folder: Path, core: int | None
    ) -> None:
        self.name = f"floor, {mode}"
        self._sizes = sizes
        self._groups: dict[str, int] = {}
        command = [str(program), mode, *map(str, (sizes.unit, *sizes.greeting))]
        self.process = ServerProcess(command, folder / "output", core)
        self._port = int(self.process.first_line())

    def enter(self, nicks: Sequence[str]) -> list[FloorMember]:
        return [FloorMember(self._port, self._sizes, self._groups, nick) for nick in nicks]


class FloorMember:
    """Everybody is alone in a group of their own, to be told something there."""

    def __init__(self, port: int, sizes: Sizes, groups: dict[str, int], nick: str) -> None:
        self.socket = connect(port)
        self._unit = sizes.unit
        self._groups = groups
        hello, syn, ack, ready, welcome = sizes.greeting
        self._receive(hello)
        self.socket.sendall(bytes(syn))
        self._receive(ack)
        self.socket.sendall(bytes(ready))
        self._receive(welcome)
        self.socket.sendall(self.join(nick))

    def join(self, room: str) -> bytes:
        return self._filled(b"J", room)

    def say(self, room: str, text: str, count: int) -> bytes:
        return self._filled(b"M", room) * count

    def tell(self, nick: str, text: str, count: int) -> bytes:
        return self._filled(b"M", nick) * count

    def _filled(self, kind: bytes, group: str) -> bytes:
        number = self._groups.setdefault(group, len(self._groups))
        return (kind + number.to_bytes(4, "big")).ljust(self._unit, b".")

    def _receive(self, size: int) -> None:
        while size:
            size -= len(self.socket.recv(size))
