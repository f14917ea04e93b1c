"""Other limits while people are here: what the earlier ones allowed is still told, in pages."""

from __future__ import annotations

from chatd.domain.commands import Join, ListMine, ListRooms, ListUsers, SetAway, SetTopic
from chatd.domain.limits import Limits, Liveness
from tests.hub.people import HubCase


class LowerLimits(HubCase):
    limits = Limits(topic=4096, away=4096, page=10_000, rate_count=0)

    def lower(self) -> None:
        self.server.hub.configure(
            Limits(topic=1, away=1, page=10_000),
            Liveness(),
            True,
            "",
            passwords=False,
            devices=False,
        )

    def test_long_topics_fit_in_one_answer(self) -> None:
        alice = self.person("alice")
        for number in range(30):
            alice.do(Join(f"room{number}"), SetTopic(f"room{number}", "x" * 4096))
        self.lower()
        for page in (alice.do(ListRooms()), alice.do(ListMine())):
            self.assertLess(sum(len(row.topic) for row in page.rooms), 60_000)
            self.assertTrue(page.rooms)
            self.assertTrue(page.more)

    def test_long_away_texts_fit_in_one_answer(self) -> None:
        people = [self.person() for _ in range(30)]
        for one in people:
            one.do(SetAway("x" * 4096))
        self.lower()
        page = people[0].do(ListUsers())
        self.assertLess(sum(len(row.away) for row in page.users), 60_000)
        self.assertTrue(page.more)
