"""What the hub knows of the rooms that last is what the store has of them, whatever people do, in
whatever order the store gets to it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred

from chatd.domain import administration as orders
from chatd.domain.account import Role
from chatd.domain.commands import (
    Ban,
    Command,
    Invite,
    Join,
    Kick,
    Leave,
    SetRoom,
    SetStanding,
    SetTopic,
    Standing,
    Unban,
)
from chatd.errors import Refused
from chatd.hub.bans import MAX_BANS
from chatd.hub.state import State
from tests.hub.account_case import AccountCase, HeldStore, Laptop
from tests.hub.people import Person
from tests.support.store import memory_store

ACCOUNTS, GUESTS, ROOMS = ("alice", "bob", "carol"), ("gus",), ("tea", "hall")

#: What takes a while, so that other things happen in between.
SLOW = frozenset(
    {
        "add_room",
        "enter_room",
        "leave_room",
        "set_room",
        "set_standings",
        "ban",
        "unban",
        "invite_to_room",
        "set_level",
        "remove",
    }
)

COMMANDS: tuple[Callable[[str, str], Command], ...] = (
    lambda room, nick: Join(room),
    lambda room, nick: Leave(room),
    lambda room, nick: Kick(room, nick),
    lambda room, nick: Ban(room, nick),
    lambda room, nick: Unban(room, nick),
    lambda room, nick: Unban(room, "~" + nick),
    lambda room, nick: Invite(room, nick),
    lambda room, nick: SetTopic(room, nick),
    lambda room, nick: SetRoom(room, level=2, retention=60),
    lambda room, nick: SetStanding(room, nick, Standing.MODERATOR),
    lambda room, nick: SetStanding(room, nick, Standing.OWNER),
)

#: Stories, and steps of each.
STORIES, STEPS = 40, 60

#: How often each kind of step comes.
KINDS = {"say": 12, "come or go": 3, "level": 1, "remove": 0.2, "finish": 6}


class Town(AccountCase):
    """Three accounts and a guest, all of them in a lobby and in bob's room; the store is slow.

    :ivar here: connections by nick, of those who are.
    """

    def settle(self) -> None:
        """All begins anew."""
        self.store = HeldStore(memory_store())
        self.start()
        self.server.state.lobby = "hall"
        self.laptops: dict[str, Laptop] = {}
        self.here: dict[str, Person] = {}
        self.results: list[Deferred[Any]] = []
        for handle in ACCOUNTS:
            role = Role.ADMIN if handle == "alice" else Role.MEMBER
            self.laptops[handle] = self.enrolled(handle, level=3, role=role)
            self.here[handle] = self.laptops[handle].person
        for nick in GUESTS:
            self.here[nick] = self.person(nick)
        for nick in ("bob", "carol", "alice", *GUESTS):
            self.here[nick].do(Join("tea"))
        self.store.only, self.store.held = SLOW, True

    def begin(self, what: Deferred[Any]) -> None:
        """Something that ends at some time; it may be refused."""
        what.addErrback(lambda failure: failure.trap(Refused) and None)
        self.results.append(what)

    def step(self, dice: Random) -> None:
        """Something happens. Alice is an admin, who may do almost everything."""
        (what,) = dice.choices([*KINDS], [*KINDS.values()])
        handle, nick = dice.choice(ACCOUNTS), dice.choice(ACCOUNTS + GUESTS)
        if what == "say":
            who = dice.choice(("alice", "alice", *ACCOUNTS, *GUESTS))
            if who in self.here:
                self.say(self.here[who], dice.choice(COMMANDS)(dice.choice(ROOMS), nick))
        elif what == "come or go":
            self.come_or_go(nick)
        elif what == "level":
            self.begin(self.hub.administer(orders.SetLevel(handle, dice.randint(1, 3))))
        elif what == "remove":
            self.begin(self.hub.administer(orders.Remove(handle)))
        else:
            self.store.finish(min(dice.randint(1, 9), len(self.store)))

    def say(self, person: Person, command: Command) -> None:
        """Unless they were put out meanwhile."""
        if self.server.state.sessions.get(person.session.id) is person.session:
            self.begin(maybeDeferred(self.hub.execute, person.session, command))

    def come_or_go(self, nick: str) -> None:
        """A guest comes back as a new one."""
        person = self.here.pop(nick, None)
        if person is not None:
            self.hub.sign_out(person.session)
        elif nick in GUESTS:
            self.here[nick] = self.person(nick)
        else:
            knock = self.laptops[nick].sign_in()
            knock.addCallback(lambda person: self.here.__setitem__(nick, person))
            knock.addErrback(lambda failure: None)  # the account is gone

    def end(self) -> None:
        """Nothing is left to be done."""
        while self.store:
            self.store.finish()
        self.store.held = False
        for result in self.results:
            self.successResultOf(result)


def told(state: State, accounts: dict[bytes, str]) -> dict[str, tuple[Any, ...]]:
    """What there is to know of each room that lasts, of accounts alone: handles by id."""
    return {
        room.name: (
            room.conversation,
            (room.topic, room.password, room.level, room.private, room.locked, room.retention),
            [(p.nick, s) for p, s in room.standings.items() if p.account is not None],
            sorted(accounts[one] for one in room.invited if one in accounts),
            room.bans.page("", MAX_BANS, state.clock.seconds()),
        )
        for room in state.rooms
        if room.conversation
    }


class Memory(Town):
    def test_is_what_the_store_has(self) -> None:
        for seed in range(STORIES):
            self.tell(Random(seed))
            known = self.server.state
            self.check(known)
            accounts = self.successResultOf(self.store.accounts("", len(ACCOUNTS)))
            handles = {one.id: one.handle for one in accounts}
            before = told(known, handles)
            self.start()
            self.assertEqual(before, told(self.server.state, handles), f"seed {seed}")

    def tell(self, dice: Random) -> None:
        """One story, to its end."""
        self.settle()
        for _ in range(STEPS):
            self.step(dice)
        self.end()

    def check(self, state: State) -> None:
        """Who is in a room knows it, and nobody is kept for nothing."""
        people = [*state.people, *state.absent.values()]
        for room in state.rooms:
            self.assertEqual({*room.members}, {*room.standings})
            self.assertLessEqual({*room.standings}, {*people})
            if not room.conversation:
                self.assertTrue(all(person.sessions for person in room.standings))
            hearing = {session for person in room.standings for session in person.sessions}
            self.assertEqual({*room.sessions()}, hearing)
        for person in people:
            self.assertTrue(person.sessions or person.rooms)
            self.assertTrue(all(person in room.standings for room in person.rooms))
        self.assertFalse(state.changing)
