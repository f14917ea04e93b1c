"""The root vouches for devices that proved their keys, and for no others."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any
from unittest import mock

from msgspec import structs

from chatd.domain.link import Link
from chatd.errors import ChatError, Code
from chatd.wire import messages
from client.enrolment.signing import _MOST_LINKS
from client.vault.keys import root_public, signed
from client.vault.vault import Vault
from tests.client.enrolment.enrol_case import EnrolTest, Session
from tests.client.vault.vault_case import PASSWORD


class SigningTest(EnrolTest):
    """Alice's first device, which has the root, and the links it makes.

    :ivar first: its vault; :ivar session: its chat.
    """

    def setUp(self) -> None:
        super().setUp()
        self.first = self.enrol("alice")
        self.session = self.chat(self.first)

    def add_device(self, session: Session | None = None) -> str:
        """A link for one more."""
        made = (session or self.session).signing.add_device()
        self.network.settle()
        link = self.successResultOf(made)
        assert isinstance(link, str)
        return link

    def come(self, link: str) -> Vault:
        """One more device, by a link."""
        self.home = self.new_home()
        return self.begin(link, PASSWORD, PASSWORD)

    def sign_states(self) -> list[bool]:
        """Which of her devices are signed, the first one first."""
        self.network.settle()
        return [device.signed for device in self.devices("alice")]

    def test_a_device_by_its_link_is_signed_at_once(self) -> None:
        second = self.come(self.add_device())
        self.assertEqual(second.identity.handle, "alice")
        self.assertEqual(self.sign_states(), [True, True])
        root = root_public(self.first.identity.root_key)
        for device in self.devices("alice"):
            self.assertTrue(signed(root, device.record, device.signature))
        self.assertEqual(self.session.heard.take(str), [])

    def test_the_secret_is_used_up_and_never_reached_the_server(self) -> None:
        link = Link.parse(self.add_device())
        self.assertEqual(list(self.first.identity.links.values()), [link.device_secret])
        self.come(str(link))
        self.sign_states()
        self.assertEqual(self.first.identity.links, {})
        written = b"".join(line.client.written for line in self.network.lines)
        lines: Any = self.store.export()
        stored = "\n".join(self.successResultOf(lines))
        self.assertNotIn(link.device_secret, written)
        self.assertNotIn(str(link).rpartition("/")[2], stored)

    def test_a_device_that_came_meanwhile_is_signed_at_the_next_sign_in(self) -> None:
        link = self.add_device()
        self.leave(self.session)
        self.come(link)
        self.assertEqual(self.sign_states(), [True, False])
        self.chat(self.first)
        self.assertEqual(self.sign_states(), [True, True])

    def test_several_links_at_once(self) -> None:
        links = [self.add_device() for _ in range(3)]
        for link in reversed(links):
            self.come(link)
        self.assertEqual(self.sign_states(), [True] * 4)

    def test_a_wrong_proof_is_never_signed(self) -> None:
        """Somebody put other keys in the place of the device's, or another device used the ID."""
        link = Link.parse(self.add_device())
        self.come(str(replace(link, device_secret=b"another secret!!")))
        self.assertEqual(self.sign_states(), [True, False])
        (told,) = self.session.heard.take(str)
        self.assertIn("was NOT signed", told)
        self.leave(self.session)
        again = self.chat(self.first)
        self.assertEqual(self.sign_states(), [True, False])
        self.assertIn("was NOT signed", again.heard.take(str)[0])

    def test_no_proof_at_all(self) -> None:
        link = Link.parse(self.add_device())
        self.come(str(replace(link, device_secret=b"")))
        self.assertEqual(self.sign_states(), [True, False])
        self.assertEqual(len(self.session.heard.take(str)), 1)

    def test_an_admins_link_stays_unsigned_without_alarm(self) -> None:
        self.come(self.link("alice"))
        self.assertEqual(self.sign_states(), [True, False])
        self.assertEqual(self.session.heard.take(str), [])

    def test_its_own_record_is_made_good(self) -> None:
        """The enrolment was stopped before it was published."""
        self.home = self.new_home()
        with mock.patch("client.enrolment.wizard.own_record", lambda identity: messages.Measure):
            vault = self.enrol("bob")
        self.assertFalse(self.devices("bob")[0].signed)
        self.chat(vault)
        self.assertTrue(self.devices("bob")[0].signed)

    def test_without_the_root_nothing_is_asked_and_links_have_no_second_secret(self) -> None:
        second = self.come(self.add_device())
        session = self.chat(second)
        self.assertFalse(session.signing.vouches)
        self.assertTrue(self.session.signing.vouches)
        link = Link.parse(self.add_device(session))
        self.assertEqual((link.device_secret, second.identity.links), (b"", {}))

    def test_a_full_disk_makes_no_link(self) -> None:
        self.patch(os, "fsync", self.full)
        made = self.session.signing.add_device()
        self.network.settle()
        error = self.failureResultOf(made, ChatError).value
        self.assertIn("No space left", error.text)

    def full(self, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def test_not_connected(self) -> None:
        self.leave(self.session)
        error = self.failureResultOf(self.session.signing.add_device(), ChatError).value
        self.assertEqual(error.code, Code.CONNECTION_LOST)

    def test_old_links_are_forgotten(self) -> None:
        old = {bytes([number]) * 32: bytes(16) for number in range(_MOST_LINKS)}
        self.first.save(structs.replace(self.first.identity, links=old))
        last = Link.parse(self.add_device())
        links = self.first.identity.links
        self.assertEqual(list(links)[:-1], list(old)[1:])
        self.assertEqual(list(links.values())[-1], last.device_secret)

    def test_everything_is_passed_on(self) -> None:
        told = messages.Entered("tea", "bob")
        self.session.heard.told.clear()
        self.session.signing.received(told)
        self.session.signing.lag_changed(0.25)
        self.session.signing.warned("careful")
        self.assertEqual(self.session.heard.told, [told, 0.25, "careful"])
