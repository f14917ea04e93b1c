"""What a key does: bindings, and the keys the user gave them instead of their own.

Keys have urwid's names inside (``meta a``) and people's names outside (``Alt+a``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .editor import Editor

if TYPE_CHECKING:
    from .screen import FullScreen

_OUTSIDE = {"meta": "Alt", "ctrl": "Ctrl", "shift": "Shift"}
_INSIDE = {"alt": "meta", "meta": "meta", "ctrl": "ctrl", "shift": "shift"}
_NAMED = {
    "page up": "PgUp",
    "page down": "PgDn",
    "esc": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "insert": "Insert",
    "delete": "Delete",
    "backspace": "Backspace",
} | {f"f{number}": f"F{number}" for number in range(1, 13)}
_NAMED_INSIDE = {shown.lower(): name for name, shown in _NAMED.items()}
#: The order in which urwid names several.
_MODIFIERS = ("shift", "meta", "ctrl")
#: What terminals cannot tell from a key of its own.
_SAME = {
    "ctrl h": "backspace",
    "ctrl i": "tab",
    "ctrl j": "meta enter",
    "ctrl m": "enter",
    "ctrl [": "esc",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """A row of the key table.

    :ivar name: what ``/set key.NAME`` calls it.
    :ivar keys: its own keys.
    :ivar run: what it does to the screen; or ``edit``, to the text being edited.
    :ivar when_empty: only while the input is empty.
    :ivar shown: how the help shows its keys where that is not one by one.
    :ivar listed: whether the help shows it at all.
    """

    name: str
    keys: tuple[str, ...]
    group: str
    description: str
    run: Callable[[FullScreen], None] | None = None
    edit: Callable[[Editor], None] | None = None
    when_empty: bool = False
    shown: str = ""
    listed: bool = True

    def takes(self, key: str) -> bool:
        """Whether this can be its key: a character would be lost for writing, except where
        nothing is written yet."""
        return bool(key) and (self.when_empty or not is_text(key))


class KeyMap:
    """The bindings in force."""

    def __init__(self, bindings: Sequence[Binding], changed: Mapping[str, str]) -> None:
        """
        :param changed: keys by binding name, as people write them.
        """
        self.bindings = bindings
        self._changed = changed
        self._always: dict[str, Binding] = {}
        self._when_empty: dict[str, Binding] = {}
        self.refresh()

    def refresh(self) -> None:
        """The user changed a key."""
        self._always, self._when_empty = {}, {}
        # The user's own keys come last, and so win over what had them before.
        for binding in sorted(self.bindings, key=lambda one: one.name in self._changed):
            table = self._when_empty if binding.when_empty else self._always
            for key in self.keys(binding):
                table[key] = binding

    def keys(self, binding: Binding) -> tuple[str, ...]:
        """The keys of a binding, its own or the user's."""
        changed = parse_key(self._changed.get(binding.name, ""))
        return (changed,) if binding.takes(changed) else binding.keys

    def find(self, key: str, *, empty: bool) -> Binding | None:
        """What a key does.

        :param empty: whether the input is.
        """
        found = self._when_empty.get(key) if empty else None
        return found or self._always.get(key)

    def edit(self, key: str, editor: Editor) -> bool:
        """Let a key edit a text.

        :return: False where it is no editing key.
        """
        binding = self._always.get(key)
        if binding is None or binding.edit is None:
            return False
        binding.edit(editor)
        return True

    def shown(self, binding: Binding) -> str:
        """The keys of a binding for people."""
        if binding.shown and binding.name not in self._changed:
            return binding.shown
        return ", ".join(show_key(key) for key in self.keys(binding))


def show_key(key: str) -> str:
    """``meta left`` as ``Alt+Left``."""
    words = key.split(" ")
    signs = []
    while len(words) > 1 and words[0] in _OUTSIDE:
        signs.append(_OUTSIDE[words.pop(0)])
    name = " ".join(words)
    return "+".join([*signs, _NAMED.get(name, name)])


def parse_key(text: str) -> str:
    """``Alt+Left`` as ``meta left``; "" for what is no key. A letter keeps its case."""
    signs, _, name = text[:-1].rpartition("+")
    name += text[-1:]
    modifiers = {_INSIDE.get(sign.lower(), "") for sign in signs.split("+") if signs}
    name = _NAMED_INSIDE.get(name.lower(), name if len(name) == 1 else "")
    if not name or "" in modifiers:
        return ""
    if "ctrl" in modifiers and len(name) == 1:
        name = name.lower()
    key = " ".join([*(one for one in _MODIFIERS if one in modifiers), name])
    return _SAME.get(key, key)


def is_text(key: str) -> bool:
    """Whether a key is a character (or several that form one) rather than a key's name."""
    return len(key) == 1 or not key.isascii()
