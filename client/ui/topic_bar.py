"""The line above: which conversation this is, and what it is about."""

from __future__ import annotations

import urwid

from ..model.conversation import Conversation, Kind
from ..model.model import Model
from ..model.visible import visible_line
from . import fit
from .local_time import recent
from .markup import Markup

#: Columns that the topic has at least, where the room's rules stand behind it.
_TOPIC = 20


class TopicBar(urwid.WidgetWrap[urwid.AttrMap[urwid.Text]]):
    """A flow widget of one row."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._text = urwid.Text("", wrap="clip")
        super().__init__(urwid.AttrMap(self._text, "bar"))

    def refresh(self, columns: int, now: int) -> None:
        """Take over what the model knows now, at ``now`` (milliseconds)."""
        conversation = self._model.roster.current
        title = f" {fit.cut(visible_line(conversation.title), columns - 2)} "
        rules = " · ".join(conversation.rules) if conversation.present else ""
        room = columns - fit.width(title) - 1
        if rules and fit.width(rules) + _TOPIC <= room:
            room -= fit.width(rules) + 2
            rules = f" {rules} "
        else:
            rules = ""
        words = fit.left(visible_line(self._about(conversation, now)), room)
        markup: Markup = [("bar-strong", title), ("bar", f" {words}"), ("bar-dim", rules)]
        self._text.set_text(list(markup))

    def _about(self, conversation: Conversation, now: int) -> str:
        match conversation.kind:
            case Kind.ROOM if not conversation.present:
                return "you are not in this room; /join enters it again"
            case Kind.ROOM:
                return conversation.topic or "no topic yet; /topic sets one"
            case Kind.PERSON:
                return self._person(conversation, now)
            case Kind.SERVER:
                return "words from the server; /join #room, /msg nick text, F1 for help"

    def _person(self, person: Conversation, now: int) -> str:
        display = self._model.display(person.name)
        shown = f" ({display})" if display else ""
        presence = self._model.presence(person.name)
        how = "" if person.present else ", who has left the server"
        if presence is not None and presence.away:
            how = f", away: {presence.away}"
        elif presence is not None and not presence.online:
            seen = f", last seen {recent(presence.seen, now)}" if presence.seen else ""
            how = f", who is offline{seen}"
        return f"between you and {person.name}{shown}{how}"
