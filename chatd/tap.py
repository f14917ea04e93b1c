"""``twistd -n chatd``: options to settings to the service."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.python import usage

from chatd.config import load, parse_listen
from chatd.domain.monotonic import use_monotonic_time
from chatd.errors import ConfigError
from chatd.plugins import protocols

if TYPE_CHECKING:
    from chatd.app import ChatService


def _switch(key: str, on: bool, text: str) -> Callable[[Options], None]:
    """An option without a value; where a switch is given twice, the last one counts."""

    def option(self: Options) -> None:
        self.given[key] = on

    option.__doc__ = text
    return option


class Options(usage.Options):
    """What the command line may say; each option can stand in the configuration file as well."""

    synopsis = "[options]"
    longdesc = (
        "Runs the chat server. Its files are made in the data directory at first start. It listens "
        "to native=tcp:4170:interface=127.0.0.1 unless told otherwise."
    )

    optParameters = [
        ["data-dir", "d", None, "folder for keys and the audit log (default: by the XDG rules)"],
        ["config", "c", None, "TOML file with settings (default: by the XDG rules, if it exists)"],
        ["public", None, None, "HOST:PORT that invitations name, where it is not the local one"],
        ["name", None, None, "the server's name, for people"],
        ["lobby", None, None, "a room that everyone joins at sign-in"],
        ["admin", None, None, "the first admin's handle (default: your login name)"],
        ["store", None, None, "URL of the database (default: SQLite in the data directory)"],
    ]

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.given: dict[str, object] = {}
        self._listen: list[str] = []
        self._tls: list[str] = []

    def opt_listen(self, word: str) -> None:
        """NAME=ENDPOINT: serve a protocol there; repeatable. NAME=none switches a default off."""
        self._listen.append(word)

    def opt_tls(self, word: str) -> None:
        """NAME=ENDPOINT: the same over TLS 1.3; repeatable."""
        self._tls.append(word)

    opt_guests = _switch("guests", True, "let people without an account in")
    opt_no_guests = _switch("guests", False, "do not let guests in [default]")
    opt_passwords = _switch("passwords", True, "let accounts in by password [default]")
    opt_no_passwords = _switch("passwords", False, "do not take passwords")
    opt_devices = _switch("devices", True, "let enrolled devices in [default]")
    opt_no_devices = _switch("devices", False, "do not enrol devices or let them in")

    def postOptions(self) -> None:
        """Gather what was given, in the configuration file's own shape."""
        for option in ("data-dir", "public", "name", "lobby", "admin", "store"):
            if self[option] is not None:
                self.given[option.replace("-", "_")] = self[option]
        try:
            for key, words in (("listen", self._listen), ("tls", self._tls)):
                if words:
                    self.given[key] = parse_listen(f"--{key}", words)
        except ConfigError as error:
            raise SystemExit(f"chatd: {error}") from None  # a usage error would print all the help

    def getUsage(self, width: int | None = None) -> str:
        """The usual help, and the protocols that were found."""
        rows = "".join(
            f"  {name:12} {plugin.description}\n" for name, plugin in protocols().items()
        )
        return f"{super().getUsage(width)}\nProtocols to listen for:\n{rows}"


def makeService(options: Options) -> ChatService:
    """For twistd: the service of these options. A wrong setting ends it with a clear line."""
    _end_at_once()
    from twisted.internet import reactor

    from chatd.app import ChatService  # the most of what there is to load

    clock: Any = reactor
    use_monotonic_time(clock)
    path = Path(options["config"]) if options["config"] else None
    try:
        load(path, options.given)  # a mistake is told before anything is made or bound
        return ChatService(clock, lambda: load(path, options.given))
    except ConfigError as error:
        raise SystemExit(f"chatd: {error}") from None


def _end_at_once() -> None:
    """Until the service takes signals, Ctrl-C ends the process. As Python's exception it may come
    up in a callback of the collector or of a library, which swallows it: nothing would end."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
