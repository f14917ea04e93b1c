"""What the user can set: one table, checked values, saved through the profile.

Promises: a value that came from a file edited by hand is either one of the allowed ones or the
default; unknown settings are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from chatd.domain.names import fold

ON_OFF = ("on", "off")

#: Longest word of a list, and most words in one.
_MAX_WORD = 255
_MAX_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that ``/set`` changes; the first of ``values`` is the default."""

    name: str
    values: tuple[str, ...]
    description: str


SETTINGS = (
    Setting("theme", ("dark", "light", "high-contrast"), "the colours"),
    Setting(
        "notify",
        ("auto", "bell", "osc9", "osc777", "all", "off"),
        "how the terminal is told of mentions and direct messages",
    ),
    Setting("typing", ON_OFF, "let others see that you are typing"),
    Setting("receipts", ON_OFF, "let others see what you have read"),
    Setting("progress", ON_OFF, "line mode: say when what you said has been delivered and read"),
    Setting("joins", ON_OFF, "show who comes and goes"),
    Setting("blocked", ("mark", "hide"), "what those whom you have blocked say in rooms"),
    Setting("links", ON_OFF, "make addresses in messages clickable"),
    Setting("history", ON_OFF, "keep what is said on this computer, sealed"),
    Setting("mouse", ON_OFF, "let the mouse choose and scroll; Alt+m switches too"),
)

#: Lists of words that commands keep: highlight words, ignored nicks, muted conversations.
LISTS = ("highlight", "ignore", "mute")

KEYS = "keys"


class SettingError(ValueError):
    """There is no such setting or value; the text says which there are."""


class Unsaved(Exception):
    """Settings cannot be kept; the text says why."""


class SettingsStore(Protocol):
    """Where settings are kept between runs."""

    def load(self) -> Mapping[str, object]:
        """What was saved last; empty when nothing was."""

    def save(self, values: Mapping[str, object]) -> None:
        """Keep these: strings, lists of strings, and one table of strings.

        :raises Unsaved: that cannot be done.
        """


class Settings:
    """The values in force. Every change is saved at once.

    :ivar on_unsaved: called with the reason where that fails; the change is in force all the same.
    """

    def __init__(self, store: SettingsStore | None = None) -> None:
        self.on_unsaved: Callable[[str], None] = lambda reason: None
        self._store = store
        loaded = store.load() if store else {}
        self._values = {s.name: _allowed(s, loaded.get(s.name)) for s in SETTINGS}
        self._lists = {name: _words(loaded.get(name)) for name in LISTS}
        keys = loaded.get(KEYS)
        self._keys = (
            {str(name): str(key) for name, key in keys.items()} if isinstance(keys, Mapping) else {}
        )

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[tuple[Setting, str]]:
        return ((setting, self._values[setting.name]) for setting in SETTINGS)

    def is_on(self, name: str) -> bool:
        """Whether a setting that is on or off is on."""
        return self._values[name] == "on"

    def set(self, name: str, value: str) -> None:
        """Change a setting.

        :raises SettingError: there is no such setting, or it does not take this value.
        """
        setting = next((s for s in SETTINGS if s.name == name), None)
        if setting is None:
            names = ", ".join(s.name for s in SETTINGS)
            raise SettingError(f"there is no setting {name}; there are {names}")
        if value not in setting.values:
            raise SettingError(f"{name} can be {', '.join(setting.values)}, not {value}")
        self._values[name] = value
        self._save()

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list."""
        return tuple(self._lists[name])

    def has_word(self, name: str, word: str) -> bool:
        """Whether a word is in a list, whatever its case."""
        return any(fold(word) == fold(one) for one in self._lists[name])

    def add_word(self, name: str, word: str) -> None:
        """Put a word into a list, once."""
        if not self.has_word(name, word):
            self._lists[name].append(word)
            self._save()

    def remove_word(self, name: str, word: str) -> bool:
        """Take a word out of a list.

        :return: whether it was in it.
        """
        kept = [one for one in self._lists[name] if fold(one) != fold(word)]
        found = len(kept) < len(self._lists[name])
        self._lists[name] = kept
        if found:
            self._save()
        return found

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys that the user gave to actions, by the action's name."""
        return self._keys

    def set_key(self, action: str, key: str) -> None:
        """Give an action another key; "" gives it its own back."""
        if key:
            self._keys[action] = key
        else:
            self._keys.pop(action, None)
        self._save()

    def _save(self) -> None:
        if self._store is not None:
            values: dict[str, object] = dict(self._values)
            values.update({name: list(words) for name, words in self._lists.items()})
            values[KEYS] = dict(self._keys)
            try:
                self._store.save(values)
            except Unsaved as error:
                self.on_unsaved(str(error))


def _allowed(setting: Setting, value: object) -> str:
    return value if isinstance(value, str) and value in setting.values else setting.values[0]


def _words(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [w for w in value if isinstance(w, str) and 0 < len(w) <= _MAX_WORD][:_MAX_WORDS]
