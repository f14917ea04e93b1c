"""chatd is found and runs from any folder, installed as a wheel or as an editable tree.

Twisted's plug-in search is easily broken by packaging: by an ``__init__.py`` too many, or by the
import hook that another ``package_dir`` would bring.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.support.environment import Environment

PLUGIN = """
from chatd.plugins import ProtocolPlugin

more = ProtocolPlugin("more", "more.factory", "one more")
"""


class Installed(SynchronousTestCase):
    """In a virtual environment of its own, from a folder with nothing in it."""

    def setUp(self) -> None:
        self.environment = Environment()
        self.addCleanup(self.environment.remove)

    def test_wheel(self) -> None:
        """``pip install .``"""
        wheel = self.environment.wheel()
        self.check_contents(wheel)
        self.environment.install(str(wheel))
        self.check_commands()

    def test_editable(self) -> None:
        """``pip install --editable .``, as ``make run`` does; a new plug-in is found at once."""
        tree = self.environment.sources
        self.environment.install("--editable", str(tree))
        self.check_commands()
        (tree / "twisted" / "plugins" / "more_plugin.py").write_text(PLUGIN)
        self.assertRegex(self.environment.run("twistd", "chatd", "--help"), r"\n  more +one more")

    def check_commands(self) -> None:
        """What a person types first."""
        run = self.environment.run
        self.assertRegex(run("twistd", "--help"), r"\n +chatd +Self-hosted team chat")
        usage = run("twistd", "chatd", "--help")
        self.assertIn("--listen=", usage)
        self.assertRegex(usage, r"\n  native +chatd's own protocol")
        self.assertRegex(usage, r"\n  legacy0417 +the plain 04 17 protocol")
        self.assertIn("exit status", run("chatc", "--help"))
        self.assertIn("fingerprint", run("chatctl", "--help"))
        self.assertEqual(list(self.environment.elsewhere.iterdir()), [])

    def check_contents(self, wheel: Path) -> None:
        """Every module, the plug-in, and nothing else: above all no ``twisted/__init__.py``."""
        tree = self.environment.sources
        tops = (tree / top for top in ("chatd", "client", "twisted"))
        expected = {str(path.relative_to(tree)) for top in tops for path in top.rglob("*.py")}
        self.assertIn("twisted/plugins/chatd_plugin.py", expected)
        self.assertNotIn("twisted/__init__.py", expected)
        packed = zipfile.ZipFile(wheel).namelist()
        self.assertEqual({name for name in packed if ".dist-info/" not in name}, expected)
