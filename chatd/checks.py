"""What a single setting may be: a value of TOML becomes ours, or ``ValueError`` says why not.

Each function gives a check; a check takes any value and returns the one to use. Its error reads
after the setting's name: ``must be a whole number from 1 to 9, not "many"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chatd.domain.link import LinkError, parse_place
from chatd.domain.names import clean_nick, clean_room
from chatd.errors import Refused

Check = Callable[[object], Any]

_RATE = re.compile(r"([0-9]{1,9})/([0-9]{1,9}(?:\.[0-9]{1,3})?)", re.ASCII)
_PROTOCOL = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_DATABASE = re.compile(r"sqlite:///.|postgresql://.", re.ASCII)
_MAX_SHOWN = 60


def show(value: object) -> str:
    """A value as a person wrote it, shortened: a setting may hold anything."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {show(value)}")
    return value


def whole(low: int, high: int) -> Check:
    """A whole number within both bounds."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {show(value)}")
        return value

    return check


def seconds(low: float, high: float) -> Check:
    """A time in seconds, fractions allowed."""

    def check(value: object) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and low <= value <= high):  # type: ignore[operator]
            raise ValueError(f"must be seconds from {low:g} to {high:.12g}, not {show(value)}")
        return float(value)  # type: ignore[arg-type]

    return check


def line(longest: int) -> Check:
    """A line of text that shows as it is, not empty."""

    def check(value: object) -> str:
        if not (isinstance(value, str) and value.isprintable() and 1 <= len(value) <= longest):
            raise ValueError(f"must be a text of 1 to {longest} characters, not {show(value)}")
        return value

    return check


def message_rate(value: object) -> tuple[int, float]:
    """How many messages within how many seconds are one too many; (0, 0.0) for no limit."""
    return _rate(value, "MESSAGES/SECONDS", (2, 0.1))


def command_rate(value: object) -> tuple[float, int]:
    """Commands a second, and how many at once; (0.0, 0) for no limit."""
    a_second, burst = _rate(value, "COMMANDS A SECOND/BURST", (1, 1))
    return float(a_second), int(burst)


def _rate(value: object, form: str, least: tuple[int, float]) -> tuple[int, float]:
    if value == "off":
        return 0, 0.0
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) < least[0] or float(match[2]) < least[1]:
        bound = f"{least[0]}/{least[1]:g}"
        raise ValueError(f'must be "{form}", at least {bound}, or "off", not {show(value)}')
    return int(match[1]), float(match[2])


def lobby(value: object) -> str:
    """A room's name, with or without ``#``, or "" for none."""
    if value == "":
        return ""
    if not isinstance(value, str):
        raise ValueError(f"must be the name of a room, not {show(value)}")
    try:
        return clean_room(value.removeprefix("#"), 255)
    except Refused as error:
        raise ValueError(f"must be the name of a room: {error.text}") from None


def nick(value: object) -> str:
    """A person's handle, or "" for none."""
    if value == "":
        return ""
    if not isinstance(value, str):
        raise ValueError(f"must be a name, not {show(value)}")
    try:
        return clean_nick(value, 255)
    except Refused as error:
        raise ValueError(f"must be a name: {error.text}") from None


def database(value: object) -> str:
    """The URL of a database. It may hold a password: no error repeats it."""
    if not (isinstance(value, str) and value.isprintable() and len(value) <= 1024):
        raise ValueError("must be the URL of a database, in one line")
    try:
        usable = _DATABASE.match(value) and urlsplit(value)
    except ValueError:  # brackets that hold no address
        usable = None
    if not usable:
        raise ValueError("must be sqlite:///FILE or postgresql://USER@HOST/DATABASE")
    return value


def has_password(url: str) -> bool:
    """Whether a checked URL of a database names a password, before the host or as a parameter."""
    parts = urlsplit(url)
    return bool(parts.password) or "password" in parse_qs(parts.query)


def place(value: object) -> tuple[str, int] | None:
    """``HOST:PORT``, or "" for none."""
    if value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(f'must be "HOST:PORT", not {show(value)}')
    try:
        return parse_place(value)
    except LinkError as error:
        raise ValueError(f'must be "HOST:PORT": {error}') from None


def endpoints(value: object) -> dict[str, tuple[str, ...]]:
    """A table: the protocol's name, and one endpoint string or a list of them; "none" for none."""
    if not isinstance(value, dict):
        raise ValueError(f"must be a table of NAME = ENDPOINT, not {show(value)}")
    return {_protocol(name): _endpoints(name, given) for name, given in value.items()}


def _protocol(name: str) -> str:
    if not _PROTOCOL.fullmatch(name):
        raise ValueError(f"must name a protocol by a-z, 0-9, - and _, not {show(name)}")
    return name


def _endpoints(name: str, given: object) -> tuple[str, ...]:
    if given == "none":
        return ()
    strings = given if isinstance(given, list | tuple) else [given]
    return tuple(_endpoint(name, string) for string in strings)


def _endpoint(name: str, string: object) -> str:
    if not isinstance(string, str) or ":" not in string or not string.isprintable():
        raise ValueError(
            f"{name} must be an endpoint such as tcp:4170:interface=127.0.0.1, "
            f"a list of them, or none, not {show(string)}"
        )
    return string
