"""The line above the input: where one is, how the connection is, who is typing, what is unread
elsewhere.

What matters least is left out first when the line is too short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import urwid

from ..model.conversation import Conversation, Kind
from ..model.model import Model
from ..model.uplink import Connecting, Online, Stopped, Waiting
from ..model.visible import visible_line
from . import fit
from .local_time import clock
from .markup import Markup

_SEPARATOR = " · "
_LONGEST_TITLE = 24


@dataclass(frozen=True, slots=True)
class Part:
    """Something the line says. Parts of a lower ``rank`` go last when there is no room; of those of
    rank 0 the end is cut off."""

    text: str
    tone: str
    rank: int


class StatusBar(urwid.WidgetWrap[urwid.AttrMap[urwid.Text]]):
    """A flow widget of one row."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._text = urwid.Text("", wrap="clip")
        super().__init__(urwid.AttrMap(self._text, "bar"))

    def refresh(
        self, columns: int, now: int, below: int, waited: float, hint: Sequence[Part]
    ) -> None:
        """Take over what the model knows now.

        :param now: milliseconds since the epoch.
        :param below: entries that are not in sight below.
        :param waited: seconds since the connection's state changed.
        :param hint: what to say instead, about what is being typed; what is unread elsewhere is
            said all the same.
        """
        model = self._model
        if hint:
            self._text.set_text(list(_compose([*hint, *_activity(model)], columns)))
            return
        parts = [Part(clock(now), "bar-dim", 3), *_place(model), *_connection(model, waited)]
        parts += [*_typing(model, now), *_activity(model)]
        if below:
            parts.append(Part(f"more ↓{below}", "bar-alert", 1))
        self._text.set_text(list(_compose(parts, columns)))


def _compose(parts: Sequence[Part], columns: int) -> Markup:
    kept = list(parts)
    while _width(kept) > columns and any(part.rank for part in kept):
        # The last among equals goes first: activity is sorted, the most urgent in front.
        ranks = [part.rank for part in reversed(kept)]
        kept.pop(len(kept) - 1 - ranks.index(max(ranks)))
    if kept and (over := _width(kept) - columns) > 0:
        last = kept[-1]
        kept[-1] = replace(last, text=fit.cut(last.text, max(fit.width(last.text) - over, 1)))
    markup: Markup = []
    for part in kept:
        markup.append(("bar-dim", _SEPARATOR if markup else " "))
        markup.append((part.tone, part.text))
    return markup


def _width(parts: Sequence[Part]) -> int:
    words = sum(fit.width(part.text) for part in parts)
    return words + len(_SEPARATOR) * (len(parts) - 1) + 2


def _place(model: Model) -> list[Part]:
    current = model.roster.current
    number = model.roster.index(current) + 1
    title = fit.cut(visible_line(current.title), _LONGEST_TITLE)
    parts = [Part(f"{number}:{title}", "bar-strong", 0)]
    if current.muted:
        parts.append(Part("muted", "bar-dim", 6))
    if count := len(current.members):
        parts.append(Part(f"{count} member{'s' * (count != 1)}", "bar", 5))
    if current.kind is not Kind.SERVER:
        # The server can read what is said here, and says so.
        parts.append(Part("open", "bar", 4))
    return parts


def _connection(model: Model, waited: float) -> list[Part]:
    match model.state:
        case Online():
            lag = [Part(_lag(model.lag), _lag_tone(model.lag), 7)] if model.lag is not None else []
            away = [Part("away", "bar-alert", 2)] if model.away else []
            return [*lag, Part(_oneself(model), "bar-dim", 8), *away]
        case Connecting():
            return [Part("connecting…", "bar-alert", 0)]
        case Waiting(seconds, reason):
            left = max(round(seconds - waited), 0)
            words = f"reconnecting in {left} s"
            return [Part(words, "bar-alert", 0), Part(visible_line(reason), "bar", 3)]
        case Stopped(error):
            return [Part(f"offline: {visible_line(error.text)}", "bar-alert", 0)]


def _oneself(model: Model) -> str:
    """What one is here."""
    if model.account is None:
        return "guest"
    return model.account.title if model.account.signed else f"{model.account.title}, unsigned"


def _lag(seconds: float) -> str:
    return f"lag {seconds:.1f} s" if seconds >= 1 else f"lag {round(seconds * 1000)} ms"


def _lag_tone(seconds: float) -> str:
    return "bar-good" if seconds < 0.3 else "bar" if seconds < 1.5 else "bar-alert"


def _typing(model: Model, now: int) -> list[Part]:
    nicks = [visible_line(nick) for nick in model.roster.current.typists.at(now)]
    if not nicks:
        return []
    if len(nicks) > 2:
        words = f"{len(nicks)} people are typing"
    else:
        words = " and ".join(nicks) + (" is typing" if len(nicks) == 1 else " are typing")
    return [Part(words, "bar-good", 2)]


def _activity(model: Model) -> list[Part]:
    return [_unread(model, conversation) for conversation in model.roster.active()]


def _unread(model: Model, conversation: Conversation) -> Part:
    number = model.roster.index(conversation) + 1
    name = f"{number}:{fit.cut(visible_line(conversation.title), _LONGEST_TITLE)}"
    if conversation.mentions:
        return Part(f"{name} @{conversation.mentions}", "bar-alert", 1)
    return Part(f"{name} {conversation.unread}", "bar", 3)
