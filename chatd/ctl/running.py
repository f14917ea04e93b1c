"""A daemon that runs: asked through the socket in its data directory."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any, Self

from chatd.errors import ConfigError
from chatd.protocols.control.door import SOCKET

#: Seconds that a daemon has to answer: a whole store is copied in that time.
ANSWER_TIMEOUT = 60.0
#: Bytes of an answer; a page of rooms with long topics is the longest.
LONGEST_ANSWER = 8 * 1024 * 1024


class Denied(ConfigError):
    """It cannot be done.

    :ivar code: the :class:`~chatd.errors.Code`; 0 where there is none.
    """

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.code = code


def question(name: str, **arguments: Any) -> bytes:
    """A line of JSON.

    :raises ConfigError: something in it is no text.
    """
    try:
        return json.dumps({"ask": name, **arguments}, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # Python's stand-ins for bytes that are not UTF-8
        raise ConfigError("what was typed is not UTF-8") from None


class Running:
    """A connection to a daemon."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")

    @classmethod
    def find(cls, data_dir: Path) -> Self | None:
        """The daemon of a data directory; None where none runs.

        :raises ConfigError: its socket cannot be used.
        """
        path = str(data_dir / SOCKET)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ANSWER_TIMEOUT)
        try:
            connection.connect(path)
        except OSError as error:
            connection.close()
            if isinstance(error, FileNotFoundError | ConnectionRefusedError):
                return None
            raise ConfigError(f"{path}: {error.strerror or error}") from None
        return cls(connection)

    def ask(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Ask something; see :mod:`chatd.protocols.control.desk`.

        :raises Denied: it cannot be done.
        :raises ConfigError: there is no answer, or one that makes no sense.
        """
        asked = question(name, **arguments) + b"\n"
        try:
            self._connection.sendall(asked)
            answer = json.loads(self._lines.readline(LONGEST_ANSWER))
        except (OSError, ValueError, RecursionError):
            raise ConfigError("the daemon does not answer; is it stuck?") from None
        match answer:
            case {"ok": True}:
                return {key: value for key, value in answer.items() if key != "ok"}
            case {"ok": False, "error": str(text)}:
                code = answer.get("code", 0)
                raise Denied(text, code if isinstance(code, int) else 0)
        raise ConfigError("the daemon's answer makes no sense; is it of another version?")

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._connection.close()
