"""Commands about settings: the program's, its keys, and the one that is the room's."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from ...model.settings import Setting, SettingError
from ..keymap import parse_key
from ..picker import Choice
from ..themes import THEMES
from . import rules
from .command import UsageError, first_word

if TYPE_CHECKING:
    from ..face import Face

_KEY = "key."
#: Without a key for this one no command could be given any more.
_SEND = "send"


def set_value(screen: Face, words: str) -> Coroutine[Any, Any, object] | None:
    """Show or change a setting, a key, or how long the room that is looked at keeps messages."""
    name, value = first_word(words)
    if name == rules.RETENTION:
        return rules.set_retention(screen, value)
    try:
        if not name:
            _show_all(screen)
        elif name.startswith(_KEY):
            _set_key(screen, name.removeprefix(_KEY), value)
        elif value:
            screen.settings.set(name, value)
            screen.apply_settings()
            screen.note(f"{name} is {value} now")
        else:
            screen.note(f"{name} is {screen.settings[name]}")
    except KeyError:
        raise UsageError(f"there is no setting {name}; /set lists them") from None
    except SettingError as error:
        raise UsageError(str(error)) from None
    return None


def set_theme(screen: Face, words: str) -> None:
    """Show or change the colours."""
    if not words:
        screen.note(f"the theme is {screen.settings['theme']}; there are {', '.join(THEMES)}")
    else:
        set_value(screen, f"theme {words}")


def _show_all(screen: Face) -> None:
    def choices(text: str) -> list[Choice]:
        return [
            Choice(
                f"{setting.name:<8} {value:<14} {setting.description}",
                pick=partial(_show_values, screen, setting),
            )
            for setting, value in screen.settings
            if text in setting.name or text in setting.description
        ]

    screen.pick("Settings", choices, "change")


def _show_values(screen: Face, setting: Setting) -> None:
    def choices(text: str) -> list[Choice]:
        return [
            Choice(value, pick=partial(_choose, screen, f"{setting.name} {value}"))
            for value in setting.values
            if text in value
        ]

    screen.pick(f"{setting.name}: {setting.description}", choices, "choose")


def _choose(screen: Face, words: str) -> None:
    set_value(screen, words)


def _set_key(screen: Face, name: str, words: str) -> None:
    keymap = screen.keymap
    binding = next((one for one in keymap.bindings if one.name == name), None)
    if binding is None:
        raise UsageError(f"there is no key {name}; /help key. lists them")
    if words:
        key = parse_key(words)
        if not binding.takes(key):
            raise UsageError(f"{words} cannot be a key here; Alt+x, Ctrl+x or F5 can")
        before = keymap.find(key, empty=False)
        if before is not None and before is not binding and before.name == _SEND:
            raise UsageError(f"{words} sends; give {_KEY}{_SEND} another key first")
        screen.settings.set_key(name, "" if key in binding.keys else words)
        keymap.refresh()
    screen.note(f"{_KEY}{name} is {keymap.shown(binding)}")
