"""Every table of ``docs/protocol.rst`` says what the code says."""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from typing import Any

from msgspec import Raw, Struct, inspect
from twisted.trial.unittest import TestCase

from chatd.domain import names
from chatd.domain.commands import Relation
from chatd.domain.conversation import ConversationKind, GapReason
from chatd.domain.limits import Limits, Liveness
from chatd.domain.message import MailKind
from chatd.errors import TEXTS, Code
from chatd.wire import framing, hello, initiator, messages, records, responder
from tests.docs.document import Document


def structs() -> dict[str, type[Struct]]:
    """All arrays of the protocol, by name."""
    bases = (messages.Message, messages.Request)
    return {
        name: kind
        for module in (hello, messages)
        for name, kind in vars(module).items()
        if isinstance(kind, type)
        and issubclass(kind, Struct)
        and kind.__module__.startswith(module.__name__)
        and kind not in bases
    }


def word(kind: inspect.Type) -> str:
    """The document's word for a type."""
    match kind:
        case inspect.IntType(ge=0, le=int(highest)):
            return {2**8 - 1: "u8", 2**16 - 1: "u16", 2**32 - 1: "u32", 2**63 - 1: "stamp"}[highest]
        case inspect.IntType(ge=None, le=None):
            return "int"
        case inspect.StrType(max_length=None):
            return "string"
        case inspect.StrType(max_length=int(most)):
            known = {255: "name", 4096: "short", 65535: "text"}
            return known.get(most, f"string ≤ {most}")
        case inspect.BytesType(min_length=None, max_length=int(most)):
            return f"bytes ≤ {most}"
        case inspect.BytesType(min_length=int(least), max_length=most) if least == most:
            return f"{least} bytes"
        case inspect.FloatType(ge=0, le=86_400):
            return "seconds"
        case inspect.FloatType():
            return "float"
        case inspect.BoolType():
            return "bool"
        case inspect.ListType(item_type=item, max_length=most):
            return f"list of {f'≤ {most} ' if most else ''}{word(item)}"
        case inspect.DictType(key_type=key, value_type=value, max_length=most):
            return f"map of {f'≤ {most} ' if most else ''}{word(key)} to {word(value)}"
        case inspect.TupleType(item_types=(first, second)):
            return f"pair of {word(first)} and {word(second)}"
        case inspect.UnionType(types=(first, inspect.NoneType())):
            return f"{word(first)} or nil"
        case inspect.UnionType(types=(inspect.StrType(), inspect.IntType(), inspect.BoolType())):
            return "value"
        case inspect.StructType(cls=cls):
            return cls.__name__
        case inspect.RawType() | inspect.AnyType():
            return "any"
    raise AssertionError(f"the document has no word for {kind}")


def default(field: inspect.Field) -> str:
    """The document's word for a field's default; "" where the field has to be there."""
    if field.required:
        return ""
    if field.default_factory in (dict, list):
        return "empty"
    value = bytes(field.default) if isinstance(field.default, Raw) else field.default
    known: tuple[tuple[object, str], ...] = (
        (None, "nil"),
        (b"\xc0", "nil"),
        (b"", "empty"),
        ("", '""'),
        (0.0, "0.0"),
        (0, "0"),
        (False, "false"),
        (True, "true"),
    )
    return next(shown for one, shown in known if type(one) is type(value) and one == value)


class Tables(TestCase):
    """One test a table, or a kind of tables."""

    def setUp(self) -> None:
        document = Document("protocol.rst")
        self.tables = document.tables
        self.blocks = document.blocks

    def columns(self, table: str, count: int) -> list[list[str]]:
        """The first columns of a table."""
        return [row[:count] for row in self.tables[table]]

    def test_fields(self) -> None:
        """Each array has a table of its own, with its fields in order, their types, defaults."""
        for name, kind in structs().items():
            info: Any = inspect.type_info(kind)
            rows = [["op", f"0x{info.tag:02x}", ""]] if info.tag is not None else []
            rows += [[field.name, word(field.type), default(field)] for field in info.fields]
            self.assertEqual(self.columns(f"fields-{name}", 3), rows, name)

    def test_no_other_fields(self) -> None:
        """No table tells of an array that is not there."""
        told = [name for name in self.tables if name.startswith("fields-")]
        self.assertEqual(sorted(told), sorted(f"fields-{name}" for name in structs()))

    def test_types(self) -> None:
        """The words for numbers and strings have the limits that the document gives them."""
        limits = {row[0]: row[2] for row in self.tables["type-table"]}
        for bits in (8, 16, 32):
            self.assertEqual(limits[f"u{bits}"], f"0 to {2**bits - 1}")
        self.assertIn(f"0 to {2**63 - 1};", limits["stamp"])
        for name, most in (("name", 255), ("short", 4096), ("text", 65535)):
            self.assertEqual(word(inspect.StrType(max_length=most)), name)
            self.assertIn(f"at most {most} characters", limits[name])

    def test_requests(self) -> None:
        """Each request, its op, its result."""
        rows = []
        for kind, result in messages.RESULTS.items():
            given = "nil" if result is None else result.__name__
            rows.append([f"0x{kind.__struct_config__.tag:02x}", kind.__name__, given])
        self.assertEqual(sorted(self.columns("request-table", 3)), sorted(rows))

    def test_codes(self) -> None:
        """Each code, its name, its text."""
        rows = [[str(int(code)), code.name, TEXTS[code]] for code in Code]
        told = [[number, name, text] for number, name, _, text in self.tables["code-table"]]
        self.assertEqual(told, rows)

    def test_notes(self) -> None:
        """Notes are about codes that are there, each once, in order."""
        noted = [int(row[0]) for row in self.tables["code-notes"]]
        self.assertEqual(noted, sorted({Code(number) for number in noted}))

    def test_states(self) -> None:
        """Both machines, transition by transition."""
        for table, machine in (
            ("server-states", responder._build),
            ("client-states", initiator._build),
        ):
            automaton = machine.__automat_automaton__
            moves = [
                (state.name, step, then.name)
                for state, step, then, _ in automaton.allTransitions()
                if step != "fail"
            ]
            told = [tuple(row[:3]) for row in self.tables[table]]
            self.assertEqual(sorted(told[:-1]), sorted(moves))
            self.assertEqual(told[-1], ("any", "fail", "closed"))
            ends = {then.name for _, step, then, _ in automaton.allTransitions() if step == "fail"}
            starts = [state for state, step, _, _ in automaton.allTransitions() if step == "fail"]
            self.assertEqual((ends, set(starts)), ({"closed"}, automaton.states()))

    def test_limits(self) -> None:
        """What servers usually allow."""
        told = {name: float(usual) for name, usual in self.columns("limit-defaults", 2)}
        limits = Limits()
        self.assertEqual(told, {name: getattr(limits, name) for name in limits.__slots__})

    def test_times(self) -> None:
        """How long servers usually wait."""
        told = {name: float(usual) for name, usual in self.columns("liveness-times", 2)}
        liveness = Liveness()
        self.assertEqual(told, {name: getattr(liveness, name) for name in told})
        self.assertEqual({*told, "handshake"}, set(liveness.__slots__))

    def test_kinds_of_conversations(self) -> None:
        """Their numbers and names."""
        self._named("conversation-kinds", ConversationKind)

    def test_gaps(self) -> None:
        """Why numbers are missing."""
        self._named("gap-reasons", GapReason)

    def test_relations(self) -> None:
        """What a message can be to another one."""
        self._named("relations", Relation)

    def test_letters(self) -> None:
        """The kinds of letters; from one on they are the clients'."""
        told = [
            (int(number.partition(" ")[0]), name) for number, name, _ in self.tables["mail-kinds"]
        ]
        self.assertEqual(told, [(int(kind), kind.name.lower()) for kind in MailKind])

    def _named(self, table: str, kinds: type[IntEnum]) -> None:
        told = [(int(number), name) for number, name in self.columns(table, 2)]
        self.assertEqual(told, [(int(kind), kind.name.lower().replace("_", " ")) for kind in kinds])

    def test_sizes(self) -> None:
        """Frames and records."""
        frames = [int(row[1]) for row in self.tables["frame-limits"]]
        handshake, most = framing.MAX_HANDSHAKE_FRAME, framing.MAX_FRAME
        self.assertEqual(frames, [handshake, handshake, most])
        told = [int(row[1]) for row in self.tables["record-limits"]]
        self.assertEqual(told, [most, records.MAX_PLAINTEXT, records.MAX_MESSAGE, 18])

    def test_steps(self) -> None:
        """The four steps and the ops they begin with."""
        ops = [row[3][:1].encode() for row in self.tables["handshake-steps"]]
        self.assertEqual(ops[:3], [hello.HELLO, hello.SYN, hello.ACK])
        self.assertEqual([row[1] for row in self.tables["handshake-steps"]][3], "READY")

    def test_channels(self) -> None:
        """The channels and their numbers."""
        told = [(int(number), name) for number, name, _ in self.tables["channel-numbers"]]
        self.assertEqual(told, [(int(one), one.name.lower()) for one in hello.Channel])

    def test_scripts_and_signs(self) -> None:
        """What names are made of."""
        scripts = self.blocks["scripts"].upper().split()
        self.assertEqual(set(scripts), names._SCRIPTS)
        told = {where: frozenset(signs) for where, signs in self.tables["signs"]}
        wanted = {"nicks": names.NICK_PUNCTUATION, "rooms": names.ROOM_PUNCTUATION}
        self.assertEqual(told, wanted)

    def test_look_alikes(self) -> None:
        """The letters that fold to Latin ones: those listed do, and no others are in the code."""
        lines = [line.split() for line in self.blocks["look-alikes"].splitlines() if line]
        told = {
            letter: latin
            for letters, latins in zip(lines[::2], lines[1::2], strict=True)
            for letter, latin in zip(letters, latins, strict=True)
        }
        self.assertEqual({ord(letter): latin for letter, latin in told.items()}, names._LOOK_ALIKES)
        for letter, latin in told.items():
            self.assertEqual(names.fold(letter), latin, unicodedata.name(letter))
