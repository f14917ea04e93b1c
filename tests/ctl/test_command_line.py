"""What is typed, and how mistakes are told."""

from __future__ import annotations

from tests.ctl.case import Case


class Usage(Case):
    def test_wrong(self) -> None:
        for words in (
            ["links"],
            ["link", "--follow"],
            ["--data-dir"],
            [],
            ["level", "alice"],
            ["level", "alice", "10"],
            ["level", "alice", "high"],
            ["role", "alice", "boss"],
            ["enrol"],
            ["enrol", "alice", "--level", "10"],
            *(
                ["enrol", "alice", "--expires", time]
                for time in ("3", "h", "0h", "-1h", "1w", "²h")
            ),
            ["passwd", "alice", "secret"],
        ):
            self.assertEqual(self.refusal(*words), "2", words)

    def test_wrong_settings(self) -> None:
        told = self.refusal("--config", "/nonexistent/chatd.toml", "link")
        self.assertEqual(
            told, "chatctl: /nonexistent/chatd.toml: cannot be read: No such file or directory"
        )
        told = self.refusal("--public", "a b", "link")
        self.assertTrue(told.startswith('chatctl: --public: must be "HOST:PORT"'), told)

    def test_help(self) -> None:
        """One line for each command."""
        self.assertRaises(SystemExit, self.run_ctl, "--help")
        told = self.printed()
        for name in (
            *("enrol", "list", "show", "level", "role", "disable", "enable", "remove", "devices"),
            *("revoke", "unlock", "passwd", "import-credentials", "rooms", "status", "export"),
            *("backup", "restore", "audit", "fingerprint", "link"),
        ):
            self.assertRegex(told, rf"(?m)^    {name} ")
