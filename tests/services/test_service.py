"""One call: in time or late, in threads, failing, and how far it reaches."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, fail, succeed

from chatd.domain.account import Role
from chatd.domain.commands import Measure, Say, Whois
from chatd.errors import Code, Refused
from chatd.interfaces import IAsker
from chatd.services.service import MAX_REFUSAL, MAX_UNFINISHED, TIMEOUT
from tests.services.case import ServicesCase, Word, account


class Answers(ServicesCase):
    """Every way in which a service may give its answer."""

    def test_forms(self) -> None:
        """At once or later, one or several, or none."""
        alice = self.person("alice")

        async def later(asker: IAsker, word: Word) -> Word:
            return await succeed(word)

        for answer in (
            lambda asker, word: word,
            lambda asker, word: [word],
            lambda asker, word: (word,),
            lambda asker, word: succeed(word),
            later,
        ):
            self.install(answer)
            self.assertEqual(self.answered(alice, text="hi"), [{"text": "hi"}])
        self.install(lambda asker, word: [])
        self.assertEqual(self.answered(alice), [])

    def test_defaults(self) -> None:
        self.install(lambda asker, word: word)
        self.assertEqual(self.answered(self.person("alice")), [{"text": "hello"}])

    def test_asker(self) -> None:
        """A service knows who asks, and no more of an account than that."""
        askers: list[IAsker] = []

        def answer(asker: IAsker, word: Word) -> Word:
            askers.append(asker)
            return word

        self.install(answer)
        guest, alice = self.person("guest"), self.person("alice")
        alice.session.person.account = known = account("alice", 3, Role.ADMIN, password="$argon2id")
        self.answered(guest)
        self.answered(alice)
        seen = [(asker.nick, asker.account, asker.level, asker.role) for asker in askers]
        self.assertEqual(seen[0], ("guest", b"", 0, Role.MEMBER))
        self.assertEqual(seen[1], ("alice", known.id, 3, Role.ADMIN))
        self.assertFalse(hasattr(askers[1].account, "password"))


class Late(ServicesCase):
    """Services that take their time."""

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.person("alice")
        self.work: Deferred[Word] = Deferred()

    def test_in_time(self) -> None:
        self.install(lambda asker, word: self.work)
        call = self.call(self.alice)
        self.server.clock.advance(TIMEOUT - 0.1)
        self.work.callback(Word("done"))
        self.assertEqual(self.successResultOf(call).rows, ({"text": "done"},))
        self.assertEqual(self.server.clock.getDelayedCalls(), [])

    def test_too_late(self) -> None:
        """The caller is told; what the service says after that goes nowhere."""
        self.install(lambda asker, word: self.work)
        call = self.call(self.alice)
        self.server.clock.advance(TIMEOUT)
        told = self.told(call, Code.SERVICE_TIMEOUT)
        self.assertEqual(told, "the service echo did not answer within 5 s")
        self.assertEqual(self.server.clock.getDelayedCalls(), [])
        self.work.callback(Word("too late"))

    def test_cancelled(self) -> None:
        """A late service hears of it, and may tidy up."""
        tidied: list[str] = []

        async def answer(asker: IAsker, word: Word) -> Word:
            try:
                return await self.work
            except CancelledError:
                tidied.append("up")
                raise

        self.install(answer)
        call = self.call(self.alice)
        self.server.clock.advance(TIMEOUT)
        self.told(call, Code.SERVICE_TIMEOUT)
        self.assertEqual(tidied, ["up"])

    def test_stubborn(self) -> None:
        """One that goes on for ever costs a place of its own, and nothing of anybody else's."""

        waiting: list[Deferred[None]] = []

        async def answer(asker: IAsker, word: Word) -> Word:
            while True:
                waiting.append(Deferred())
                with contextlib.suppress(CancelledError):
                    await waiting[-1]

        self.install(answer)
        for _ in range(MAX_UNFINISHED):
            call = self.call(self.alice)
            self.server.clock.advance(TIMEOUT)
            self.told(call, Code.SERVICE_TIMEOUT)
        self.told(self.call(self.alice), Code.BUSY)
        self.alice.do(Measure())

    def test_places(self) -> None:
        """A place is free again when a call is over, however it ended."""
        self.install(lambda asker, word: word if word.text == "now" else Deferred())
        calls = [self.call(self.alice) for _ in range(MAX_UNFINISHED)]
        self.told(self.call(self.alice), Code.BUSY)
        self.server.clock.advance(TIMEOUT)
        for call in calls:
            self.told(call, Code.SERVICE_TIMEOUT)
        self.answered(self.alice, text="now")

    def test_asks_no_more(self) -> None:
        """Who is not waiting any more is not asked for."""
        askers: list[IAsker] = []

        def answer(asker: IAsker, word: Word) -> Any:
            askers.append(asker)
            return self.work

        self.install(answer)
        call = self.call(self.alice)
        self.successResultOf(askers[0].ask(Whois("alice")))
        self.server.clock.advance(TIMEOUT)
        self.told(call, Code.SERVICE_TIMEOUT)
        self.told(askers[0].ask(Whois("alice")), Code.SERVICE_TIMEOUT)


class Blocking(ServicesCase):
    """Services on threads, with the threads' part played by the test."""

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.person("alice")
        self.waiting: list[tuple[Callable[[], Any], Deferred[Any]]] = []

    def run_later(self, work: Callable[[], Any]) -> Deferred[Any]:
        self.waiting.append((work, Deferred()))
        return self.waiting[-1][1]

    def test_off_the_reactors_thread(self) -> None:
        """All of it: what it is asked is made, done and read there."""
        done: list[str] = []

        def answer(asker: IAsker, word: Word) -> Word:
            done.append(word.text)
            return word

        self.install(answer, self.run_later)
        call = self.call(self.alice, text="hi")
        self.assertEqual(done, [])
        (work, result), *others = self.waiting
        self.assertEqual(others, [])
        result.callback(work())
        self.assertEqual(self.successResultOf(call).rows, ({"text": "hi"},))

    def test_too_late(self) -> None:
        self.install(lambda asker, word: word, self.run_later)
        call = self.call(self.alice)
        self.server.clock.advance(TIMEOUT)
        self.told(call, Code.SERVICE_TIMEOUT)

    def test_busy(self) -> None:
        self.install(lambda asker, word: word, lambda work: fail(Refused(Code.BUSY, wait=1.0)))
        self.told(self.call(self.alice), Code.BUSY)

    def test_cannot_ask(self) -> None:
        """The hub belongs to the reactor's thread."""
        self.install(lambda asker, word: asker.ask(Measure()), self.run_later)
        self.call(self.alice).addErrback(lambda failure: failure.trap(Refused))
        self.assertRaises(RuntimeError, self.waiting[0][0])

    def test_awaits_nothing(self) -> None:
        """Nobody would call back on a thread."""
        self.install(lambda asker, word: succeed(word), self.run_later)
        self.call(self.alice).addErrback(lambda failure: failure.trap(Refused))
        error = self.assertRaises(TypeError, self.waiting[0][0])
        self.assertEqual(str(error), "the answer is a Deferred, not a Word")


@dataclass
class Mixed:
    """One field of each kind."""

    text: str = field(default="", metadata={"meaning": "a text"})
    number: int = field(default=0, metadata={"meaning": "a number"})
    flag: bool = field(default=False, metadata={"meaning": "a flag"})


class Failing(ServicesCase):
    """What is wrong with a service is its own affair."""

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.person("alice")

    def fails(self, answer: Callable[[IAsker, Any], Any], shape: type = Word) -> str:
        """It is called and fails: the caller learns no more. The log's line for the admin."""
        self.install(answer, shape=shape)
        told = self.told(self.call(self.alice), Code.SERVICE_FAILED)
        self.assertEqual(told, "the service echo failed; the server's log says why")
        (failure,) = self.flushLoggedErrors()
        return f"{failure.type.__name__}: {failure.getErrorMessage()}"

    def test_raises(self) -> None:
        def broken(error: BaseException) -> Callable[[IAsker, Word], Word]:
            def answer(asker: IAsker, word: Word) -> Word:
                raise error

            return answer

        self.assertEqual(self.fails(broken(KeyError("x"))), "KeyError: 'x'")
        self.assertEqual(self.fails(broken(TimeoutError("slow"))), "TimeoutError: slow")
        self.assertEqual(self.fails(broken(SystemExit(1))), "SystemExit: 1")
        self.assertIn("RecursionError", self.fails(lambda *_: repr(self.endless())))

    def endless(self) -> list[Any]:
        """Too deep to be shown, in few frames: a thousand make a traceback that is too long for
        trial's worker processes to pass on."""
        nested: list[Any] = []
        for _ in range(100_000):
            nested = [nested]
        return nested

    def test_raises_later(self) -> None:
        self.assertEqual(self.fails(lambda *_: fail(OSError("gone"))), "OSError: gone")

    def test_raises_in_its_request(self) -> None:
        @dataclass
        class Picky(Word):
            def __post_init__(self) -> None:
                raise ValueError("not this one")

        self.assertEqual(self.fails(lambda *_: None, Picky), "ValueError: not this one")

    def test_wrong_answers(self) -> None:
        """Something else than was declared."""
        for wrong, told in (
            (None, "the answer is a NoneType, not a Mixed"),
            ("text", "the answer is a str, not a Mixed"),
            ([Mixed(), "text"], "the answer is a str, not a Mixed"),
            (Mixed(text=b"bytes"), "text is a bytes, not a text"),  # type: ignore[arg-type]
            (Mixed(number=True), "number is a bool, not a number"),
            (Mixed(flag=1), "flag is a int, not a flag"),  # type: ignore[arg-type]
            (Mixed(number=1.5), "number is a float, not a number"),  # type: ignore[arg-type]
        ):
            answer = lambda asker, request, wrong=wrong: wrong  # noqa: E731
            self.assertEqual(self.fails(answer, Mixed), f"TypeError: {told}")

    def test_what_no_protocol_carries(self) -> None:
        answer = lambda *_: Mixed(number=2**63)  # noqa: E731
        self.assertEqual(self.fails(answer, Mixed), "ValueError: a number has more than 64 bits")
        self.assertIn("UnicodeEncodeError", self.fails(lambda *_: Word("\ud800")))

    def test_refuses(self) -> None:
        """A refusal in its own words is an answer, if a bounded one."""

        def answer(asker: IAsker, word: Word) -> Word:
            raise Refused(Code.NO_SUCH_NICK, word.text + "\ud800", wait=-1)

        self.install(answer)
        call = self.call(self.alice, text="nobody")
        self.assertEqual(self.told(call, Code.NO_SUCH_NICK), "nobody?")
        self.assertEqual(self.failureResultOf(self.call(self.alice)).value.wait, 0.0)
        call = self.call(self.alice, text="x" * (MAX_REFUSAL + 1))
        self.assertEqual(self.told(call, Code.NO_SUCH_NICK), "x" * MAX_REFUSAL)

    def test_may_not_do_things(self) -> None:
        """It asks in somebody's name; it does not speak in it."""

        async def answer(asker: IAsker, word: Word) -> Word:
            await asker.ask(Say("room", "I am alice"))
            return word

        told = "TypeError: Say is no question that a service may ask"
        self.assertEqual(self.fails(answer), told)
