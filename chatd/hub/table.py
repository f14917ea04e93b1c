"""The command table: who handles each command, and which gates it passes. One row a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from chatd.domain import commands
from chatd.hub import messages, people, rooms


class Row(NamedTuple):
    """``counted``: it is a message, for the rate limit and for how long somebody was idle."""

    handler: Callable[..., Any]
    counted: bool = False


TABLE: dict[type[Any], Row] = {
    commands.Say: Row(messages.say, counted=True),
    commands.Tell: Row(messages.tell, counted=True),
    commands.Broadcast: Row(messages.broadcast, counted=True),
    commands.Join: Row(rooms.join),
    commands.Leave: Row(rooms.leave),
    commands.SetTopic: Row(rooms.set_topic),
    commands.ListRooms: Row(rooms.list_rooms),
    commands.ListMine: Row(rooms.list_mine),
    commands.Rename: Row(people.rename),
    commands.SetAway: Row(people.set_away),
    commands.ShowTyping: Row(people.show_typing),
    commands.ListUsers: Row(people.list_users),
    commands.Whois: Row(people.whois),
    commands.Measure: Row(people.measure),
}
