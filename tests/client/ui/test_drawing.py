"""Colours, links, lines, notifications: what goes to the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import urwid
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase
from urwid.testing import render_runs, render_text, resolve_attr
from urwid.util import LayeredAttr

from client.model.conversation import Conversation, Kind
from client.model.entry import Delivery, Entry, EntryKind
from client.model.mentions import Mentions
from client.model.model import Attention
from client.model.progress import Progress
from client.ui import fit, reactions
from client.ui.line import Around, LineStyle, line
from client.ui.markup import spoken
from client.ui.notifier import notification
from client.ui.rule import Rule
from client.ui.themes import NICK_COLOURS, THEMES, nick_tone, palette

NOTHING = Around()
STYLE = LineStyle(name_width=6, show_time=False, copy=False, links=True)


class ThemeTests(TestCase):
    def test_all_themes_name_the_same_colours(self) -> None:
        names = {name: [row[0] for row in theme] for name, theme in THEMES.items()}
        self.assertEqual(sorted(names["light"]), sorted(names["dark"]))
        self.assertEqual(sorted(names["high-contrast"]), sorted(names["dark"]))
        self.assertEqual(len(set(names["dark"])), len(names["dark"]))

    def test_every_colour_can_be_drawn_by_every_terminal(self) -> None:
        for name in THEMES:
            for row in palette(name):
                for colors in (1, 16, 88, 256, 2**24):
                    resolve_attr(row[0], palette(name), colors=colors)

    def test_a_name_has_one_colour(self) -> None:
        self.assertEqual(nick_tone("Alice"), nick_tone("alice"))
        tones = {nick_tone(f"rand{number}") for number in range(500)}
        self.assertEqual(len(tones), NICK_COLOURS)


class MarkupTests(TestCase):
    def links(self, text: str) -> list[str]:
        found = []
        for tone, _ in spoken(text, "text", Mentions(), links=True):
            if isinstance(tone, LayeredAttr):
                (first, *_) = tone.layers
                assert isinstance(first, urwid.AttrSpec) and first.hyperlink
                found.append(first.hyperlink.uri)
        return found

    def test_links(self) -> None:
        self.assertEqual(
            self.links("see https://example.org/a_(b). And (http://x.org), https:// ok"),
            ["https://example.org/a_(b)", "http://x.org"],
        )

    def test_only_addresses_of_the_web_are_links(self) -> None:
        self.assertEqual(self.links("javascript:alert(1) file:///etc/passwd ssh://x"), [])

    def test_an_address_that_terminals_refuse_is_still_drawn(self) -> None:
        markup = spoken("https://exämple.org/", "text", Mentions(), links=True)
        self.assertEqual(markup, [("link", "https://exämple.org/")])

    def test_words_that_name_the_user(self) -> None:
        markup = spoken("hi alice!", "text", Mentions(["alice"]), links=True)
        self.assertEqual(markup, [("text", "hi "), ("mention", "alice"), ("text", "!")])

    @given(st.text())
    def test_nothing_is_lost(self, text: str) -> None:
        markup = spoken(text, "text", Mentions(["a", "b"]), links=True)
        self.assertEqual("".join(words for _, words in markup), text)


class LineTests(TestCase):
    def rows(
        self, entry: Entry, columns: int = 30, style: LineStyle = STYLE, around: Around = NOTHING
    ) -> list[str]:
        widget = line(entry, style, Mentions(), around)
        return render_text(widget, (columns,), strip=True)

    def test_wraps_under_itself(self) -> None:
        entry = Entry(EntryKind.SAID, 0, "one two three four five six", "bob")
        self.assertEqual(self.rows(entry, 24), ["   bob │ one two three", "       │ four five six"])

    def test_wide_characters_keep_the_line_straight(self) -> None:
        entry = Entry(EntryKind.SAID, 0, "日本語日本語日本語日本語", "日本語です")
        for row in self.rows(entry, 20):
            self.assertEqual(fit.width(row[: row.index("│")]), 7)

    def test_how_far_ones_own_messages_came(self) -> None:
        read = Around(progress=Progress.READ)
        for delivery, around, mark in (
            (Delivery.WAITING, Around(), "hi … because"),
            (Delivery.ACCEPTED, Around(progress=Progress.ACCEPTED), "hi ✓"),
            (Delivery.ACCEPTED, Around(progress=Progress.DELIVERED), "hi ✓✓"),
            (Delivery.ACCEPTED, read, "hi ✓✓"),
            (Delivery.ACCEPTED, replace(read, last_read=True), "hi ✓✓ read"),
            (Delivery.FAILED, Around(), "hi ✗ because (/retry or /drop)"),
            (Delivery.EXPIRED, Around(), "hi ✗ because"),
        ):
            entry = Entry(
                EntryKind.SAID, 0, "hi", "me", own=True, delivery=delivery, failure="because"
            )
            self.assertEqual(self.rows(entry, 60, around=around), [f"    me │ {mark}"])

    def test_what_became_of_a_message(self) -> None:
        said = Entry(EntryKind.SAID, 0, "x", "bob", 1)
        for entry, shown in (
            (replace(said, edited=True), "   bob │ x (edited)"),
            (replace(said, text="", deleted=True), "   bob │ message deleted"),
            (replace(said, id=None, own=True, deleted=True), "   bob │ not sent, and given up"),
        ):
            self.assertEqual(self.rows(entry, 60), [shown])

    def test_answers_and_reactions_stand_around_the_text(self) -> None:
        around = Around(True, "alice: is there any tea?", reactions=(("👍 2", False),))
        rows = self.rows(Entry(EntryKind.SAID, 0, "yes", "bob", 1), 30, around=around)
        self.assertEqual(rows, ["   bob ┃ ↪ alice: is there an…", "       ┃ yes", "       ┃ 👍 2"])

    def test_kinds(self) -> None:
        for kind, shown in (
            (EntryKind.ACTION, "     * │ bob x"),
            (EntryKind.ENTERED, "     → │ bob x"),
            (EntryKind.LEFT, "     ← │ bob x"),
            (EntryKind.NOTICE, "     • │ x"),
            (EntryKind.ERROR, "     ! │ x"),
            (EntryKind.BROADCAST, "   bob │ to everyone: x"),
        ):
            self.assertEqual(self.rows(Entry(kind, 0, "x", "bob")), [shown])

    def test_names_and_texts_of_strangers_are_made_safe(self) -> None:
        entry = Entry(EntryKind.SAID, 0, "\x1b]0;evil\x07", "b\x1bb")
        self.assertEqual(self.rows(entry), ["   b␛b │ ␛]0;evil␇"])

    def test_rules_fit_any_width(self) -> None:
        """Where the words are too long for one row, they take several."""
        for columns in (1, 2, 10, 60):
            rule = Rule("Thursday, 21 November", "day", "─")
            rows = render_runs(rule, (columns,))
            self.assertEqual(len(rows), rule.rows((columns,)))
            for row in rows:
                self.assertEqual(sum(fit.width(text) for _, text in row), columns)
        self.assertEqual(render_text(Rule("a b", "day", "─"), (9,)), ["── a b ──"])
        gap = Entry(EntryKind.GAP, 0, "3 messages missing: you were not a member")
        self.assertEqual(
            [row.strip() for row in self.rows(gap, 30)],
            ["3 messages missing: you were", "not a member"],
        )


class ReactionTests(TestCase):
    def test_the_commonest_first_and_ones_own_in_brackets(self) -> None:
        given = (("🎉", ("alice",)), ("👍", ("bob", "carol")))
        entry = Entry(EntryKind.SAID, 0, "x", "bob", 1, reactions=given)
        self.assertEqual(reactions.shown(entry, "Alice"), (("👍 2", False), ("[🎉]", True)))
        self.assertEqual(reactions.named(entry), "🎉 alice; 👍 bob, carol")

    def test_what_others_send_is_made_safe_and_short(self) -> None:
        many = tuple((f"{number}\x1b" * 9, ("bob",)) for number in range(10))
        entry = Entry(EntryKind.SAID, 0, "x", "bob", 1, reactions=many)
        found = reactions.shown(entry, "alice")
        self.assertEqual((len(found), found[-1]), (9, ("+2", False)))
        for text, _ in found:
            self.assertLessEqual(fit.width(text), 12)
            self.assertTrue(text.isprintable())


class FitTests(TestCase):
    def test_cut_and_fill(self) -> None:
        self.assertEqual(fit.cut("abcdef", 4), "abc…")
        self.assertEqual(fit.cut("日本語", 4), "日…")
        self.assertEqual(fit.left("日本", 5), "日本 ")
        self.assertEqual(fit.right("ab", 4), "  ab")
        self.assertEqual(fit.cut("abc", 0), "")

    @given(st.text(), st.integers(0, 20))
    def test_never_wider_than_asked(self, text: str, columns: int) -> None:
        text = text.replace("\n", "")
        self.assertLessEqual(fit.width(fit.cut(text, columns)), columns)


class NotificationTests(TestCase):
    def attention(self, text: str, sender: str = "bob", room: str = "") -> Attention:
        conversation = Conversation(Kind.ROOM, room) if room else Conversation(Kind.PERSON, sender)
        return Attention(conversation, Entry(EntryKind.SAID, 0, text, sender))

    def write(self, how: str, text: str = "hi", **environment: str) -> str:
        environment.setdefault("TERM", "xterm-256color")
        return notification(self.attention(text), how, environment)

    def test_ways(self) -> None:
        self.assertEqual(self.write("off"), "")
        self.assertEqual(self.write("bell"), "\a")
        self.assertEqual(self.write("osc9"), "\x1b]9;bob: hi\a")
        self.assertEqual(self.write("osc777"), "\x1b]777;notify;bob;hi\a")
        self.assertEqual(self.write("auto"), "\x1b]9;bob: hi\a\a")
        self.assertEqual(self.write("auto", TERM="foot"), "\x1b]777;notify;bob;hi\a\a")
        self.assertEqual(self.write("auto", TERM="linux"), "\a")

    def test_through_tmux(self) -> None:
        self.assertEqual(
            self.write("osc9", TMUX="/tmp/tmux"), "\x1bPtmux;\x1b\x1b]9;bob: hi\a\x1b\\"
        )

    def test_says_in_which_room(self) -> None:
        written = notification(self.attention("hi", room="red"), "osc9", {})
        self.assertEqual(written, "\x1b]9;bob in #red: hi\a")

    @given(st.text(), st.text(min_size=1))
    def test_nothing_in_a_message_can_end_the_sequence(self, text: str, sender: str) -> None:
        written = notification(self.attention(text, sender), "all", {"TERM": "xterm"})
        inside = re.fullmatch(
            r"\x1b\]9;([^\x00-\x1f\x7f-\x9f]*)\a\x1b\]777;notify;"
            r"([^;\x00-\x1f\x7f-\x9f]*);([^;\x00-\x1f\x7f-\x9f]*)\a\a",
            written,
        )
        self.assertIsNotNone(inside, repr(written))
