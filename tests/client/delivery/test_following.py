"""What a device asks for after a welcome, what it takes, and when it acknowledges; also from a
server that lies, breaks off, or never comes to an end."""

from __future__ import annotations

from msgspec import Raw

from chatd.errors import Code
from chatd.wire import messages
from client.history.database import Error
from client.model.conversation import Kind
from client.model.entry import EntryKind
from tests.client.ui.scripted import NOON

from .wire_case import BIRTH, BLUE, BOB, MAILBOX, RED, WireCase, joined, page, row, said


class FetchCase(WireCase):
    def fetched(self, answer: messages.FetchPage) -> messages.Fetch:
        """Answer the fetch under way."""
        request = self.now.wire.answer(messages.Fetch, answer)
        self.now.turn()
        assert isinstance(request, messages.Fetch)
        return request

    def wanted(self) -> list[tuple[bytes, int]]:
        """The fetches under way: what, and after which number."""
        return [(one.conversation, one.after) for one in self.now.asked(messages.Fetch)]


class BeginningTest(FetchCase):
    """After a welcome."""

    def test_nothing_was_missed(self) -> None:
        self.now.online()
        self.assertEqual(self.wanted(), [])
        self.now.received(said(BIRTH + 1))
        self.assertEqual(self.now.texts(), [f"number {BIRTH + 1}"])

    def test_what_was_missed(self) -> None:
        """A page at a time, until there is no more; what comes then is told."""
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 5))
        self.assertEqual(self.wanted(), [(RED, BIRTH)])
        self.fetched(page(said(BIRTH + 1), said(BIRTH + 2), upto=BIRTH + 3, more=True))
        self.assertEqual(self.wanted(), [(RED, BIRTH + 3)])
        self.fetched(page(said(BIRTH + 4), upto=BIRTH + 5))
        self.assertEqual(self.wanted(), [])
        self.now.received(said(BIRTH + 6))
        self.assertEqual([e.id for e in self.now.entries()], [BIRTH + n for n in (1, 2, 4, 6)])

    def test_what_is_told_too_early_is_fetched(self) -> None:
        """Before the server was asked; it is in what is fetched."""
        self.now.welcome()
        self.now.received(said(BIRTH + 1))
        self.assertEqual(self.now.texts(), [])
        self.now.follow(row(last=BIRTH + 1))
        self.fetched(page(said(BIRTH + 1), upto=BIRTH + 1))
        self.assertEqual(len(self.now.texts()), 1)

    def test_own_words_before_it_was_asked_for(self) -> None:
        """A command said them through this device: what was missed before them is fetched."""
        self.now.welcome()
        assert self.now.delivery.device is not None
        self.now.delivery.device.stored(RED, BIRTH + 3)
        self.now.follow(row(last=BIRTH + 3))
        self.assertEqual(self.wanted(), [(RED, BIRTH)])
        self.fetched(page(said(BIRTH + 1), said(BIRTH + 2), upto=BIRTH + 3))
        self.now.received(said(BIRTH + 4))
        self.assertEqual([e.id for e in self.now.entries()], [BIRTH + n for n in (1, 2, 4)])

    def test_pages_of_conversations(self) -> None:
        """Up to the last one asked for, what is told counts."""
        self.now.welcome(joined(), joined("blue", BLUE))
        self.now.wire.answer(messages.Follow, messages.FollowPage([row()], True, 0))
        self.now.received(said(BIRTH + 1))
        self.now.received(said(7, conversation=BLUE))
        self.assertEqual(self.now.texts(), [f"number {BIRTH + 1}"])
        request = self.now.wire.answer(
            messages.Follow, messages.FollowPage([row(BLUE, acked=6, last=7)], False, 0)
        )
        self.assertEqual(request.after, RED)
        self.assertEqual(self.wanted(), [(BLUE, 6)])

    def test_the_one_looked_at_first(self) -> None:
        self.now.model.roster.switch(self.now.room("blue"))
        self.now.welcome(joined(), joined("blue", BLUE))
        self.now.follow(row(last=BIRTH + 1), row(BLUE, name="blue", acked=4, last=5))
        self.assertEqual(self.wanted(), [(BLUE, 4)])
        self.fetched(page(upto=5))
        self.assertEqual(self.wanted(), [(RED, BIRTH)])

    def test_a_page_is_on_the_disk_before_the_next_is_asked_for(self) -> None:
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 5))
        self.now.thread.held = []
        self.fetched(page(said(BIRTH + 1), upto=BIRTH + 1, more=True))
        self.assertEqual((self.wanted(), self.now.acknowledged()), ([], []))
        self.now.thread.let()
        self.assertEqual(self.wanted(), [(RED, BIRTH + 1)])
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 1)])

    def test_another_run_goes_on_where_this_one_was(self) -> None:
        self.now.online()
        self.now.received(said(BIRTH + 1))
        self.now.turn()
        self.now.received(said(BIRTH + 2))
        self.killed().welcome()
        self.now.follow(row(acked=BIRTH, last=BIRTH + 2))
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 1)])
        self.assertEqual(self.wanted(), [(RED, BIRTH + 1)])
        self.fetched(page(said(BIRTH + 2), upto=BIRTH + 2))
        self.assertEqual(self.now.texts(), [f"number {BIRTH + n}" for n in (1, 2)])

    def test_what_was_unread_in_another_run(self) -> None:
        """It stays unread, but for what was read on another device since."""
        self.now.online()
        for number in (1, 2, 3):
            self.now.received(said(BIRTH + number))
        self.now.turn()
        for read, unread in ((0, 3), (BIRTH + 2, 1), (BIRTH + 2, 1), (BIRTH + 3, 0)):
            self.again().welcome()
            self.now.follow(row(acked=BIRTH + 3, last=BIRTH + 3, read=read))
            self.assertEqual(self.now.room().unread, unread, read)

    def test_a_room_that_one_enters(self) -> None:
        """What it keeps is fetched."""
        self.now.online()
        self.now.delivery.answered(joined("blue", BLUE, last=5))
        self.assertEqual(self.wanted(), [])
        kept = messages.Joined("green", "", 2, conversation=BOB, last=5, retention=60)
        self.now.delivery.answered(kept)
        self.assertEqual(self.wanted(), [(BOB, 5)])

    def test_a_room_that_one_enters_again(self) -> None:
        """What was said meanwhile is told as missing."""
        self.now.online()
        self.now.delivery.answered(joined(last=BIRTH + 9))
        self.assertEqual(self.wanted(), [(RED, BIRTH)])
        self.fetched(page(messages.Missing(BIRTH + 1, BIRTH + 9, 1), upto=BIRTH + 9))
        (gap,) = [e for _, e in self.now.room().timeline.backwards() if e.kind is EntryKind.GAP]
        self.assertIn("9 messages", gap.text)

    def test_a_room_that_another_device_enters(self) -> None:
        self.now.online()
        self.now.delivery.answered(messages.JoinedPage([joined("blue", BLUE, last=9)], False))
        self.assertEqual(self.wanted(), [(BLUE, 0)])
        self.fetched(page(said(8, conversation=BLUE), upto=9))
        self.assertEqual(self.now.acknowledged(), [(BLUE, 9)])


class HearingTest(FetchCase):
    """What is told while nothing is fetched."""

    def setUp(self) -> None:
        super().setUp()
        self.now.online()
        self.now.acknowledged()

    def test_acknowledged_when_it_is_on_the_disk(self) -> None:
        """Once for a turn."""
        self.now.thread.held = []
        for number in (1, 2, 3):
            self.now.received(said(BIRTH + number))
        self.now.turn()
        self.assertEqual(self.now.acknowledged(), [])
        self.now.thread.let()
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 3)])

    def test_something_is_missing(self) -> None:
        self.now.received(said(BIRTH + 3))
        self.assertEqual(self.now.texts(), [])
        self.assertEqual(self.wanted(), [(RED, BIRTH)])
        self.fetched(page(*(said(BIRTH + n) for n in (1, 2, 3)), upto=BIRTH + 3))
        self.assertEqual([e.id for e in self.now.entries()], [BIRTH + n for n in (1, 2, 3)])

    def test_what_is_told_while_it_is_fetched(self) -> None:
        """The page was read before it was said: it is fetched again."""
        self.now.received(said(BIRTH + 2))
        self.now.received(said(BIRTH + 3))
        self.fetched(page(said(BIRTH + 1), said(BIRTH + 2), upto=BIRTH + 2))
        self.assertEqual(self.wanted(), [(RED, BIRTH + 2)])

    def test_a_conversation_that_is_not_known(self) -> None:
        self.now.received(messages.DirectSaid("bob", "alice", "psst", 0, 7, NOON, BOB))
        self.now.turn()
        self.assertEqual(self.now.acknowledged(), [(BOB, 7)])
        person = self.now.model.roster.find(Kind.PERSON, "bob")
        assert person is not None
        self.assertEqual(person.stream, BOB)

    def test_what_does_not_last_is_shown_as_it_comes(self) -> None:
        self.now.received(said(3, conversation=b""))
        self.now.turn()
        self.assertEqual(self.now.texts(), ["number 3"])
        self.assertEqual(self.now.acknowledged(), [])

    def test_the_history_is_off(self) -> None:
        """Nothing is kept but how far one is."""
        self.now.model.settings.set("history", "off")
        self.now.received(said(BIRTH + 1))
        self.now.turn()
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 1)])
        self.again().welcome()
        self.now.follow(row(last=BIRTH + 1))
        self.assertEqual(self.now.texts(), [])
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 1)])


class FullDiskTest(FetchCase):
    """The disk of this computer takes nothing for a while."""

    def full(self, pages: int = 1) -> None:
        """``pages``: that the file may have; 1 is as many as it has."""
        assert self.now.recorder is not None
        self.now.recorder._writing.execute(f"PRAGMA max_page_count = {pages}")

    def test_nothing_is_acknowledged_and_nothing_lost(self) -> None:
        self.now.online()
        self.now.acknowledged()
        self.full()
        for number in range(1, 60):
            self.now.received(said(BIRTH + number, "x" * 4000))
            self.now.turn()
        took = max((number for _, number in self.now.acknowledged()), default=BIRTH)
        self.assertLess(took, BIRTH + 59)
        self.assertEqual(len(self.now.warnings), 1)
        self.full(2**30)
        self.now.turn(5)  # by itself
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 59)])
        self.assertEqual([e.id for e in self.now.entries()], list(range(BIRTH + 1, BIRTH + 60)))
        self.assertEqual(len(self.again().texts()), 59)

    def test_a_kill_while_it_is_full(self) -> None:
        """What was shown and not kept comes again."""
        self.now.online()
        self.full()
        for number in range(1, 60):
            self.now.received(said(BIRTH + number, "x" * 4000))
            self.now.turn()
        took = max((number for _, number in self.now.acknowledged()), default=BIRTH)
        self.killed().welcome()
        self.now.follow(row(acked=took, last=BIRTH + 59))
        self.assertEqual(self.wanted(), [(RED, took)])

    def test_what_is_typed_waits_for_the_disk(self) -> None:
        self.now.online()
        self.full()
        for number in range(60):
            self.now.say("#red", f"{number} " + "x" * 4000)
        self.now.turn()
        self.assertEqual(self.now.asked(messages.Say), [])
        self.full(2**30)
        self.now.turn(5)
        self.assertEqual(len(self.now.asked(messages.Say)), 1)


class DamagedTest(FetchCase):
    """The file turns out to be damaged."""

    def test_the_chat_goes_on(self) -> None:
        """Nothing is acknowledged, and nothing waits for the file."""
        self.now.online()
        self.now.received(said(BIRTH + 1))
        self.now.turn()
        self.now.acknowledged()
        assert self.now.recorder is not None
        self.now.thread.held = []
        self.now.received(said(BIRTH + 2))
        self.now.say("#red", "typed")
        self.now.turn()
        self.now.recorder.writer.failed(Error("file is not a database"))
        self.assertEqual([one.text for one in self.now.asked(messages.Say)], ["typed"])
        self.now.received(said(BIRTH + 4))
        self.fetched(page(said(BIRTH + 3), upto=BIRTH + 3, more=True))
        self.fetched(page(said(BIRTH + 4), upto=BIRTH + 4))
        self.assertEqual(self.now.acknowledged(), [])
        self.assertIn("damaged", self.now.warnings[0])
        self.assertEqual(len(self.now.texts()), 5)


class LiesTest(FetchCase):
    """A server that makes no sense."""

    def setUp(self) -> None:
        super().setUp()
        self.now.online()

    def test_more_that_never_comes(self) -> None:
        self.now.received(said(BIRTH + 9))
        for _ in range(100):
            if not self.wanted():
                break
            self.fetched(page(upto=BIRTH, more=True))
        self.assertEqual(self.wanted(), [])
        self.assertEqual(len(self.now.warnings), 1)
        self.assertIn("does not give it", self.now.warnings[0])

    def test_what_is_told_and_cannot_be_fetched(self) -> None:
        self.now.received(said(2**60))
        self.fetched(page(upto=BIRTH))
        self.assertEqual((self.wanted(), self.now.warnings), ([], []))
        self.now.received(said(BIRTH + 1))
        self.assertEqual(len(self.now.texts()), 1)

    def test_items_that_do_not_belong_there(self) -> None:
        """Of another conversation, beyond the page, taken before, no messages at all."""
        self.now.received(said(BIRTH + 1))
        self.now.received(said(BIRTH + 4))
        lies = page(
            said(BIRTH + 1, "again"),
            said(BIRTH + 2, "elsewhere", conversation=BLUE),
            said(BIRTH + 3),
            said(BIRTH + 2, "back"),
            messages.Warned(1, "no message"),
            messages.Missing(BIRTH + 9, BIRTH + 90, 1),
            said(BIRTH + 50, "beyond"),
            upto=BIRTH + 4,
        )
        lies.items.insert(2, Raw(b"\xc1"))
        self.fetched(lies)
        self.assertEqual([entry.id for entry in self.now.entries()], [BIRTH + 1, BIRTH + 3])

    def test_conversations_that_go_round_in_circles(self) -> None:
        self.now.welcome()
        for _ in range(3):
            if self.now.asked(messages.Follow):
                self.now.wire.answer(messages.Follow, messages.FollowPage([row()], True, 0))
        self.assertEqual(self.now.asked(messages.Follow), [])

    def test_refused_for_good(self) -> None:
        self.now.received(said(BIRTH + 3))
        self.now.wire.refuse(messages.Fetch, Code.NO_SUCH_CONVERSATION, "no")
        self.assertEqual((self.wanted(), self.now.warnings), ([], []))
        self.now.received(said(BIRTH + 4))
        self.now.wire.refuse(messages.Fetch, Code.NOT_ALLOWED, "no")
        self.assertEqual(len(self.now.warnings), 1)

    def test_refused_for_now(self) -> None:
        self.now.received(said(BIRTH + 3))
        self.now.wire.refuse(messages.Fetch, Code.BUSY, "busy", 3.0)
        self.now.turn(2)
        self.assertEqual(self.wanted(), [])
        self.now.turn(1)
        self.assertEqual(self.wanted(), [(RED, BIRTH)])


class LossTest(FetchCase):
    """The connection breaks, again and again."""

    def test_the_disk_is_behind(self) -> None:
        """What is not on the disk when all was asked for is not acknowledged then."""
        self.now.online()
        self.now.acknowledged()
        self.now.thread.held = []
        self.now.received(said(BIRTH + 1))
        self.now.turn()
        self.now.received(said(BIRTH + 2))
        self.now.lose()
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 2))
        self.assertEqual(self.now.acknowledged(), [])
        self.now.thread.let()
        self.assertEqual(self.now.acknowledged(), [(RED, BIRTH + 1), (RED, BIRTH + 2)])

    def test_while_conversations_are_asked_for(self) -> None:
        for _ in range(3):
            self.now.welcome()
            self.now.lose()
        self.now.welcome()
        self.assertEqual(len(self.now.asked(messages.Follow)), 1)
        self.now.follow(row(last=BIRTH + 1))
        self.assertEqual(self.wanted(), [(RED, BIRTH)])

    def test_while_it_is_fetched(self) -> None:
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 2))
        self.now.lose()
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 2))
        self.assertEqual(self.wanted(), [(RED, BIRTH)])
        self.fetched(page(said(BIRTH + 1), said(BIRTH + 2), upto=BIRTH + 2))
        self.assertEqual(len(self.now.texts()), 2)

    def test_while_a_page_waits_for_the_disk(self) -> None:
        """What was begun before does not go on beside what is begun after."""
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 3))
        self.now.thread.held = []
        self.fetched(page(said(BIRTH + 1), upto=BIRTH + 1, more=True))
        self.now.lose()
        self.now.welcome()
        self.now.follow(row(last=BIRTH + 3))
        self.assertEqual(self.wanted(), [(RED, BIRTH + 1)])
        self.now.thread.let()
        self.now.turn()
        self.assertEqual(self.wanted(), [(RED, BIRTH + 1)])

    def test_while_it_waits_to_ask_again(self) -> None:
        self.now.welcome()
        self.now.wire.refuse(messages.Follow, Code.BUSY, "busy", 3.0)
        self.now.lose()
        self.now.welcome()
        self.now.follow()
        self.now.turn(10)
        self.assertEqual(self.now.asked(messages.Follow), [])

    def test_letters(self) -> None:
        """A mailbox is fetched like a conversation."""
        self.now.welcome()
        self.now.follow(row(), row(MAILBOX, kind=2, name="", acked=5, last=6))
        self.assertEqual(self.wanted(), [(MAILBOX, 5)])
        self.fetched(page(messages.MailCame(6, "bob", BOB, NOON, b"\x10hello"), upto=6))
        self.now.received(messages.MailCame(7, "bob", BOB, NOON, b"\x10again"))
        self.now.turn()
        self.assertEqual(self.now.acknowledged()[-1], (MAILBOX, 7))
