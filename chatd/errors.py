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
    CREDENTIALS_WRONG = 209
    LOCKED_OUT = 210
    ID_UNKNOWN = 211
    ID_EXPIRED = 212
    ID_USED = 213
    ACCOUNT_DISABLED = 214
    DEVICE_UNKNOWN = 215
    DEVICE_SUSPENDED = 216
    DEVICE_REVOKED = 217
    VAULT_COPIED = 218
    CONNECTION_OUTDATED = 219
    TOO_MANY_SIGN_INS = 220
    DEVICE_TAKEN = 221
    TOO_MANY_DEVICES = 222

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
    BLOCKED = 327
    NOT_BLOCKED = 328
    TOO_MANY_BLOCKS = 329
    UNKNOWN_COMMAND = 330
    BLOCK_SELF = 331
    BUSY = 333
    STORE_FAILED = 334
    HANDLE_TAKEN = 340
    HANDLE_USED = 341
    NO_SUCH_ACCOUNT = 342
    NO_SUCH_DEVICE = 343
    RECORD_OLD = 344
    RECORD_INVALID = 345
    TOKEN_UNKNOWN = 346
    ACCOUNT_NEEDED = 347
    DISPLAY_INVALID = 348
    OLD_PASSWORD_WRONG = 349
    PASSWORD_TOO_SHORT = 350
    LINKS_OFF = 351
    LEVEL_TOO_LOW = 360
    NOT_ALLOWED = 361
    NOT_INVITED = 362
    BANNED = 363
    TOPIC_LOCKED = 364
    NOT_BANNED = 365
    SETTING_INVALID = 366
    REASON_TOO_LONG = 367
    TOO_MANY_INVITED = 368
    TOO_MANY_BANS = 369
    NO_SUCH_SERVICE = 370
    SERVICE_REQUEST_INVALID = 371
    SERVICE_FAILED = 372
    SERVICE_TIMEOUT = 373
    CONFLICT = 380
    OUT_OF_ORDER = 381
    EPOCH_OLD = 382
    REPEATED = 383
    NO_SUCH_CONVERSATION = 384
    CONVERSATION_CHANGED = 385
    KIND_MISMATCH = 386
    DEVICES_CHANGED = 387
    RELATION_INVALID = 388


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
    Code.GUESTS_OFF: "guests are not let in here; ask the server's admin for a link",
    Code.METHOD_OFF: "this way of signing in is not offered here",
    Code.RESUME_FAILED: "the earlier session is gone; a new one is needed",
    Code.REPLACED: "this session was taken over by a newer connection of yours",
    Code.SHUTTING_DOWN: "server is shutting down",
    Code.LOGGED_OUT: "logged out",
    Code.CREDENTIALS_WRONG: "wrong name or password",
    Code.LOCKED_OUT: "too many wrong passwords; wait before the next attempt",
    Code.ID_UNKNOWN: "this link's one-time ID is not known here; check it, or ask for a new link",
    Code.ID_EXPIRED: "this link has expired; ask for a new one",
    Code.ID_USED: "this link has been used already; if not by you, tell the server's admin at once",
    Code.ACCOUNT_DISABLED: "this account is switched off; ask the server's admin",
    Code.DEVICE_UNKNOWN: "this device is not enrolled here; ask for a link to enrol it",
    Code.DEVICE_SUSPENDED: (
        "this device was suspended because its vault seems to have been copied; enrol it again "
        "with a new link, from another device of yours (/devices add) or from the server's admin"
    ),
    Code.DEVICE_REVOKED: "this device was taken off the account; enrol it as a new one",
    Code.VAULT_COPIED: (
        "this vault's sign-in token has been used elsewhere, so the vault was copied; the device "
        "is suspended now: enrol it again with a new link, from another device or from the admin"
    ),
    Code.CONNECTION_OUTDATED: "a newer connection of this device has signed in meanwhile",
    Code.TOO_MANY_SIGN_INS: "too many attempts to sign in; wait a little",
    Code.DEVICE_TAKEN: "this device's key belongs to another account; make a new profile",
    Code.TOO_MANY_DEVICES: "this account has too many devices; take one off first",
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
    Code.BLOCKED: "this was not delivered: they have blocked you",
    Code.NOT_BLOCKED: "you have not blocked anybody of this name",
    Code.TOO_MANY_BLOCKS: "you have blocked as many people as one can; unblock somebody first",
    Code.UNKNOWN_COMMAND: "this server does not know that request; it may be older than the client",
    Code.BLOCK_SELF: "nobody can block themselves",
    Code.BUSY: "the server is busy; try again in a moment",
    Code.STORE_FAILED: "the server could not store this; nothing was changed; tell its admin",
    Code.HANDLE_TAKEN: "there is an account of this name already",
    Code.HANDLE_USED: "this name belonged to an account before and is never given out again",
    Code.NO_SUCH_ACCOUNT: "there is no account of this name",
    Code.NO_SUCH_DEVICE: "there is no such device",
    Code.RECORD_OLD: "the server has a newer record of this device",
    Code.RECORD_INVALID: "this device record does not fit the device, or its signature is wrong",
    Code.TOKEN_UNKNOWN: "this is not a token of this device",
    Code.ACCOUNT_NEEDED: "this needs an account; guests cannot do it",
    Code.DISPLAY_INVALID: "a display name is one line that shows, of at most 64 characters",
    Code.OLD_PASSWORD_WRONG: "the present password is not right",
    Code.PASSWORD_TOO_SHORT: "a password has at least 8 characters",
    Code.LINKS_OFF: "links let nobody in here: the server's admin has switched devices off",
    Code.LEVEL_TOO_LOW: "your level is too low for this",
    Code.NOT_ALLOWED: "only the room's owner, its moderators and admins may do this",
    Code.NOT_INVITED: "this room is private; somebody in it has to invite you",
    Code.BANNED: "you are banned from this room",
    Code.TOPIC_LOCKED: "the topic is locked: only the owner and moderators may change it",
    Code.NOT_BANNED: "there is no such ban",
    Code.SETTING_INVALID: "a room has no such setting, or not with this value",
    Code.REASON_TOO_LONG: "the reason is too long",
    Code.TOO_MANY_INVITED: "too many are invited here who have not come yet; wait until some have",
    Code.TOO_MANY_BANS: "this room has as many bans as it can have; lift some first",
    Code.NO_SUCH_SERVICE: "there is no such service here",
    Code.SERVICE_REQUEST_INVALID: "the service does not take this request",
    Code.SERVICE_FAILED: "the service failed; the server's log says why",
    Code.SERVICE_TIMEOUT: "the service did not answer in time",
    Code.CONFLICT: "another message was sent under this number before",
    Code.OUT_OF_ORDER: "an earlier message of this device is missing; send that first",
    Code.EPOCH_OLD: "this device has begun a newer outbox",
    Code.REPEATED: "this message was taken before, too long ago to say when",
    Code.NO_SUCH_CONVERSATION: "you have no such conversation",
    Code.CONVERSATION_CHANGED: "this is another conversation now, of the same name",
    Code.KIND_MISMATCH: "this conversation takes only messages of the other kind, open or sealed",
    Code.DEVICES_CHANGED: "other devices get this than you wrote it for; ask for them again",
    Code.RELATION_INVALID: "a message cannot refer to another one in this way",
}


#: Seconds; the protocol allows no more.
LONGEST_WAIT = 86_400.0


class ChatError(Exception):
    """Anything chatd refuses or gives up on.

    :ivar code: the reason, as a :class:`Code`.
    :ivar text: the reason for people, saying what to do.
    :ivar wait: seconds after which trying again makes sense, a day at most; 0.0 where waiting does
        not help.
    :ivar account: the handle of the account it is about, for the audit log alone; "" for none that
        is known.
    """

    def __init__(self, code: Code, text: str = "", wait: float = 0.0, *, account: str = "") -> None:
        self.code = code
        self.text = text or TEXTS[code]
        self.wait = min(wait, LONGEST_WAIT)
        self.account = account
        super().__init__(f"{int(code)} {self.text}")


class WireError(ChatError):
    """The bytes of a peer are not what the protocol allows: the connection ends."""


class EntryError(ChatError):
    """Nobody was let in: the connection ends, nothing was reserved."""


class Refused(ChatError):
    """One request was refused; the session goes on."""


class StoreFailed(Refused):
    """The disk or the database gave up; nothing was done.

    :ivar cause: what is wrong with it and what to do, for the admin alone; "" where that is not
        known.
    """

    def __init__(self, cause: str = "", wait: float = 0.0) -> None:
        super().__init__(Code.STORE_FAILED, wait=wait)
        self.cause = cause


class ConfigError(Exception):
    """A setting is wrong; the text names it with its path and says what is allowed."""
