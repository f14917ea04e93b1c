"""Tab: words that begin like the one before the cursor, one after the other, round and round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatd.domain.names import fold

from ..model.conversation import Conversation, Kind
from ..model.entry import SPOKEN
from ..model.model import Model
from ..model.settings import SETTINGS
from ..model.visible import visible_line
from .commands.command import Command, find
from .commands.emoji import EMOJI
from .commands.rules import RETENTION
from .editor import Editor
from .themes import THEMES

#: Timeline entries looked at for who spoke last.
_RECENT = 500


@dataclass(frozen=True, slots=True)
class _Round:
    """A completion under way: what stood there, and what can stand there."""

    start: int
    candidates: tuple[str, ...]
    index: int
    #: The text and position left behind; anything else in the input ends the round.
    left: tuple[str, int]


class Completer:
    """Completes commands, rooms, nicks, and what some commands take."""

    def __init__(self, model: Model, commands: Sequence[Command]) -> None:
        self._model = model
        self._commands = commands
        self._names = sorted(name for one in commands for name in (one.name, *one.aliases))
        self._round: _Round | None = None

    def complete(self, editor: Editor, step: int) -> bool:
        """Put the next candidate in (``step`` 1), or the one before (-1).

        :return: False when nothing fits.
        """
        turn = self._round
        if turn is not None and turn.left == (editor.text, editor.position):
            index = (turn.index + step) % len(turn.candidates)
        else:
            start, candidates = self._candidates(editor.text[: editor.position])
            if not candidates:
                return False
            index = 0 if step > 0 else len(candidates) - 1
            turn = _Round(start, candidates, index, ("", 0))
        word = turn.candidates[index]
        rest = editor.text[editor.position :]
        if word.endswith(" ") and rest.startswith(" "):
            rest = rest[1:]
        position = turn.start + len(word)
        editor.set(editor.text[: turn.start] + word + rest, position)
        self._round = _Round(turn.start, turn.candidates, index, (editor.text, position))
        return True

    def _candidates(self, before: str) -> tuple[int, tuple[str, ...]]:
        start = max(before.rfind(" "), before.rfind("\n")) + 1
        word = before[start:]
        if before.startswith("/") and not before.startswith("//"):
            if start == 0:
                return 0, _beginning(word, [f"/{name} " for name in self._names])
            command = find(self._commands, before[1:].partition(" ")[0])
            found = command and self._arguments(command, before[:start].count(" ") - 1, word)
            if found:
                return start, found
        if word.startswith("#"):
            return start, _beginning(word, self._rooms())
        if word.startswith("@"):
            return start, _beginning(word, [f"@{nick} " for nick in self._nicks()])
        ending = ": " if start == 0 and self._model.roster.current.kind is Kind.ROOM else " "
        return start, _beginning(word, [f"{nick}{ending}" for nick in self._nicks()])

    def _arguments(self, command: Command, index: int, word: str) -> tuple[str, ...]:
        """What a command may take in this place."""
        options = [one if one.endswith("=") else f"{one} " for one in command.options]
        kinds = command.completes.split()
        kind = kinds[index] if index < len(kinds) else ""
        name = f"#{word.removeprefix('#')}" if kind == "room" else word
        return _beginning(word, options) + _beginning(name, self._words(kind))

    def _words(self, what: str) -> Iterable[str]:
        match what:
            case "nick":
                return [f"{nick} " for nick in self._nicks()]
            case "room":
                return self._rooms()
            case "target":
                return [*(f"{nick} " for nick in self._nicks()), *self._rooms()]
            case "blocked":
                return [f"{visible_line(nick)} " for nick in self._model.blocked.values()]
            case "setting":
                return [*(f"{setting.name} " for setting in SETTINGS), f"{RETENTION} "]
            case "emoji":
                return [f":{name}: " for name in EMOJI]
            case "theme":
                return [f"{theme} " for theme in THEMES]
            case "command":
                return [f"{name} " for name in self._names]
            case _:
                return [f"{visible_line(one)} " for one in self._model.seen.get(what, ())]

    def _rooms(self) -> list[str]:
        names = {one.name for one in self._model.roster if one.kind is Kind.ROOM}
        return [f"#{visible_line(name)} " for name in sorted(names | self._model.rooms_seen)]

    def _nicks(self) -> list[str]:
        """Who spoke last first, then the other members, then people one talks with."""
        current = self._model.roster.current
        nicks = [*_recent(current), *(member.nick for member in current.sorted_members())]
        nicks += [one.name for one in self._model.roster if one.kind is Kind.PERSON]
        here = dict.fromkeys(visible_line(nick) for nick in nicks)
        return [nick for nick in here if not self._model.is_me(nick)]


def _recent(conversation: Conversation) -> list[str]:
    seen: dict[str, None] = {}
    for count, (_, entry) in enumerate(conversation.timeline.backwards()):
        if count >= _RECENT:
            break
        if entry.kind in SPOKEN:
            seen.setdefault(entry.sender)
    gone = conversation.kind is Kind.ROOM
    return [nick for nick in seen if not gone or nick in conversation.members]


def _beginning(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    start = fold(word)
    return tuple(one for one in candidates if fold(one).startswith(start))
