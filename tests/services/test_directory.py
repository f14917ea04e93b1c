"""The directory: everybody with an account, for everybody with an account."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.domain.account import Role
from chatd.domain.administration import Remove
from chatd.domain.commands import Rename, SetAway
from chatd.domain.limits import Limits
from chatd.domain.link import fingerprint
from chatd.errors import Code
from chatd.services.directory import PAGE
from chatd.services.loading import load_services
from tests.hub.account_case import AccountCase
from tests.services.case import ServicesCase


class DirectoryCase(ServicesCase, AccountCase):
    """A hub with accounts and our own services; alice is here."""

    def setUp(self) -> None:
        super().setUp()
        self.server.state.services = load_services(self.around(), lambda: lambda work: Deferred())
        self.laptop_of_alice = self.enrolled("alice", level=2, role=Role.ADMIN)
        self.alice = self.laptop_of_alice.person

    def found(self, **request: str) -> list[str]:
        """Who is found."""
        return [row["nick"] for row in self.answered(self.alice, "directory", **request)]


class Directory(DirectoryCase):
    limits = Limits(rate_count=0, page=2)

    def test_rows(self) -> None:
        """Who has not been here yet has no key."""
        bob = self.enrolled("Bob")
        bob.person.do(SetAway("at lunch"))
        self.done(bob.person, Rename("Bob the Builder"))
        self.invite("carol")
        self.assertEqual(
            self.answered(self.alice, "directory"),
            [
                {
                    "nick": "alice",
                    "display": "",
                    "level": 2,
                    "role": "admin",
                    "presence": "online",
                    "key": fingerprint(self.laptop_of_alice.new.root),
                },
                {
                    "nick": "Bob",
                    "display": "Bob the Builder",
                    "level": 1,
                    "role": "member",
                    "presence": "away",
                    "key": fingerprint(bob.new.root),
                },
                {
                    "nick": "carol",
                    "display": "",
                    "level": 1,
                    "role": "member",
                    "presence": "offline",
                    "key": "",
                },
            ],
        )

    def test_match(self) -> None:
        """In handles and display names, in any case, on whatever page of the hub's."""
        for handle in ("bob", "carol", "dave", "eve"):
            self.invite(handle)
        self.done(self.alice, Rename("Evelyn"))
        self.assertEqual(self.found(match="EVE"), ["alice", "eve"])
        self.assertEqual(self.found(match="a"), ["alice", "carol", "dave"])
        self.assertEqual(self.found(match="a", after="ALICE"), ["carol", "dave"])
        self.assertEqual(self.found(match="nobody"), [])
        self.assertEqual(self.found(after="eve"), [])
        self.order(Remove("carol"))
        self.assertEqual(self.found(match="carol"), [])

    def test_parts(self) -> None:
        """A part is full before the next one begins, and none is left out."""
        handles = [f"u{number:03}" for number in range(PAGE)]
        for handle in handles:
            self.invite(handle)
        first = self.found()
        self.assertEqual(first, ["alice", *handles[:-1]])
        self.assertEqual(self.found(after=first[-1]), handles[-1:])

    def test_not_for_guests(self) -> None:
        """Nor is it listed to them."""
        told = self.told(self.call(self.person("guest"), "directory"), Code.LEVEL_TOO_LOW)
        self.assertEqual(told, "the service directory needs level 1; yours is 0")


class LongNames(DirectoryCase):
    def test_fits(self) -> None:
        """A full part of the longest usual names fits one message."""
        for number in range(PAGE):
            handle = f"{number:03}" + "漢" * 29
            self.invite(handle)
            account = self.successResultOf(self.store.account(handle))
            self.successResultOf(self.store.set_display(account.id, "漢" * 64))
        self.assertEqual(len(self.found()), PAGE)


class Whois(DirectoryCase):
    def test_accounts(self) -> None:
        """Here or not."""
        bob = self.enrolled("bob")
        (row,) = self.answered(bob.person, "whois", nick="Alice")
        self.assertEqual(
            (row["kind"], row["level"], row["role"], row["online"], row["key"]),
            ("account", 2, "admin", True, fingerprint(self.laptop_of_alice.new.root)),
        )
        self.hub.sign_out(self.alice.session)
        (row,) = self.answered(bob.person, "whois", nick="alice")
        self.assertEqual(
            (row["online"], row["since"], row["idle"], row["door"]), (False, "", 0, "")
        )
        call = self.call(bob.person, "whois", nick="carol")
        self.assertEqual(self.told(call, Code.NO_SUCH_NICK), "nobody here is called carol")
