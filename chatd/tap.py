"""``twistd -n chatd``: options to settings to the service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.python import usage

from chatd.app import ChatService
from chatd.config import load, parse_listen
from chatd.domain.monotonic import use_monotonic_time
from chatd.errors import ConfigError
from chatd.plugins import protocols


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

    def opt_guests(self) -> None:
        """let guests in [default]"""
        self.given["guests"] = True

    def opt_no_guests(self) -> None:
        """do not let guests in"""
        self.given["guests"] = False

    def postOptions(self) -> None:
        """Gather what was given, in the configuration file's own shape."""
        for option in ("data-dir", "public", "name", "lobby"):
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
    from twisted.internet import reactor

    clock: Any = reactor
    use_monotonic_time(clock)
    path = Path(options["config"]) if options["config"] else None
    try:
        load(path, options.given)  # a mistake is told before anything is made or bound
        return ChatService(clock, lambda: load(path, options.given))
    except ConfigError as error:
        raise SystemExit(f"chatd: {error}") from None
