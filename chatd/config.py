"""Settings: built-in defaults, then a TOML file, then the command line, into one checked value.

Promises: every option of the command line can stand in the file under the same name; what comes
out is within bounds that fit each other and the protocol; a wrong key or value raises
:class:`ConfigError` with the file and the key's path, and says what is allowed. Nothing is made
or opened here but the file itself.
"""

from __future__ import annotations

import difflib
import os
import pwd
import socket
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from chatd import checks
from chatd.checks import Check
from chatd.domain.account import HIGHEST_LEVEL, LOWEST_LEVEL
from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits, Liveness
from chatd.domain.names import clean_nick
from chatd.errors import ConfigError, Refused

NATIVE = "native"
NATIVE_ENDPOINT = "tcp:4170:interface=127.0.0.1"

#: The embedded database, in the data directory.
DATABASE = "store.db"

#: Who is the first admin where root runs the daemon.
ADMIN, ROOT = "admin", "root"


@dataclass(frozen=True, slots=True)
class Listener:
    """One place to listen at: the protocol's name, a Twisted endpoint string, TLS or not."""

    protocol: str
    endpoint: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a daemon.

    :ivar name: the server's name, for people.
    :ivar data_dir: absolute.
    :ivar guests: whether people without an account are let in; ``passwords`` and ``devices``:
        the ways in for those who have one.
    :ivar store: URL of the database; may hold a password, so never in ``repr``.
    :ivar admin: the handle of the first admin, who is enrolled by what the daemon prints.
    :ivar lobby: the room that sessions join by themselves, without ``#``; "" for none.
    :ivar public: host and port that links name instead of where the daemon listens.
    :ivar commands: commands a second and burst of one session; (0.0, 0) is no limit.
    :ivar send_queue: bytes that may wait for one peer.
    :ivar audit_size: bytes at which the audit log is rotated.
    :ivar audit_keep: how many old audit logs are kept.
    """

    name: str
    listeners: tuple[Listener, ...]
    data_dir: Path
    store: str = field(repr=False)
    admin: str
    guests: bool = False
    passwords: bool = True
    devices: bool = True
    lobby: str = ""
    public: tuple[str, int] | None = None
    limits: Limits = field(default_factory=Limits)
    liveness: Liveness = field(default_factory=Liveness)
    entry: EntryLimits = field(default_factory=EntryLimits)
    commands: tuple[float, int] = (100.0, 400)
    send_queue: int = 4 * 1024 * 1024
    audit_size: int = 10 * 1024 * 1024
    audit_keep: int = 5


_MAX_NAME = 64
_TEN_YEARS = 10 * 365 * 86_400

# Bounds come from the protocol: names of 255 characters, texts that fit one record of 65519
# bytes with what stands around them (twice as long where Latin-1 of 0417 becomes UTF-8), short
# texts of 4096, a secret in READY of 1024.
_KEYS: Mapping[str, Check] = {
    "name": checks.line(_MAX_NAME),
    "listen": checks.endpoints,
    "tls": checks.endpoints,
    "data_dir": checks.line(1024),
    "store": checks.database,
    "admin": checks.nick,
    "guests": checks.flag,
    "passwords": checks.flag,
    "devices": checks.flag,
    "lobby": checks.lobby,
    "public": checks.place,
    "limits.capacity": checks.whole(1, 1_000_000),
    "limits.nick": checks.whole(1, 255),
    "limits.message": checks.whole(1, 31_000),
    "limits.topic": checks.whole(1, 4096),
    "limits.password": checks.whole(1, 1024),
    "limits.away": checks.whole(1, 4096),
    "limits.rooms": checks.whole(1, 10_000),
    "limits.page": checks.whole(1, 10_000),
    "limits.rate": checks.message_rate,
    "limits.commands": checks.command_rate,
    "limits.broadcast_level": checks.whole(LOWEST_LEVEL, HIGHEST_LEVEL),
    "limits.broadcasts": checks.message_rate,
    "limits.lock_failures": checks.whole(0, 1000),
    "limits.lock_seconds": checks.seconds(1, 3600),
    "limits.handshakes_per_minute": checks.whole(0, 1_000_000),
    "limits.sign_ins_per_minute": checks.whole(0, 1_000_000),
    "limits.pending_per_address": checks.whole(1, 1_000_000),
    "limits.pending_total": checks.whole(1, 1_000_000),
    "limits.send_queue": checks.whole(64 * 1024, 2**30),
    "liveness.heartbeat": checks.seconds(0.05, 86_400),
    "liveness.warning": checks.seconds(0.05, 86_400),
    "liveness.timeout": checks.seconds(0.05, 86_400),
    "liveness.grace": checks.seconds(0, 86_400),
    "liveness.handshake": checks.seconds(0.05, 600),
    "queue.age": checks.seconds(1, _TEN_YEARS),
    "queue.size": checks.whole(64 * 1024, 2**40),
    "queue.count": checks.whole(1, 10**9),
    "audit.size": checks.whole(4096, 2**30),
    "audit.keep": checks.whole(0, 1000),
}
_TABLES = frozenset(path.partition(".")[0] for path in _KEYS if "." in path)
# Which setting fills which field.
_LIMITS = {f"limits.{one.name}": one.name for one in fields(Limits)} | {
    f"queue.{name}": f"queue_{name}" for name in ("age", "size", "count")
}
_LIVENESS = {f"liveness.{one.name}": one.name for one in fields(Liveness)}
_ENTRY = {
    "limits.handshakes_per_minute": "per_minute",
    "limits.sign_ins_per_minute": "sign_ins_per_minute",
    "limits.pending_per_address": "per_address",
    "limits.pending_total": "total",
}
_CONFIG = {
    "guests": "guests",
    "passwords": "passwords",
    "devices": "devices",
    "lobby": "lobby",
    "public": "public",
    "limits.commands": "commands",
    "limits.send_queue": "send_queue",
    "audit.size": "audit_size",
    "audit.keep": "audit_keep",
}

Endpoints = Mapping[str, tuple[str, ...]]
Blame = Callable[[str], str]


def load(path: Path | None, options: Mapping[str, object]) -> Config:
    """Read the settings.

    :param path: a TOML file that must exist; None takes the default one if there is one.
    :param options: from the command line, in the file's own shape: ``listen`` and ``tls`` are
        tables (see :func:`parse_listen`), what was not given is absent.
    :raises ConfigError: a setting, or the file, is wrong.
    """
    path = file_in_use(path)
    settings: dict[str, Any] = {}
    if path is not None:
        # Relative to the file, so that it means the same from wherever the daemon is started.
        where = f"{path}: "
        settings = _check(_read(path), lambda key: f"{where}{key}")
        if "data_dir" in settings:
            settings["data_dir"] = path.parent / Path(settings["data_dir"]).expanduser()
    given = _check(options, lambda key: "--" + key.replace("_", "-"))
    if checks.has_password(given.get("store", "")):
        raise ConfigError(
            "--store: a password here shows in the list of processes; put it into the "
            "configuration file or a PGPASSFILE"
        )
    for table in ("listen", "tls"):
        given[table] = settings.get(table, {}) | given.get(table, {})
    return _build(settings | given, f"{path}: " if path else "")


def parse_listen(option: str, words: Iterable[str]) -> dict[str, list[str]]:
    """The table meant by repeated ``NAME=ENDPOINT`` on the command line.

    :param option: the option's name, for the error: ``--listen`` or ``--tls``.
    :raises ConfigError: a word has another form, or asks for none and for some.
    """
    table: dict[str, list[str]] = {}
    for word in words:
        name, separator, endpoint = word.partition("=")
        if not (name and separator and endpoint):
            raise ConfigError(
                f"{option}: must be NAME=ENDPOINT such as {NATIVE}={NATIVE_ENDPOINT}, "
                f"not {checks.show(word)}"
            )
        table.setdefault(name, []).append(endpoint)
    for name, endpoints in table.items():
        if "none" in endpoints:
            if len(endpoints) > 1:
                raise ConfigError(f"{option}: {name} cannot have an endpoint and none")
            table[name] = []
    return table


def file_in_use(path: Path | None) -> Path | None:
    """The file that is read where ``path`` is named, or none is; None where there is none.

    :raises ConfigError: nobody can tell whether the default one exists.
    """
    return path or (default_file() if _exists(default_file()) else None)


def default_file() -> Path:
    """The file that is read when none is named."""
    return _xdg("XDG_CONFIG_HOME", ".config") / "chatd.toml"


def default_data_dir() -> Path:
    """Where the daemon keeps its files when nothing else is said."""
    return _xdg("XDG_DATA_HOME", ".local/share")


def _xdg(variable: str, fallback: str) -> Path:
    base = Path(os.environ.get(variable, ""))
    # The XDG rules have relative paths ignored.
    return (base if base.is_absolute() else Path.home() / fallback) / "chatd"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # somebody else's home, as sudo leaves it
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; is HOME right?") from None


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: must be UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from None


def _check(given: Mapping[str, object], blame: Blame) -> dict[str, Any]:
    """Checked values by path, such as ``limits.capacity``."""
    checked: dict[str, Any] = {}
    for path, value in _walk(given):
        if path in _TABLES:
            raise ConfigError(f"{blame(path)}: must be a table, not {checks.show(value)}")
        if path not in _KEYS:
            raise ConfigError(f"{blame(path)}: unknown key{_hint(path)}")
        try:
            checked[path] = _KEYS[path](value)
        except ValueError as error:
            raise ConfigError(f"{blame(path)}: {error}") from None
    return checked


def _walk(given: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in given.items():
        if key in _TABLES and isinstance(value, Mapping):
            for inner, setting in value.items():
                yield f"{key}.{inner}", setting
        else:
            yield key, value


def _hint(path: str) -> str:
    near = difflib.get_close_matches(path, _KEYS, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(_KEYS)}"


def _build(settings: dict[str, Any], where: str) -> Config:
    def chosen(names: Mapping[str, str]) -> dict[str, Any]:
        return {name: settings[path] for path, name in names.items() if path in settings}

    limits = chosen(_LIMITS)
    for key, name in (("limits.rate", "rate"), ("limits.broadcasts", "broadcast")):
        if key in settings:
            limits[f"{name}_count"], limits[f"{name}_seconds"] = settings[key]
    data_dir = Path(settings.get("data_dir") or default_data_dir()).expanduser().absolute()
    checked = Limits(**limits)
    config = Config(
        name=settings.get("name") or _host_name(),
        listeners=_listeners(settings["listen"], settings["tls"]),
        data_dir=data_dir,
        store=settings.get("store") or f"sqlite:///{data_dir / DATABASE}",
        admin=settings.get("admin") or _login_name(checked.nick),
        limits=checked,
        liveness=Liveness(**chosen(_LIVENESS)),
        entry=EntryLimits(**chosen(_ENTRY)),
        **chosen(_CONFIG),
    )
    _check_together(config, where)
    return config


def _check_together(config: Config, where: str) -> None:
    """What no setting can tell by itself."""
    liveness = config.liveness
    if not liveness.heartbeat < liveness.warning < liveness.timeout:
        raise ConfigError(
            f"{where}liveness: heartbeat must be less than warning, and warning less than timeout, "
            f"not {liveness.heartbeat:g}, {liveness.warning:g} and {liveness.timeout:g}"
        )
    for key, name in (("lobby", config.lobby), ("admin", config.admin)):
        if len(name) > config.limits.nick:
            raise ConfigError(
                f"{where}{key}: must have at most limits.nick = {config.limits.nick} characters"
            )


def _host_name() -> str:
    name = socket.gethostname()[:_MAX_NAME]
    return name if name.isprintable() and name else "chatd"


def _login_name(longest: int) -> str:
    """Who runs this, where that can be a handle; nobody is called root in a chat."""
    try:
        name = clean_nick(pwd.getpwuid(os.geteuid()).pw_name, longest)
    except (KeyError, Refused):
        name = ROOT
    return ADMIN[:longest] if name == ROOT else name


def _listeners(
    listen: Mapping[str, tuple[str, ...]], tls: Mapping[str, tuple[str, ...]]
) -> tuple[Listener, ...]:
    plain = dict(listen)
    if NATIVE not in listen and not tls.get(NATIVE):
        plain[NATIVE] = (NATIVE_ENDPOINT,)
    return tuple(
        Listener(name, endpoint, secure)
        for table, secure in ((plain, False), (tls, True))
        for name, endpoints in sorted(table.items())
        for endpoint in endpoints
    )
