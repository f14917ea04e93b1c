"""Somebody slow on the way: passes the handshake's second step on at once, and holds back what the
client says after it. So a client may be dead for a while before its READY arrives."""

from __future__ import annotations

import asyncio
import random

#: Seconds that READY is held back, at most.
LONGEST = 1.5


class Delay:
    """A proxy on a port of 127.0.0.1, to another one; runs until its process is killed.

    :param target: asked at each connection.
    """

    def __init__(self, port: int, target: int, seed: int) -> None:
        self._port = port
        self._target = target
        self._random = random.Random(seed)
        self._carrying: set[asyncio.Task[None]] = set()

    def run(self) -> None:
        """Never returns."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        await server.serve_forever()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, there = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            back.close()
            return
        answers = asyncio.create_task(_carry(far, back))
        self._carrying.add(answers)
        answers.add_done_callback(self._carrying.discard)
        await self._hold(near, there)

    async def _hold(self, near: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
        """The client's first frame goes through, the rest comes late, and its end later still."""
        try:
            size = await near.readexactly(4)
            there.write(size + await near.readexactly(int.from_bytes(size, "big")))
            held = await near.read(65536)
            await asyncio.sleep(self._random.uniform(0, LONGEST))
            while held:
                there.write(held)
                held = await near.read(65536)
            await asyncio.sleep(0.2)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            there.close()


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
    except OSError:
        pass
    finally:
        sink.close()
