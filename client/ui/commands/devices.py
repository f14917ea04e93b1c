"""Commands about devices: one's own, and by which keys others' are known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chatd.domain.device_record import DeviceRecord, RecordError
from chatd.domain.link import fingerprint, show_fingerprint
from chatd.errors import Code, Refused
from chatd.wire import messages

from ...model.visible import visible_line
from ...vault.keys import signed
from ..local_time import stamp
from ..picker import Choice
from .account import own_account
from .command import UsageError, closest, first_word

if TYPE_CHECKING:
    from ..face import Face

ADD, REMOVE = "add", "remove"
_SHOWN = 8
_ACTIVE = "active"


async def devices(screen: Face, words: str) -> None:
    """List devices, add one, or take one off."""
    what, rest = first_word(words)
    if what == ADD:
        await _add(screen)
    elif what == REMOVE:
        await _remove(screen, rest)
    elif what:
        await _show_others(screen, what)
    else:
        await _list_own(screen)


async def _list_own(screen: Face) -> None:
    found, rows = await _own(screen)

    def choices(text: str) -> list[Choice]:
        wanted = text.casefold()
        return [
            Choice(
                _named(row),
                _about(found, row),
                partial(screen.type, f"/devices {REMOVE} {_id(row)}"),
            )
            for row in rows
            if wanted in _named(row).casefold()
        ]

    screen.pick("Your devices", choices, "take it off")


async def _add(screen: Face) -> None:
    """Make a link for one more device. It stands in no conversation and no history."""
    own_account(screen)
    devices = screen.controller.devices
    if devices is None:
        raise UsageError("this device keeps no keys that could vouch for another")
    if not screen.asks:
        raise UsageError("the link is a secret: it is shown at a terminal only")
    vouches = devices.vouches
    link = await devices.add_device()
    screen.show_link("A link for one more device of yours", link)
    end = "is signed as yours once it is in" if vouches else "stays unsigned: no root key is here"
    screen.note(f"a link for one more device was shown; that device {end}")


async def _remove(screen: Face, words: str) -> None:
    """Take a device off, when the user is sure."""
    if not words:
        raise UsageError(f"type /devices {REMOVE} ID; /devices lists them")
    _, rows = await _own(screen)
    fitting = [one for one in rows if _is_meant(one, words)]
    if len(fitting) != 1:
        many = "more than one device of yours is" if fitting else "no device of yours is"
        raise UsageError(f"{many} {words}; /devices lists them")
    row = fitting[0]

    async def take_off() -> None:
        await screen.controller.request(partial(messages.RevokeDevice, device=row.id))
        screen.note(f"{_called(row)} was taken off your account")

    text = f"{_called(row)} never signs in again."
    if row.current:
        text += " It is the one that you sit at: you are signed out at once."

    def confirmed() -> None:
        screen.controller.run(take_off())

    screen.confirm("Take a device off", text, "take it off", confirmed)


async def _show_others(screen: Face, nick: str) -> None:
    try:
        found = await screen.controller.request(partial(messages.Devices, nick=nick))
    except Refused as refused:
        meant = closest(nick, (ADD, REMOVE))
        if refused.code not in (Code.NO_SUCH_ACCOUNT, Code.NO_SUCH_NICK) or not meant:
            raise
        raise UsageError(f"{refused.text}; did you mean /devices {meant}?") from None
    who = found.nick
    root = show_fingerprint(fingerprint(found.root)) if found.root else "none yet"
    screen.note(f"{who}'s root key: {root}")
    active = [row for row in found.devices if row.state == _ACTIVE]
    for row in active:
        key = show_fingerprint(fingerprint(row.key))
        screen.note(f"{who}'s {_vouched(found, row)} device: {key}")
    if not active:
        screen.note(f"{who} has no device that can sign in")


async def _own(screen: Face) -> tuple[messages.DeviceList, list[messages.DeviceRow]]:
    """What the server says of one's own devices, and those that are not gone for good."""
    own_account(screen)
    found = await screen.controller.request(messages.Devices)
    rows = [row for row in found.devices if row.state != "revoked"]
    screen.model.seen["device"] = [_id(row) for row in rows]
    return found, rows


def _is_meant(row: messages.DeviceRow, words: str) -> bool:
    return row.id.hex().startswith(words.lower()) or row.name.casefold() == words.casefold()


def _id(row: messages.DeviceRow) -> str:
    return row.id.hex()[:_SHOWN]


def _named(row: messages.DeviceRow) -> str:
    return f"{_id(row)}  {visible_line(row.name)}".rstrip()


def _called(row: messages.DeviceRow) -> str:
    """A device in a sentence."""
    return f"“{row.name}” ({_id(row)})" if row.name else _id(row)


def _about(found: messages.DeviceList, row: messages.DeviceRow) -> str:
    state = [row.state] if row.state != _ACTIVE else []
    seen = f"last seen {stamp(row.seen)}" if row.seen else "never seen"
    return ", ".join([*state, _vouched(found, row), "this one" if row.current else seen])


def _vouched(found: messages.DeviceList, row: messages.DeviceRow) -> str:
    """Whether the root signed this key for this account; what the server says is not enough."""
    if not row.signature:
        return "unsigned"
    try:
        record = DeviceRecord.decode(row.record)
    except RecordError:
        return "WRONGLY SIGNED"
    fits = (record.account, record.key) == (found.account, row.key)
    right = fits and signed(found.root, row.record, row.signature)
    return "signed" if right else "WRONGLY SIGNED"
