"""The load generator in C and the one in Python do and count the same."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.benchmarks.compiler import compiled, compiler
from tests.benchmarks.load import compiled as in_c
from tests.benchmarks.load import interpreted
from tests.benchmarks.load.crowd import Crowd, CrowdError, Gather
from tests.benchmarks.load.plan import Framing, Lockstep, Paced

#: A u32 length before each frame, 16 bytes of which are no payload.
FRAMED = Framing(4, 0, 4, 16)


def framed(payload: int) -> bytes:
    return (payload + 16).to_bytes(4, "big") + bytes(payload + 16)


class Room:
    """A server in a thread: everybody's byte makes one delivery for each of the others."""

    def __init__(self, members: int, delivery: bytes, answer: bytes = b"") -> None:
        pairs = [socket.socketpair() for _ in range(members)]
        self.outside = [outside for outside, _ in pairs]
        self._inside = [inside for _, inside in pairs]
        self._delivery = delivery
        self._answer = answer
        self._threads = [
            threading.Thread(target=self._serve, args=(inside,)) for inside in self._inside
        ]
        for thread in self._threads:
            thread.start()

    def _serve(self, inside: socket.socket) -> None:
        while said := inside.recv(1000):
            for other in self._inside:
                if other is not inside:
                    other.sendall(self._delivery * len(said))
            if self._answer:
                inside.sendall(self._answer * len(said))

    def close(self) -> None:
        for outside in self.outside:
            outside.shutdown(socket.SHUT_WR)
        for thread in self._threads:
            thread.join()
        for one in (*self.outside, *self._inside):
            one.close()


class InterpretedTests(TestCase):
    """What holds for both; here for Python."""

    def gather(self) -> Gather:
        return interpreted.gather

    def crowd(self, room: Room, framing: Framing) -> Crowd:
        crowd = self.gather()(room.outside, framing)
        self.addCleanup(room.close)
        self.addCleanup(crowd.close)
        return crowd

    def test_settling_counts_payload_alone(self) -> None:
        room = Room(3, framed(100), framed(30))
        crowd = self.crowd(room, FRAMED)
        room.outside[1].sendall(b"mm")
        self.assertEqual(crowd.settle(), [200, 60, 200])
        self.assertEqual(crowd.settle(), [0, 0, 0])

    def test_frames_may_come_in_pieces(self) -> None:
        crowd_end, server_end = socket.socketpair()
        for one in (crowd_end, server_end):
            self.addCleanup(one.close)
        crowd = self.gather()([crowd_end], FRAMED)
        self.addCleanup(crowd.close)
        data = framed(7) + framed(9)
        got = []
        for start, end in ((0, 2), (2, 20), (20, 29), (29, len(data))):
            server_end.sendall(data[start:end])
            got += crowd.settle()
        self.assertEqual(got, [0, 0, 7, 9])

    def test_a_stream_without_headers_is_all_payload(self) -> None:
        room = Room(2, b"PRIVMSG")
        crowd = self.crowd(room, Framing())
        room.outside[0].sendall(b"m")
        self.assertEqual(crowd.settle(), [0, 7])

    def test_the_next_batch_waits_for_the_last_one(self) -> None:
        room = Room(4, framed(100))
        crowd = self.crowd(room, FRAMED)
        batches = [(batch % 4, b"mm") for batch in range(50)]
        crowd.lockstep(Lockstep([0, 0, 0, 0], [batches], due=2 * 3 * 100))
        self.assertEqual(crowd.settle(), [0, 0, 0, 0])

    def test_more_than_what_is_due_is_an_error(self) -> None:
        room = Room(2, framed(100))
        crowd = self.crowd(room, FRAMED)
        plan = Lockstep([-1, 0], [[(0, b"mm")]], due=150)
        with self.assertRaisesRegex(CrowdError, "more arrived"):
            crowd.lockstep(plan)

    def test_a_closed_connection_is_an_error(self) -> None:
        near, far = socket.socketpair()
        self.addCleanup(near.close)
        crowd = self.gather()([near], FRAMED)
        self.addCleanup(crowd.close)
        far.close()
        with self.assertRaisesRegex(CrowdError, "closed"):
            crowd.settle()

    def test_latencies_are_of_deliveries_not_of_answers(self) -> None:
        room = Room(3, framed(100), framed(30))
        crowd = self.crowd(room, FRAMED)
        senders = [0, 1, 2, 0, 1, 2]
        latencies = crowd.paced(Paced(3, senders, [b"m"] * 6, 0.005, 100, 30))
        self.assertEqual(len(latencies), 12)
        self.assertTrue(all(0 < latency < 1 for latency in latencies), latencies)


class CompiledTests(InterpretedTests):
    """The same in C."""

    def gather(self) -> Gather:
        cc = compiler()
        if cc is None:
            self.skipTest("there is no C compiler")
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        return in_c.gather_in(
            compiled(cc, in_c.SOURCE, folder / "crowd.so", "-shared", "-fPIC", "-Werror")
        )
