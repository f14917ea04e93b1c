"""Who has blocked whom, from both ends."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.blocks import Blocks, Party, named

ALICE, BOB, CAROL = Party(b"a", "alice"), Party(b"b", "Bob"), Party(b"c", "carol")
_PEOPLE = st.sampled_from([ALICE, BOB, CAROL])


class Known(SynchronousTestCase):
    def test_one_way(self) -> None:
        blocks = Blocks([(ALICE, BOB)])
        self.assertTrue(blocks.has(b"a", b"b"))
        self.assertFalse(blocks.has(b"b", b"a"))
        self.assertEqual((blocks.of(b"a"), blocks.on(b"b")), ({b"b": "Bob"}, {b"a": "alice"}))

    def test_by_name(self) -> None:
        blocks = Blocks([(ALICE, BOB), (ALICE, CAROL)])
        self.assertEqual(named(blocks.of(b"a"), "BOB"), BOB)
        self.assertIsNone(named(blocks.of(b"a"), "alice"))

    def test_renamed(self) -> None:
        """At both ends."""
        blocks = Blocks([(ALICE, BOB), (BOB, CAROL)])
        blocks.rename(b"b", "Rob")
        self.assertEqual((blocks.of(b"a"), blocks.on(b"c")), ({b"b": "Rob"}, {b"b": "Rob"}))


class Changing(RuleBasedStateMachine):
    """Against a set of pairs."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = Blocks()
        self.pairs: set[tuple[bytes, bytes]] = set()

    @rule(blocker=_PEOPLE, blocked=_PEOPLE)
    def add(self, blocker: Party, blocked: Party) -> None:
        self.blocks.add(blocker, blocked)
        self.pairs.add((blocker.identity, blocked.identity))

    @rule(blocker=_PEOPLE, blocked=_PEOPLE)
    def remove(self, blocker: Party, blocked: Party) -> None:
        self.blocks.remove(blocker.identity, blocked.identity)
        self.pairs.discard((blocker.identity, blocked.identity))

    @rule(party=_PEOPLE)
    def forget(self, party: Party) -> None:
        self.blocks.forget(party.identity)
        self.pairs = {pair for pair in self.pairs if party.identity not in pair}

    @invariant()
    def same(self) -> None:
        for one in (b"a", b"b", b"c"):
            assert set(self.blocks.of(one)) == {other for who, other in self.pairs if who == one}
            assert set(self.blocks.on(one)) == {who for who, other in self.pairs if other == one}


ChangingTests = Changing.TestCase
