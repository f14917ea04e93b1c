"""How far one's own messages came, as their conversation knows it."""

from __future__ import annotations

from chatd.domain.commands import Style
from client.model.entry import EntryKind
from client.model.progress import Progress, last_read, progress

from .lasting_case import LastingCase


class ProgressTests(LastingCase):
    def setUp(self) -> None:
        super().setUp()
        for number in (1, 2, 3):
            self.model.accepted(self.model.echo(self.red, "hi", Style.SAID, 1), number, 3)
        self.red.delivered, self.red.seen = 2, 1

    def found(self) -> list[Progress | None]:
        return [progress(self.red, entry) for _, entry in self.red.timeline.backwards()][::-1]

    def test_each_stands_at_a_number(self) -> None:
        self.model.echo(self.red, "hi", Style.SAID, 1)
        self.say("bob", "hi", 4)
        self.assertEqual(
            self.found(), [Progress.READ, Progress.DELIVERED, Progress.ACCEPTED, None, None]
        )
        self.assertEqual(last_read(self.red, 100), 0)
        self.assertIsNone(last_read(self.red, 4))

    def test_where_nothing_lasts_it_is_accepted(self) -> None:
        self.red.stream = b""
        self.assertEqual(self.found(), [Progress.ACCEPTED] * 3)
        self.assertIsNone(last_read(self.red, 100))

    def test_said_to_nobody_it_is_accepted_whoever_comes(self) -> None:
        outgoing = self.model.echo(self.red, "anybody?", Style.SAID, 1)
        self.model.accepted(outgoing, 4, 3, alone=True)
        self.red.delivered = self.red.seen = 9
        self.assertEqual(self.found()[-2:], [Progress.READ, Progress.ACCEPTED])

    def test_broadcasts_have_other_numbers(self) -> None:
        self.model.roster.switch(self.red)
        outgoing = self.model.echo(None, "fire", Style.SAID, 1)
        self.model.accepted(outgoing, 1, 3)
        kinds = {e.kind: progress(self.red, e) for _, e in self.red.timeline.backwards()}
        self.assertIs(kinds[EntryKind.BROADCAST], Progress.ACCEPTED)
