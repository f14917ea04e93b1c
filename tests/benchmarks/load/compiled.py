"""The crowd in C (``crowd.c``), through ctypes."""

from __future__ import annotations

import ctypes
import socket
from collections.abc import Iterable, Sequence
from ctypes import c_int32, c_int64
from itertools import accumulate
from pathlib import Path
from typing import Any

from tests.benchmarks.load.crowd import PATIENCE, QUIET, Crowd, CrowdError, Gather
from tests.benchmarks.load.plan import Framing, Lockstep, Paced

SOURCE = Path(__file__).with_name("crowd.c")

_ERRORS = {
    -1: "it fell silent",
    -2: "it closed a connection",
    -3: "more arrived than was sent",
}


class _Framing(ctypes.Structure):
    _fields_ = [(name, c_int32) for name in Framing._fields]


class _Lockstep(ctypes.Structure):
    _fields_ = [
        ("groups", c_int32),
        ("batches", c_int32),
        ("senders", ctypes.POINTER(c_int32)),
        ("group_of", ctypes.POINTER(c_int32)),
        ("bytes", ctypes.c_char_p),
        ("ends", ctypes.POINTER(c_int64)),
        ("due", c_int64),
        ("patience", c_int32),
    ]


class _Paced(ctypes.Structure):
    _fields_ = [
        ("count", c_int32),
        ("members", c_int32),
        ("senders", ctypes.POINTER(c_int32)),
        ("bytes", ctypes.c_char_p),
        ("ends", ctypes.POINTER(c_int64)),
        ("interval", c_int64),
        ("unit", c_int64),
        ("answer", c_int64),
        ("patience", c_int32),
    ]


def gather_in(library: Path) -> Gather:
    """What makes crowds with the compiled ``crowd.c``."""
    code = ctypes.CDLL(str(library))
    code.crowd_new.restype = ctypes.c_void_p
    code.crowd_paced.restype = c_int64

    def gather(sockets: Sequence[socket.socket], framing: Framing) -> Crowd:
        return _CompiledCrowd(code, sockets, framing)

    return gather


class _CompiledCrowd:
    """See :class:`~tests.benchmarks.load.crowd.Crowd`."""

    def __init__(self, code: Any, sockets: Sequence[socket.socket], framing: Framing) -> None:
        self._code = code
        self._size = len(sockets)
        numbers = _int32(one.fileno() for one in sockets)
        self._crowd = ctypes.c_void_p(
            code.crowd_new(numbers, self._size, ctypes.byref(_Framing(*framing)))
        )

    def settle(self) -> list[int]:
        payloads = (c_int64 * self._size)()
        quiet, patience = _milliseconds(QUIET), _milliseconds(PATIENCE)
        _checked(self._code.crowd_settle(self._crowd, quiet, patience, payloads))
        return list(payloads)

    def lockstep(self, plan: Lockstep) -> None:
        senders = [sender for group in plan.batches for sender, _ in group]
        batches = [batch for group in plan.batches for _, batch in group]
        told = _Lockstep(
            len(plan.batches),
            len(plan.batches[0]),
            _int32(senders),
            _int32(plan.group_of),
            b"".join(batches),
            _ends(batches),
            plan.due,
            _milliseconds(PATIENCE),
        )
        _checked(self._code.crowd_lockstep(self._crowd, ctypes.byref(told)))

    def paced(self, plan: Paced) -> list[float]:
        latencies = (ctypes.c_double * (len(plan.messages) * (plan.members - 1)))()
        told = _Paced(
            len(plan.messages),
            plan.members,
            _int32(plan.senders),
            b"".join(plan.messages),
            _ends(plan.messages),
            round(plan.interval * 1e9),
            plan.unit,
            plan.answer,
            _milliseconds(PATIENCE),
        )
        _checked(self._code.crowd_paced(self._crowd, ctypes.byref(told), latencies))
        return list(latencies)

    def close(self) -> None:
        self._code.crowd_free(self._crowd)


def _checked(status: int) -> None:
    if status < 0:
        raise CrowdError(_ERRORS[status])


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _int32(numbers: Iterable[int]) -> Any:
    listed = list(numbers)
    return (c_int32 * len(listed))(*listed)


def _ends(pieces: Sequence[bytes]) -> Any:
    return (c_int64 * len(pieces))(*accumulate(len(piece) for piece in pieces))
