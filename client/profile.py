"""A profile: one folder with what the client remembers. Later also history.

``vault`` is a member's, see :mod:`client.vault`. For guests ``servers.json`` pins each server's key
by its place, and ``settings.json`` is the screen's; both are written atomically, mode 0600, in a
folder of mode 0700.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatd.domain.link import Link, LinkError, parse_fingerprint

from .model.settings import Unsaved

_SERVERS = "servers.json"
_SETTINGS = "settings.json"
_LAST = "last"

#: What a profile may be called.
PROFILE_NAME = re.compile(r"\w[\w.-]{0,63}")


class ProfileError(Exception):
    """A file of the profile cannot be used; the text says which and what to do."""


def default_home(name: str = "") -> Path:
    """The folder of a profile by its name, of the one without a name for "": by the XDG rules."""
    base = Path(os.environ.get("XDG_DATA_HOME", ""))
    home = (base if base.is_absolute() else _home() / ".local/share") / "chatc"
    return home / "profiles" / name if name else home


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")  # that of somebody who has none; what cannot be kept there is told


class Profile:
    """:param home: the folder; made when something is first remembered."""

    def __init__(self, home: Path) -> None:
        self.home = home

    @property
    def option(self) -> list[str]:
        """What names it on the command line: nothing for the usual one."""
        name = self.home.name
        if self.home == default_home():
            return []
        if self.home == default_home(name) and PROFILE_NAME.fullmatch(name):
            return ["--profile", name]
        return ["--home", os.path.abspath(self.home)]

    @property
    def has_vault(self) -> bool:
        """Whether it is somebody's, or a guest's."""
        return os.path.lexists(self.home / "vault")

    # ------------------------------------------------------------ servers

    def pin(self, link: Link) -> str:
        """The fingerprint pinned for a server; "" where it is not known yet."""
        entry = self._read(_SERVERS).get(_place(link))
        if entry is None:
            return ""
        try:
            return parse_fingerprint(entry["fingerprint"])
        except (LinkError, TypeError, LookupError, AttributeError):
            raise self._damaged(_SERVERS, f"there is no key at {_place(link)}") from None

    def accept(self, link: Link, fingerprint: str) -> None:
        """Pin a key, in the place of an earlier one."""
        servers = self._read(_SERVERS)
        servers[_place(link)] = {"fingerprint": fingerprint}
        self._write(_SERVERS, servers)

    def last_link(self) -> str:
        """The link of the server last chatted on; "" before that."""
        last = self._read(_SERVERS).get(_LAST, "")
        try:
            return str(Link.parse(last)) if last else ""
        except (LinkError, TypeError, AttributeError):
            raise self._damaged(_SERVERS, f"there is no link at {_LAST}") from None

    def remember_last(self, link: Link) -> None:
        """This is the server that ``chatc`` without a link goes to. A one-time ID is not kept."""
        servers = self._read(_SERVERS)
        servers[_LAST] = str(Link(link.host, link.port, link.tls))
        self._write(_SERVERS, servers)

    # ------------------------------------------------------------ settings

    def load(self) -> Mapping[str, object]:
        """The screen's settings; empty before any was changed."""
        return self._read(_SETTINGS)

    def save(self, values: Mapping[str, object]) -> None:
        """Remember the screen's settings.

        :raises Unsaved: the file cannot be written.
        """
        try:
            self._write(_SETTINGS, dict(values))
        except ProfileError as error:
            raise Unsaved(str(error)) from None

    # ------------------------------------------------------------ files

    def _read(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads((self.home / name).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise self._damaged(name, why or "") from None
        if not isinstance(value, dict):
            raise self._damaged(name, "it holds no object")
        return value

    def _damaged(self, name: str, why: str) -> ProfileError:
        return ProfileError(f"{self.home / name} cannot be used: {why}; mend or remove it")

    def _write(self, name: str, value: dict[str, Any]) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.home, prefix=name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(value, file, indent=1, ensure_ascii=False)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self.home / name)
            except BaseException:
                os.unlink(temporary)
                raise
        except (OSError, UnicodeEncodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ProfileError(f"{self.home / name} cannot be written: {why}") from None


def _place(link: Link) -> str:
    return f"{link.host.lower()}:{link.port}"
