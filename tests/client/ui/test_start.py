"""Where a run begins: in what was looked at last, before there is a connection."""

from __future__ import annotations

from chatd.domain.commands import Relation
from chatd.wire import messages
from client.model.entry import Delivery

from .history_desk import HistoryDesk
from .scripted import ME, NOON

RED, TEA = b"r" * 16, b"t" * 16


class StartTests(HistoryDesk):
    """Alice is in #red and #tea, and looks at #tea."""

    def setUp(self) -> None:
        super().setUp()
        self.rooms = (
            messages.Joined("red", "", 2, conversation=RED),
            messages.Joined("tea", "", 2, conversation=TEA),
        )
        self.last = {RED: 0, TEA: 0}
        self.arrive()
        self.desk.press("meta 3")
        self.hears("tea", TEA, "is there tea?", 1)

    def arrive(self) -> None:
        self.desk.welcome(*self.rooms, me=ME)
        self.desk.members("alice", "bob")
        self.desk.members("alice", "bob")
        rows = [self.row(RED, "red"), self.row(TEA, "tea")]
        self.desk.wire.answer(messages.Follow, messages.FollowPage(rows, False, 1))
        self.desk.reactor.advance(0)

    def row(self, stream: bytes, name: str) -> messages.FollowRow:
        last = self.last[stream]
        return messages.FollowRow(stream, 0, name, False, last, last, 0)

    def hears(self, room: str, stream: bytes, text: str, number: int) -> None:
        said = messages.RoomSaid(room, "bob", text, 0, number, NOON, stream)
        self.last[stream] = number
        self.desk.listener.received(said)

    def takes(self, number: int) -> messages.Say:
        """The server takes what alice says in #tea."""
        self.last[TEA] = number
        accepted = messages.Accepted(number, NOON, conversation=TEA)
        said: messages.Say = self.desk.wire.answer(messages.Say, accepted)
        self.desk.reactor.advance(0)
        return said

    @property
    def here(self) -> str:
        return self.desk.model.roster.current.title

    def test_what_was_looked_at_last(self) -> None:
        """At once, with its history; signing in changes nothing about that."""
        self.hears("red", RED, "unseen", 1)
        self.again()
        self.assertEqual(self.here, "#tea")
        self.assertIn("is there tea?", self.desk.text())
        self.arrive()
        self.assertEqual(self.here, "#tea")
        self.assertEqual(self.desk.model.roster[1].unread, 1)

    def test_what_is_deleted_before_it_was_seen(self) -> None:
        """In an earlier run it was unread; it is not in the timeline."""
        self.hears("red", RED, "unseen", 1)
        self.again()
        self.arrive()
        deletion = messages.RoomSaid("red", "bob", "", 0, 2, NOON, RED, Relation.DELETION, 1)
        self.desk.listener.received(deletion)
        self.assertEqual(self.desk.model.roster[1].unread, 0)

    def test_what_is_typed_at_once(self) -> None:
        self.again()
        self.desk.line("there is")
        self.desk.line("with milk")
        self.assertEqual(self.desk.screen.input.editor.text, "")
        self.desk.reactor.advance(0)
        self.arrive()
        said = self.takes(2)
        self.assertEqual((said.room, said.text), ("tea", "there is"))
        timeline = self.desk.model.roster.current.timeline
        fates = [entry.delivery for _, entry in timeline.backwards() if entry.own]
        self.assertEqual(fates, [Delivery.WAITING, Delivery.ACCEPTED])

    def test_what_is_changed_at_once(self) -> None:
        """It waits as a message does; what was asked says what to do."""
        self.desk.line("there is")
        self.desk.reactor.advance(0)
        self.takes(2)
        self.again()
        self.desk.screen.controller.uplink = None
        for line in ("/react +1", "/edit there was"):
            self.desk.line(line)
            self.assertIn("that is done once the connection is back", self.desk.text())
        self.desk.line("/receipts")
        self.assertIn("not connected; try again when the connection is", self.desk.text())
        self.desk.screen.controller.uplink = self.desk.wire
        self.arrive()
        for number, relation, ref in ((3, Relation.REACTION, 1), (4, Relation.EDIT, 2)):
            said = self.takes(number)
            self.assertEqual((said.relation, said.ref), (relation, ref))
        self.assertIn("there was (edited)", self.desk.text())

    def test_the_servers_own_is_not_where_one_talks(self) -> None:
        self.desk.press("meta 1")
        self.again()
        self.assertEqual(self.here, "#tea")

    def test_what_was_looked_at_before_one_that_was_closed(self) -> None:
        for lines in (["/query bob", "/close"], ["/query bob", "/query carol", "/close"]):
            for line in lines:
                self.desk.line(line)
            self.again()
        self.assertEqual(self.here, "bob")

    def test_a_first_run_begins_in_the_first_room(self) -> None:
        self.end()
        self.home = self.home / "another"
        self.home.mkdir()
        self.begin()
        self.assertEqual(self.here, "chat.example.org")
        self.arrive()
        self.assertEqual(self.here, "#red")

    def test_what_is_looked_at_is_not_kept_without_a_history(self) -> None:
        self.desk.line("/set history off")
        self.desk.line("/query bob")
        self.again()
        self.assertEqual(self.here, "#tea")
