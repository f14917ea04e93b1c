"""The crowd in Python, for machines without a compiler. It costs several times what C does, so
that figures taken with it say more about the generator than about a fast server."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence

from tests.benchmarks.load.crowd import PATIENCE, QUIET, Crowd, CrowdError
from tests.benchmarks.load.plan import Framing, Lockstep, Paced

_BUFFER = 1 << 18


def gather(sockets: Sequence[socket.socket], framing: Framing) -> Crowd:
    """A crowd driven by Python."""
    return _InterpretedCrowd(sockets, framing)


class _Peer:
    """One connection, cut into frames."""

    def __init__(self, index: int, connection: socket.socket, framing: Framing) -> None:
        self.index = index
        self.connection = connection
        self._framing = framing
        self._rest = b""

    def take(self, data: bytes) -> int:
        """Count the payload that is whole now."""
        header, at, size, overhead = self._framing
        if not header:
            return len(data)
        data = self._rest + data
        start = payload = 0
        while start + header <= len(data):
            body = int.from_bytes(data[start + at : start + at + size], "big")
            if start + header + body > len(data):
                break
            payload += max(body - overhead, 0)
            start += header + body
        self._rest = data[start:]
        return payload


class _InterpretedCrowd:
    """See :class:`~tests.benchmarks.load.crowd.Crowd`."""

    def __init__(self, sockets: Sequence[socket.socket], framing: Framing) -> None:
        self._epoll = select.epoll()
        self._peers: dict[int, _Peer] = {}
        self._sockets = sockets
        for index, one in enumerate(sockets):
            self._peers[one.fileno()] = _Peer(index, one, framing)
            self._epoll.register(one, select.EPOLLIN)

    def settle(self) -> list[int]:
        payloads = [0] * len(self._peers)

        def count(peer: _Peer, payload: int) -> None:
            payloads[peer.index] += payload

        while self._turn(count, QUIET):
            pass
        return payloads

    def lockstep(self, plan: Lockstep) -> None:
        waiting = [iter(batches) for batches in plan.batches]
        got = [0] * len(waiting)
        running = len(waiting)

        def count(peer: _Peer, payload: int) -> None:
            nonlocal running
            group = plan.group_of[peer.index]
            if group < 0 or not payload:
                return
            got[group] += payload
            if got[group] > plan.due:
                raise CrowdError("more arrived than was sent")
            if got[group] == plan.due:
                got[group] = 0
                batch = next(waiting[group], None)
                if batch is None:
                    running -= 1
                else:
                    self._send(*batch)

        for batches in waiting:
            self._send(*next(batches))
        while running:
            if not self._turn(count, PATIENCE):
                raise CrowdError("it fell silent")

    def paced(self, plan: Paced) -> list[float]:
        sent_at: list[float] = []
        latencies: list[float] = []
        pending = [0] * len(self._peers)
        queues = [_others(plan.senders, index) for index in range(plan.members)]
        total = len(plan.messages) * (plan.members - 1)

        def count(peer: _Peer, payload: int) -> None:
            now = time.monotonic()
            whole, pending[peer.index] = _deliveries(plan, pending[peer.index] + payload)
            latencies.extend(now - sent_at[next(queues[peer.index])] for _ in range(whole))

        start = last = time.monotonic()
        while len(latencies) < total:
            now = time.monotonic()
            due = start + len(sent_at) * plan.interval
            if len(sent_at) < len(plan.messages) and now >= due:
                sent_at.append(now)
                self._send(plan.senders[len(sent_at) - 1], plan.messages[len(sent_at) - 1])
                last = now
            elif now - last > PATIENCE:
                raise CrowdError("it fell silent")
            self._turn(count, max(min(due - now, plan.interval), 0.0))
        return latencies

    def close(self) -> None:
        self._epoll.close()

    def _turn(self, count: Callable[[_Peer, int], None], timeout: float) -> bool:
        """Read once from everyone who has something; whether anybody had."""
        ready = self._epoll.poll(timeout)
        for number, _ in ready:
            peer = self._peers[number]
            data = peer.connection.recv(_BUFFER)
            if not data:
                raise CrowdError("it closed a connection")
            count(peer, peer.take(data))
        return bool(ready)

    def _send(self, index: int, data: bytes) -> None:
        self._sockets[index].sendall(data)


def _others(senders: list[int], index: int) -> Iterator[int]:
    """The messages that peer ``index`` gets: all but its own, in order."""
    return (number for number, sender in enumerate(senders) if sender != index)


def _deliveries(plan: Paced, payload: int) -> tuple[int, int]:
    """Whole deliveries in ``payload`` bytes, and the bytes that are left. A sender's answers are
    told from deliveries by their size."""
    if not plan.answer:
        return divmod(payload, plan.unit)
    for answers in range(payload // plan.answer + 1):
        whole, rest = divmod(payload - answers * plan.answer, plan.unit)
        if not rest:
            return whole, 0
    return 0, payload
