"""Editing the readline way, completion, pastes, keys: without a screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatd.wire import messages
from client.model.conversation import Kind
from client.model.model import Model
from client.model.settings import SETTINGS
from client.ui.commands.table import COMMANDS
from client.ui.completion import Completer
from client.ui.editor import Editor
from client.ui.keymap import KeyMap, parse_key, show_key
from client.ui.keys import BINDINGS
from client.ui.paste import PasteFilter
from client.ui.reference import tables


def editor(text: str) -> Editor:
    """An editor with the cursor at the ``|``."""
    made = Editor()
    made.set(text.replace("|", ""), text.index("|"))
    return made


def shown(editor: Editor) -> str:
    return editor.text[: editor.position] + "|" + editor.text[editor.position :]


class EditorTests(TestCase):
    def check(self, edit: object, before: str, after: str) -> None:
        one = editor(before)
        edit(one)  # type: ignore[operator]
        self.assertEqual(shown(one), after)

    def test_moving(self) -> None:
        self.check(Editor.back, "ab|c", "a|bc")
        self.check(Editor.forward, "a|bc", "ab|c")
        self.check(Editor.back, "|abc", "|abc")
        self.check(Editor.forward, "abc|", "abc|")
        self.check(Editor.line_start, "one\ntw|o", "one\n|two")
        self.check(Editor.line_end, "o|ne\ntwo", "one|\ntwo")
        self.check(Editor.back_word, "one two |", "one |two ")
        self.check(Editor.forward_word, "one| two", "one two|")

    def test_an_emoji_is_one_step(self) -> None:
        family = "👨\u200d👩\u200d👧"
        self.check(Editor.back, f"a{family}|", f"a|{family}")
        self.check(Editor.delete_back, f"a{family}|b", "a|b")
        self.check(Editor.delete, f"|{family}b", "|b")
        self.check(Editor.delete_back, "e\u0301|", "|")

    def test_cutting(self) -> None:
        self.check(Editor.cut_to_end, "a|bc\nd", "a|\nd")
        self.check(Editor.cut_to_end, "a|\nd", "a|d")
        self.check(Editor.cut_to_start, "a\nbc|d", "a\n|d")
        self.check(Editor.cut_word_back, "see /usr/bin |now", "see |now")
        self.check(Editor.cut_part_back, "see /usr/bin|", "see /usr/|")
        self.check(Editor.cut_word, "a| two b", "a| b")

    def test_what_was_cut_comes_back(self) -> None:
        one = editor("keep cut|")
        one.cut_word_back()
        one.line_start()
        one.paste_cut()
        self.assertEqual(shown(one), "cut|keep ")

    def test_swapping(self) -> None:
        self.check(Editor.swap, "a|b", "ba|")
        self.check(Editor.swap, "ab|", "ba|")
        self.check(Editor.swap, "|ab", "a|b")
        self.check(Editor.swap, "|", "|")

    _edits = st.sampled_from([one.edit for one in BINDINGS if one.edit is not None])

    @given(st.lists(_edits | st.text(max_size=4), max_size=30))
    def test_the_cursor_stays_inside(self, steps: list[object]) -> None:
        one = Editor()
        for step in steps:
            if isinstance(step, str):
                one.insert(step)
            else:
                step(one)  # type: ignore[operator]
            self.assertLessEqual(0, one.position)
            self.assertLessEqual(one.position, len(one.text))


class CompletionTests(TestCase):
    def setUp(self) -> None:
        self.model = Model("alice", "host")
        room = self.model.joined(messages.Joined("red", "", 1))
        people = ("alice", "bob", "Bobby", "carol")
        self.model.set_members(room, [messages.UserRow(nick, "") for nick in people])
        self.model.open(Kind.ROOM, "reading")
        self.model.roster.switch(room)
        self.completer = Completer(self.model, COMMANDS)

    def complete(self, before: str, *steps: int) -> list[str]:
        one = editor(before)
        found = []
        for step in steps or (1,):
            self.completer.complete(one, step)
            found.append(shown(one))
        return found

    def test_nicks_cycle_both_ways(self) -> None:
        self.assertEqual(
            self.complete("bo|", 1, 1, 1, -1),
            ["bob: |", "Bobby: |", "bob: |", "Bobby: |"],
        )

    def test_a_colon_only_at_the_start(self) -> None:
        self.assertEqual(self.complete("hi car|"), ["hi carol |"])

    def test_the_text_behind_stays(self) -> None:
        self.assertEqual(self.complete("hi car| there"), ["hi carol |there"])

    def test_commands_and_what_they_take(self) -> None:
        self.assertEqual(self.complete("/jo|"), ["/join |"])
        self.assertEqual(self.complete("/join red|"), ["/join #red |"])
        self.assertEqual(self.complete("/join #re|", 1, 1), ["/join #reading |", "/join #red |"])
        self.assertEqual(self.complete("/theme l|"), ["/theme light |"])
        self.assertEqual(self.complete("/msg car|"), ["/msg carol |"])
        self.assertEqual(self.complete("/set no|"), ["/set notify |"])
        self.assertEqual(self.complete("/help who|"), ["/help whois |"])

    def test_names_after_an_at_sign(self) -> None:
        self.assertEqual(self.complete("hi @car|"), ["hi @carol |"])

    def test_nothing_fits(self) -> None:
        self.assertEqual(self.complete("zzz|"), ["zzz|"])

    def test_oneself_is_no_candidate(self) -> None:
        self.assertEqual(self.complete("ali|"), ["ali|"])


class PasteTests(TestCase):
    def test_keys_pass_and_pastes_are_text(self) -> None:
        keys = ["a", "begin paste", "x", "enter", "tab", "é", "ctrl a", "end paste", "b"]
        self.assertEqual(PasteFilter().feed(keys), [("a", ""), (None, "x\n    é"), ("b", "")])

    def test_pieces_and_stray_marks(self) -> None:
        paste = PasteFilter()
        self.assertEqual(paste.feed(["end paste", "begin paste", "x"]), [])
        self.assertEqual(paste.feed(["y", ("mouse press", 1, 1, 1)]), [])
        self.assertEqual(paste.feed(["end paste"]), [(None, "xy")])


class KeyTests(TestCase):
    def test_no_key_means_two_things(self) -> None:
        for when_empty in (False, True):
            keys = [key for one in BINDINGS if one.when_empty is when_empty for key in one.keys]
            self.assertEqual(sorted(keys), sorted(set(keys)))

    def test_every_row_is_complete(self) -> None:
        names = [one.name for one in BINDINGS]
        self.assertEqual(len(names), len(set(names)))
        for one in BINDINGS:
            self.assertTrue(one.description and one.group, one.name)
            self.assertEqual((one.run is None) + (one.edit is None), 1, one.name)

    def test_names_of_keys_go_there_and_back(self) -> None:
        for one in BINDINGS:
            for key in one.keys:
                self.assertEqual(parse_key(show_key(key)), key)

    def test_keys_as_people_write_them(self) -> None:
        for written, key in (
            ("ctrl+ALT+x", "meta ctrl x"),
            ("Ctrl+X", "ctrl x"),
            ("Alt+X", "meta X"),
            ("Alt++", "meta +"),
            ("Ctrl+m", "enter"),
            ("pgup", "page up"),
            ("Foo+x", ""),
            ("xyzzy", ""),
            ("Alt+", ""),
            ("", ""),
        ):
            self.assertEqual(parse_key(written), key, written)

    def test_what_a_file_gives_as_a_key_and_is_none_leaves_the_own_one(self) -> None:
        keymap = KeyMap(BINDINGS, {"send": "x", "jump": "nonsense"})
        for key, name in (("enter", "send"), ("meta g", "jump")):
            found = keymap.find(key, empty=False)
            assert found is not None
            self.assertEqual(found.name, name)
        self.assertIsNone(keymap.find("x", empty=False))

    def test_the_users_own_keys(self) -> None:
        changed = {"jump": "Ctrl+g", "search": "Alt+g"}
        keymap = KeyMap(BINDINGS, changed)
        for key, name in (("ctrl g", "jump"), ("meta g", "search")):
            found = keymap.find(key, empty=False)
            assert found is not None
            self.assertEqual(found.name, name)
        self.assertIsNone(keymap.find("ctrl s", empty=False))

    def test_some_keys_mean_something_else_while_nothing_is_typed(self) -> None:
        keymap = KeyMap(BINDINGS, {})
        empty, full = keymap.find("home", empty=True), keymap.find("home", empty=False)
        assert empty is not None and full is not None
        self.assertEqual((empty.name, full.name), ("oldest", "line-start"))


class CommandTableTests(TestCase):
    def test_names_are_used_once_and_rows_are_complete(self) -> None:
        names = [name for one in COMMANDS for name in (one.name, *one.aliases)]
        self.assertEqual(len(names), len(set(names)))
        for one in COMMANDS:
            self.assertTrue(one.description, one.name)

    def test_the_verbs_of_the_seeds_are_there(self) -> None:
        names = {name for one in COMMANDS for name in (one.name, *one.aliases)}
        wanted = {"message", "broadcast", "online", "logout", "list", "nicklist", "msg", "join"}
        self.assertEqual(wanted - names, set())


class ReferenceTests(TestCase):
    def test_the_documents_have_every_row(self) -> None:
        text = tables()
        for command in COMMANDS:
            self.assertIn(f"``{command.usage}``", text)
        for binding in BINDINGS:
            self.assertEqual(f"``{binding.name}``" in text, binding.listed)
        for setting in SETTINGS:
            self.assertIn(f"``{setting.name}``", text)
