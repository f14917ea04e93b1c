"""The command table: who handles each command, and which gates it passes. One row a command."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from chatd.domain import commands
from chatd.hub import (
    accounts,
    blocking,
    devices,
    following,
    joining,
    messages,
    moderation,
    pairs,
    people,
    progress,
    rooms,
    sealed,
    services,
)


class Counts(Enum):
    """For which rate limit a command counts: what is said; what is told to others or stored
    besides, and what services do; or coming into rooms and going."""

    NOT = 0
    MESSAGE = 1
    CHANGE = 2
    MOVE = 3


class Row(NamedTuple):
    """A message also ends how long somebody was idle."""

    handler: Callable[..., Any]
    counts: Counts = Counts.NOT


TABLE: dict[type[Any], Row] = {
    commands.Say: Row(messages.say, Counts.MESSAGE),
    commands.Tell: Row(messages.tell, Counts.MESSAGE),
    commands.SaySealed: Row(sealed.say_sealed, Counts.MESSAGE),
    commands.Broadcast: Row(messages.broadcast, Counts.MESSAGE),
    commands.OpenPair: Row(pairs.open_pair),
    commands.Follow: Row(following.follow),
    commands.Fetch: Row(following.fetch),
    commands.Acknowledge: Row(following.acknowledge),
    commands.MarkRead: Row(progress.mark_read),
    commands.GetProgress: Row(progress.get_progress),
    commands.ListReceipts: Row(progress.list_receipts),
    commands.Join: Row(joining.join, Counts.MOVE),
    commands.Leave: Row(rooms.leave, Counts.MOVE),
    commands.SetTopic: Row(rooms.set_topic, Counts.CHANGE),
    commands.SetRoom: Row(moderation.set_room, Counts.CHANGE),
    commands.SetStanding: Row(moderation.set_standing, Counts.CHANGE),
    commands.Invite: Row(moderation.invite, Counts.CHANGE),
    commands.Kick: Row(moderation.kick, Counts.CHANGE),
    commands.Ban: Row(moderation.ban, Counts.CHANGE),
    commands.Unban: Row(moderation.unban, Counts.CHANGE),
    commands.ListBans: Row(moderation.list_bans),
    commands.ListRooms: Row(rooms.list_rooms),
    commands.ListMine: Row(rooms.list_mine),
    commands.Rename: Row(people.rename, Counts.CHANGE),
    commands.SetAway: Row(people.set_away, Counts.CHANGE),
    commands.ShowTyping: Row(people.show_typing),
    commands.ListUsers: Row(people.list_users),
    commands.Whois: Row(people.whois),
    commands.Measure: Row(people.measure),
    commands.Block: Row(blocking.block, Counts.CHANGE),
    commands.Unblock: Row(blocking.unblock, Counts.CHANGE),
    commands.ListBlocks: Row(blocking.list_blocks),
    commands.ConfirmToken: Row(devices.confirm_token),
    commands.ListDevices: Row(devices.list_devices),
    commands.AddDevice: Row(devices.add_device, Counts.CHANGE),
    commands.SignDevice: Row(devices.sign_device, Counts.CHANGE),
    commands.RevokeDevice: Row(devices.revoke_device, Counts.CHANGE),
    commands.SetPassword: Row(accounts.set_password, Counts.CHANGE),
    commands.DeleteAccount: Row(accounts.delete_account, Counts.CHANGE),
    commands.HideSeen: Row(accounts.hide_seen, Counts.CHANGE),
    commands.ListDirectory: Row(accounts.list_directory),
    commands.ListServices: Row(services.list_services),
    commands.CallService: Row(services.call_service, Counts.CHANGE),
}
