"""After a loss: the same session while the server keeps it, a new one after that."""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.error import ConnectionLost, ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.limits import Limits
from chatd.errors import Code
from chatd.wire import messages
from client.model.uplink import Connecting, Online
from client.refusals import NickRefused
from tests.client.by_hand import welcome
from tests.client.listener import Subscriber
from tests.support.network import Network
from tests.support.server import Server

GRACE = 30.0


class ResumingTest(SynchronousTestCase):
    def setUp(self) -> None:
        self.network = Network()
        self.alice = self.subscriber("alice")
        self.bob = self.subscriber("bob")
        for one in (self.alice, self.bob):
            self.ask(one, partial(messages.Join, room="tea"))

    def subscriber(self, nick: str, **options: Any) -> Subscriber:
        subscriber = Subscriber(self.network, nick=nick, **options)
        subscriber.start()
        return subscriber

    def ask(self, who: Subscriber, make: Any) -> Any:
        answer = who.connection.request(make)
        self.network.settle()
        return self.successResultOf(answer)

    def lose(self, who: Subscriber, seconds: float) -> None:
        """Cut somebody's line, and nobody gets in for a while."""
        self.network.down = ConnectionRefusedError()
        who.line.cut()
        self.network.advance(seconds)
        self.network.down = None

    def test_the_same_session(self) -> None:
        (first,) = self.alice.heard.take(messages.Welcome)
        self.lose(self.alice, 5)
        self.ask(self.bob, partial(messages.Say, room="tea", text="still there?"))
        self.alice.heard.told.clear()
        self.network.advance(10)
        (again,) = self.alice.heard.take(messages.Welcome)
        self.assertTrue(again.resumed)
        self.assertFalse(again.missed)
        self.assertEqual((again.session, again.nick), (first.session, "alice"))
        self.assertEqual([room.room for room in again.rooms], ["tea"])
        (heard,) = self.alice.heard.take(messages.RoomSaid)
        self.assertEqual(heard.text, "still there?")
        self.assertEqual(self.bob.heard.take(messages.Left), [])

    def test_twice(self) -> None:
        for _ in range(2):
            self.alice.heard.told.clear()
            self.lose(self.alice, 0)
            self.network.advance(3)
            (again,) = self.alice.heard.take(messages.Welcome)
            self.assertTrue(again.resumed)

    def test_a_new_session_after_the_grace_time(self) -> None:
        (first,) = self.alice.heard.take(messages.Welcome)
        self.lose(self.alice, GRACE + 5)
        self.network.advance(35)
        (again,) = self.alice.heard.take(messages.Welcome)
        self.assertFalse(again.resumed)
        self.assertNotEqual(again.session, first.session)
        self.assertEqual((again.nick, again.rooms), ("alice", []))
        self.assertEqual(self.bob.heard.take(messages.Left), [messages.Left("tea", "alice", True)])

    def test_a_new_nick_is_the_one_to_ask_for(self) -> None:
        self.ask(self.alice, partial(messages.Nick, nick="Alicia"))
        self.assertEqual(self.alice.connection.nick, "Alicia")
        self.lose(self.alice, GRACE + 5)
        self.network.advance(35)
        self.assertEqual(self.alice.heard.take(messages.Welcome)[-1].nick, "Alicia")

    def test_a_refused_nick_is_not_remembered(self) -> None:
        refused = self.alice.connection.request(partial(messages.Nick, nick="bob"))
        self.network.settle()
        self.failureResultOf(refused)
        self.assertEqual(self.alice.connection.nick, "alice")

    def test_the_nick_went_to_somebody_else(self) -> None:
        """The session is over and its nick taken: the advice is asked for again."""
        self.lose(self.alice, GRACE + 5)
        thief = self.subscriber("alice")
        self.assertEqual(thief.connection.nick, "alice")
        self.network.advance(70)
        self.assertTrue(self.alice.online)
        self.assertEqual(self.alice.connection.nick, "alice2")

    def test_only_the_lost_nick_would_do(self) -> None:
        carol = self.subscriber("carol", strict=True)
        self.lose(carol, GRACE + 5)
        self.subscriber("carol")
        self.network.advance(70)
        self.assertIsInstance(carol.error, NickRefused)

    def test_a_loss_only_this_side_has_noticed(self) -> None:
        """The session moves; what was on its way to the old connection may be lost."""
        old = self.alice.line
        old.stuck = True
        old.client.finish(ConnectionLost())
        self.network.advance(3)
        again = self.alice.heard.take(messages.Welcome)[-1]
        self.assertTrue(again.resumed and again.missed)
        self.assertIn(Code.REPLACED, self.network.server.audit.codes("closed"))
        self.assertTrue(old.server.disconnecting)
        self.assertTrue(self.alice.online)

    def test_taken_over(self) -> None:
        """A connection whose session went on elsewhere does not fight for it."""
        alice = Subscriber(by_hand=2)
        alice.start()
        alice.hands.made[0].say(welcome(), messages.Closing(Code.REPLACED, "taken over"))
        assert alice.error is not None
        self.assertEqual(alice.error.code, Code.REPLACED)


class PagesTest(SynchronousTestCase):
    """A welcome with more rooms than one page holds."""

    def test_all_rooms_are_told_at_once(self) -> None:
        network = Network(Server(Limits(page=2)))
        alice, bob = Subscriber(network), Subscriber(network, nick="bob")
        rooms = [f"room{number}" for number in range(5)]
        for one in (alice, bob):
            one.start()
            for room in rooms:
                one.connection.request(partial(messages.Join, room=room))
        network.settle()
        alice.line.cut()
        bob.connection.request(partial(messages.Say, room="room4", text="hello"))
        network.settle()
        alice.heard.told.clear()
        network.advance(3)
        told = [one for one in alice.heard.told if not isinstance(one, float)]
        connecting, again, online, said = told
        self.assertEqual([connecting, online], [Connecting(), Online()])
        self.assertEqual([room.room for room in again.rooms], rooms)
        self.assertFalse(again.more)
        self.assertEqual(said.text, "hello")

    def paged(self) -> Subscriber:
        alice = Subscriber(by_hand=2)
        alice.start()
        alice.hands.made[0].say(
            welcome(messages.Joined("tea", "", 1), more=True), messages.Entered("tea", "bob")
        )
        alice.network.settle()
        self.assertEqual(alice.heard.take(messages.Welcome), [])
        return alice

    def test_a_server_without_pages(self) -> None:
        alice = self.paged()
        server = alice.hands.made[0]
        _, request = server.took()
        server.say(messages.Status(request.id, Code.UNKNOWN_COMMAND, "what?"))
        alice.network.settle()
        kinds = [type(one) for one in alice.heard.told]
        self.assertEqual(kinds, [Connecting, messages.Welcome, Online, messages.Entered])

    def test_a_server_that_always_has_more(self) -> None:
        alice = self.paged()
        server = alice.hands.made[0]
        server.asked.pop(0)
        pages = 0
        while asked := [one for one in server.took() if isinstance(one, messages.Mine)]:
            pages += 1
            room = messages.Joined(f"room{pages}", "", 1)
            server.answer(asked[0], messages.JoinedPage([room], True))
            alice.network.settle()
        self.assertTrue(alice.online)
        self.assertTrue(50 < pages < 1000, pages)

    def test_more_of_nothing(self) -> None:
        alice = Subscriber(by_hand=2)
        alice.start()
        server = alice.hands.made[0]
        server.say(welcome(more=True))
        alice.network.settle()
        _, request = server.took()
        self.assertEqual(request.after, "")
        server.answer(request, messages.JoinedPage([], True))
        self.assertTrue(alice.online)

    def test_lost_between_two_pages(self) -> None:
        alice = self.paged()
        alice.line.cut()
        self.assertIsNotNone(alice.waiting)
        self.assertEqual(alice.heard.take(messages.Welcome), [])
        alice.network.advance(2)
        alice.hands.made[1].say(welcome(), messages.Entered("tea", "eve"))
        self.assertTrue(alice.online)
        self.assertEqual(alice.heard.take(messages.Entered), [messages.Entered("tea", "eve")])
