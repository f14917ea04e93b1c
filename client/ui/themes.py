"""Three themes as tables. A row: name, then foreground and background for 16 colours, the settings
for none, foreground and background for 256 and more.

``dark`` and ``light`` keep the terminal's own background; ``high-contrast`` brings its own.
"""

from __future__ import annotations

import zlib

from chatd.domain.names import fold

#: How many colours a theme has for names: ``nick0`` and on.
NICK_COLOURS = 12

Row = tuple[str, str, str, str, str, str]
Theme = tuple[Row, ...]


def nick_tone(nick: str) -> str:
    """The name of the colour of a person: the same in every run and on every machine."""
    number = zlib.crc32(fold(nick).encode(errors="replace"))
    return f"nick{number % NICK_COLOURS}"


def _nicks(basic: str, high: str) -> Theme:
    """Rows for names from two lists of colours."""
    pairs = zip(basic.split(","), high.split(), strict=True)
    return tuple(
        (f"nick{i}", fg, "default", "default", tone, "default")
        for i, (fg, tone) in enumerate(pairs)
    )


# fmt: off
DARK: Theme = (
    ("text",           "default",       "default",    "default",        "default",   "default"),
    ("time",           "dark gray",     "default",    "default",        "h242",      "default"),
    ("line",           "dark gray",     "default",    "default",        "h238",      "default"),
    ("own",            "white",         "default",    "bold",           "h255,bold", "default"),
    ("action", "default", "default", "default", "h251,italics", "default"),
    ("notice",         "dark gray",     "default",    "default",        "h245",      "default"),
    ("error",          "light red",     "default",    "bold",           "h203",      "default"),
    ("entered",        "dark green",    "default",    "default",        "h71",       "default"),
    ("left",           "brown",         "default",    "default",        "h137",      "default"),
    ("broadcast",      "light cyan",    "default",    "bold",           "h80",       "default"),
    ("mention",        "yellow",        "default",    "bold",           "h222,bold", "default"),
    ("mention-name",   "black",         "brown",      "standout",       "h234,bold", "h222"),
    ("found",          "yellow",        "default",    "bold",           "h220,bold", "default"),
    ("link", "light blue", "default", "underline", "h111,underline", "default"),
    ("waiting",        "brown",         "default",    "default",        "h179",      "default"),
    ("accepted",       "dark gray",     "default",    "default",        "h240",      "default"),
    ("read",           "dark green",    "default",    "default",        "h71",       "default"),
    ("failed",         "light red",     "default",    "bold",           "h203",      "default"),
    ("day",            "dark gray",     "default",    "default",        "h245",      "default"),
    ("unread",         "light red",     "default",    "bold",           "h209",      "default"),
    ("bar",            "light gray",    "dark blue",  "standout",       "h250",      "h236"),
    ("bar-strong",     "white",         "dark blue",  "standout,bold",  "h255,bold", "h236"),
    ("bar-dim",        "light gray",    "dark blue",  "standout",       "h244",      "h236"),
    ("bar-good",       "light green",   "dark blue",  "standout",       "h114",      "h236"),
    ("bar-alert",      "yellow",        "dark blue",  "standout,bold",  "h221,bold", "h236"),
    ("pane",           "default",       "default",    "default",        "h249",      "default"),
    ("pane-dim",       "dark gray",     "default",    "default",        "h241",      "default"),
    ("pane-unread",    "white",         "default",    "bold",           "h255,bold", "default"),
    ("pane-mention",   "yellow",        "default",    "bold",           "h222,bold", "default"),
    ("pane-current",   "white",         "dark blue",  "standout",       "h255,bold", "h238"),
    ("pane-current-dim", "light gray",  "dark blue",  "standout",       "h247",      "h238"),
    ("prompt",         "light green",   "default",    "bold",           "h114",      "default"),
    ("input",          "default",       "default",    "default",        "default",   "default"),
    ("dialog",         "light gray",    "black",      "default",        "h252",      "h235"),
    ("dialog-strong",  "white",         "black",      "bold",           "h255,bold", "h235"),
    ("dialog-dim",     "dark gray",     "black",      "default",        "h244",      "h235"),
    ("dialog-key",     "light green",   "black",      "bold",           "h114",      "h235"),
    ("dialog-chosen",  "white",         "dark blue",  "standout",       "h255,bold", "h24"),
    *_nicks(
        "light blue,light green,yellow,light magenta,light cyan,light red,"
        "dark cyan,dark green,brown,dark magenta,light blue,light green",
        "h75 h114 h222 h176 h80 h210 h109 h149 h216 h141 h117 h150",
    ),
)

LIGHT: Theme = (
    ("text",           "default",       "default",    "default",        "default",   "default"),
    ("time",           "dark gray",     "default",    "default",        "h246",      "default"),
    ("line",           "light gray",    "default",    "default",        "h250",      "default"),
    ("own",            "black",         "default",    "bold",           "h16,bold",  "default"),
    ("action", "default", "default", "default", "h238,italics", "default"),
    ("notice",         "dark gray",     "default",    "default",        "h243",      "default"),
    ("error",          "dark red",      "default",    "bold",           "h160",      "default"),
    ("entered",        "dark green",    "default",    "default",        "h28",       "default"),
    ("left",           "brown",         "default",    "default",        "h130",      "default"),
    ("broadcast",      "dark cyan",     "default",    "bold",           "h30",       "default"),
    ("mention",        "dark red",      "default",    "bold",           "h124,bold", "default"),
    ("mention-name",   "white",         "dark red",   "standout",       "h231,bold", "h124"),
    ("found",          "dark red",      "default",    "bold",           "h160,bold", "default"),
    ("link", "dark blue", "default", "underline", "h25,underline", "default"),
    ("waiting",        "brown",         "default",    "default",        "h130",      "default"),
    ("accepted",       "dark gray",     "default",    "default",        "h250",      "default"),
    ("read",           "dark green",    "default",    "default",        "h28",       "default"),
    ("failed",         "dark red",      "default",    "bold",           "h160",      "default"),
    ("day",            "dark gray",     "default",    "default",        "h243",      "default"),
    ("unread",         "dark red",      "default",    "bold",           "h166",      "default"),
    ("bar",            "black",         "light gray", "standout",       "h237",      "h253"),
    ("bar-strong",     "black",         "light gray", "standout,bold",  "h16,bold",  "h253"),
    ("bar-dim",        "dark gray",     "light gray", "standout",       "h243",      "h253"),
    ("bar-good",       "dark green",    "light gray", "standout",       "h28",       "h253"),
    ("bar-alert",      "dark red",      "light gray", "standout,bold",  "h124,bold", "h253"),
    ("pane",           "default",       "default",    "default",        "h238",      "default"),
    ("pane-dim",       "dark gray",     "default",    "default",        "h246",      "default"),
    ("pane-unread",    "black",         "default",    "bold",           "h16,bold",  "default"),
    ("pane-mention",   "dark red",      "default",    "bold",           "h124,bold", "default"),
    ("pane-current",   "black",         "light gray", "standout",       "h16,bold",  "h252"),
    ("pane-current-dim", "dark gray",   "light gray", "standout",       "h241",      "h252"),
    ("prompt",         "dark green",    "default",    "bold",           "h28",       "default"),
    ("input",          "default",       "default",    "default",        "default",   "default"),
    ("dialog",         "black",         "light gray", "default",        "h236",      "h254"),
    ("dialog-strong",  "black",         "light gray", "bold",           "h16,bold",  "h254"),
    ("dialog-dim",     "dark gray",     "light gray", "default",        "h243",      "h254"),
    ("dialog-key",     "dark green",    "light gray", "bold",           "h28",       "h254"),
    ("dialog-chosen",  "white",         "dark blue",  "standout",       "h231,bold", "h25"),
    *_nicks(
        "dark blue,dark green,brown,dark magenta,dark cyan,dark red,"
        "dark blue,dark green,brown,dark magenta,dark cyan,dark red",
        "h25 h28 h130 h90 h30 h124 h61 h64 h94 h133 h24 h167",
    ),
)

HIGH_CONTRAST: Theme = (
    ("text",           "white",         "black",      "default",        "h231",      "h16"),
    ("time",           "light gray",    "black",      "default",        "h252",      "h16"),
    ("line",           "white",         "black",      "default",        "h231",      "h16"),
    ("own",            "white",         "black",      "bold",           "h231,bold", "h16"),
    ("action", "white", "black", "bold", "h231,bold", "h16"),
    ("notice",         "light gray",    "black",      "default",        "h252",      "h16"),
    ("error",          "light red",     "black",      "bold",           "h217,bold", "h16"),
    ("entered",        "light green",   "black",      "default",        "h157",      "h16"),
    ("left",           "yellow",        "black",      "default",        "h229",      "h16"),
    ("broadcast",      "light cyan",    "black",      "bold",           "h159,bold", "h16"),
    ("mention",        "black",         "brown",      "standout",       "h16,bold",  "h226"),
    ("mention-name",   "black",         "brown",      "standout",       "h16,bold",  "h226"),
    ("found",          "yellow",        "black",      "bold",           "h226,bold", "h16"),
    ("link", "light cyan", "black", "underline", "h159,underline", "h16"),
    ("waiting",        "yellow",        "black",      "default",        "h229",      "h16"),
    ("accepted",       "light gray",    "black",      "default",        "h252",      "h16"),
    ("read",           "light green",   "black",      "bold",           "h157,bold", "h16"),
    ("failed",         "light red",     "black",      "bold",           "h217,bold", "h16"),
    ("day",            "white",         "black",      "default",        "h231",      "h16"),
    ("unread",         "yellow",        "black",      "bold",           "h226,bold", "h16"),
    ("bar",            "black",         "light gray", "standout",       "h16",       "h231"),
    ("bar-strong",     "black",         "light gray", "standout,bold",  "h16,bold",  "h231"),
    ("bar-dim",        "black",         "light gray", "standout",       "h16",       "h231"),
    ("bar-good",       "black",         "light gray", "standout",       "h16",       "h231"),
    ("bar-alert",      "white",         "dark red",   "standout,bold",  "h231,bold", "h88"),
    ("pane",           "white",         "black",      "default",        "h231",      "h16"),
    ("pane-dim",       "light gray",    "black",      "default",        "h252",      "h16"),
    ("pane-unread",    "white",         "black",      "bold",           "h231,bold", "h16"),
    ("pane-mention",   "yellow",        "black",      "bold",           "h226,bold", "h16"),
    ("pane-current",   "black",         "light gray", "standout",       "h16,bold",  "h231"),
    ("pane-current-dim", "black",       "light gray", "standout",       "h16",       "h231"),
    ("prompt",         "white",         "black",      "bold",           "h231,bold", "h16"),
    ("input",          "white",         "black",      "default",        "h231",      "h16"),
    ("dialog",         "white",         "black",      "default",        "h231",      "h16"),
    ("dialog-strong",  "white",         "black",      "bold",           "h231,bold", "h16"),
    ("dialog-dim",     "light gray",    "black",      "default",        "h252",      "h16"),
    ("dialog-key",     "yellow",        "black",      "bold",           "h226,bold", "h16"),
    ("dialog-chosen",  "black",         "light gray", "standout",       "h16,bold",  "h231"),
    *((name, fg, "black", mono, tone, "h16") for name, fg, _, mono, tone, _ in _nicks(
        "light blue,light green,yellow,light magenta,light cyan,light red,"
        "light blue,light green,yellow,light magenta,light cyan,light red",
        "h159 h157 h229 h225 h195 h223 h153 h193 h230 h219 h123 h217",
    )),
)
# fmt: on

#: Dark on light whatever the theme: cameras want it so.
_QR: Row = ("qr", "black", "white", "standout", "h16", "h231")

THEMES = {"dark": DARK, "light": LIGHT, "high-contrast": HIGH_CONTRAST}


def palette(name: str) -> list[tuple[str | None, str, str, str, str, str]]:
    """A theme as urwid takes it; its ``text`` is also what has no name of its own."""
    rows = THEMES[name]
    text = next(row for row in rows if row[0] == "text")
    return [(None, *text[1:]), _QR, *rows]
