"""Somebody on the way between client and server, who writes down every byte."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Sniffer:
    """Listens on a port of its own and passes all on to ``port``, until :meth:`close`.

    :ivar port: connect here.
    :ivar sent: what each client sent, by connection; :ivar told: what each was sent.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.sent: list[bytearray] = []
        self.told: list[bytearray] = []
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut all wires."""
        for one in [self._listening, *self._sockets]:
            with suppress(OSError):  # it may be closed already
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [near, far]
            for source, sink, kept in ((near, far, self.sent), (far, near, self.told)):
                kept.append(bytearray())
                arguments = (source, sink, kept[-1])
                threading.Thread(target=self._carry, args=arguments, daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
        with suppress(OSError):  # the test is over, or one side is gone
            while data := source.recv(65536):
                kept += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
