"""Commands of accounts from one screen to the other, over the real hub, store and handshake."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError

from chatd.domain.account import Role
from chatd.domain.link import Link
from chatd.services.loading import load_services
from chatd.services.surroundings import ServiceSurroundings
from client.model.blocking import NOT_LISTED
from client.model.conversation import Kind
from client.ui.link_dialog import LinkDialog

from .together import Seat, TogetherCase


class RoomsTest(TogetherCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrol(self.link("alice", 3))
        self.bob = self.enrol(self.link("bob", 2))

    def test_a_private_room_with_a_level(self) -> None:
        alice, bob = self.alice, self.bob
        alice.does("/join #ops level=2 private")
        self.assertIn("you made this room, level 2, private", alice.told())
        bob.does("/join #ops")
        self.assertIn("this room is private; somebody in it has to invite you", bob.told())
        alice.does("/invite bob")
        self.assertIn("alice invites you to #ops; /join #ops enters it", bob.told())
        bob.does("/join #ops", "hello")
        self.assertIn("hello", alice.told())
        self.assertIn("@alice", bob.text())
        alice.does("/room level=3 locked")
        for one, who in ((alice, "you"), (bob, "alice")):
            self.assertIn(
                f"{who} changed the room: entering takes level 3, "
                "only the owner and moderators set the topic",
                one.told(),
            )
            self.assertTrue(one.rows()[0].endswith("level 3 · private · topic locked"))
        bob.does("/topic mine")
        self.assertIn("the topic is locked", bob.told()[-1])

    def test_moderators_kick_and_ban(self) -> None:
        alice, bob, eve = self.alice, self.bob, self.enrol(self.link("eve"))
        for one in (alice, bob, eve):
            one.does("/join #tea")
        bob.does("/kick eve")
        self.assertIn("only the room's owner, its moderators and admins may do this", bob.told())
        alice.does("/mod bob")
        self.assertEqual(alice.told()[-1], "you made bob a moderator of this room")
        self.assertEqual(bob.told()[-1], "alice made you a moderator of this room")
        bob.does("/kick eve too loud")
        self.assertEqual(bob.told()[-1], "you put eve out: too loud")
        self.assertEqual(eve.told()[-1], "bob put you out: too loud")
        eve.does("/join #tea")
        bob.does("/ban eve for 2h still too loud")
        self.assertEqual(eve.told()[-1], "bob banned you from this room: still too loud")
        eve.does("/join #tea")
        self.assertIn("you are banned from this room: still too loud", eve.told()[-1])
        bob.does("/bans")
        self.assertIn("eve  still too loud", bob.text())
        bob.presses("enter", "enter")
        self.assertEqual(bob.told()[-1], "eve may come in again")
        eve.does("/join #tea")
        self.assertIn("eve", alice.screen.model.roster.current.members)

    def test_handing_a_room_over(self) -> None:
        alice, bob = self.alice, self.bob
        alice.does("/join #tea")
        bob.does("/join #tea")
        alice.does("/owner bob")
        alice.presses("enter")
        self.assertEqual(
            alice.told()[-2:],
            ["you are a moderator of this room now", "you made bob the owner of this room"],
        )
        bob.does("/room")
        self.assertEqual(bob.told()[-1], "#tea: open to everyone; you are its owner")


class MessagesTest(TogetherCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrol(self.link("alice"))
        self.bob = self.enrol(self.link("bob"))
        for one in (self.alice, self.bob):
            one.does("/join #tea")
        self.alice.does("is there tee?")

    def test_what_one_does_to_messages_is_done_at_all(self) -> None:
        alice, bob = self.alice, self.bob
        alice.does("/edit is there tea?")
        bob.does("/reply there is", "/react tea")
        alice.does("/react ^1 +1")
        for one, mine, others in ((alice, "👍", "🍵"), (bob, "🍵", "👍")):
            shown = one.text()
            self.assertIn("is there tea? (edited)", shown)
            self.assertIn("↪ alice: is there tea?", shown)
            self.assertRegex(shown, rf"\[{mine}\]")
            self.assertRegex(shown, rf"│ {others}")
        alice.does("/delete ^1")
        alice.presses("enter")
        for one in (alice, bob):
            self.assertIn("alice │ message deleted", one.text())
            self.assertIn("↪ alice: message deleted", one.text())

    def test_in_private_too_and_on_all_devices(self) -> None:
        alice, bob = self.alice, self.bob
        phone = self.enrol(self.link("alice"), "phone")
        alice.does("/msg bob psst")
        bob.does("/msg alice what?")
        alice.does("/edit nothing")
        for one, place in ((alice, "bob"), (phone, "bob"), (bob, "alice")):
            self.assertEqual(one.told(place), ["nothing", "what?"])
        phone.does("/query bob", "/delete")
        phone.presses("enter")
        self.assertIn("message deleted", alice.text())

    def test_how_long_a_room_keeps_them(self) -> None:
        self.alice.does("/set retention 7d")
        told = "changed the room: the server keeps what is said for 7 days"
        self.assertEqual(self.alice.told()[-1], f"you {told}")
        self.assertEqual(self.bob.told()[-1], f"alice {told}")
        eve = self.enrol(self.link("eve"))
        eve.does("/join #tea")
        self.assertTrue(eve.rows()[0].endswith("kept for 7 days"))
        self.bob.does("/set retention off")
        self.assertIn("only the room's owner", self.bob.told()[-1])

    def test_who_has_got_and_read_it(self) -> None:
        self.alice.does("/receipts")
        self.assertEqual(self.alice.told()[-1], "“is there tee?”: not yet to bob")

    def test_coming_and_going(self) -> None:
        alice, bob = self.alice, self.bob
        self.network.advance(60)  # a server that has just started tells nobody who comes and goes
        bob.does("/msg alice psst", "/switch", "/quit")
        self.assertEqual(alice.told("#tea")[-1], "went offline")
        self.assertEqual(alice.told("bob")[-1], "went offline")
        self.assertIn("1 of 2 here", alice.text())
        self.assertIn(" (bob)", alice.text())
        alice.does("/names", "/whois bob")
        self.assertRegex(alice.told()[-2], r"not here now: 1: bob \(last seen .*\)")
        self.assertRegex(alice.told()[-1], "not here now, last seen")

    def test_a_device_that_comes_knows_who_is_here(self) -> None:
        alice, bob = self.alice, self.bob
        carol = self.enrol(self.link("carol"))
        carol.does("/msg alice psst", "/quit")
        alice.does("/msg carol are you there?")
        bob.does("/msg alice psst")
        line = self.network.lines[0]
        alice.model.presences.clear()
        for nick in ("bob", "carol"):
            alice.model.open(Kind.PERSON, nick).present = nick == "carol"
        self.network.down = ConnectionRefusedError()
        line.cut()
        self.network.advance(60)
        self.network.down = None
        self.network.advance(60)
        self.assertIn("connected again", alice.text())
        self.assertIn(" (carol) ", alice.text())
        self.assertNotIn("(bob)", alice.text())


class BlockingTest(TogetherCase):
    def test_on_all_devices(self) -> None:
        """Bob is told, and sees nothing of alice; in their room alice sees nothing of bob."""
        alice, phone = self.enrol(self.link("alice")), self.enrol(self.link("alice"), "phone")
        bob = self.enrol(self.link("bob"))
        for one in (alice, bob):
            one.does("/join #tea")
        alice.does("/block bob")
        bob.does("hello", "/msg alice hi", "/broadcast hear", "/online")
        person = bob.model.roster.find(Kind.PERSON, "alice")
        assert person is not None
        (refused,) = (entry for _, entry in person.timeline.backwards() if entry.text == "hi")
        self.assertIn("they have blocked you", refused.failure)
        self.assertEqual(bob.told().count("online 1: bob"), 1)
        self.assertIn(NOT_LISTED, bob.told())
        self.assertIn("some did not get what you told everyone: they have blocked you", bob.told())
        for one in (alice, phone):
            told = [*one.told("#tea"), *one.told("127.0.0.1")]
            self.assertFalse({"hi", "hear", "hello"} & set(told))
        phone.does("/unblock bob")
        bob.does("/msg #tea again")
        self.assertEqual(alice.told("#tea")[-1], "again")

    def test_after_signing_in(self) -> None:
        """A device that was away when it happened."""
        alice, bob = self.enrol(self.link("alice")), self.enrol(self.link("bob"))
        alice.does("/block bob")
        phone = self.enrol(self.link("alice"), "phone")
        for one in (phone, bob):
            one.does("/join #tea")
        bob.does("hello")
        self.assertNotIn("hello", phone.told("#tea"))


class AccountTest(TogetherCase):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.enrol(self.link("alice", 3, Role.ADMIN))
        self.bob = self.enrol(self.link("bob"))

    def add(self, seat: Seat) -> Link:
        """A link from ``/devices add``, closed again."""
        seat.does("/devices add")
        dialog = seat.screen.stage.dialog
        assert isinstance(dialog, LinkDialog)
        text = str(dialog._link.text)
        seat.presses("esc")
        return Link.parse(text)

    def test_who_one_is_and_who_others_are(self) -> None:
        alice, bob = self.alice, self.bob
        self.assertIn("admin", alice.rows()[-2])
        self.assertNotIn("unsigned", alice.rows()[-2])
        alice.does("/join #tea", "/nick Alice A.")
        bob.does("/join #tea", "/whois alice")
        self.assertIn("alice (Alice A.) has an account (level 3, admin)", bob.told()[-1])
        self.assertIn("@alice Alice A.", bob.text())
        bob.does("/directory ali")
        self.assertIn("level 3, admin, online", bob.text())
        bob.presses("esc")
        bob.does("/devices alice")
        self.assertIn("alice's signed device", bob.told()[-1])

    def test_a_second_device_is_the_same_person(self) -> None:
        alice = self.alice
        alice.does("/join #tea")
        phone = self.enrol(self.add(alice), "phone")
        self.assertTrue(any("a new device is on your account" in one for one in alice.told()))
        self.assertNotIn("unsigned", phone.rows()[-2])
        phone.does("/switch", "/join #milk")
        self.assertEqual(alice.told("#milk"), ["you entered, by a command or another device"])
        self.assertIn("alice", alice.model.roster[2].members)
        phone.presses("meta 2")
        self.assertEqual(phone.model.roster.current.title, "#tea")
        phone.does("from my phone", "/msg bob psst")
        self.assertEqual(alice.told("#tea")[-1], "from my phone")
        self.assertEqual(alice.told("bob"), ["psst"])
        active = [one.title for one in alice.model.roster.active()]
        self.assertEqual(active, ["chat.example.org"])  # which tells of the new device
        self.bob.does("/msg alice hi")
        self.assertEqual((alice.told("bob")[-1], phone.told("bob")[-1]), ("hi", "hi"))
        alice.does("/devices")
        self.assertIn("signed, this one", alice.text())
        alice.presses("esc")
        alice.does("/devices remove phone")
        alice.presses("enter")
        self.assertIn("was taken off your account", alice.told()[-1])
        self.assertIn("this device was taken off the account", phone.text())

    def test_passwords_and_the_end_of_an_account(self) -> None:
        bob = self.bob
        bob.does("/passwd", "", "new staple", "new staple")
        self.assertIn("your account has the new password", bob.told()[-1])
        bob.does("/passwd", "wrong one", "new staple", "new staple")
        self.assertEqual(bob.told()[-1], "the present password is not right")
        bob.does("/account delete", "bob")
        self.assertEqual(bob.told()[-1], "offline: your account is deleted")
        self.alice.does("/whois bob")
        self.assertEqual(self.alice.told()[-1], "nobody here is called bob")

    def test_services(self) -> None:
        around = ServiceSurroundings(self.daemon.clock, self.daemon.hub.now, "chat")
        self.daemon.state.services = load_services(around, lambda: lambda work: Deferred())
        bob = self.bob
        bob.does("/service")
        self.assertIn("whois nick=TEXT", bob.text())
        bob.presses("esc")
        bob.does("/service whois alice")
        self.assertIn("whois: nick: alice; kind: account; level: 3; role: admin", bob.told()[-1])
        bob.does("/service directory")
        self.assertIn("nick: bob; level: 1; role: member; presence: online", bob.text())
        bob.presses("esc")
        bob.does("/service whois who=alice")
        self.assertEqual(bob.told()[-1], "whois takes no who=alice: whois nick=TEXT")
