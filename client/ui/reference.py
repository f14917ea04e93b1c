"""The tables of commands, keys and settings as reStructuredText, for the documents.

``python -m client.ui.reference`` prints them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.settings import SETTINGS
from .commands.table import COMMANDS
from .keymap import KeyMap
from .keys import BINDINGS


def tables() -> str:
    """All three, each under its heading."""
    commands = [
        (command.usage, ", ".join(f"/{alias}" for alias in command.aliases), command.description)
        for command in COMMANDS
    ]
    keymap = KeyMap(BINDINGS, {})
    keys = [
        (keymap.shown(binding), binding.name, binding.description)
        for binding in BINDINGS
        if binding.listed
    ]
    values = [
        (setting.name, ", ".join(setting.values), setting.description) for setting in SETTINGS
    ]
    return "\n".join(
        [
            *_table("Commands", ("Command", "Also", "What it does"), commands),
            *_table("Keys", ("Key", "Name", "What it does"), keys),
            *_table("Settings", ("Setting", "Values, the default first", "What it is"), values),
        ]
    )


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield from (title, "-" * len(title), "", ".. list-table::", "   :header-rows: 1", "")
    yield from _row(heads)
    for first, second, third in rows:
        yield from _row([f"``{first}``", f"``{second}``" if second else "", third])
    yield ""


def _row(cells: Sequence[str]) -> Iterable[str]:
    first, *rest = cells
    yield f"   * - {first}"
    for cell in rest:
        yield f"     - {cell}".rstrip()


if __name__ == "__main__":
    print(tables())
