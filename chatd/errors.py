"""Every way in which chatd says no: one tree of errors, one table of codes.

Promises: a code's number and meaning never change once released (foreign clients keep them);
the text is for people and says what to do. Standard library only.

Source: seed 001 ("a single function that takes in an error"); the numbers are ours, see
``docs/protocol.rst``.
"""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """What went wrong, as a number for programs. 1xx: the connection ends; 2xx: nobody was let
    in; 3xx: one request was refused, all else goes on."""

    FRAME_TOO_LARGE = 100
    RECORD_TOO_SHORT = 101
    RECORD_FORGED = 102
    MESSAGE_MALFORMED = 103
    WRONG_ORDER = 105
    HANDSHAKE_TIMEOUT = 106
    VERSION_UNSUPPORTED = 107
    HELLO_MALFORMED = 108
    HANDSHAKE_FORGED = 109
    KEY_REJECTED = 110
    CHANNEL_MISMATCH = 111
    SYN_MALFORMED = 112
    ACK_MALFORMED = 113
    SERVER_KEY_CHANGED = 114
    SERVER_KEY_UNKNOWN = 115
    SUITE_UNSUPPORTED = 116
    READY_MALFORMED = 117
    CONNECTION_LOST = 118
    TOO_SLOW = 119
    SILENT = 120
    INTERNAL = 121
    LIMITS_UNSUPPORTED = 122
    SERVER_SILENT = 123

    SERVER_FULL = 200
    TOO_MANY_HANDSHAKES = 201
    TOO_MANY_PENDING = 202
    GUESTS_OFF = 203
    METHOD_OFF = 204
    RESUME_FAILED = 205
    REPLACED = 206
    SHUTTING_DOWN = 207
    LOGGED_OUT = 208

    NICK_TAKEN = 300
    NICK_INVALID = 301
    NICK_TOO_LONG = 302
    ROOM_INVALID = 310
    NO_SUCH_ROOM = 311
    NOT_IN_ROOM = 312
    ALREADY_IN_ROOM = 313
    WRONG_PASSWORD = 314
    TOO_MANY_ROOMS = 315
    NO_SUCH_NICK = 320
    MESSAGE_TOO_LONG = 321
    MESSAGE_EMPTY = 322
    TOO_MANY_MESSAGES = 323
    TOPIC_TOO_LONG = 324
    PASSWORD_TOO_LONG = 325
    AWAY_TOO_LONG = 326
    UNKNOWN_COMMAND = 330
    BUSY = 333


TEXTS: dict[Code, str] = {
    Code.FRAME_TOO_LARGE: "a frame was announced larger than allowed",
    Code.RECORD_TOO_SHORT: "a record was too short to hold anything",
    Code.RECORD_FORGED: "a record did not open: it was changed, repeated or lost on the way",
    Code.MESSAGE_MALFORMED: "a message could not be decoded",
    Code.WRONG_ORDER: "a handshake step came out of order",
    Code.HANDSHAKE_TIMEOUT: "the handshake took too long; connect again",
    Code.VERSION_UNSUPPORTED: "no protocol version in common; update the older side",
    Code.HELLO_MALFORMED: "the server's hello could not be decoded; is this a chatd server?",
    Code.HANDSHAKE_FORGED: "a handshake message did not open: wrong key, or changed on the way",
    Code.KEY_REJECTED: "an unusable public key was offered",
    Code.CHANNEL_MISMATCH: "the hello speaks of another kind of channel than this one",
    Code.SYN_MALFORMED: "the handshake's second step could not be decoded",
    Code.ACK_MALFORMED: "the handshake's third step could not be decoded",
    Code.SERVER_KEY_CHANGED: "the server's key is not the one that was pinned",
    Code.SERVER_KEY_UNKNOWN: "the server's key has not been accepted yet",
    Code.SUITE_UNSUPPORTED: "the server wants a cipher suite this client does not speak",
    Code.READY_MALFORMED: "the handshake's last step could not be decoded",
    Code.CONNECTION_LOST: "the connection was lost",
    Code.TOO_SLOW: "this connection reads too slowly; connect again",
    Code.SILENT: "nothing was heard from you for too long",
    Code.INTERNAL: "something went wrong here; it has been logged",
    Code.LIMITS_UNSUPPORTED: "the server announced limits that make no sense",
    Code.SERVER_SILENT: "nothing was heard from the server for too long",
    Code.SERVER_FULL: "the server is full; try again later",
    Code.TOO_MANY_HANDSHAKES: "too many connections from your address; wait a little",
    Code.TOO_MANY_PENDING: "too many connections are waiting to sign in; wait a little",
    Code.GUESTS_OFF: "guests are not let in here",
    Code.METHOD_OFF: "this way of signing in is not offered here",
    Code.RESUME_FAILED: "the earlier session is gone; a new one is needed",
    Code.REPLACED: "this session was taken over by a newer connection of yours",
    Code.SHUTTING_DOWN: "server is shutting down",
    Code.LOGGED_OUT: "logged out",
    Code.NICK_TAKEN: "this nick is taken; choose another",
    Code.NICK_INVALID: "not a usable nick: letters of one script, digits and -_.[]{}|^` only",
    Code.NICK_TOO_LONG: "this nick is too long",
    Code.ROOM_INVALID: "not a usable room name: letters of one script, digits and -_. only",
    Code.NO_SUCH_ROOM: "there is no such room",
    Code.NOT_IN_ROOM: "you are not in this room; join it first",
    Code.ALREADY_IN_ROOM: "you are in this room already",
    Code.WRONG_PASSWORD: "wrong room password",
    Code.TOO_MANY_ROOMS: "you are in too many rooms; leave one first",
    Code.NO_SUCH_NICK: "nobody here has this nick",
    Code.MESSAGE_TOO_LONG: "the message is too long",
    Code.MESSAGE_EMPTY: "the message is empty",
    Code.TOO_MANY_MESSAGES: "too many messages; wait a little",
    Code.TOPIC_TOO_LONG: "the topic is too long",
    Code.PASSWORD_TOO_LONG: "the password is too long",
    Code.AWAY_TOO_LONG: "the away text is too long",
    Code.UNKNOWN_COMMAND: "this server does not know that request; it may be older than the client",
    Code.BUSY: "the server is busy; try again in a moment",
}


#: Seconds; the protocol allows no more.
LONGEST_WAIT = 86_400.0


class ChatError(Exception):
    """Anything chatd refuses or gives up on.

    :ivar code: the reason, as a :class:`Code`.
    :ivar text: the reason for people, saying what to do.
    :ivar wait: seconds after which trying again makes sense, a day at most; 0.0 where waiting does
        not help.
    """

    def __init__(self, code: Code, text: str = "", wait: float = 0.0) -> None:
        self.code = code
        self.text = text or TEXTS[code]
        self.wait = min(wait, LONGEST_WAIT)
        super().__init__(f"{int(code)} {self.text}")


class WireError(ChatError):
    """The bytes of a peer are not what the protocol allows: the connection ends."""


class EntryError(ChatError):
    """Nobody was let in: the connection ends, nothing was reserved."""


class Refused(ChatError):
    """One request was refused; the session goes on."""


class ConfigError(Exception):
    """A setting is wrong; the text names it with its path and says what is allowed."""
