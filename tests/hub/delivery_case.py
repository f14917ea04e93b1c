"""People whose devices fetch and acknowledge, in rooms that last."""

from __future__ import annotations

from typing import Any

from chatd.domain import events
from chatd.domain.commands import Fetch, Follow
from chatd.domain.conversation import pair_id
from chatd.domain.results import FetchPage, FollowPage
from tests.hub.account_case import AccountCase, Laptop
from tests.hub.people import Person

#: What is said in conversations, of all that a session is told.
SAID = (events.RoomSaid, events.DirectSaid, events.SealedSaid, events.MailCame)


class DeliveryCase(AccountCase):
    """alice and bob in a room that lasts, with nothing left to hear."""

    def setUp(self) -> None:
        super().setUp()
        self.alice_, self.bob_ = self.enrolled("alice", "tea"), self.enrolled("bob", "tea")
        self.alice, self.bob = self.alice_.person, self.bob_.person
        self.tea = self.room("tea")
        self.alice.heard()

    def room(self, name: str) -> bytes:
        """The id of a room that lasts."""
        room = self.server.state.rooms.get(name)
        assert room is not None and room.conversation
        return room.conversation

    def pair(self, one: Laptop, other: Laptop, sealed: bool = False) -> bytes:
        """The id of what two people say to each other."""
        return pair_id(self.account(one), self.account(other), sealed)

    def account(self, laptop: Laptop) -> bytes:
        """The id of a device's account."""
        account: bytes = laptop.person.session.account.id
        return account

    def follow(self, *people: Person) -> FollowPage:
        """Their devices follow, and fetch everything; the last one's page."""
        for person in people:
            page: FollowPage = person.do(Follow())
            for row in page.rows:
                if row.last > row.acked:
                    self.fetch(person, row.conversation, row.acked)
            person.heard()
        return page

    def fetch(self, person: Person, conversation: bytes, after: int) -> FetchPage:
        """One page of what was said."""
        page: FetchPage = person.do(Fetch(conversation, after))
        return page

    def back(self, laptop: Laptop) -> Person:
        """A device that had left signs in again."""
        person = self.successResultOf(laptop.sign_in())
        self.confirm(laptop)
        return person

    def gone(self, *laptops: Laptop) -> None:
        """They log out."""
        for laptop in laptops:
            self.hub.sign_out(laptop.person.session)

    def stored(self) -> int:
        """How many messages the store holds."""
        count: int = self.successResultOf(self.store.counts()).messages
        return count

    def said(self, person: Person) -> list[Any]:
        """What was said, of all that somebody heard."""
        return [event for event in person.heard() if isinstance(event, SAID)]


def words(heard: Any) -> list[Any]:
    """The texts of what was said, or the kind of what else there is."""
    return [getattr(event, "text", type(event).__name__) for event in heard]
