"""What is in the mailboxes of somebody who was put out of a room that lasts: by whom, and why."""

from __future__ import annotations

from struct import Struct, error

from chatd.domain.message import MailKind
from chatd.domain.value import value

_HEAD = Struct(">B16sBHH")


@value
class PutOut:
    """``banned``: for longer; ``reason``: "" where none was given."""

    conversation: bytes
    room: str
    by: str
    reason: str
    banned: bool

    def pack(self) -> bytes:
        """As a letter's body: kind, conversation, banned, the lengths of room and ``by``, these
        two, the reason."""
        room, by = self.room.encode(), self.by.encode()
        head = _HEAD.pack(MailKind.PUT_OUT, self.conversation, self.banned, len(room), len(by))
        return head + room + by + self.reason.encode()

    @classmethod
    def unpack(cls, body: bytes) -> PutOut:
        """:raises ValueError: these are no such bytes."""
        try:
            kind, conversation, banned, room, by = _HEAD.unpack_from(body)
        except error:
            raise ValueError("too short for a letter") from None
        if kind != MailKind.PUT_OUT:
            raise ValueError("another kind of letter")
        start, middle, end = _HEAD.size, _HEAD.size + room, _HEAD.size + room + by
        if end > len(body):
            raise ValueError("too short for a letter")
        names = body[start:middle].decode(), body[middle:end].decode(), body[end:].decode()
        return cls(conversation, *names, bool(banned))
