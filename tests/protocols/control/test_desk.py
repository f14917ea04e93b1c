"""What the admin can ask, with arguments of the right kind only, and how results are told."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from chatd.domain import administration as orders
from chatd.domain.account import Role
from chatd.errors import ChatError
from chatd.protocols.control.desk import TABLE, Desk, NotAQuestion
from tests.hub.account_case import PASSWORD, AccountCase


class DeskTest(AccountCase):
    def setUp(self) -> None:
        super().setUp()
        self.desk = Desk(self.hub, {"link": lambda: {"links": []}})

    def ask(self, name: str, **arguments: Any) -> Any:
        line = json.dumps({"ask": name, **arguments}).encode()
        return self.successResultOf(Deferred.fromCoroutine(self.desk.answer(line)))

    def not_asked(self, name: str, **arguments: Any) -> str:
        line = json.dumps({"ask": name, **arguments}).encode()
        answer = Deferred.fromCoroutine(self.desk.answer(line))
        return str(self.failureResultOf(answer, NotAQuestion).value)

    def test_every_order(self) -> None:
        """But the one that only the daemon itself gives."""
        asked = {row.order for row in TABLE.values()}
        self.assertEqual(asked, {*get_args(orders.Order)} - {orders.EnrolAdmin})

    def test_accounts(self) -> None:
        enrolled = self.ask("enrol", handle="alice", level=2, role="admin", life=60_000)
        row = {
            "handle": "alice",
            "display": "",
            "level": 2,
            "role": "admin",
            "disabled": False,
            "password": False,
            "enrolled": False,
        }
        account = enrolled["account"]
        self.assertEqual({key: account[key] for key in row}, row)
        self.assertEqual(account.keys() - row.keys(), {"id", "created"})
        self.assertEqual(len(enrolled["one_time_id"]), 24)
        self.assertEqual(self.ask("list"), {"accounts": [{**account, "online": 0}]})
        self.assertEqual(self.ask("list", after="alice"), {"accounts": []})
        changed = self.ask("level", handle="alice", level=9)["account"]
        self.assertEqual(changed, {**account, "level": 9})
        self.assertEqual(
            self.ask("role", handle="alice", role="member")["account"]["role"], "member"
        )
        self.assertTrue(self.ask("disable", handle="alice")["account"]["disabled"])
        self.assertFalse(self.ask("enable", handle="alice")["account"]["disabled"])
        self.assertTrue(
            self.ask("passwd", handle="alice", password=PASSWORD)["account"]["password"]
        )
        self.assertEqual(self.ask("import", handle="bob", password="p")["account"]["handle"], "bob")
        self.assertEqual(self.ask("unlock", handle="bob"), {"addresses": 0})
        self.assertEqual(self.ask("remove", handle="bob")["account"]["handle"], "bob")
        self.assertEqual(self.ask("link"), {"links": []})

    def test_devices(self) -> None:
        laptop = self.enrolled("alice")
        shown = self.ask("show", handle="alice")
        (device,) = shown["devices"]
        self.assertEqual(
            (device["id"], device["name"], device["state"], device["signed"], device["online"]),
            (laptop.id.hex(), "laptop", "active", False, True),
        )
        self.assertEqual((shown["account"]["enrolled"], shown["locked"]), (True, 0.0))
        revoked = self.ask("revoke", device=device["id"])["device"]
        self.assertEqual((revoked["id"], revoked["state"]), (device["id"], "revoked"))

    def test_rooms(self) -> None:
        self.enrolled("alice", "tea")
        room = {"name": "tea", "members": 1, "owner": "alice", "level": 0, "private": False}
        room |= {"password": False, "topic": "", "bans": 0}
        room |= {"here": 1, "lasting": True, "sealed": False, "retention": 0}
        self.assertEqual(self.ask("rooms"), {"rooms": [room]})
        self.assertEqual({*room}, {one.name for one in fields(orders.RoomDetails)})

    def test_nothing_secret_is_told(self) -> None:
        """No hash of a password, no key, no token; whatever is asked."""
        laptop = self.enrolled("alice", role=Role.ADMIN)
        self.ask("passwd", handle="alice", password=PASSWORD)
        told = json.dumps([self.ask("show", handle="alice"), self.ask("list")])
        for secret in (laptop.key.hex(), laptop.token.hex(), laptop.proof.hex(), "plain "):
            self.assertNotIn(secret, told)

    def test_arguments_that_do_not_fit(self) -> None:
        """What is wrong, and never the value: it may be a password."""
        for name, arguments, said in (
            ("show", {}, "show: Object missing required field `handle`"),
            ("show", {"handle": 3}, "show: Expected `str`, got `int` - at `$.handle`"),
            ("level", {"handle": "a", "level": "9"}, "level: Expected `int`, got `str`"),
            ("level", {"handle": "a", "level": 1.5}, "level: Expected `int`, got `float`"),
            ("level", {"handle": "a", "level": True}, "level: Expected `int`, got `bool`"),
            ("role", {"handle": "a", "role": "boss"}, "role: Invalid enum value"),
            ("passwd", {"handle": "a", "password": ["marker"]}, "passwd: Expected `str`, got"),
            ("enrol", {"handle": "a", "life": None}, "enrol: Expected `int`, got `null`"),
        ):
            told = self.not_asked(name, **arguments)
            self.assertTrue(told.startswith(said), told)
            self.assertNotIn("marker", told)

    @given(
        st.sampled_from(sorted(TABLE)),
        st.dictionaries(
            st.sampled_from(["handle", "level", "role", "after", "password", "device", "life"]),
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]),
        ),
    )
    def test_any_arguments(self, name: str, arguments: dict[str, Any]) -> None:
        """An answer, or a reason."""
        line = json.dumps({"ask": name, **arguments}).encode()
        answer: Deferred[Any] = Deferred.fromCoroutine(self.desk.answer(line))
        answer.addErrback(lambda failure: failure.trap(NotAQuestion, ChatError))
        self.successResultOf(answer)
