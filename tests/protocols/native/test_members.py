"""What those who have an account may ask: each request done, with its result, and told to whom it
concerns."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
from twisted.internet.defer import Deferred, succeed

from chatd.domain.account import Role, digest
from chatd.domain.commands import Standing
from chatd.domain.entry import EntryLimits
from chatd.domain.limits import Limits
from chatd.domain.one_time_id import canonical
from chatd.errors import Code
from chatd.protocols.native.requests import COMMANDS
from chatd.services.loading import load_services
from chatd.services.surroundings import ServiceSurroundings
from chatd.wire import messages as m
from chatd.wire.codec import decode_server, decode_struct
from tests.protocols.native.case import AccountCase
from tests.protocols.native.device import Device
from tests.protocols.native.test_requests import GUESTS_MAY


def result(status: m.Status, request: m.Request) -> Any:
    """What a status carries, decoded as its request says."""
    kind = m.RESULTS[type(request)]
    if kind is None:
        return msgspec.msgpack.decode(status.result)
    return decode_struct(status.result, kind, Code.INTERNAL)


class Replying:
    """Services that answer with these rows, whatever they are asked."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self._rows = rows

    def call(self, *_: object) -> Deferred[Any]:
        """Answered at once."""
        return succeed(self._rows)


class MemberCase(AccountCase):
    """Alice and bob have a device each."""

    limits = Limits(rate_count=0)
    entry = EntryLimits(per_minute=0, sign_ins_per_minute=0)

    def setUp(self) -> None:
        super().setUp()
        around = ServiceSurroundings(self.server.clock, self.server.hub.now, "chat")
        self.server.state.services = load_services(around, self.fail)
        self.alice = self.people.member("alice", 3)
        self.bob = self.people.member("bob")
        self.asked: set[type[m.Request]] = set()

    def done(self, device: Device, request: m.Request) -> Any:
        """A request that is done; its result."""
        status = device.ask(request)
        self.assertEqual((status.id, status.code, status.text), (request.id, 0, ""), request)
        self.asked.add(type(request))
        return result(status, request)

    def events(self, device: Device) -> list[Any]:
        """What a device was told since it was last asked."""
        return device.caller.received()


class Asked(MemberCase):
    def test_everything(self) -> None:
        """All requests that there are, by guests or by members."""
        self.own_room()
        self.others_and_oneself()
        self.blocking()
        self.delivery()
        self.sealed()
        self.services()
        self.goodbye()
        self.assertEqual(self.asked | set(GUESTS_MAY), set(COMMANDS))

    def own_room(self) -> None:
        alice, bob = self.alice, self.bob
        den = self.done(alice, m.Join(1, "den", "", 1, True))
        self.assertEqual((den.created, den.level, den.private, den.locked), (True, 1, True, False))
        self.assertEqual(den.standing, Standing.OWNER)
        self.done(alice, m.Invite(2, "den", "bob"))
        self.assertEqual(self.events(bob), [m.Invited("den", "alice")])
        self.assertEqual(self.done(bob, m.Join(1, "den")).standing, Standing.MEMBER)
        self.done(alice, m.SetRoom(3, "den", 0, False, True))
        self.assertEqual(self.events(bob), [m.RoomChanged("den", "alice", 0, False, True)])
        self.done(alice, m.SetStanding(4, "den", "bob", Standing.MODERATOR))
        changed = m.StandingChanged("den", "bob", Standing.MODERATOR, "alice")
        self.assertEqual(self.events(bob), [changed])
        rows = self.done(alice, m.Users(5, "den")).users
        self.assertEqual(
            [(row.nick, row.account, row.standing) for row in rows],
            [("alice", True, 2), ("bob", True, 1)],
        )
        self.done(alice, m.Kick(6, "den", "bob", "late"))
        self.assertEqual(self.events(bob), [m.Kicked("den", "bob", "alice", "late", False)])
        self.done(alice, m.Ban(7, "den", "bob", "again", 60))
        (ban,) = self.done(alice, m.Bans(8, "den")).bans
        self.assertEqual((ban.target, ban.by, ban.reason), ("bob", "alice", "again"))
        self.assertEqual(ban.until - ban.since, 60_000)
        self.done(alice, m.Unban(9, "den", "BOB"))

    def others_and_oneself(self) -> None:
        alice, bob = self.alice, self.bob
        people = self.done(alice, m.Directory(1)).people
        root = bob.me.root
        self.assertEqual(
            [(one.nick, one.level, one.presence) for one in people],
            [("alice", 3, "online"), ("bob", 1, "online")],
        )
        self.assertEqual(people[1].root, root)
        self.done(alice, m.Join(2, "tea")), self.done(bob, m.Join(2, "tea"))
        self.events(alice)
        renamed = self.done(bob, m.Nick(3, "Bob the Builder"))
        self.assertEqual((renamed.nick, renamed.display), ("bob", "Bob the Builder"))
        self.assertEqual(self.events(alice), [m.DisplayChanged("bob", "Bob the Builder")])
        person = self.done(alice, m.Whois(4, "bob"))
        self.assertEqual(
            (person.kind, person.display, person.root), ("account", renamed.display, root)
        )
        self.assertEqual((person.level, person.role, person.online), (1, "member", True))
        self.done(alice, m.SetPassword(5, "", "correct horse"))
        self.done(alice, m.ConfirmToken(6, alice.token))

    def blocking(self) -> None:
        alice, bob = self.alice, self.bob
        other = self.people.member("alice")
        self.events(bob)
        self.done(alice, m.Block(1, "BOB"))
        self.assertEqual(self.events(other), [m.BlockChanged("bob", True)])
        self.assertEqual(self.events(bob), [m.PresenceChanged("alice", "offline")])
        blocks = self.done(other, m.Blocks(2)).blocks
        self.assertEqual(blocks, [m.BlockRow("bob", True)])
        self.assertTrue(self.done(bob, m.Broadcast(1, "hear")).withheld)
        self.done(alice, m.Unblock(3, "bob"))
        self.assertEqual(self.events(other), [m.BlockChanged("bob", False)])
        self.assertEqual(self.events(bob), [m.PresenceChanged("alice", "online")])

    def delivery(self) -> None:
        alice, bob = self.alice, self.bob
        pair = self.done(alice, m.OpenPair(1, "BOB")).conversation
        accepted = self.done(alice, m.Direct(2, "bob", "psst", 0, pair, 1, 1))
        self.assertEqual(accepted.conversation, pair)
        said = m.DirectSaid("alice", "bob", "psst", 0, accepted.id, accepted.time, pair)
        self.assertEqual(self.events(bob), [said])
        rows = {row.conversation: row for row in self.done(bob, m.Follow(1)).rows}
        self.assertEqual((rows[pair].name, rows[pair].last), ("alice", said.id))
        page = self.done(bob, m.Fetch(2, pair, rows[pair].acked))
        self.assertEqual(
            ([decode_server(bytes(one)) for one in page.items], page.more), ([said], False)
        )
        mailbox = bob.me.device
        self.done(bob, m.Fetch(2, mailbox, rows[mailbox].acked))
        bob.caller.send(m.Acknowledge(pair, said.id))
        self.server.clock.advance(1)
        progress = self.done(alice, m.GetProgress(3, pair))
        self.assertEqual(progress, m.Progress(said.id, 0))
        self.done(bob, m.MarkRead(3, pair, said.id))
        (receipt,) = self.done(alice, m.Receipts(4, pair)).people
        self.assertEqual(receipt, m.ReceiptRow("bob", said.id, said.id))
        self.done(bob, m.HideSeen(4, True))

    def sealed(self) -> None:
        alice, bob = self.alice, self.bob
        pair = self.done(alice, m.OpenPair(1, "bob", True)).conversation
        self.events(bob)
        device = bob.me.device
        parts, letters = {device: b"part"}, [(device, b"\x10key")]
        accepted = self.done(alice, m.SaySealed(2, pair, 1, 1, b"body", "", "bob", parts, letters))
        letter, said = self.events(bob)
        self.assertEqual((letter.sender, letter.device), ("alice", alice.me.device))
        self.assertEqual(letter.body, b"\x10key")
        self.assertEqual((said.conversation, said.id), (pair, accepted.id))
        self.assertEqual((said.body, said.part), (b"body", b"part"))

    def services(self) -> None:
        services = self.done(self.alice, m.Services(1)).services
        self.assertIn("whois", [row.name for row in services])
        reply = self.done(self.alice, m.CallService(2, "whois", {"nick": "bob"}))
        self.assertIn("bob", reply.rows[0].values())

    def goodbye(self) -> None:
        """What ends somebody's session, tested below; here they count."""
        second = self.people.device("phone")
        second.enrol(self.done(self.alice, m.AddDevice(1)).one_time_id)
        self.done(
            self.alice, m.SignDevice(2, *msgspec.structs.astuple(self.alice.signing(second))[1:])
        )
        self.assertEqual(len(self.done(self.alice, m.Devices(3)).devices), 3)
        self.done(self.alice, m.RevokeDevice(4, second.me.device))
        self.done(self.alice, m.DeleteAccount(5))


class Devices(MemberCase):
    """A further device, from its link to its end."""

    def setUp(self) -> None:
        super().setUp()
        made = self.done(self.alice, m.AddDevice(1))
        self.assertGreater(made.expires, self.server.hub.now())
        self.link = made.one_time_id
        self.phone = self.people.device("phone")
        self.secret = bytes(range(16))
        self.proof = hmac.digest(
            self.secret, b"chatd device proof 1\0" + self.phone.public + bytes(64), "sha256"
        )
        self.phone.enrol(self.link, self.proof)

    def test_the_first_device_is_told_and_can_check_the_proof(self) -> None:
        (event,) = self.events(self.alice)
        self.assertEqual(
            event,
            m.DeviceChanged(
                "alice",
                "enrolled",
                self.phone.me.device,
                "phone",
                self.phone.public,
                self.proof,
                digest(canonical(self.link)),
            ),
        )
        self.assertEqual(self.events(self.phone), [], "not the one that it is about")

    def test_signed(self) -> None:
        self.events(self.alice)
        self.done(self.alice, self.alice.signing(self.phone))
        (event,) = self.events(self.phone)
        self.assertEqual((event.what, event.id), ("signed", self.phone.me.device))
        self.phone.keep()
        self.phone.by_token()
        self.assertTrue(self.phone.me.signed)

    def test_what_the_owner_sees_and_what_others_see(self) -> None:
        self.done(self.alice, self.alice.signing(self.phone))
        own = self.done(self.alice, m.Devices(2))
        self.assertEqual(
            (own.nick, own.account, own.root), ("alice", self.alice.me.account, self.alice.me.root)
        )
        first, second = own.devices
        self.assertEqual((first.current, second.current), (True, False))
        self.assertEqual((second.name, second.proof), ("phone", self.proof))
        self.assertEqual(second.enrolment, digest(canonical(self.link)))
        self.assertEqual(second.record, self.phone.record().encode())
        other = self.done(self.bob, m.Devices(2, "ALICE")).devices[1]
        hidden = m.DeviceRow(
            second.id, second.key, "active", second.record, second.signature, second.created
        )
        self.assertEqual(other, hidden)

    def test_taken_off(self) -> None:
        self.done(self.alice, m.RevokeDevice(2, self.phone.me.device))
        self.closed(Code.DEVICE_REVOKED, self.events(self.phone))
        self.phone.keep()
        self.closed(Code.DEVICE_REVOKED, self.phone.by_token())
        self.assertEqual(len(self.done(self.bob, m.Devices(3, "alice")).devices), 1)

    def test_taking_oneself_off_is_answered_first(self) -> None:
        self.phone.caller.send(m.RevokeDevice(2, self.phone.me.device))
        status, closing = self.events(self.phone)
        self.assertEqual((status.id, status.code), (2, 0))
        self.closed(Code.DEVICE_REVOKED, [closing])

    def test_the_whole_list_fits(self) -> None:
        """As many devices as an account may have, with the longest names there are."""
        for _ in range(62):
            one = self.people.device("\U0001f600" * 64)
            one.enrol(self.done(self.alice, m.AddDevice(1)).one_time_id, self.proof)
            self.done(self.alice, self.alice.signing(one))
            one.caller.lose()
        self.closed(
            Code.TOO_MANY_DEVICES,
            self.people.device().enrol(self.done(self.alice, m.AddDevice(1)).one_time_id),
        )
        self.assertEqual(len(self.done(self.alice, m.Devices(2)).devices), 64)


class Deleting(MemberCase):
    def test_answered_first(self) -> None:
        second = self.people.device("phone")
        second.enrol(self.people.link("alice"))
        self.alice.caller.send(m.DeleteAccount(2))
        status, closing = self.events(self.alice)[-2:]
        self.assertEqual((status.id, status.code), (2, 0))
        self.closed(Code.LOGGED_OUT, [closing])
        self.assertEqual(self.events(second)[-1].code, Code.LOGGED_OUT)
        self.alice.caller.lose()
        self.closed(Code.DEVICE_UNKNOWN, self.alice.by_token())
        self.closed(Code.NICK_TAKEN, self.caller().sign_in("alice"))


class Guests(MemberCase):
    def test_an_account_is_needed(self) -> None:
        carol = self.signed("carol")
        for request in (
            m.ConfirmToken(1, bytes(32)),
            m.Devices(2),
            m.AddDevice(3),
            m.SignDevice(4, bytes(16), b"", b""),
            m.RevokeDevice(5, bytes(16)),
            m.SetPassword(6, "", "correct horse"),
            m.DeleteAccount(7),
            m.Directory(8),
            m.Join(9, "den", "", 0, True),
            m.Join(10, "den", "", 0, False, True),
            m.SaySealed(11, b"", 1, 1, b"body", "", "bob"),
            m.Follow(12),
            m.Fetch(13, bytes(16), 0),
            m.MarkRead(14, bytes(16), 1),
            m.GetProgress(15, bytes(16)),
            m.Receipts(16, bytes(16)),
            m.HideSeen(17, True),
        ):
            carol.send(request)
            (status,) = carol.received()
            self.assertEqual((status.id, status.code), (request.id, Code.ACCOUNT_NEEDED))


class Admins(MemberCase):
    def test_in_any_room(self) -> None:
        admin = self.people.member("root", role=Role.ADMIN)
        self.done(self.alice, m.Join(1, "den", "", 3, True))
        self.assertEqual([row.name for row in self.done(admin, m.Rooms(2)).rooms], ["den"])
        self.done(admin, m.SetRoom(3, "den", 0))
        self.done(admin, m.Kick(4, "den", "alice"))


class TooLong(MemberCase):
    """A result that no message holds: the fault is ours, and the session goes on."""

    def test_a_reply(self) -> None:
        for row in ({"text": "x" * 70_000}, {"number": 2**70}, {"text": "\ud800"}):
            self.server.state.services = Replying(row)  # type: ignore[assignment]
            self.assertEqual(self.alice.ask(m.CallService(1, "any")).code, Code.INTERNAL)
        self.assertEqual(len(self.flushLoggedErrors()), 3)
        self.done(self.alice, m.Measure(3))
