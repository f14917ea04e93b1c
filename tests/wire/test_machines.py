"""Both machines under inputs in any order: nothing but WireError ever comes out of them, and
neither is ever done unless all four steps went through in order."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from twisted.trial.unittest import SynchronousTestCase

from chatd.errors import WireError
from chatd.wire import messages
from chatd.wire.hello import Ack, Hello, Refusal, Syn
from chatd.wire.initiator import Initiator
from chatd.wire.responder import Responder
from tests.wire.pair import ADVICE, CLIENT, GUEST, SERVER, body, flipped, hello

NAMES: dict[type[Any], str] = {Hello: "HELLO", Syn: "SYN", Ack: "ACK", messages.Ready: "READY"}


class Handshakes(RuleBasedStateMachine):
    """A client, a server, and somebody between them who keeps, repeats, swaps and changes what
    they say, and who makes both sides' owners act at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.initiator = Initiator(CLIENT)
        self.responder = Responder(hello(), SERVER)
        self.said: list[bytes] = [b"", b"*", b"!", b"#", b"\0" * 40]
        self.heard: dict[str, list[str]] = {"initiator": [], "responder": []}
        self.broken = {"initiator": False, "responder": False}

    def act(self, side: str, step: Any, *args: Any) -> Any:
        """What comes of one input; a side that failed once must fail for ever."""
        try:
            result = step(*args)
        except WireError:
            self.broken[side] = True
            return None
        if isinstance(result, Refusal):  # clear advice is heard at any time, and ends it
            self.broken[side] = True
            return None
        assert not self.broken[side], "it goes on after a failure"
        return result

    def write(self, side: str, step: Any, *args: Any) -> None:
        frame = self.act(side, step, *args)
        if frame is not None:
            self.said.append(body(frame))

    @rule()
    def server_greets(self) -> None:
        self.write("responder", self.responder.start)

    @rule()
    def server_acknowledges(self) -> None:
        self.write("responder", self.responder.acknowledge, ADVICE)

    @rule()
    def client_proceeds(self) -> None:
        self.write("initiator", self.initiator.proceed, "alice", "test")

    @rule()
    def client_is_ready(self) -> None:
        self.write("initiator", self.initiator.ready, GUEST)

    @rule(data=st.data())
    def client_hears(self, data: st.DataObject) -> None:
        self.deliver("initiator", self.choose(data))

    @rule(data=st.data())
    def server_hears(self, data: st.DataObject) -> None:
        self.deliver("responder", self.choose(data))

    @initialize(steps=st.integers(0, 4))
    def the_first_steps_go_well(self, steps: int) -> None:
        """Without this, few runs would get far."""
        for _ in range(steps):
            self.a_step_goes_well()

    @rule()
    def a_step_goes_well(self) -> None:
        """The next step as it should be."""
        steps = len(self.heard["initiator"]) + len(self.heard["responder"])
        if steps == 0:
            self.server_greets()
        elif steps == 1:
            self.client_proceeds()
        elif steps == 2:
            self.server_acknowledges()
        else:
            self.client_is_ready()
        self.deliver("responder" if steps % 2 else "initiator", self.said[-1])

    def deliver(self, side: str, message: bytes) -> None:
        """One side hears something."""
        receive = self.initiator.receive if side == "initiator" else self.responder.receive
        result = self.act(side, receive, message)
        if result is not None:
            self.heard[side].append(NAMES[type(result)])

    def choose(self, data: st.DataObject) -> bytes:
        """Something that was said, perhaps changed, or any bytes."""
        body = data.draw(st.sampled_from(self.said) | st.binary(max_size=200))
        if body and data.draw(st.integers(0, 9)) == 0:
            return flipped(body, data.draw(st.integers(0, len(body) - 1)))
        return body

    @invariant()
    def each_side_hears_each_step_once_in_order(self) -> None:
        assert self.heard["initiator"] == ["HELLO", "ACK"][: len(self.heard["initiator"])]
        assert self.heard["responder"] == ["SYN", "READY"][: len(self.heard["responder"])]

    @invariant()
    def keys_only_after_the_steps_before_them(self) -> None:
        if self.initiator.records is not None:
            assert self.heard["initiator"] == ["HELLO", "ACK"]
            assert self.heard["responder"][:1] == ["SYN"]
        if self.responder.records is not None:
            assert self.heard["initiator"][:1] == ["HELLO"]
            assert self.heard["responder"][:1] == ["SYN"]

    @invariant()
    def ready_only_after_all(self) -> None:
        if "READY" in self.heard["responder"]:
            assert self.heard == {"initiator": ["HELLO", "ACK"], "responder": ["SYN", "READY"]}


class AnyOrder(SynchronousTestCase):
    def test_machines(self) -> None:
        run_state_machine_as_test(
            Handshakes, settings=settings(max_examples=150, stateful_step_count=20)
        )
