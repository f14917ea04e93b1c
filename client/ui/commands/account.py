"""Commands about one's own account."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.link import fingerprint, show_fingerprint
from chatd.domain.names import fold
from chatd.errors import ChatError, Code
from chatd.wire import messages

from ...model.account import Account
from .command import UsageError, closest

if TYPE_CHECKING:
    from ..face import Face

DELETE = "delete"
_CLEAR = "-clear"
_DELETING = (
    "The account {handle} and its devices go from this server for good, and you are signed out. "
    "Nobody ever gets the name {handle} again, you neither. What you said stays with those who "
    "have it."
)
_NEW = "new password"


def own_account(screen: Face) -> Account:
    """One's own account.

    :raises UsageError: one is a guest.
    """
    account = screen.model.account
    if account is None:
        raise UsageError("you are a guest here; the server's admin makes accounts (chatctl enrol)")
    return account


async def rename(screen: Face, words: str) -> None:
    """Take another nick; with an account, another display name."""
    account = screen.model.account
    if not words or (account is None and " " in words):
        raise UsageError
    name = "" if account is not None and words == _CLEAR else words
    renamed = await screen.controller.request(partial(messages.Nick, nick=name))
    if account is None:
        screen.model.renamed(renamed.nick, screen.controller.now())
        return
    screen.model.set_display(renamed.nick, renamed.display)
    shown = f"your display name is {renamed.display} now" if name else "you have no display name"
    screen.note(f"{shown}; your handle stays {renamed.nick}")


def account(screen: Face, words: str) -> None:
    """Say who one is, or give the account up."""
    account = own_account(screen)
    if words == DELETE:
        _delete(screen, account)
    elif words:
        hint = f"; did you mean /account {DELETE}?" if closest(words, [DELETE]) else ""
        raise UsageError(f"there is no /account {words}{hint}")
    else:
        display = f", shown as {account.display}" if account.display else ""
        signed = "signed" if account.signed else "unsigned: others cannot tell that it is yours"
        root = f"; root key {show_fingerprint(fingerprint(account.root))}" if account.root else ""
        screen.note(
            f"you are {account.handle}{display}: level {account.level}, {account.role}; "
            f"this device: {account.device.hex()[:8]}, {signed}{root}"
        )


def change_password(screen: Face, words: str) -> None:
    """Set the account's password; asked for where nobody sees it."""
    own_account(screen)
    if words:
        raise UsageError("type /passwd alone: it asks, and shows nothing")

    def answered(answers: Sequence[str]) -> None:
        old, new, again = answers
        if new != again:
            screen.note("the two new passwords differ; nothing was changed", error=True)
        elif not new:
            screen.note("the new password is empty; nothing was changed", error=True)
        else:
            screen.controller.run(_set_password(screen, old, new))

    text = "For signing in on devices without a link. Leave the present one empty if there is none."
    screen.ask("Account password", text, ["present password", _NEW, f"{_NEW} again"], answered)


async def _set_password(screen: Face, old: str, new: str) -> None:
    await screen.controller.request(partial(messages.SetPassword, old=old, new=new))
    screen.note("your account has the new password; the one of your vault is as it was")


def _delete(screen: Face, account: Account) -> None:
    def answered(answers: Sequence[str]) -> None:
        if fold(answers[0].strip()) != fold(account.handle):
            screen.note(f"that is not {account.handle}; nothing was deleted", error=True)
        else:
            screen.controller.run(_give_up(screen))

    text = _DELETING.format(handle=account.handle) + f" Type {account.handle} to delete it."
    screen.ask("Delete your account", text, ["handle"], answered, hidden=False)


async def _give_up(screen: Face) -> None:
    """The server ends the connection then, and says why."""
    try:
        await screen.controller.request(messages.DeleteAccount)
    except ChatError as error:
        if error.code != Code.CONNECTION_LOST:
            raise
