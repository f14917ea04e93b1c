"""What a command does through the chatc that is running, and what others see of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.defer import Deferred

from chatd.errors import ChatError, Code
from chatd.wire import messages
from tests.client.handover.handover_case import HandoverTest, Hearing

JOIN_TEA = partial(messages.Join, room="tea")


class AskingTest(HandoverTest):
    """Requests and their answers."""

    def test_who_one_is(self) -> None:
        visit = self.visit()
        self.assertEqual(visit.nick, "alice")
        self.assertEqual(visit.hello.server, str(self.place))

    def test_no_other_connection_is_made(self) -> None:
        before = self.server.hub.counts()["sessions"]
        script = self.command()
        self.done(script.send("bob", "psst"))
        self.assertEqual(self.server.hub.counts()["sessions"], before)
        (said,) = self.bob_heard(messages.DirectSaid)
        self.assertEqual((said.sender, said.text), ("alice", "psst"))

    def test_lists(self) -> None:
        script = self.command()
        rooms = self.done(script.pages(messages.Rooms, lambda page: page.rooms))
        self.assertEqual([room.name for room in rooms], ["tea"])
        devices = self.asked(script.connection, messages.Devices)
        self.assertTrue(devices.devices[0].current)
        services = self.asked(script.connection, messages.Services)
        self.assertIsInstance(services, messages.ServiceList)

    def test_refusals_are_the_servers(self) -> None:
        script = self.command()
        refused = self.begun(script.send("nobody", "hi"))
        self.assertEqual(self.code(refused), Code.NO_SUCH_NICK)
        self.done(script.send("bob", "still here"))

    def test_what_could_not_be_sent_is_refused_here(self) -> None:
        script = self.command()
        for target, text in (("bob", "x" * 70_000), ("bob", "caf\udce9")):
            self.assertIn(
                self.code(self.begun(script.send(target, text))),
                (Code.MESSAGE_TOO_LONG, Code.MESSAGE_MALFORMED),
            )
        self.assertEqual(self.line.client.written, b"")

    def test_several_at_once(self) -> None:
        """Each gets its own answers, whatever numbers they give their requests."""
        one, two = self.command(), self.command()
        asked = [
            one.connection.request(messages.Rooms),
            two.connection.request(messages.Users),
            one.connection.request(messages.Measure),
        ]
        self.network.settle()
        kinds = [type(self.successResultOf(answer)) for answer in asked]
        self.assertEqual(kinds, [messages.RoomPage, messages.UserPage, type(None)])

    def test_the_screen_goes_on_asking(self) -> None:
        self.command()
        self.assertEqual(self.alice_asks(messages.Rooms).rooms[0].name, "tea")


class EchoTest(HandoverTest):
    """What is said through one connection is heard by all who share it."""

    def setUp(self) -> None:
        super().setUp()
        self.alice_asks(JOIN_TEA)
        self.one, self.two = self.command(), self.command()

    def test_a_command_says_something(self) -> None:
        accepted = self.done(self.one.send("#tea", "from a script"))
        expected = messages.RoomSaid("tea", "alice", "from a script", 0, accepted.id, accepted.time)
        self.network.settle()
        self.assertEqual(self.running.heard(), [expected])
        self.assertEqual(self.two.heard, [expected])
        self.assertEqual(self.one.heard, [])

    def test_to_a_person_and_to_everybody(self) -> None:
        self.done(self.one.send("bob", "psst"))
        self.asked(self.one.connection, partial(messages.Broadcast, text="all"))
        direct, broadcast = self.running.heard()
        self.assertEqual((direct.sender, direct.to, direct.text), ("alice", "bob", "psst"))
        self.assertEqual((broadcast.sender, broadcast.text), ("alice", "all"))
        self.assertEqual(self.two.texts(), ["psst", "all"])

    def test_to_oneself_it_is_heard_once(self) -> None:
        self.done(self.one.send("ALICE", "note"))
        self.assertEqual([said.text for said in self.running.heard()], ["note"])
        self.assertEqual((self.one.texts(), self.two.texts()), ([], ["note"]))

    def test_the_screen_says_something(self) -> None:
        self.alice_asks(partial(messages.Say, room="tea", text="typed"))
        self.assertEqual(self.running.heard(), [])
        self.assertEqual((self.one.texts(), self.two.texts()), (["typed"], ["typed"]))

    def test_what_was_refused_nobody_hears(self) -> None:
        self.code(self.begun(self.one.send("#nowhere", "hi")))
        self.code(self.begun(self.one.send("#tea", "")))
        self.assertEqual((self.running.heard(), self.two.heard), ([], []))

    def test_others_are_heard_by_all(self) -> None:
        self.bob_asks(partial(messages.Say, room="tea", text="hello"))
        self.bob_asks(partial(messages.Direct, to="alice", text="psst"))
        self.assertEqual([said.text for said in self.running.heard()], ["hello", "psst"])
        self.assertEqual((self.one.texts(), self.two.texts()), (["hello", "psst"],) * 2)

    def test_what_nobody_said_is_for_the_screen(self) -> None:
        self.bob_asks(partial(messages.Topic, room="tea", topic="mint"))
        self.assertEqual(len(self.running.screen.take(messages.TopicChanged)), 1)
        self.assertEqual(self.one.heard, [])


class RoomsTest(HandoverTest):
    """A room that was entered for commands only is left with the last of them."""

    def setUp(self) -> None:
        super().setUp()
        self.bob_heard(messages.Entered)

    def is_in(self, room: str = "tea") -> bool:
        """Whether Alice is."""
        self.network.settle()
        mine = self.alice_asks(messages.Mine)
        return room in [one.room for one in mine.rooms]

    def test_entered_and_left(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.assertEqual(self.running.heard(), [messages.Entered("tea", "alice", True)])
        self.end(script)
        self.assertFalse(self.is_in())
        self.assertEqual(self.running.heard(), [messages.Left("tea", "alice")])

    def test_with_the_display_name_that_one_has(self) -> None:
        self.alice_asks(partial(messages.Nick, nick="Alice A."))
        script = self.command()
        self.done(script.enter("tea", ""))
        self.assertEqual(self.running.heard()[0].display, "Alice A.")
        self.end(script)
        other = self.chat(self.further_device())
        self.asked(other.connection, partial(messages.Nick, nick="A. A."))
        self.done(self.command().enter("tea", ""))
        self.assertEqual(self.running.heard()[1].display, "A. A.")

    def test_the_command_is_killed(self) -> None:
        self.done(self.command().enter("tea", ""))
        self.line.cut()
        self.assertFalse(self.is_in())

    def test_killed_before_the_answer_comes(self) -> None:
        entering = self.command().connection.request(JOIN_TEA)
        self.line.carry()
        self.line.cut()
        self.code(entering)
        self.assertFalse(self.is_in())
        entered, left = self.bob_heard(messages.Entered), self.bob_heard(messages.Left)
        self.assertEqual((len(entered), len(left)), (1, 1))

    def test_killed_before_it_hears_that_one_is_in(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        entering = self.command().connection.request(JOIN_TEA)
        self.line.carry()
        self.line.cut()
        self.code(entering)
        self.end(script)
        self.assertFalse(self.is_in())

    def test_one_leaves_while_another_comes(self) -> None:
        """The room is left once, whoever else goes meanwhile."""
        _, first = self.command(), self.line
        third = self.command()
        second, second_line = self.command(), self.line
        self.done(third.enter("tea", ""))
        third.connection.logout()
        for line in self.sockets.lines:
            line.carry()
        entering = second.connection.request(JOIN_TEA)
        second_line.carry()
        first.cut()
        self.network.settle()
        self.successResultOf(entering)
        self.assertTrue(self.is_in())

    def test_one_was_there_already(self) -> None:
        self.alice_asks(JOIN_TEA)
        script = self.command()
        self.done(script.enter("TEA", ""))
        self.end(script)
        self.assertTrue(self.is_in())
        self.assertEqual(self.running.heard(), [])

    def test_two_commands_need_it(self) -> None:
        one, two = self.command(), self.command()
        self.done(one.enter("tea", ""))
        self.done(two.enter("Tea", ""))
        self.end(one)
        self.assertTrue(self.is_in())
        self.end(two)
        self.assertFalse(self.is_in())

    def test_one_talks_there_on_the_screen_meanwhile(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.alice_asks(partial(messages.Say, room="Tea", text="hello"))
        self.end(script)
        self.assertTrue(self.is_in())

    def test_one_enters_it_on_the_screen_meanwhile(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        again = self.running.host.request(JOIN_TEA)
        self.network.settle()
        self.assertEqual(self.code(again), Code.ALREADY_IN_ROOM)
        self.end(script)
        self.assertTrue(self.is_in())

    def test_left_and_entered_on_the_screen_meanwhile(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.alice_asks(partial(messages.Leave, room="tea"))
        self.alice_asks(JOIN_TEA)
        self.end(script)
        self.assertTrue(self.is_in())

    def test_put_out_and_entered_on_the_screen_meanwhile(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.bob_asks(partial(messages.Kick, room="tea", nick="alice"))
        self.alice_asks(JOIN_TEA)
        self.end(script)
        self.assertTrue(self.is_in())

    def test_left_on_another_device_and_entered_on_the_screen(self) -> None:
        other = self.chat(self.further_device())
        script = self.command()
        self.done(script.enter("tea", ""))
        self.asked(other.connection, partial(messages.Leave, room="tea"))
        self.alice_asks(JOIN_TEA)
        self.end(script)
        self.assertTrue(self.is_in())

    def test_the_command_leaves_it_itself(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.asked(script.connection, partial(messages.Leave, room="TEA"))
        self.assertFalse(self.is_in())
        self.alice_asks(JOIN_TEA)
        self.end(script)
        self.assertTrue(self.is_in())

    def test_the_connection_is_lost_before_it_could_be_left(self) -> None:
        script = self.command()
        self.done(script.enter("tea", ""))
        self.bob_heard(messages.Left)
        self.alice_line().cut()
        self.end(script)
        self.network.advance(5)
        self.assertEqual(len(self.bob_heard(messages.Left)), 1)
        self.assertFalse(self.is_in())

    def alice_line(self) -> Any:
        """Her connection to the server."""
        lines = [one for one in self.network.lines if one not in self.sockets.lines]
        return lines[-1]


class ConnectionTest(HandoverTest):
    """The connection that is shared comes and goes."""

    def setUp(self) -> None:
        super().setUp()
        lines = [one for one in self.network.lines if one not in self.sockets.lines]
        self.alices = lines[-1]

    def follow(self) -> tuple[Any, Hearing]:
        """A command that follows #tea."""
        script = self.command()
        following = self.begun(script.follow("#tea", lambda said: False))
        return following, script

    def bob_says(self, text: str) -> None:
        self.bob_asks(partial(messages.Say, room="tea", text=text))

    def test_lost_and_taken_back(self) -> None:
        following, script = self.follow()
        self.alices.cut()
        self.bob_says("meanwhile")
        self.network.advance(5)
        self.bob_says("again")
        self.assertEqual(script.texts(), ["meanwhile", "again"])
        self.assertNoResult(following)

    def test_lost_for_so_long_that_the_session_is_gone(self) -> None:
        """The command enters its room again, by itself."""
        following, script = self.follow()
        self.network.down = ConnectionError("no route")
        self.alices.cut()
        self.network.advance(120)
        self.network.down = None
        self.network.advance(60)
        self.bob_says("again")
        self.assertEqual(script.texts(), ["again"])
        self.assertNoResult(following)

    def test_asked_while_it_is_lost(self) -> None:
        script = self.command()
        self.network.down = ConnectionError("no route")
        self.alices.cut()
        self.network.settle()
        sending = self.begun(script.send("bob", "x"))
        self.assertNoResult(sending)
        self.network.down = None
        self.network.advance(5)
        self.successResultOf(sending)

    def test_asked_before_the_loss_was_heard_of(self) -> None:
        """It was not sent, and nothing is in doubt."""
        script = self.command()
        self.network.down = ConnectionError("no route")
        self.alices.cut()
        sending = Deferred.fromCoroutine(script.send("bob", "x"))
        self.network.advance(1)
        self.assertNoResult(sending)
        self.network.down = None
        self.network.advance(5)
        self.successResultOf(sending)

    def test_lost_while_asking(self) -> None:
        script = self.command()
        sending = Deferred.fromCoroutine(script.send("bob", "x"))
        self.line.carry()
        self.alices.cut()
        self.network.settle()
        self.assertEqual(self.code(sending), Code.CONNECTION_LOST)

    def test_a_command_waits_for_it(self) -> None:
        self.network.down = ConnectionError("no route")
        self.alices.cut()
        self.network.settle()
        script = self.arrived()
        online = self.begun(script.online())
        self.assertNoResult(online)
        self.network.down = None
        self.network.advance(5)
        self.successResultOf(online)
        self.done(script.send("bob", "at last"))

    def test_a_command_waits_in_vain(self) -> None:
        self.network.down = ConnectionError("no route")
        self.alices.cut()
        self.network.settle()
        online = self.begun(self.arrived().online())
        self.network.advance(15)
        error = self.failureResultOf(online, ChatError).value
        self.assertEqual(error.code, Code.CONNECTION_LOST)
        self.assertIn("has no connection to the server: cannot connect: no route", error.text)

    def test_given_up(self) -> None:
        """Those who are there and those who come later hear why."""
        following, _ = self.follow()
        self.server.hub.close_all(ChatError(Code.REPLACED))
        self.network.settle()
        self.assertEqual(self.code(following), Code.REPLACED)
        self.assertEqual(self.code(self.begun(self.arrived().online())), Code.REPLACED)

    def test_tried_again_after_it_was_given_up(self) -> None:
        self.server.hub.close_all(ChatError(Code.REPLACED))
        self.network.settle()
        self.running.host.reconnect_now()
        self.network.advance(1)
        self.done(self.command().send("bob", "again"))

    def test_a_command_comes_while_it_is_tried_again(self) -> None:
        self.server.hub.close_all(ChatError(Code.REPLACED))
        self.network.settle()
        self.running.host.reconnect_now()
        connecting = self.network.lines[-1]
        connecting.stuck = True
        online = self.begun(self.arrived().online())
        self.assertNoResult(online)
        connecting.stuck = False
        self.network.settle()
        self.successResultOf(online)

    def test_the_running_one_ends(self) -> None:
        """What was asked before that is answered."""
        following, _ = self.follow()
        asked = self.command().connection.request(messages.Rooms)
        self.line.carry()
        ended = self.running.host.logout()
        self.network.settle()
        self.successResultOf(ended)
        self.successResultOf(asked)
        error = self.failureResultOf(following, ChatError).value
        self.assertEqual(error.code, Code.CONNECTION_LOST)
        self.assertIn("has ended", error.text)
        self.assertEqual(self.sockets.listening, {})

    def test_it_ends_twice(self) -> None:
        """The screen says goodbye, then the program does."""
        for end in (self.running.host.logout, self.running.host.stop):
            ended = end()
            self.network.settle()
            self.successResultOf(ended)

    def test_it_ends_without_a_goodbye(self) -> None:
        """Commands that wait are told; nobody comes in any more."""
        following, _ = self.follow()
        ended = self.running.host.stop()
        self.network.settle()
        self.successResultOf(ended)
        error = self.failureResultOf(following, ChatError).value
        self.assertIn("has ended", error.text)
        self.assertEqual(self.sockets.listening, {})
        self.assertEqual(self.bob_heard(messages.PresenceChanged), [])

    def test_the_running_one_is_killed(self) -> None:
        script = self.command()
        asked = script.connection.request(messages.Rooms)
        self.line.cut()
        self.assertEqual(self.code(asked), Code.CONNECTION_LOST)
        self.assertEqual(self.code(self.begun(script.send("bob", "x"))), Code.CONNECTION_LOST)
        self.end(script)
