"""Blocking: who hears what of whom, what is kept, and what nobody learns by it."""

from __future__ import annotations

from chatd.domain.blocks import MAX_BLOCKS, Party
from chatd.domain.commands import (
    Block,
    Broadcast,
    DeleteAccount,
    Invite,
    Join,
    Leave,
    ListBlocks,
    ListDirectory,
    ListUsers,
    Rename,
    ShowTyping,
    Tell,
    Unblock,
    Whois,
)
from chatd.domain.events import BlockChanged, Invited, NickChanged, Typing
from chatd.domain.results import BlockRow, Nothing
from chatd.errors import Code
from tests.hub.account_case import AccountCase
from tests.hub.people import Person, say
from tests.support.server import Server


class BlockingCase(AccountCase):
    """Alice has an account and has blocked bob, who has one too."""

    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.enrolled("alice").person, self.enrolled("bob").person
        self.block(self.alice, "bob")

    def block(self, person: Person, nick: str) -> None:
        """It is done; this session has its answer and hears no more of it."""
        person.heard()
        self.assertEqual(self.done(person, Block(nick)), Nothing())
        self.assertEqual(person.heard(), [])

    def blocked(self, person: Person) -> list[BlockRow]:
        """Whom somebody has blocked."""
        return list(person.do(ListBlocks()).blocks)


class Direct(BlockingCase):
    def test_refused_each_time(self) -> None:
        for _ in range(2):
            self.refused(Code.BLOCKED, self.bob, Tell("ALICE", "hi"))
        self.assertEqual(self.alice.heard(), [])

    def test_one_way(self) -> None:
        self.alice.do(Tell("bob", "do not answer"))
        self.assertEqual(self.bob.texts(), ["do not answer"])

    def test_until_unblocked(self) -> None:
        self.done(self.alice, Unblock("BOB"))
        self.bob.do(Tell("alice", "hi"))
        self.assertEqual(self.alice.texts(), ["hi"])

    def test_does_not_tell_who_is_here(self) -> None:
        """The same words, whether the account that blocked is online or not."""
        told = self.refused(Code.BLOCKED, self.bob, Tell("alice", "hi")).text
        self.hub.sign_out(self.alice.session)
        self.assertEqual(self.refused(Code.BLOCKED, self.bob, Tell("alice", "hi")).text, told)

    def test_by_any_device(self) -> None:
        other = self.enrolled("bob").person
        self.refused(Code.BLOCKED, other, Tell("alice", "hi"))


class Broadcasts(BlockingCase):
    def test_told_once_that_some_did_not_get_it(self) -> None:
        carol = self.person("carol")
        self.enrolled("alice")
        self.alice.heard()
        self.assertTrue(self.bob.do(Broadcast("hear")).withheld)
        self.assertEqual((self.alice.heard(), carol.texts()), ([], ["hear"]))
        self.assertFalse(self.alice.do(Broadcast("hear me")).withheld)
        self.assertEqual(self.bob.texts(), ["hear me"])

    def test_who_is_not_here_withholds_nothing(self) -> None:
        self.hub.sign_out(self.alice.session)
        self.assertFalse(self.bob.do(Broadcast("hear")).withheld)


class Rooms(BlockingCase):
    def test_nothing_changes(self) -> None:
        """Those in a room hear each other there: hiding is the client's."""
        for person in (self.alice, self.bob):
            person.do(Join("room"))
        self.alice.heard()
        self.bob.do(say("hi"))
        self.assertEqual(self.alice.texts(), ["hi"])
        members = [row.nick for row in self.bob.do(ListUsers("room")).users]
        self.assertEqual(members, ["alice", "bob"])

    def test_invitations(self) -> None:
        """Refused, here or not; one's own reach the blocked."""
        self.bob.do(Join("den"))
        self.refused(Code.BLOCKED, self.bob, Invite("den", "alice"))
        self.alice.do(Join("tea"), Invite("tea", "bob"))
        self.assertEqual(self.bob.heard()[-1:], [Invited("tea", "alice")])
        self.hub.sign_out(self.alice.session)
        self.not_done(Code.BLOCKED, self.bob, Invite("den", "alice"))


class Presence(BlockingCase):
    def test_not_listed(self) -> None:
        """Nor counted; the blocker sees everybody."""
        page = self.bob.do(ListUsers())
        self.assertEqual(([row.nick for row in page.users], page.total), (["bob"], 1))
        page = self.alice.do(ListUsers())
        self.assertEqual(([row.nick for row in page.users], page.total), (["alice", "bob"], 2))

    def test_whole_pages_of_those_who_have_blocked(self) -> None:
        for number in range(250):
            person = self.person(f"guest{number:03}")
            self.block(person, "bob")
        self.person("zoe")
        page = self.bob.do(ListUsers())
        self.assertEqual([row.nick for row in page.users], ["bob", "zoe"])
        self.assertEqual((page.total, page.more), (2, False))

    def test_whois(self) -> None:
        """The same as of an account that is not here."""
        found = self.done(self.bob, Whois("alice"))
        self.assertFalse(found.online)
        self.hub.sign_out(self.alice.session)
        self.assertEqual(self.done(self.bob, Whois("alice")), found)

    def test_whois_of_a_guest(self) -> None:
        """There is nobody to tell of."""
        self.block(self.person("carol"), "bob")
        self.not_done(Code.NO_SUCH_NICK, self.bob, Whois("carol"))

    def test_directory(self) -> None:
        rows = self.done(self.bob, ListDirectory()).people
        self.assertEqual([row.presence for row in rows], ["offline", "online"])
        rows = self.done(self.alice, ListDirectory()).people
        self.assertEqual([row.presence for row in rows], ["online", "online"])

    def test_typing(self) -> None:
        """Neither learns that the other types; in a room they share all do."""
        self.refused(Code.NO_SUCH_NICK, self.bob, ShowTyping(True, "", "alice"))
        self.assertEqual(self.alice.do(ShowTyping(True, "", "bob")), Nothing())
        self.assertEqual(self.bob.heard(), [])
        for person in (self.alice, self.bob):
            person.do(Join("room"))
        self.bob.heard()
        self.alice.do(ShowTyping(True, "room"))
        self.assertEqual(self.bob.heard(), [Typing("alice", "room", True)])


class Kept(BlockingCase):
    def test_across_a_restart(self) -> None:
        later = Server(self.limits, store=self.server.state.store)  # type: ignore[arg-type]
        identities = (self.alice.session.account.id, self.bob.session.account.id)
        self.assertTrue(later.state.blocks.has(*identities))

    def test_of_those_who_are_not_here(self) -> None:
        self.hub.sign_out(self.bob.session)
        self.done(self.alice, Unblock("bob"))
        self.block(self.alice, "BOB")
        self.assertEqual(self.blocked(self.alice), [BlockRow("bob", True)])

    def test_listed_in_pages(self) -> None:
        me = Party(self.alice.session.account.id, "alice")
        for number in range(250):
            self.server.state.blocks.add(me, Party(b"%d" % number, f"n{number:03}"))
        first = self.alice.do(ListBlocks())
        second = self.alice.do(ListBlocks(first.blocks[-1].nick))
        names = [row.nick for row in (*first.blocks, *second.blocks)]
        self.assertEqual(names, ["bob", *(f"n{number:03}" for number in range(250))])
        self.assertEqual((first.more, second.more), (True, False))

    def test_other_devices_are_told(self) -> None:
        other = self.enrolled("alice").person
        self.done(self.alice, Unblock("bob"))
        self.block(self.alice, "BOB")
        told = [BlockChanged("bob", False), BlockChanged("bob", True)]
        self.assertEqual((other.heard(), self.bob.heard()), (told, []))

    def test_twice_is_once(self) -> None:
        other = self.enrolled("alice").person
        self.block(self.alice, "bob")
        self.assertEqual(other.heard(), [])

    def test_a_store_that_fails_changes_nothing(self) -> None:
        self.store.held = True
        blocking = self.bob.later(Block("alice"))
        self.assertNoResult(blocking)
        self.assertEqual(self.blocked(self.bob), [])
        self.store.finish()
        self.successResultOf(blocking)
        self.assertEqual(self.blocked(self.bob), [BlockRow("alice", True)])

    def test_gone_with_the_account(self) -> None:
        self.done(self.bob, DeleteAccount())
        self.assertEqual(self.blocked(self.alice), [])

    def test_not_audited(self) -> None:
        told = str(self.server.audit.lines)
        self.done(self.alice, Unblock("bob"))
        self.block(self.alice, "bob")
        self.assertEqual(str(self.server.audit.lines), told)

    def test_refused(self) -> None:
        self.not_done(Code.BLOCK_SELF, self.alice, Block("ALICE"))
        self.not_done(Code.NO_SUCH_NICK, self.alice, Block("nobody"))
        self.not_done(Code.NOT_BLOCKED, self.alice, Unblock("carol"))
        me = Party(self.alice.session.account.id, "alice")
        for number in range(MAX_BLOCKS - 1):
            self.server.state.blocks.add(me, Party(b"%d" % number, f"n{number}"))
        self.person("carol")
        self.not_done(Code.TOO_MANY_BLOCKS, self.alice, Block("carol"))


class Guests(BlockingCase):
    def setUp(self) -> None:
        super().setUp()
        self.carol = self.person("carol", None, "room")
        self.alice.do(Join("room"))
        self.block(self.alice, "carol")

    def test_listed_as_such(self) -> None:
        rows = [BlockRow("bob", True), BlockRow("carol", False)]
        self.assertEqual(self.blocked(self.alice), rows)

    def test_by_no_other_nick(self) -> None:
        """Who hides them learns it, after all that was said under the old one."""
        self.carol.do(say("last words"), Rename("dora"))
        last, *rest = self.alice.heard()
        self.assertEqual(getattr(last, "text", ""), "last words")
        told = [BlockChanged("carol", False), BlockChanged("dora", True)]
        self.assertEqual(rest, [*told, NickChanged("carol", "dora")])
        self.refused(Code.BLOCKED, self.carol, Tell("alice", "hi"))
        self.assertIn(BlockRow("dora", False), self.blocked(self.alice))

    def test_until_they_leave(self) -> None:
        """The next of that nick is somebody else."""
        self.carol.do(say("last words"))
        self.hub.sign_out(self.carol.session)
        heard = self.alice.heard()
        self.assertEqual(getattr(heard[0], "text", ""), "last words")
        self.assertGreater(heard.index(BlockChanged("carol", False)), 0)
        self.person("carol").do(Tell("alice", "hi"))
        self.assertEqual(self.blocked(self.alice), [BlockRow("bob", True)])

    def test_while_the_blocker_is_not_here(self) -> None:
        laptop = self.enrolled("alice")
        for person in (self.alice, laptop.person):
            self.hub.sign_out(person.session)
        self.refused(Code.BLOCKED, self.carol, Tell("alice", "hi"))
        again = self.successResultOf(laptop.sign_in())
        self.assertIn(BlockRow("carol", False), self.blocked(again))

    def test_can_block(self) -> None:
        """Accounts and each other, as long as they are here."""
        dave = self.person("dave")
        for nick in ("carol", "bob"):
            self.block(dave, nick)
        self.assertEqual(self.blocked(dave), [BlockRow("bob", False), BlockRow("carol", False)])
        self.refused(Code.BLOCKED, self.bob, Tell("dave", "hi"))
        self.refused(Code.BLOCKED, self.carol, Tell("dave", "hi"))
        self.hub.sign_out(dave.session)
        self.refused(Code.NO_SUCH_NICK, self.bob, Tell("dave", "hi"))
        self.assertFalse(self.server.state.blocks.on(self.bob.session.id))
        self.done(self.alice, Unblock("carol"))
        self.carol.do(Leave("room"), Tell("alice", "hi"))
