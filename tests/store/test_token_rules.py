"""Tokens at random, against a simple model: never locked out, and no dead one ever works."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.domain.account import DeviceState, NewDevice
from chatd.domain.sign_in import Outcome
from chatd.store import generation
from chatd.store.tokens import MAX_UNCONFIRMED
from tests.support.store import memory_engine, store_on

DEVICES = (b"laptop", b"phone")


class Model:
    """A device as the rules say it is.

    :ivar key: its static key.
    :ivar good: its tokens, the oldest first, confirmed or not.
    """

    def __init__(self, key: bytes, first: int) -> None:
        self.key = key
        self.good = [first]
        self.confirmed: int | None = None
        self.state = DeviceState.ACTIVE
        self.behind = False

    def add(self, token: int) -> None:
        """A successor; too many push the oldest out."""
        self.good.append(token)
        waiting = [token for token in self.good if token != self.confirmed]
        if len(waiting) > MAX_UNCONFIRMED:
            self.good.remove(waiting[0])

    def confirm(self, token: int) -> None:
        self.good, self.confirmed = [token], token

    def drop(self) -> None:
        self.good, self.confirmed = [], None

    def bar(self, state: DeviceState) -> None:
        self.drop()
        self.state = state


class Rules(RuleBasedStateMachine):
    """One account with two devices; tokens are numbers, each handed out once."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = memory_engine()
        self.store = store_on(self.engine)
        self.issued = 0
        self.models: dict[bytes, Model] = {}
        self.ids: dict[bytes, bytes] = {}
        for key in DEVICES:
            self.models[key] = Model(key, self.enrol(key, key))

    def done(self, asked: Deferred[Any]) -> Any:
        """The result of what is done already."""
        got: list[Any] = []
        asked.addBoth(got.append)
        return got[0]

    def new(self) -> int:
        self.issued += 1
        return self.issued

    def token(self, number: int) -> bytes:
        return number.to_bytes(32, "big")

    def enrol(self, name: bytes, key: bytes) -> int:
        one_time_id, token = self.new(), self.new()
        invited = self.store.invite("alice", None, None, self.token(one_time_id), 2, 1)
        self.done(invited)
        redeemed = self.store.redeem(
            self.token(one_time_id), NewDevice(key, "some"), self.token(token), 1
        )
        self.ids[name] = self.done(redeemed).device.id
        return token

    def expect(self, key: bytes, token: int, late: bool) -> Outcome:
        """What the rules say."""
        model = self.models[key]
        if model.state is not DeviceState.ACTIVE:
            return Outcome.SUSPENDED
        if token in model.good:
            return Outcome.ACCEPTED
        if model.behind:
            return Outcome.REGENERATED
        if late:
            return Outcome.LATE
        if any(token in other.good for other in self.models.values()):
            return Outcome.FOREIGN
        return Outcome.COPIED

    @rule(key=st.sampled_from(DEVICES), back=st.integers(0, 6), late=st.booleans())
    def sign_in(self, key: bytes, back: int, late: bool) -> None:
        """With any number so far, mostly a recent one; 0 and less were never handed out."""
        token, successor = self.issued - back, self.new()
        self.come(key, max(token, 0), successor, late)

    @precondition(lambda self: any(model.good for model in self.models.values()))
    @rule(data=st.data(), key=st.sampled_from(DEVICES))
    def sign_in_with_a_good_one(self, data: st.DataObject, key: bytes) -> None:
        if good := self.models[key].good:
            self.come(key, data.draw(st.sampled_from(good)), self.new(), late=False)

    def come(self, key: bytes, token: int, successor: int, late: bool) -> None:
        model, expected = self.models[key], self.expect(key, token, late)
        first_use = token != model.confirmed
        answer = self.done(
            self.store.sign_in(model.key, self.token(token), self.token(successor), late, 1)
        )
        assert answer.outcome is expected, (answer.outcome, expected)
        assert answer.confirmed == (expected is Outcome.ACCEPTED and first_use)
        if expected is Outcome.ACCEPTED and first_use:
            model.confirm(token)
        elif expected is Outcome.REGENERATED:
            model.drop()
        elif expected is Outcome.COPIED:
            model.bar(DeviceState.SUSPENDED)
        if expected in (Outcome.ACCEPTED, Outcome.REGENERATED):
            model.add(successor)
            model.behind = False

    @rule(key=st.sampled_from(DEVICES), back=st.integers(0, 6))
    def confirm(self, key: bytes, back: int) -> None:
        token, model = max(self.issued - back, 0), self.models[key]
        confirmed = self.done(self.store.confirm(self.ids[key], self.token(token), 1))
        assert confirmed == (token in model.good)
        if confirmed:
            model.confirm(token)

    @rule(key=st.sampled_from(DEVICES))
    def enrol_anew(self, key: bytes) -> None:
        """A device that is out comes with a new key; its old one lets nobody in."""
        model = self.models[key]
        fresh = model.key if model.state is DeviceState.ACTIVE else self.token(self.new())
        self.models[key] = Model(fresh, self.enrol(key, fresh))

    @rule()
    def put_back(self) -> None:
        """The next start finds another mark: here with nothing lost, which changes no rule."""
        with self.engine.begin() as connection:
            generation.renew(connection, b"", 1)
            generation.renew(connection, b"another", 1)
        for model in self.models.values():
            model.behind = True

    @invariant()
    def never_locked_out(self) -> None:
        """An active device has a token; one that is out has none."""
        for model in self.models.values():
            assert bool(model.good) == (model.state is DeviceState.ACTIVE)
            found = self.done(self.store.device(model.key))
            assert found[1].state is model.state


class TokenRules(SynchronousTestCase):
    def test_any_order(self) -> None:
        run_state_machine_as_test(Rules, settings=settings(max_examples=60, stateful_step_count=60))
