"""Which lasting conversation a told message is of, and its number there."""

from __future__ import annotations

from chatd.wire import messages

#: What has a number in a lasting conversation.
Told = messages.RoomSaid | messages.DirectSaid | messages.SealedSaid | messages.MailCame


def place_of(message: messages.ServerMessage, mailbox: bytes) -> tuple[bytes, int] | None:
    """
    :param mailbox: its id, which is the device's.
    :return: the conversation's id and the number; None for what does not last.
    """
    match message:
        case messages.MailCame(id=number):
            return mailbox, number
        case messages.RoomSaid() | messages.DirectSaid() | messages.SealedSaid():
            return (message.conversation, message.id) if message.conversation else None
    return None
