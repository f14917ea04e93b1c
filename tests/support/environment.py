"""A virtual environment with chatd installed in it, the rest borrowed from the running one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What a build reads. It is copied: building in the tree itself would leave files there, and take
#: up what an earlier build left.
_SOURCES = ("setup.cfg", "pyproject.toml", "README.rst", "chatd", "client", "twisted")
_LEFTOVERS = shutil.ignore_patterns("__pycache__", "dropin.cache")
_PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]


class Environment:
    """Made at once; :meth:`remove` it, and its folder is gone.

    :ivar sources: a copy of the tree, as far as it is installed.
    :ivar elsewhere: an empty folder, in which everything is run.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="chatd-test-"))
        self.sources = self._folder / "sources"
        self.elsewhere = self._folder / "elsewhere"
        for folder in (self.sources, self.elsewhere):
            folder.mkdir()
        for name in _SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.sources / name, ignore=_LEFTOVERS)
            else:
                shutil.copy(ROOT / name, self.sources)
        venv.create(self._folder / "venv", symlinks=True, with_pip=False)
        self._bin = self._folder / "venv" / "bin"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = self._folder / "venv" / "lib" / version / "site-packages"
        # A path in a .pth file brings the packages there, but not what is installed as editable.
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def wheel(self) -> Path:
        """Build a wheel of the sources."""
        options = ["--no-deps", "--no-index", "--no-build-isolation"]
        self._call(*_PIP, "wheel", *options, "--wheel-dir", str(self._folder), str(self.sources))
        (wheel,) = self._folder.glob("*.whl")
        return wheel

    def install(self, *what: str) -> None:
        """Install a wheel, or ``--editable`` a folder; nothing is downloaded."""
        options = ["--no-deps", "--no-index", "--no-build-isolation", "--force-reinstall"]
        self._call(*_PIP, "--python", str(self._bin / "python"), "install", *options, *what)

    def run(self, command: str, *arguments: str) -> str:
        """Run one of chatd's commands, or ``twistd``.

        :return: what it printed.
        """
        installed = self._bin / command
        if installed.exists():
            return self._call(str(installed), *arguments)
        borrowed = Path(sys.executable).with_name(command)
        return self._call(str(self._bin / "python"), str(borrowed), *arguments)

    def remove(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _call(self, *command: str) -> str:
        """:raises AssertionError: it failed, with what it printed."""
        done = subprocess.run(
            command,
            cwd=self.elsewhere,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{' '.join(command)}: {done.stdout}")
        return done.stdout
