"""What ``docs/operations.rst`` lists is what there is."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.config import load
from chatd.ctl.command_line import COMMANDS
from chatd.errors import ConfigError
from chatd.tap import Options
from tests.docs.document import DOCS, Document

#: Tables whose keys are fixed; those of listeners are protocols.
TABLES = ("limits", "liveness", "queue", "audit")


class OperationsTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.text = (DOCS / "operations.rst").read_text("utf-8")

    def test_settings(self) -> None:
        """The file with all keys is the defaults, but for what depends on the machine."""
        block = Document("operations.rst").blocks["settings"]
        path = Path(self.mktemp())
        path.write_text(block)
        shown = tomllib.loads(block)
        machine = ("name", "data_dir", "store", "admin")
        told, default = load(path, {}), load(Path(os.devnull), {})
        for key in (one for one in default.__slots__ if one not in machine):
            self.assertEqual(getattr(told, key), getattr(default, key), key)
        keys = {f"{table}.{key}" for table in TABLES for key in shown.pop(table)}
        self.assertEqual(keys | shown.keys(), settings())

    def test_commands(self) -> None:
        """Each command of chatctl, in the order of its help."""
        rows = Document("operations.rst").tables["chatctl"]
        self.assertEqual([row[0].split()[0] for row in rows], [one.name for one in COMMANDS])

    def test_options(self) -> None:
        """Each option of the daemon."""
        told = set(re.findall(r"(?m)^``--([a-z-]+)|, ``--([a-z-]+)", self.text))
        options = {name for pair in told for name in pair if name}
        own = {one for one in Options().longOpt if one not in ("help", "version")}
        self.assertLessEqual({one.rstrip("=") for one in own}, options)


def settings() -> set[str]:
    """All keys there are, as a mistake lists them."""
    try:
        load(Path(os.devnull), {"§§": 0})
    except ConfigError as error:
        return set(str(error).partition("known are ")[2].split(", "))
    raise AssertionError("§§ is a setting")
