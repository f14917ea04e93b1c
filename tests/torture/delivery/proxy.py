"""A link that can be spoilt: a TCP proxy with one port for each device.

A *cut* link is reset on both sides. A *half-open* one takes everything and passes nothing on, and
no end of it either: as a router does that forgot the connection. On a *stalled* one nobody reads,
on a *slow* one little is read at a time, and its buffers are small: so what is not read waits with
whoever sends.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.torture.delivery.plan import Fault, Trouble

#: Bytes of a connection's buffers; bytes a second of a slow link.
_BUFFER = 16 * 1024
_SLOW = 8 * 1024
#: Seconds that a trouble waits for a link, and between two looks whether there is one.
_LATEST, _LOOK = 30.0, 0.2
#: A close that is a reset.
_RESET = struct.pack("ii", 1, 0)


_Taker = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Link:
    """One connection, and the one behind it."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._ends = (near, far)
        self._swallows = self._slow = False
        self._flows = asyncio.Event()
        self._flows.set()

    def spoil(self, trouble: Trouble) -> None:
        """From now on, for as long as the trouble lasts; a cut and a half-open one for good."""
        match trouble.fault:
            case Fault.CUT:
                self.cut()
            case Fault.HALF_OPEN:
                self._swallows = True
            case Fault.STALLED:
                self._flows.clear()
                asyncio.get_running_loop().call_later(trouble.amount, self._flows.set)
            case _:
                self._slow = True
                asyncio.get_running_loop().call_later(trouble.amount, self._hasten)

    def cut(self) -> None:
        """End it without a word."""
        for end in self._ends:
            found = end.get_extra_info("socket")
            with suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.transport.abort()

    def _hasten(self) -> None:
        self._slow = False

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """One direction, up to its end."""
        with suppress(OSError):
            while True:
                await self._flows.wait()
                data = await source.read(_BUFFER)
                if not data:
                    break
                if not self._swallows:
                    sink.write(data)
                    await sink.drain()
                if self._slow:
                    await asyncio.sleep(len(data) / _SLOW)
        if not self._swallows:
            sink.close()


class Proxy:
    """Runs until its process is killed.

    :param ports: of 127.0.0.1, by the device.
    :param target: the daemon's.
    :param start: monotonic seconds, which the troubles count from.
    :param told: a file that gets a line for each link that was spoilt.
    """

    def __init__(
        self,
        ports: Mapping[str, int],
        target: int,
        troubles: Sequence[Trouble],
        start: float,
        told: Path,
    ) -> None:
        self._ports = ports
        self._target = target
        self._troubles = troubles
        self._start = start
        self._told = told.open("a", buffering=1)
        self._links: dict[str, set[_Link]] = {device: set() for device in ports}

    def run(self) -> None:
        """Never returns."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        servers = [
            await asyncio.start_server(self._taker(device), "127.0.0.1", port, limit=_BUFFER)
            for device, port in self._ports.items()
        ]
        async with asyncio.TaskGroup() as group:
            for server in servers:
                group.create_task(server.serve_forever())
            for trouble in self._troubles:
                group.create_task(self._spoil(trouble))

    async def _spoil(self, trouble: Trouble) -> None:
        """Where there is no link at that time, the next one."""
        await asyncio.sleep(max(0.0, self._start + trouble.at - time.monotonic()))
        last = time.monotonic() + _LATEST
        while not self._links[trouble.device] and time.monotonic() < last:
            await asyncio.sleep(_LOOK)
        for link in list(self._links[trouble.device]):
            link.spoil(trouble)
            self._told.write(f"{trouble.fault.name} {trouble.device}\n")

    def _taker(self, device: str) -> _Taker:
        async def take(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            try:
                far, there = await self._reach()
            except OSError:
                back.transport.abort()
                return
            link = _Link(back, there)
            self._links[device].add(link)
            try:
                await asyncio.gather(link.carry(near, there), link.carry(far, back))
            finally:
                self._links[device].discard(link)
                link.cut()

        return take

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        channel = socket.socket()
        channel.setblocking(False)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        try:
            await asyncio.get_running_loop().sock_connect(channel, ("127.0.0.1", self._target))
        except OSError:
            channel.close()
            raise
        return await asyncio.open_connection(sock=channel, limit=_BUFFER)
