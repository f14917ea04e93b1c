"""One's own account, as the server told it in its welcome. The token that came with it is no
business of the screen, and is not here."""

from __future__ import annotations

from dataclasses import dataclass

from chatd.wire import messages


@dataclass(frozen=True, slots=True)
class Account:
    """
    :ivar display: a name for people, "" for none.
    :ivar role: "member", "moderator" or "admin".
    :ivar device: the id of the device one sits at.
    :ivar signed: the account's root vouches for that device.
    """

    handle: str
    display: str
    level: int
    role: str
    root: bytes
    device: bytes
    signed: bool

    @property
    def title(self) -> str:
        """In a word: the role where it is a special one."""
        return "account" if self.role == "member" else self.role


def account_of(me: messages.Me | None) -> Account | None:
    """What a welcome says of who one is; None for a guest."""
    if me is None:
        return None
    return Account(me.handle, me.display, me.level, me.role, me.root, me.device, me.signed)
