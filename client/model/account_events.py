"""What the server tells of accounts: display names, and one's own devices."""

from __future__ import annotations

from dataclasses import replace

from chatd.wire import messages

from .conversation import Kind
from .entry import Entry, EntryKind
from .model import Attention, Model

#: Of one's own devices: how much it matters, and what is told.
_OWN = {
    "enrolled": (
        EntryKind.NOTICE,
        "a new device is on your account: {device}; if that was not you: /devices remove {id}",
    ),
    "signed": (EntryKind.NOTICE, "your device {device} is signed now: others can trust it"),
    "suspended": (
        EntryKind.ERROR,
        "your device {device} was suspended: its vault seems to have been copied. "
        "/devices add makes a link to enrol it again, /devices remove {id} takes it off",
    ),
    "revoked": (EntryKind.NOTICE, "your device {device} was taken off your account"),
}
_OTHERS = (
    "the device {device} of {nick} was suspended: its vault seems to have been copied; "
    "they enrol it again by a link of their own or from chatctl"
)


def display_changed(model: Model, changed: messages.DisplayChanged, now: int) -> None:
    """Somebody shows another display name; told where one talks with them alone."""
    model.set_display(changed.nick, changed.display)
    is_me = model.is_me(changed.nick)
    place = model.roster.server if is_me else model.roster.find(Kind.PERSON, changed.nick)
    if place is None:
        return
    who = "your" if is_me else f"{changed.nick}'s"
    text = f"{who} display name is {changed.display} now"
    if not changed.display:
        text = f"{model.called(changed.nick)} took the display name away"
    place.append(Entry(EntryKind.NOTICE, now, text), seen=True)


def device_changed(model: Model, changed: messages.DeviceChanged, now: int) -> Attention | None:
    """Something happened to a device of one's own; admins hear of others' suspended ones."""
    number = changed.id.hex()[:8]
    device = f"“{changed.name}” ({number})" if changed.name else number
    if not model.is_me(changed.nick):
        text = _OTHERS.format(device=device, nick=changed.nick)
        return model.alert(EntryKind.ERROR, text, now)
    account = model.account
    if account is not None and changed.what == "signed" and changed.id == account.device:
        model.account = replace(account, signed=True)
    kind, text = _OWN.get(changed.what, (EntryKind.NOTICE, "your device {device}: {what}"))
    told = text.format(device=device, id=number, what=changed.what)
    return model.alert(kind, told, now)
