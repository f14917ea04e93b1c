"""People who talk in a room, with short names for numbers: 1 is the room's first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chatd.domain.commands import Standing
from chatd.domain.conversation import GapReason, QueueLimits, number_before, pair_id
from chatd.domain.message import (
    Delivered,
    Followed,
    Gap,
    Letter,
    Lost,
    NewMessage,
    OpenBody,
    Posted,
    StoredMessage,
    digest,
)
from chatd.domain.room_record import BanRecord, NewRoom, RoomChanges
from chatd.errors import Code, Refused
from tests.store.contract.case import NOW, StoreCase, secret

LOBBY = b"l" * 16

#: What every conversation begins to count after here.
BASE = number_before(NOW)

#: No limit of a page.
MANY = 1_000_000

DAY = 86_400_000

#: When everything that was said at NOW has waited too long.
LATER = NOW + QueueLimits().age

NOT_MEMBER, EXPIRED, LIMIT = GapReason.NOT_MEMBER, GapReason.EXPIRED, GapReason.LIMIT
REMOVED = GapReason.REMOVED


class TalkCase(StoreCase):
    """Devices are known by names like ``alice.phone``, accounts by the part before the dot."""

    def setUp(self) -> None:
        super().setUp()
        self.ids: dict[str, bytes] = {}
        self.seqs: Counter[tuple[bytes, str]] = Counter()

    async def come(self, *names: str) -> None:
        """These devices are enrolled."""
        for name in names:
            handle = name.partition(".")[0]
            redeemed = await self.enrolled(handle, name)
            self.ids[handle], self.ids[name] = redeemed.account.id, redeemed.device.id

    async def meet(self, *names: str, sealed: bool = False) -> None:
        """They come, and are in the lobby, which is the first one's."""
        await self.come(*names)
        first, *others = dict.fromkeys(name.partition(".")[0] for name in names)
        owner = self.ids[first], Standing.OWNER
        await self.store.add_room(NewRoom(LOBBY, "Lobby", "", 0, False, sealed, *owner), NOW)
        for handle in others:
            await self.enter(handle)

    async def enter(self, handle: str) -> None:
        await self.store.enter_room(LOBBY, self.ids[handle], Standing.MEMBER)

    async def leave(self, handle: str) -> None:
        await self.store.leave_room(LOBBY, self.ids[handle])

    async def fill(self) -> None:
        """Something in every table."""
        await self.meet("Älice.phone", "bob.phone", "bob.laptop", "carol.phone")
        await self.uses("bob.phone first", "next", "bob.phone")
        await self.store.block(self.ids["carol"], self.ids["bob"])
        await self.enrolled("gone", "gone.phone")
        gone = await self.store.account("gone")
        assert gone is not None
        await self.store.remove(gone.id, NOW)
        dave = await self.invited("dave", "unused")
        await self.store.invite_to_room(LOBBY, dave)
        await self.store.set_room(LOBBY, RoomChanges(topic="Ärger 🙂", retention=60))
        networks = frozenset({"192.0.2.1", "2001:db8::/64"})
        await self.store.ban(LOBBY, BanRecord("eve", b"", networks, "bob", "loud", NOW, 0), b"")
        letters = (self.letter("bob.phone", "key"),)
        parts = {self.ids["bob.phone"]: b"part"}
        await self.say("Älice.phone", "1", "2", "3", letters=letters, parts=parts)
        await self.say("bob.laptop", "hi", to="Älice")
        await self.sweep(count=2)
        await self.leave("carol")
        await self.store.mark_read(self.ids["bob"], LOBBY, BASE + 2, quiet=True)
        await self.store.seen(self.ids["bob"], NOW)
        await self.store.hide_seen(self.ids["bob"], True)

    def pair(self, one: str, other: str, sealed: bool = False) -> bytes:
        """What two accounts say to each other."""
        return pair_id(self.ids[one], self.ids[other], sealed)

    def message(self, name: str, text: str, to: str = "", **changes: Any) -> NewMessage:
        """What a device says in the lobby, or to somebody; without a place in its outbox."""
        handle = name.partition(".")[0]
        fields: dict[str, Any] = {
            "conversation": self.pair(handle, to) if to else LOBBY,
            "pair": (self.ids[handle], self.ids[to]) if to else None,
            "account": self.ids[handle],
            "sender": handle,
            "device": self.ids[name],
            "epoch": 1,
            "seq": 0,
            "digest": digest(text.encode()),
            "time": NOW,
            "sealed": False,
            "body": OpenBody(text).pack(),
        }
        return NewMessage(**{**fields, **changes})

    async def say(self, name: str, *texts: str, to: str = "", **changes: Any) -> list[int]:
        """Say something with the next places in its outbox; the numbers."""
        numbers = []
        for text in texts:
            message = self.message(name, text, to, **changes)
            key = message.conversation, name
            posted = await self.store.post(
                self.message(name, text, to, seq=self.seqs[key] + 1, **changes)
            )
            self.seqs[key] += 1
            numbers.append(posted.number - BASE)
        return numbers

    async def posted(self, *messages: NewMessage) -> list[Posted | Code]:
        """What becomes of messages that wait together."""
        asked = [self.store.post(message) for message in messages]
        results: list[Posted | Code] = []
        for each in asked:
            try:
                results.append(await each)
            except Refused as refused:
                results.append(refused.code)
        return results

    async def ack(self, name: str, number: int, conversation: bytes = LOBBY) -> None:
        """A device has everything up to a number."""
        await self.store.acknowledge([(self.ids[name], conversation, BASE + number)])

    async def come_again(self, name: str, now: int) -> None:
        """A device signs in, at another time."""
        token, successor = secret(f"{name} first"), secret(f"{name} {now}")
        await self.store.sign_in(secret(name), token, successor, False, now)

    async def sweep(self, now: int = NOW, **limits: int) -> list[Delivered]:
        """Sweep; limits that are not given are those of a server."""
        return await self.store.sweep(QueueLimits(**limits), now)

    async def gets(self, name: str, conversation: bytes = LOBBY, after: int = -BASE) -> list[Any]:
        """All that a device gets: texts, and gaps as (first, last, reason)."""
        page = await self.store.fetch(self.ids[name], conversation, BASE + after, MANY, MANY)
        return [self.shown(item) for item in page.items]

    def shown(self, item: StoredMessage | Gap) -> Any:
        """For comparing."""
        if isinstance(item, Gap):
            return item.first - BASE, item.last - BASE, item.reason
        return OpenBody.unpack(item.body).text if item.body[0] < 16 else item.body

    async def losses(self, name: str) -> list[tuple[int, int, GapReason, str]]:
        """What a device's mailbox says that others never get: first, last, why, who."""
        page = await self.store.fetch(self.ids[name], self.ids[name], 0, MANY, MANY)
        found = [Lost.unpack(item.body) for item in page.items if isinstance(item, StoredMessage)]
        return [(one.first - BASE, one.last - BASE, one.reason, one.handle) for one in found]

    async def follows(self, name: str, conversation: bytes = LOBBY) -> Followed | None:
        """A conversation as a device has it."""
        rows, _ = await self.store.follow(self.ids[name], b"", MANY)
        return next((row for row in rows if row.conversation == conversation), None)

    async def stored(self) -> int:
        """How many messages are stored."""
        return (await self.store.counts()).messages

    def letter(self, name: str, text: str) -> Letter:
        """Something of the clients' own for a device's mailbox."""
        return Letter(self.ids[name], b"\x10" + text.encode())
