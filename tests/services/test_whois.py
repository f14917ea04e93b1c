"""Whois: what the hub tells the asker, in words for people and programs."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.domain.commands import CallService, Join, SetAway
from chatd.errors import Code
from chatd.services.loading import load_services
from tests.services.case import ServicesCase


class Whois(ServicesCase):
    def setUp(self) -> None:
        super().setUp()
        self.server.state.services = load_services(self.around(), lambda: lambda work: Deferred())
        self.server.state.wall = lambda: 1783850400

    def test_guest(self) -> None:
        """Shared rooms only."""
        alice, bob = self.people("alice", "bob")
        bob.do(Join("secret"), SetAway("at lunch"))
        self.server.clock.advance(7)
        (row,) = self.answered(alice, "whois", nick="BOB")
        self.assertEqual(
            {name: value for name, value in row.items() if value},
            {
                "nick": "bob",
                "kind": "guest",
                "online": True,
                "since": "2026-07-12T10:00:00+00:00",
                "idle": 7,
                "away": "at lunch",
                "door": "usual",
                "rooms": "room",
            },
        )
        self.assertEqual(len(row), 12)

    def test_nobody(self) -> None:
        """Refused as the hub refuses it."""
        call = self.call(self.person("alice"), "whois", nick="nobody")
        self.assertEqual(self.told(call, Code.NO_SUCH_NICK), "nobody here is called nobody")

    def test_who(self) -> None:
        """It has to be said."""
        told = self.told(self.call(self.person("a"), "whois"), Code.SERVICE_REQUEST_INVALID)
        self.assertTrue(told.startswith("nick is missing; it takes a text"), told)

    def test_gone(self) -> None:
        """Who asked and left is told nothing."""
        alice = self.person("alice")
        self.hub.sign_out(alice.session)
        call = alice.later(CallService("whois", {"nick": "alice"}))
        self.told(call, Code.LOGGED_OUT)
