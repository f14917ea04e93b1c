"""All commands: what dispatch, completion, the help and the documents know of them."""

from __future__ import annotations

from . import (
    account,
    blocking,
    devices,
    history,
    moderation,
    people,
    program,
    rooms,
    rules,
    services,
    talk,
)
from .command import Command

COMMANDS = (
    Command(
        "join",
        "#room [options]",
        "enter a room or make it: -p (with a password), level=N, private",
        rooms.join,
        completes="room",
        options=rooms.JOIN_OPTIONS,
        is_secret=rooms.has_secret,
    ),
    Command("leave", "[#room]", "leave a room, keep its text", rooms.leave, ("part",), "room"),
    Command("close", "", "leave this conversation and unlist it", rooms.close),
    Command("list", "[text]", "all rooms of the server, to choose from", rooms.list_rooms),
    Command("topic", "[text | -clear]", "show, set or clear the room's topic", rooms.topic),
    Command("names", "[#room]", "who is in the room", rooms.names, ("nicklist",), "room"),
    Command(
        "room",
        "[rules]",
        "how the room is; rules: level=N, private, public, locked, unlocked",
        rules.show_or_set,
        options=rules.RULES,
    ),
    Command("lock", "", "leave the topic to the owner and moderators", rules.lock),
    Command("unlock", "", "let everybody set the topic", rules.unlock),
    Command(
        "invite",
        "nick [#room]",
        "ask somebody into a room, a private one too",
        moderation.invite,
        completes="nick room",
    ),
    Command(
        "kick", "nick [reason]", "put somebody out of the room", moderation.kick, completes="nick"
    ),
    Command(
        "ban",
        "[nick [for 2h] …]",
        "keep somebody out, with a reason; for: s, m, h, d, w; alone: list",
        moderation.ban,
        completes="nick",
    ),
    Command("unban", "name", "let somebody come in again", moderation.unban, completes="ban"),
    Command("bans", "", "who is banned from the room", moderation.bans),
    Command(
        "mod",
        "nick",
        "make somebody a moderator of the room",
        moderation.make_moderator,
        completes="nick",
    ),
    Command(
        "unmod",
        "nick",
        "make a moderator a plain member again",
        moderation.make_member,
        completes="nick",
    ),
    Command(
        "owner", "nick", "hand the room over to somebody", moderation.make_owner, completes="nick"
    ),
    Command(
        "msg",
        "nick|#room text",
        "say something to a person or a room",
        talk.message,
        ("message",),
        "target",
    ),
    Command(
        "query", "nick [text]", "open a conversation with a person", talk.query, completes="nick"
    ),
    Command("me", "text", "do something: /me waves", talk.act),
    Command("broadcast", "text", "say something to everyone on the server", talk.broadcast),
    Command("retry", "", "send again what failed here", talk.retry),
    Command("online", "", "who is on the server", people.online),
    Command("whois", "[nick]", "what is known of a person", people.whois, completes="nick"),
    Command("directory", "[text]", "all who have an account, to choose from", people.directory),
    Command(
        "nick",
        "name",
        "take another nick; with an account: a display name (-clear: none)",
        account.rename,
    ),
    Command(
        "account",
        "[delete]",
        "who you are here; delete: give the account up",
        account.account,
        options=(account.DELETE,),
    ),
    Command(
        "passwd",
        "",
        "change your account's password; it asks",
        account.change_password,
        is_secret=bool,
    ),
    Command(
        "devices",
        "[add|remove id]",
        "your devices; add: a link for one more; /devices nick: their keys",
        devices.devices,
        completes="nick device",
        options=(devices.ADD, devices.REMOVE),
    ),
    Command("away", "[text]", "be away", talk.away),
    Command("back", "", "be back", talk.back),
    Command(
        "block",
        "[nick]",
        "have a person's messages refused, on all your devices; alone: list",
        blocking.block,
        completes="nick",
    ),
    Command(
        "unblock", "nick", "take a person's messages again", blocking.unblock, completes="blocked"
    ),
    Command(
        "ignore",
        "[nick]",
        "hide what a person says, on this device only; alone: list",
        people.ignore,
        completes="nick",
    ),
    Command("unignore", "nick", "show what a person says again", people.unignore, completes="nick"),
    Command("mute", "[name]", "be told of mentions only", people.mute, completes="target"),
    Command("unmute", "[name]", "be told of everything again", people.unmute, completes="target"),
    Command(
        "highlight", "[word]", "be told when a word is said; again: no longer", people.highlight
    ),
    Command(
        "service",
        "[name [field=value …]]",
        "list the server's services, or ask one",
        services.service,
        completes="service",
    ),
    Command(
        "search",
        "[words]",
        "look for words here; also from:nick, in:#room (Ctrl+r: everywhere)",
        program.search,
    ),
    Command(
        "history",
        "[delete #room|nick|all]",
        "what this computer keeps of what was said, and an end of that",
        history.history,
        completes="delete target",
        options=(history.DELETE,),
    ),
    Command("clear", "", "empty this conversation's screen", program.clear),
    Command(
        "set",
        "[name [value]]",
        "show or change a setting; /set key.NAME Alt+x changes a key",
        program.set_value,
        completes="setting",
    ),
    Command("theme", "[name]", "show or change the colours", program.set_theme, completes="theme"),
    Command("reconnect", "", "try to connect now", program.reconnect),
    Command("help", "[command]", "keys and commands", program.show_help, completes="command"),
    Command("quit", "", "say goodbye and end", program.leave_server, ("exit", "logout")),
)
