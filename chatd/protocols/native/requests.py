"""Requests of the wire as commands of the hub, one row each; ``results.py`` is the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.domain import commands
from chatd.domain.commands import Relation, Standing, Style
from chatd.errors import Code, Refused
from chatd.wire import messages


def _style(byte: int) -> Style:
    """A style this server does not know is shown as plain speech."""
    return Style.ACTION if byte == Style.ACTION else Style.SAID


def _standing(byte: int) -> Standing:
    """A standing this server does not know is given to nobody."""
    try:
        return Standing(byte)
    except ValueError:
        raise Refused(Code.SETTING_INVALID, "there is no such standing in a room") from None


#: Found faster than by the enumeration itself, which would take longer than all the rest.
_RELATIONS = {int(one): one for one in Relation}


def _relation(byte: int) -> Relation:
    """A relation this server does not know is kept for nobody: what it means is not known."""
    try:
        return _RELATIONS[byte]
    except KeyError:
        raise Refused(Code.RELATION_INVALID, "there is no such relation between messages") from None


def _say(m: messages.Say) -> commands.Say:
    return commands.Say(
        m.room,
        m.text,
        _style(m.style),
        b"",
        m.conversation,
        m.epoch,
        m.seq,
        _relation(m.relation),
        m.ref,
    )


def _tell(m: messages.Direct) -> commands.Tell:
    return commands.Tell(
        m.to,
        m.text,
        _style(m.style),
        b"",
        m.conversation,
        m.epoch,
        m.seq,
        _relation(m.relation),
        m.ref,
    )


def _say_sealed(m: messages.SaySealed) -> commands.SaySealed:
    return commands.SaySealed(
        m.conversation, m.epoch, m.seq, m.body, m.room, m.to, m.parts, tuple(m.letters)
    )


#: What is done beside the other requests of a session: they do not wait for a service that hangs.
BESIDE: frozenset[type[Any]] = frozenset({messages.CallService})

#: How each request becomes a command, or is refused. LOGOUT is the session's own affair, and so is
#: ACKNOWLEDGE, which is no request: nothing answers it.
COMMANDS: dict[type[Any], Callable[[Any], commands.Command]] = {
    messages.Join: lambda m: commands.Join(m.room, m.password, m.level, m.private, m.sealed),
    messages.Leave: lambda m: commands.Leave(m.room),
    messages.Rooms: lambda m: commands.ListRooms(m.after),
    messages.Mine: lambda m: commands.ListMine(m.after),
    messages.Users: lambda m: commands.ListUsers(m.room, m.after),
    messages.Nick: lambda m: commands.Rename(m.nick),
    messages.Direct: _tell,
    messages.Measure: lambda m: commands.Measure(),
    messages.Say: _say,
    messages.Topic: lambda m: commands.SetTopic(m.room, m.topic),
    messages.Whois: lambda m: commands.Whois(m.nick),
    messages.Away: lambda m: commands.SetAway(m.text),
    messages.Typing: lambda m: commands.ShowTyping(m.active, m.room, m.to),
    messages.Broadcast: lambda m: commands.Broadcast(m.text),
    messages.SaySealed: _say_sealed,
    messages.OpenPair: lambda m: commands.OpenPair(m.nick, m.sealed),
    messages.Follow: lambda m: commands.Follow(m.after),
    messages.Fetch: lambda m: commands.Fetch(m.conversation, m.after),
    messages.MarkRead: lambda m: commands.MarkRead(m.conversation, m.number, m.quiet),
    messages.GetProgress: lambda m: commands.GetProgress(m.conversation),
    messages.Receipts: lambda m: commands.ListReceipts(m.conversation, m.after),
    messages.HideSeen: lambda m: commands.HideSeen(m.hidden),
    messages.Block: lambda m: commands.Block(m.nick),
    messages.Unblock: lambda m: commands.Unblock(m.nick),
    messages.Blocks: lambda m: commands.ListBlocks(m.after),
    messages.ConfirmToken: lambda m: commands.ConfirmToken(m.token),
    messages.Devices: lambda m: commands.ListDevices(m.nick),
    messages.AddDevice: lambda m: commands.AddDevice(),
    messages.SignDevice: lambda m: commands.SignDevice(m.device, m.record, m.signature),
    messages.RevokeDevice: lambda m: commands.RevokeDevice(m.device),
    messages.SetPassword: lambda m: commands.SetPassword(m.old, m.new),
    messages.DeleteAccount: lambda m: commands.DeleteAccount(),
    messages.Invite: lambda m: commands.Invite(m.room, m.nick),
    messages.Kick: lambda m: commands.Kick(m.room, m.nick, m.reason),
    messages.Ban: lambda m: commands.Ban(m.room, m.nick, m.reason, m.seconds),
    messages.Unban: lambda m: commands.Unban(m.room, m.target),
    messages.Bans: lambda m: commands.ListBans(m.room, m.after),
    messages.SetRoom: lambda m: commands.SetRoom(m.room, m.level, m.private, m.locked, m.retention),
    messages.SetStanding: lambda m: commands.SetStanding(m.room, m.nick, _standing(m.standing)),
    messages.Directory: lambda m: commands.ListDirectory(m.after),
    messages.Services: lambda m: commands.ListServices(),
    messages.CallService: lambda m: commands.CallService(m.service, m.request),
}
