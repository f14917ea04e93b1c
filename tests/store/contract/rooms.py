"""Rooms that last: who is in them, whose they are, what is set, who is kept out."""

from __future__ import annotations

from dataclasses import replace

from chatd.domain.account import Account, Role
from chatd.domain.commands import Standing
from chatd.domain.conversation import number_before
from chatd.domain.room_record import BanRecord, MemberRecord, NewRoom, RoomChanges, RoomRecord
from chatd.errors import Code
from tests.store.contract.case import NOW, StoreCase

TEA, DEN = b"t" * 16, b"d" * 16
NOBODY = bytes(16)
MEMBER, MODERATOR, OWNER = Standing.MEMBER, Standing.MODERATOR, Standing.OWNER


def new(account: Account, id: bytes = TEA, name: str = "Tea", level: int = 0) -> NewRoom:
    """A room of somebody's own."""
    return NewRoom(id, name, "", level, False, False, account.id, OWNER)


def banned(target: str, account: bytes = b"", until: int = 0, since: int = NOW) -> BanRecord:
    """Somebody who is kept out."""
    networks = frozenset() if account else frozenset({"192.0.2.1", "2001:db8::/64"})
    return BanRecord(target, account, networks, "alice", "too loud", since, until)


class Rooms(StoreCase):
    async def person(self, handle: str, level: int = 1) -> Account:
        """Somebody who could come in."""
        invited = await self.invited(handle, f"{handle}'s")
        return await self.store.set_level(invited, level)

    async def people(self, *handles: str) -> list[Account]:
        """Several, in a room, in this order; the first one's."""
        people = [await self.person(handle, level=3) for handle in handles]
        await self.store.add_room(new(people[0]), NOW)
        for one in people[1:]:
            await self.store.enter_room(TEA, one.id, MEMBER)
        return people

    async def room(self, id: bytes = TEA) -> RoomRecord:
        """One of them, as it is now."""
        (found,) = [room for room in await self.store.rooms() if room.id == id]
        return found

    async def inside(self, id: bytes = TEA) -> dict[str, Standing]:
        """Who is in it, in the order of coming."""
        return {one.account.handle: one.standing for one in (await self.room(id)).members}

    async def test_room_made(self) -> None:
        alice = await self.person("alice")
        made = NewRoom(DEN, "Дача", "$phc", 1, True, True, alice.id, OWNER)
        last = await self.store.add_room(made, 5_000)
        self.assertEqual(last, number_before(5_000))
        mine = MemberRecord(alice, OWNER)
        expected = RoomRecord(
            DEN, "Дача", "", "$phc", 1, True, False, True, 0, last, (mine,), (), ()
        )
        self.assertEqual(await self.store.rooms(), [expected])
        self.assertEqual(self.store.rooms_now(), [expected])

    async def test_room_that_guests_had(self) -> None:
        alice = await self.person("alice")
        kept_out = (banned("~one"), banned("~two", until=90_000))
        made = replace(new(alice), topic="theirs", locked=True, bans=kept_out)
        await self.store.add_room(made, NOW)
        room = await self.room()
        self.assertEqual((room.topic, room.locked, room.bans), ("theirs", True, kept_out))

    async def test_room_name_taken(self) -> None:
        alice, _ = await self.people("alice", "bob")
        await self.refused(Code.ALREADY_IN_ROOM, self.store.add_room, new(alice, DEN, "TEA"), NOW)
        nobody = replace(alice, id=NOBODY)
        await self.refused(Code.NO_SUCH_ACCOUNT, self.store.add_room, new(nobody, DEN, "den"), NOW)

    async def test_rooms_by_name(self) -> None:
        alice = await self.person("alice")
        for id, name in ((b"1" * 16, "zoo"), (b"2" * 16, "Bar"), (b"3" * 16, "ärger")):
            await self.store.add_room(new(alice, id, name), NOW)
        self.assertEqual([room.name for room in await self.store.rooms()], ["Bar", "zoo", "ärger"])

    async def test_room_entered(self) -> None:
        alice, bob = await self.people("alice", "bob")
        self.assertEqual(await self.inside(), {"alice": OWNER, "bob": MEMBER})
        for room, who, code in (
            (DEN, alice.id, Code.NO_SUCH_ROOM),
            (TEA, bob.id, Code.ALREADY_IN_ROOM),
            (TEA, NOBODY, Code.NO_SUCH_ACCOUNT),
        ):
            await self.refused(code, self.store.enter_room, room, who, MEMBER)

    async def test_room_left(self) -> None:
        """Who comes back is the last one there; who never was there changes nothing."""
        _, bob, carol = await self.people("alice", "bob", "carol")
        for _ in range(2):
            await self.store.leave_room(TEA, bob.id)
        self.assertEqual([*await self.inside()], ["alice", "carol"])
        await self.store.enter_room(TEA, bob.id, MEMBER)
        self.assertEqual([*await self.inside()], ["alice", "carol", "bob"])
        await self.store.leave_room(DEN, carol.id)

    async def test_room_inherited(self) -> None:
        """By the longest-standing moderator, then member; not by one who is disabled."""
        alice, bob, carol, dora = await self.people("alice", "bob", "carol", "dora")
        await self.store.set_disabled(bob.id, True)
        await self.store.set_standings(TEA, {dora.id: MODERATOR, NOBODY: OWNER})
        await self.store.leave_room(TEA, alice.id)
        self.assertEqual(await self.inside(), {"bob": MEMBER, "carol": MEMBER, "dora": OWNER})
        await self.store.leave_room(TEA, dora.id)
        self.assertEqual(await self.inside(), {"bob": MEMBER, "carol": OWNER})
        await self.store.leave_room(TEA, carol.id)
        self.assertEqual(await self.inside(), {"bob": MEMBER})

    async def test_room_ends_with_its_last_member(self) -> None:
        alice, bob = await self.people("alice", "bob")
        await self.store.ban(TEA, banned("~troll"), b"")
        await self.store.leave_room(TEA, alice.id)
        await self.store.leave_room(TEA, bob.id)
        self.assertEqual(await self.store.rooms(), [])
        await self.store.add_room(new(bob, DEN, "tea"), NOW)
        self.assertEqual((await self.room(DEN)).bans, ())

    async def test_rooms_of_a_removed_account(self) -> None:
        alice, _ = await self.people("alice", "bob")
        await self.store.add_room(new(alice, DEN, "den"), NOW)
        await self.store.remove(alice.id, NOW)
        self.assertEqual([room.id for room in await self.store.rooms()], [TEA])
        self.assertEqual(await self.inside(), {"bob": OWNER})

    async def test_rooms_above_a_lowered_level(self) -> None:
        """Whether the level or the admin's role goes; what goes up puts nobody out."""
        alice, bob = await self.people("alice", "bob")
        await self.store.set_role(bob.id, Role.ADMIN)
        await self.store.set_room(TEA, RoomChanges(level=3))
        await self.store.set_level(bob.id, 1)
        self.assertEqual([*await self.inside()], ["alice", "bob"])
        await self.store.set_level(bob.id, 2)
        await self.store.set_role(bob.id, Role.MEMBER)
        self.assertEqual(await self.inside(), {"alice": OWNER})
        await self.store.set_level(alice.id, 4)
        await self.store.set_level(alice.id, 3)
        self.assertEqual(await self.inside(), {"alice": OWNER})
        await self.store.invite("alice", 2, None, b"id".ljust(32), NOW, NOW)
        self.assertEqual(await self.store.rooms(), [])

    async def test_room_settings(self) -> None:
        await self.people("alice")
        before = await self.room()
        changes = RoomChanges("Ärger 🙂", 2, True, True, 86_400)
        await self.store.set_room(TEA, changes)
        after = await self.room()
        self.assertEqual(
            after,
            replace(before, topic="Ärger 🙂", level=2, private=True, locked=True, retention=86_400),
        )
        await self.store.set_room(TEA, RoomChanges())
        self.assertEqual(await self.room(), after)
        await self.store.set_room(TEA, RoomChanges("", 0, False, False, 0))
        self.assertEqual(await self.room(), before)
        await self.refused(Code.NO_SUCH_ROOM, self.store.set_room, DEN, changes)

    async def test_banned(self) -> None:
        """They are out, and not asked in any more."""
        alice, bob = await self.people("alice", "bob")
        await self.store.ban(TEA, banned("~Troll"), b"")
        await self.store.ban(TEA, banned("~tROLL", until=90_000), b"")
        await self.store.invite_to_room(TEA, bob.id)
        await self.store.ban(TEA, banned("bob", bob.id, since=NOW + 1), b"")
        room = await self.room()
        kept_out = (banned("~tROLL", until=90_000), banned("bob", bob.id, since=NOW + 1))
        self.assertEqual((room.bans, room.invited), (kept_out, ()))
        self.assertEqual(await self.inside(), {"alice": OWNER})
        await self.store.ban(TEA, banned("alice", alice.id), b"")
        self.assertEqual(await self.store.rooms(), [])
        await self.refused(Code.NO_SUCH_ROOM, self.store.ban, TEA, banned("~troll"), b"")

    async def test_bans_end(self) -> None:
        """By hand; and those that are over go with the next one."""
        await self.people("alice")
        await self.store.ban(TEA, banned("~one", until=NOW + 10), b"")
        await self.store.ban(TEA, banned("~two"), b"")
        await self.store.ban(TEA, banned("~three", until=NOW + 11, since=NOW + 10), b"")
        self.assertEqual([ban.target for ban in (await self.room()).bans], ["~two", "~three"])
        for _ in range(2):
            await self.store.unban(TEA, "~TWO")
        self.assertEqual([ban.target for ban in (await self.room()).bans], ["~three"])

    async def test_asked_into_a_room(self) -> None:
        await self.people("alice")
        bob, carol = await self.person("bob"), await self.person("carol")
        for account in (bob, bob, carol):
            await self.store.invite_to_room(TEA, account.id)
        self.assertEqual({*(await self.room()).invited}, {bob.id, carol.id})
        await self.store.enter_room(TEA, bob.id, MEMBER)
        await self.store.remove(carol.id, NOW)
        self.assertEqual((await self.room()).invited, ())
        await self.refused(Code.NO_SUCH_ROOM, self.store.invite_to_room, DEN, bob.id)
        await self.refused(Code.NO_SUCH_ACCOUNT, self.store.invite_to_room, TEA, NOBODY)

    async def test_last_seen(self) -> None:
        """It never goes back; who comes is here."""
        alice, _ = await self.people("alice", "bob")
        for now in (7_000, 6_000):
            await self.store.seen(alice.id, now)
        await self.store.seen(NOBODY, 7_000)
        known = await self.store.hide_seen(alice.id, True)
        self.assertEqual((known.seen, known.hides_seen), (7_000, True))
        self.assertFalse((await self.store.hide_seen(alice.id, False)).hides_seen)
        await self.enrolled("bob", "phone")
        self.assertEqual([one.account.seen for one in (await self.room()).members], [7_000, NOW])
        await self.refused(Code.NO_SUCH_ACCOUNT, self.store.hide_seen, NOBODY, True)
