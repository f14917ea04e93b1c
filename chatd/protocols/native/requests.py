"""Requests of the wire to commands of the hub, and its results back. One row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from chatd.domain import commands, results
from chatd.domain.commands import Style
from chatd.wire import messages


def _style(byte: int) -> Style:
    """A style this server does not know is shown as plain speech."""
    return Style.ACTION if byte == Style.ACTION else Style.SAID


#: How each request becomes a command. LOGOUT is the session's own affair.
COMMANDS: dict[type[Any], Callable[[Any], commands.Command]] = {
    messages.Join: lambda m: commands.Join(m.room, m.password),
    messages.Leave: lambda m: commands.Leave(m.room),
    messages.Rooms: lambda m: commands.ListRooms(m.after),
    messages.Mine: lambda m: commands.ListMine(m.after),
    messages.Users: lambda m: commands.ListUsers(m.room, m.after),
    messages.Nick: lambda m: commands.Rename(m.nick),
    messages.Direct: lambda m: commands.Tell(m.to, m.text, _style(m.style)),
    messages.Measure: lambda m: commands.Measure(),
    messages.Say: lambda m: commands.Say(m.room, m.text, _style(m.style)),
    messages.Topic: lambda m: commands.SetTopic(m.room, m.topic),
    messages.Whois: lambda m: commands.Whois(m.nick),
    messages.Away: lambda m: commands.SetAway(m.text),
    messages.Typing: lambda m: commands.ShowTyping(m.active, m.room, m.to),
    messages.Broadcast: lambda m: commands.Broadcast(m.text),
}


def _joined(result: results.Joined) -> messages.Joined:
    return messages.Joined(result.room, result.topic, result.members, result.created)


def _room_page(result: results.RoomPage) -> messages.RoomPage:
    rows = [messages.RoomRow(r.name, r.members, r.locked, r.topic) for r in result.rooms]
    return messages.RoomPage(rows, result.total, result.more)


def _joined_page(result: results.JoinedPage) -> messages.JoinedPage:
    return messages.JoinedPage([_joined(room) for room in result.rooms], result.more)


def _user_page(result: results.UserPage) -> messages.UserPage:
    rows = [messages.UserRow(user.nick, user.away) for user in result.users]
    return messages.UserPage(rows, result.total, result.more)


def _person(result: results.Person) -> messages.Person:
    return messages.Person(
        result.nick,
        result.kind,
        result.door,
        result.away,
        result.since,
        result.idle,
        list(result.rooms),
    )


class Done(messages.Message, frozen=True, tag=0x9A):
    """A :class:`~chatd.wire.messages.Status` as it is written: its result is encoded along."""

    id: int
    code: int
    text: str
    wait: float
    result: Struct


#: How each result goes into a status. ``Nothing`` needs none.
RESULTS: dict[type[Any], Callable[[Any], Struct]] = {
    results.Accepted: lambda r: messages.Accepted(r.id, r.time),
    results.Joined: _joined,
    results.Renamed: lambda r: messages.Renamed(r.nick),
    results.RoomPage: _room_page,
    results.JoinedPage: _joined_page,
    results.UserPage: _user_page,
    results.Person: _person,
}
