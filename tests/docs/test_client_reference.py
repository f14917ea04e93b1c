"""The document of the client lists the commands, keys and settings that there are."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import TestCase

from client.ui.reference import tables

DOCUMENT = Path(__file__).parents[2] / "docs/client.rst"


class Reference(TestCase):
    """docs/client.rst."""

    def test_tables(self) -> None:
        """It ends with the tables as the program has them.

        Where it does not: ``python -m client.ui.reference`` prints them anew.
        """
        text = DOCUMENT.read_text("utf-8")
        self.assertEqual(text[text.index("Commands\n---") :].strip(), tables().strip())
