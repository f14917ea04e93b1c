"""All commands: what dispatch, completion, the help and the documents know of them."""

from __future__ import annotations

from . import people, program, rooms, talk
from .command import Command

COMMANDS = (
    Command(
        "join",
        "#room [-p]",
        "enter a room or make it; -p: with a password",
        rooms.join,
        completes="room",
        is_secret=rooms.has_secret,
    ),
    Command("leave", "[#room]", "leave a room, keep its text", rooms.leave, ("part",), "room"),
    Command("close", "", "leave this conversation and forget it", rooms.close),
    Command("list", "[text]", "all rooms of the server, to choose from", rooms.list_rooms),
    Command("topic", "[text | -clear]", "show, set or clear the room's topic", rooms.topic),
    Command("names", "[#room]", "who is in the room", rooms.names, ("nicklist",), "room"),
    Command(
        "msg",
        "nick|#room text",
        "say something to a person or a room",
        talk.message,
        ("message",),
        "target",
    ),
    Command("query", "nick [text]", "open a conversation with a person", talk.query, (), "nick"),
    Command("me", "text", "do something: /me waves", talk.act),
    Command("broadcast", "text", "say something to everyone on the server", talk.broadcast),
    Command("retry", "", "send again what failed here", talk.retry),
    Command("online", "", "who is on the server", people.online),
    Command("whois", "[nick]", "what is known of a person", people.whois, (), "nick"),
    Command("nick", "name", "take another nick", people.rename),
    Command("away", "[text]", "be away", talk.away),
    Command("back", "", "be back", talk.back),
    Command("ignore", "[nick]", "hear nothing of a person", people.ignore, (), "nick"),
    Command("unignore", "nick", "hear a person again", people.unignore, (), "nick"),
    Command("mute", "[name]", "be told of mentions only", people.mute, (), "target"),
    Command("unmute", "[name]", "be told of everything again", people.unmute, (), "target"),
    Command(
        "highlight", "[word]", "be told when a word is said; again: no longer", people.highlight
    ),
    Command("search", "[text]", "look for a text here (Ctrl+r: everywhere)", program.search),
    Command("clear", "", "empty this conversation's screen", program.clear),
    Command(
        "set",
        "[name [value]]",
        "show or change a setting; /set key.NAME Alt+x changes a key",
        program.set_value,
        (),
        "setting",
    ),
    Command("theme", "[name]", "show or change the colours", program.set_theme, (), "theme"),
    Command("reconnect", "", "try to connect now", program.reconnect),
    Command("help", "[command]", "keys and commands", program.show_help, (), "command"),
    Command("quit", "", "say goodbye and end", program.leave_server, ("exit", "logout")),
)
