"""Accounts: what people do with their own, and what they see of others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from chatd.domain import commands, events, results
from chatd.domain.names import LONGEST_DISPLAY, clean_display, fold
from chatd.errors import ChatError, Code, EntryError, Refused
from chatd.hub import leaving, password, presence
from chatd.hub.blocking import has_blocked
from chatd.hub.devices import owner

if TYPE_CHECKING:
    from chatd.domain.account import Account
    from chatd.hub.person import Person
    from chatd.hub.session import Session
    from chatd.hub.state import State

#: Characters; what is imported may be shorter.
SHORTEST_PASSWORD = 8


def set_display(
    state: State, session: Session, command: commands.Rename
) -> Deferred[results.Renamed]:
    """Show another display name; those who share a room are told."""
    return Deferred.fromCoroutine(_set_display(state, session, clean_display(command.nick)))


async def _set_display(state: State, session: Session, display: str) -> results.Renamed:
    account, _ = owner(session)
    if display != account.display:
        _check_display(state, account, display)
        account = await state.need_store().set_display(account.id, display)
        state.refresh(account)
        changed = events.DisplayChanged(account.handle, account.display)
        state.tell(state.neighbours(session), changed)
    return results.Renamed(account.handle, account.display)


def _check_display(state: State, account: Account, display: str) -> None:
    """:raises Refused: DISPLAY_INVALID, it could be taken for another account's handle."""
    folded = fold(display)
    if folded in state.handles and folded != fold(account.handle):
        text = f"{display} looks like the name of another account; choose another display name"
        raise Refused(Code.DISPLAY_INVALID, text)


def set_password(
    state: State, session: Session, command: commands.SetPassword
) -> Deferred[results.Nothing]:
    """Set one's password. Whoever knows the present one may; guesses count as at the door."""
    return Deferred.fromCoroutine(_set_password(state, session, command.old, command.new))


async def _set_password(state: State, session: Session, old: str, new: str) -> results.Nothing:
    account, device = owner(session)
    if len(new) < SHORTEST_PASSWORD:
        raise Refused(Code.PASSWORD_TOO_SHORT)
    if len(new.encode()) > state.limits.password:
        raise Refused(Code.PASSWORD_TOO_LONG)
    if account.password:
        try:
            await password.check(state, session.peer, account.handle, old)
        except EntryError as error:
            text = error.text if error.wait else ""
            raise Refused(Code.OLD_PASSWORD_WRONG, text, error.wait) from None
    phc = await state.passwords.hash(new)
    state.check_here(session)
    account = await state.need_store().set_password(account.id, phc, device.id)
    state.refresh(account)
    state.record("password_changed", session, by=account.handle)
    return results.Nothing()


def delete_account(
    state: State, session: Session, command: commands.DeleteAccount
) -> Deferred[results.Nothing]:
    """Give one's account up. All its sessions end, this one too; nobody gets the handle."""
    return Deferred.fromCoroutine(_delete_account(state, session))


async def _delete_account(state: State, session: Session) -> results.Nothing:
    account, _ = owner(session)
    account = await leaving.remove(state, account.id)
    state.record("account_removed", session, by=account.handle)
    goodbye = ChatError(Code.LOGGED_OUT, "your account is deleted")
    state.close_sessions(state.sessions_by(account.id), goodbye, session)
    return results.Nothing()


def hide_seen(
    state: State, session: Session, command: commands.HideSeen
) -> Deferred[results.Nothing]:
    """Let nobody know when one was here last, or let them."""
    return Deferred.fromCoroutine(_hide_seen(state, session, command.hidden))


async def _hide_seen(state: State, session: Session, hidden: bool) -> results.Nothing:
    account, _ = owner(session)
    state.refresh(await state.need_store().hide_seen(account.id, hidden))
    return results.Nothing()


def list_directory(
    state: State, session: Session, command: commands.ListDirectory
) -> Deferred[results.DirectoryPage]:
    """A page of all accounts, for those who have one."""
    return Deferred.fromCoroutine(_list_directory(state, session, command.after))


async def _list_directory(state: State, session: Session, after: str) -> results.DirectoryPage:
    owner(session)
    asker = session.person
    count = state.page(lambda limits: 4 * (limits.nick + LONGEST_DISPLAY) + 64)
    accounts = await state.need_store().accounts(fold(after), count + 1)
    rows = tuple(_directory_row(state, asker, account) for account in accounts[:count])
    return results.DirectoryPage(rows, len(accounts) > count)


def _directory_row(state: State, asker: Person, account: Account) -> results.DirectoryRow:
    person = state.accounts.get(account.id)
    if person is not None and has_blocked(state, person, asker):
        person = None
    presence = "offline" if person is None else "away" if person.away else "online"
    return results.DirectoryRow(
        account.handle, account.display, account.level, account.role.value, presence, account.root
    )


async def find_absent(state: State, asker: Person, nick: str) -> results.Person:
    """What one may know of an account that is not here, or not for the asker.

    :raises Refused: NO_SUCH_NICK.
    """
    account = await state.need_store().account(nick)
    if account is None:
        raise Refused(Code.NO_SUCH_NICK, f"nobody here is called {nick}")
    person = state.known(account.id)
    if person is not None and person.account is not None:
        account = person.account
    return results.Person(
        account.handle,
        "account",
        door="",
        away="",
        since=0,
        idle=0,
        rooms=shared_rooms(state, asker, person) if person is not None else (),
        display=account.display,
        level=account.level,
        role=account.role.value,
        root=account.root,
        online=False,
        seen=presence.last_seen(state, account, asker),
    )


def shared_rooms(state: State, asker: Person, person: Person) -> tuple[str, ...]:
    """Names of the rooms that somebody and the asker are in."""
    shared = tuple(room.name for room in person.rooms if room in asker.rooms)
    return shared[: state.page(lambda limits: 4 * limits.nick)]
