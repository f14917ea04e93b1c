"""The limit on open files: raised to what is needed, as far as it goes, and never lowered."""

from __future__ import annotations

import resource

from twisted.trial.unittest import SynchronousTestCase

from chatd.open_files import allow_open_files


class OpenFiles(SynchronousTestCase):
    def setUp(self) -> None:
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        self.hard = before[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, self.hard))

    def now(self) -> int:
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0]

    def test_raised(self) -> None:
        self.assertEqual(allow_open_files(300), 300)
        self.assertEqual(self.now(), 300)

    def test_never_lowered(self) -> None:
        self.assertEqual(allow_open_files(100), 100)
        self.assertEqual(self.now(), 200)

    def test_as_far_as_it_goes(self) -> None:
        self.assertEqual(allow_open_files(self.hard + 1), self.hard)
        self.assertEqual(self.now(), self.hard)
