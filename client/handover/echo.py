"""One's own words as others hear them. The server does not tell the session that said them, so
who shares that session has to be told here."""

from __future__ import annotations

from typing import Any

from chatd.domain.names import fold
from chatd.wire import messages

Said = messages.RoomSaid | messages.DirectSaid | messages.BroadcastSaid


def echo(request: messages.Request, result: Any, nick: str) -> Said | None:
    """
    :param request: that was done, and gave ``result``.
    :param nick: one's own.
    :return: what was said; None where nothing was, or where the server tells it to oneself too.
    """
    match request, result:
        case messages.Say(room=room, text=text, style=style), messages.Accepted(id, time):
            return messages.RoomSaid(room, nick, text, style, id, time)
        case messages.Direct(to=to, text=text, style=style), messages.Accepted(id, time):
            if fold(to) == fold(nick) and not result.conversation:
                return None
            return messages.DirectSaid(nick, to, text, style, id, time)
        case messages.Broadcast(text=text), messages.Accepted(id, time):
            return messages.BroadcastSaid(nick, text, id, time)
    return None
