"""A chatc that is killed while somebody types and sends: nothing is lost, nothing comes twice."""

from __future__ import annotations

import os
import random
import re
import signal
import time

from tests.support.program import until
from tests.support.terminal import Terminal

from .members import WIDE, MembersTest

#: How often she is killed, and what she types at most before that.
KILLS, BURST = 6, 25
#: Seconds between her first key and the kill, at most.
LIFE = 0.8
SEED = 4170


class KilledClientTest(MembersTest):
    settings = '[limits]\nrate = "off"\n'

    def setUp(self) -> None:
        super().setUp()
        for who in ("alice", "bob"):
            self.enrol(who)
        self.alice, self.bob = self.meet("alice", "bob", size=WIDE)
        self.chance = random.Random(SEED)

    def test_who_types(self) -> None:
        """What was shown as accepted is kept, and of what was typed after it a beginning."""
        kept = 0
        for _ in range(KILLS):
            accepted = self.type_and_die(kept)
            self.alice = self.back("alice")
            self.alice.loses("…$")  # nothing waits any more
            kept = self.both_have(max(kept, accepted))

    def test_who_reads(self) -> None:
        """Her friend is killed while the words come."""
        for start in range(0, KILLS * BURST, BURST):
            for number in range(start, start + BURST):
                self.alice.line(f"line {number + 1}")
            time.sleep(self.chance.uniform(0, LIFE))
            self.kill(self.bob)
            self.bob = self.back("bob")
        self.alice.sees(rf"line {KILLS * BURST} +✓")
        self.both_have(KILLS * BURST)

    def type_and_die(self, kept: int) -> int:
        """Alice types lines, counted from the first one that is not kept yet.

        :return: how many of all were shown as accepted.
        """
        dies = time.monotonic() + self.chance.uniform(0, LIFE)
        accepted = 0
        for number in range(kept + 1, kept + BURST + 1):
            self.alice.line(f"line {number}")
            if self.chance.random() < 0.2:
                time.sleep(self.chance.uniform(0, 0.1))
                accepted = self.shown_accepted(accepted)
            if time.monotonic() > dies:
                break
        time.sleep(max(0.0, dies - time.monotonic()))
        accepted = self.shown_accepted(accepted)
        self.kill(self.alice)
        return accepted

    def shown_accepted(self, before: int) -> int:
        """The last number with its mark on her screen."""
        numbers = re.findall(r"line (\d+) +✓", self.alice.text())
        return max(before, *map(int, numbers)) if numbers else before

    def kill(self, screen: Terminal) -> None:
        os.kill(screen.pid, signal.SIGKILL)
        screen.ends()

    def back(self, who: str) -> Terminal:
        """In a new chatc, in #tea."""
        screen = self.terminal(who, size=WIDE)
        screen.sees("vault password:")
        screen.line(self.password)
        screen.sees("2 members")
        return screen

    def both_have(self, least: int) -> int:
        """Wait until both have the same lines, each once and in order, without a hole.

        :return: how many, at least ``least``.
        """
        both: list[list[str]] = []

        def same() -> bool:
            both[:] = [self.told(who, "--room", "#tea") for who in ("alice", "bob")]
            return both[0] == both[1]

        until(same, lambda: f"not the same: {both}")
        count = len(both[0])
        self.assertEqual(both[0], [f"line {number}" for number in range(1, count + 1)])
        self.assertGreaterEqual(count, least)
        return count
