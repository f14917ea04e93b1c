"""Requests on one connection, each until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail

from chatd.errors import ChatError, Code, Refused, WireError
from chatd.wire import messages
from chatd.wire.codec import decode_client, decode_struct, encode

#: Seconds a server can make this side wait: one word of a stranger must not keep it away for ever.
LONGEST_WAIT = 300.0


class Asked:
    """What waits for an answer."""

    def __init__(self) -> None:
        self._last = 0
        self._waiting: dict[int, tuple[type[messages.Request], Deferred[Any]]] = {}

    def ask(
        self, make: Callable[[int], messages.Request], send: Callable[[bytes], None]
    ) -> Deferred[Any]:
        """Send a request; see :class:`client.model.uplink.Uplink`.

        :param send: takes the encoded message, with its length before it.
        """
        self._last = self._last % (2**32 - 1) + 1
        message = make(self._last)
        try:
            encoded = encode(message)
            decode_client(encoded[2:])  # what no server would take would end the connection
        except WireError:
            return fail(Refused(Code.MESSAGE_TOO_LONG, "this is longer than can be sent"))
        except UnicodeEncodeError:  # half a character, from bytes that were none
            return fail(Refused(Code.MESSAGE_MALFORMED, "this text is not UTF-8"))
        answer: Deferred[Any] = Deferred()
        self._waiting[self._last] = (type(message), answer)
        send(encoded)
        return answer

    def answered(self, status: messages.Status) -> None:
        """An answer is here; one to nothing is ignored.

        :raises WireError: it is not what the request gives.
        """
        asked = self._waiting.get(status.id)
        if asked is None:
            return
        kind, answer = asked
        result, shape = None, messages.RESULTS[kind]
        if status.code == 0 and shape is not None:
            result = decode_struct(status.result, shape, Code.MESSAGE_MALFORMED)
        del self._waiting[status.id]  # not before: who waits hears of a wrong answer by the end
        if status.code == 0:
            answer.callback(result)
        else:
            refused = Refused if status.code != Code.CONNECTION_LOST else ChatError
            wait = min(status.wait, LONGEST_WAIT)
            answer.errback(refused(known_code(status.code), status.text, wait))

    def lost(self) -> None:
        """The connection is over: tell whoever waits."""
        waiting, self._waiting = self._waiting, {}
        for _, answer in waiting.values():
            answer.errback(ChatError(Code.CONNECTION_LOST))


def known_code(number: int) -> Code:
    """A code this client may be too old to know."""
    try:
        return Code(number)
    except ValueError:
        return Code.INTERNAL
