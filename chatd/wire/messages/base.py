"""What all messages share: the array with the op first, and the bounds of what stands in it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

#: Characters in a nick or room name: the outer bound; servers announce their own below it.
MAX_NAME = 255

Id = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Name = Annotated[str, Meta(max_length=MAX_NAME)]
Short = Annotated[str, Meta(max_length=4096)]
Text = Annotated[str, Meta(max_length=65535)]
StyleByte = Annotated[int, Meta(ge=0, le=255)]
Stamp = Annotated[int, Meta(ge=0, le=2**63 - 1)]
#: Seconds before trying again makes sense: a day at most, whoever says it.
Wait = Annotated[float, Meta(ge=0, le=86_400)]
Secret = Annotated[bytes, Meta(max_length=1024)]
#: A public key or the SHA-256 of something; b"" where there is none.
Key = Annotated[bytes, Meta(max_length=32)]
#: An account's or a device's id.
Identifier = Annotated[bytes, Meta(max_length=16)]
Level = Annotated[int, Meta(ge=0, le=255)]
#: What a room is to somebody: 0 member, 1 moderator, 2 owner; others count as members.
StandingByte = Annotated[int, Meta(ge=0, le=255)]
#: What a message is to an earlier one: 0 nothing, 1 reply, 2 edit, 3 deletion, 4 reaction.
RelationByte = Annotated[int, Meta(ge=0, le=255)]
#: What only devices can read, or what lies in a mailbox.
Body = Annotated[bytes, Meta(max_length=65535)]
Signature = Annotated[bytes, Meta(max_length=64)]
Record = Annotated[bytes, Meta(max_length=4096)]
#: A value of a service's request or reply.
Value = str | int | bool


class Message(Struct, array_like=True, frozen=True, gc=False):
    """A MessagePack array whose first element is the op."""


class Request(Message, frozen=True):
    """A message that gets exactly one :class:`Status` with the same id."""

    id: Id


class Heartbeat(Message, frozen=True, tag=0x13):
    """Both ways: still here. Never answered."""


def unspoken(self: Struct) -> str:
    """The repr of a message with a secret in it: logs and tracebacks must not tell."""
    return f"<{type(self).__name__}>"
