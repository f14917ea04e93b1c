"""From a link to an enrolled device: what is asked, what is refused, what is kept."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from unittest import mock

from twisted.internet.error import ConnectionRefusedError

from chatd.domain.administration import Disable, Enable, RevokeByAdmin, SetAccountPassword
from chatd.domain.device_record import DeviceRecord
from chatd.domain.link import Link
from chatd.errors import ChatError, Code
from client import dialer
from client.enrolment.step import Unanswered
from client.model.uplink import Online
from client.profile import Profile
from client.vault.errors import VaultError
from client.vault.keys import device_public, root_public, signed
from tests.client.enrolment.enrol_case import EnrolTest, Person
from tests.client.vault.vault_case import PASSWORD
from tests.support.network import Network

OTHER = "b" * 51 + "a"


class FirstTest(EnrolTest):
    """A link with a one-time ID, in a new profile."""

    def test_the_way_in(self) -> None:
        vault = self.enrol("Alice")
        self.assertEqual(self.person.asked, ["link", "password", "password-again"])
        self.assertTrue(self.person.heard_of("This link leads to 127.0.0.1:4170"))
        self.assertTrue(self.person.heard_of("You are Alice here"))
        vault.close()
        identity = self.kept()
        account, (device,) = self.account("alice"), self.devices("alice")
        self.assertEqual(identity.server.link, self.place)
        self.assertEqual((identity.handle, identity.account), ("Alice", account.id))
        self.assertEqual(identity.device, device.id)
        self.assertEqual(device_public(identity.device_key), device.key)
        self.assertIsNone(identity.enrolment)
        self.assertTrue(identity.token)

    def test_the_first_device_makes_the_root_and_signs_itself(self) -> None:
        identity = self.enrol("alice").identity
        account, (device,) = self.account("alice"), self.devices("alice")
        self.assertEqual(account.root, root_public(identity.root_key))
        self.assertTrue(signed(account.root, device.record, device.signature))
        self.assertEqual(DeviceRecord.decode(device.record), DeviceRecord(account.id, device.key))

    def test_the_next_sign_in_asks_nothing(self) -> None:
        vault = self.enrol("alice")
        session = self.chat(vault)
        self.assertIsInstance(session.heard.state, Online)
        self.assertEqual(session.connection.nick, "alice")

    def test_the_settings_of_a_guest_come_along(self) -> None:
        Profile(self.home).save({"theme": "light", "mute": ["#noise"]})
        self.assertEqual(
            self.enrol("alice").identity.settings, {"theme": "light", "mute": ["#noise"]}
        )

    def test_settings_that_make_no_sense_stop_nothing(self) -> None:
        for content in (b"{", b'{"theme": [[7]]}'):
            self.home = self.new_home()
            self.home.mkdir(parents=True)
            (self.home / "settings.json").write_bytes(content)
            self.assertEqual(self.enrol("alice").identity.settings, {})

    def test_mistakes_are_asked_about_again(self) -> None:
        link = self.link("alice")
        self.begin("", "http://example.org", link, "short", PASSWORD, "other", PASSWORD, PASSWORD)
        self.assertEqual(self.person.asked[:3], ["link"] * 3)
        self.assertEqual(self.person.asked[3:5], ["password"] * 2)
        for words in ("no link: there is no host", "too short", "were not the same"):
            self.assertTrue(self.person.heard_of(words), words)

    def test_typed_by_hand(self) -> None:
        """Small letters, and those that look alike."""
        link, slash, one_time_id = self.link("alice").rpartition("/")
        typed = one_time_id.lower().replace("-", " ").replace("1", "l").replace("0", "o")
        self.begin(f"{link}{slash}{typed}", PASSWORD, PASSWORD)

    def test_a_link_with_another_key_than_the_one_known(self) -> None:
        Profile(self.home).accept(self.place, OTHER)
        person = Person(self.network, self.link("alice"))
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.SERVER_KEY_CHANGED)
        self.assertFalse((self.home / "vault").exists())

    def test_a_server_with_another_key_hears_nothing(self) -> None:
        link = self.link("alice").replace(self.pin(), OTHER)
        person = Person(self.network, link, PASSWORD, PASSWORD)
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.SERVER_KEY_CHANGED)
        self.assertEqual(self.network.lines[-1].client.written, b"")


class RefusedTest(EnrolTest):
    """A link that lets nobody in says so, and another one is asked for."""

    def test_used(self) -> None:
        used = self.link("alice")
        self.begin(used, PASSWORD, PASSWORD)
        self.home = self.new_home()
        self.begin(used, PASSWORD, PASSWORD, self.link("bob"))
        self.assertTrue(self.person.heard_of("used already"))
        self.assertEqual(len(self.devices("bob")), 1)
        self.assertEqual(len(self.devices("alice")), 1)

    def test_expired(self) -> None:
        late = self.link("alice", life=1000)
        wall = self.server.state.wall
        self.server.state.wall = lambda: wall() + 2
        self.begin(late, PASSWORD, PASSWORD, self.link("bob"))
        self.assertTrue(self.person.heard_of("expired"))

    def test_unknown(self) -> None:
        self.begin(f"{self.place}/0000-0000", PASSWORD, PASSWORD, self.link("alice"))
        self.assertTrue(self.person.heard_of("not known here"))

    def test_nobody_has_another_link(self) -> None:
        """The vault stays usable: the next run asks for a link, not for a new vault."""
        person = Person(self.network, f"{self.place}/0000", PASSWORD, PASSWORD)
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.ID_UNKNOWN)
        self.assertIsNone(self.kept().enrolment)
        vault = self.reopened()
        again = Person(self.network, self.link("alice"))
        self.successResultOf(self.run_to_end(self.wizard(again).renew(vault)))
        self.assertEqual(vault.identity.handle, "alice")

    def test_the_next_run_asks_for_a_link(self) -> None:
        """Not for an account's name and password: there was no talk of any. One without an ID asks
        for them."""
        person = Person(self.network, f"{self.place}/0000", PASSWORD, PASSWORD)
        self.refused(self.wizard(person).begin())
        vault = self.reopened()
        self.link("alice")
        self.order(SetAccountPassword("alice", "geheim geheim"))
        again = Person(self.network, str(self.place), "alice", "geheim geheim")
        self.successResultOf(self.run_to_end(self.wizard(again).resume(vault)))
        self.assertEqual(again.asked, ["link", "account", "account-password"])
        self.assertEqual(vault.identity.handle, "alice")

    def test_the_account_is_switched_off(self) -> None:
        """It goes on when it is switched on again: nothing has to be typed anew."""
        link = self.link("alice")
        self.order(Disable("alice"))
        person = Person(self.network, link, PASSWORD, PASSWORD)
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.ACCOUNT_DISABLED)
        self.order(Enable("alice"))
        vault = self.reopened()
        silent = Person(self.network)
        self.successResultOf(self.run_to_end(self.wizard(silent).resume(vault)))
        self.assertEqual((silent.asked, vault.identity.handle), ([], "alice"))

    def test_no_network(self) -> None:
        link = self.link("alice")
        self.network.down = ConnectionRefusedError()
        person = Person(self.network, link, PASSWORD, PASSWORD, "")
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.CONNECTION_LOST)
        self.assertEqual(person.asked[-2:], ["retry", "retry"])
        self.assertIsNotNone(self.kept().enrolment)

    def test_no_network_where_the_link_leads(self) -> None:
        """The link was a wrong one: another one may be pasted."""
        elsewhere = self.link("alice").replace("127.0.0.1", "192.0.2.7")
        link = self.link("bob")
        person = Person(self.network, elsewhere, PASSWORD, PASSWORD, "http://x", link)
        self.patch(dialer, "endpoint_of", self.endpoint_of)
        vault = self.successResultOf(self.run_to_end(self.wizard(person).begin()))
        self.addCleanup(vault.close)
        self.assertEqual(vault.identity.handle, "bob")
        self.assertEqual(vault.identity.server.host, "127.0.0.1")

    def test_a_link_that_leads_nowhere(self) -> None:
        """A word that is no link, or a slip in the host: told, and asked for again."""
        self.patch(dialer, "endpoint_of", self.endpoint_of)
        vault = self.begin("garbage", "chatd://192.0.2.7", self.link("bob"), PASSWORD, PASSWORD)
        self.assertEqual(vault.identity.handle, "bob")
        self.assertEqual(self.person.asked[:3], ["link"] * 3)
        self.assertTrue(self.person.heard_of("Cannot connect"))

    def test_a_link_that_leads_nowhere_and_nobody_to_ask(self) -> None:
        self.patch(dialer, "endpoint_of", self.endpoint_of)
        work = self.wizard(Person(self.network, "garbage")).begin()
        self.assertEqual(self.refused(work), Code.CONNECTION_LOST)
        self.assertFalse((self.home / "vault").exists())

    def endpoint_of(self, reactor: object, link: Link, check: bool) -> Network:
        nowhere = Network()
        nowhere.down = ConnectionRefusedError()
        return self.network if link.host == "127.0.0.1" else nowhere

    def test_a_full_disk_after_the_server_took_the_id(self) -> None:
        """It is told; the key may repeat the ID, so there is nothing lost."""
        person = Person(self.network, self.link("alice"), PASSWORD, PASSWORD)
        work = self.wizard(person).begin()
        replaces: list[Callable[..., None]] = [os.replace, self.full]
        with mock.patch("client.vault.file.os.replace", lambda *paths: replaces.pop(0)(*paths)):
            failure = self.failureResultOf(self.run_to_end(work), VaultError)
        said = str(failure.value)
        self.assertRegex(said, "^the server let this device in, but .*No space left.* goes on:\n")
        self.assertNotIn("next sign-in", said)
        self.assertEqual(shlex.split(said.splitlines()[-1])[-2:], ["--home", str(self.home)])
        self.assertIsNotNone(self.kept().enrolment)
        vault = self.reopened()
        self.successResultOf(self.run_to_end(self.wizard(Person(self.network)).resume(vault)))
        self.assertEqual(len(self.devices("alice")), 1)

    def full(self, *paths: object) -> None:
        raise OSError(28, "No space left on device")


class PasswordTest(EnrolTest):
    """A link without a one-time ID: the account's name and password."""

    def setUp(self) -> None:
        super().setUp()
        self.link("alice")
        self.order(SetAccountPassword("alice", "geheim geheim"))

    def test_the_way_in(self) -> None:
        self.begin(str(self.place), "alice", "geheim geheim", PASSWORD, PASSWORD)
        self.assertEqual(
            self.person.asked, ["link", "account", "account-password", "password", "password-again"]
        )
        (device,) = self.devices("alice")
        self.assertEqual(device.enrolment, b"")

    def test_the_first_device_signs_itself(self) -> None:
        """It made the account's root, though a password let it in."""
        self.begin(str(self.place), "alice", "geheim geheim", PASSWORD, PASSWORD)
        self.assertTrue(self.devices("alice")[0].signed)

    def test_a_further_device_stays_unsigned(self) -> None:
        self.enrol("alice")
        self.home = self.new_home()
        vault = self.begin(str(self.place), "alice", "geheim geheim", PASSWORD, PASSWORD)
        self.assertEqual(vault.identity.root_key, b"")
        self.assertEqual([one.signed for one in self.devices("alice")], [True, False])

    def test_a_wrong_password(self) -> None:
        self.begin(
            *(str(self.place), "alice", "wrong", PASSWORD, PASSWORD),
            *("alice", "geheim geheim"),
        )
        self.assertTrue(self.person.heard_of("Wrong name or password"))

    def test_locked_out(self) -> None:
        """The fourth is told how long to wait, and nothing tries by itself."""
        answers = ["alice", "wrong", "alice", "wrong", "alice", "wrong"]
        person = Person(self.network, str(self.place), *answers[:2], PASSWORD, PASSWORD, *answers)
        work = self.run_to_end(self.wizard(person).begin())
        error = self.failureResultOf(work, ChatError).value
        self.assertEqual((error.code, error.wait), (Code.LOCKED_OUT, 60))
        self.assertEqual(len(self.network.lines), 4)

    def test_interrupted_the_password_is_asked_for_again(self) -> None:
        """It is kept nowhere."""
        self.network.down = ConnectionRefusedError()
        person = Person(self.network, str(self.place), "alice", "geheim geheim", PASSWORD, PASSWORD)
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.CONNECTION_LOST)
        self.network.down = None
        vault = self.reopened()
        self.assertNotIn(b"geheim", vault.identity.encode())
        again = Person(self.network, "alice", "geheim geheim")
        self.successResultOf(self.run_to_end(self.wizard(again).resume(vault)))
        self.assertEqual(again.asked, ["account", "account-password"])

    def test_an_unknown_key_is_asked_about_before_anything_is_typed(self) -> None:
        link = "chatd://127.0.0.1"
        person = Person(self.network, link, "no")
        self.assertEqual(self.refused(self.wizard(person).begin()), Code.SERVER_KEY_UNKNOWN)
        self.assertEqual(person.asked, ["link", "key"])
        self.begin(link, "yes", "alice", "geheim geheim", PASSWORD, PASSWORD)
        self.assertEqual(self.account("alice").handle, "alice")


class RenewTest(EnrolTest):
    """Another link, in a profile that is enrolled."""

    def setUp(self) -> None:
        super().setUp()
        self.vault = self.enrol("alice")

    def renew(self, *answers: str) -> Person:
        person = Person(self.network, *answers)
        self.successResultOf(self.run_to_end(self.wizard(person).renew(self.vault)))
        return person

    def test_a_revoked_device_comes_back_as_a_new_one(self) -> None:
        before = self.vault.identity
        self.order(RevokeByAdmin(self.devices("alice")[0].id.hex()))
        self.renew(self.link("alice"))
        after = self.vault.identity
        self.assertNotEqual(after.device_key, before.device_key)
        self.assertEqual((after.account, after.root_key), (before.account, before.root_key))
        states = [(one.state, one.signed) for one in self.devices("alice")]
        self.assertEqual(states, [("revoked", True), ("active", True)])

    def test_a_suspended_device_comes_back_as_a_new_one(self) -> None:
        """Whoever copied the vault has the old key, too, and could have it suspended again."""
        before = self.vault.identity
        self.successResultOf(self.store.suspend(self.devices("alice")[0].id))
        self.renew(self.link("alice"))
        self.assertNotEqual(self.vault.identity.device_key, before.device_key)
        states = [(one.state, one.signed) for one in self.devices("alice")]
        self.assertEqual(states, [("suspended", True), ("active", True)])

    def test_the_link_of_somebody_else(self) -> None:
        """Refused; what was good before still is."""
        person = Person(self.network, self.link("bob"))
        self.assertEqual(self.refused(self.wizard(person).renew(self.vault)), Code.DEVICE_TAKEN)
        self.assertIsNone(self.vault.identity.enrolment)
        self.assertIsInstance(self.chat(self.vault).heard.state, Online)

    def test_a_link_to_another_server_or_without_an_id(self) -> None:
        other = self.link("alice").replace(self.pin(), OTHER)
        person = self.renew(other, str(self.place), self.link("alice"))
        self.assertEqual(person.asked, ["link"] * 3)
        self.assertTrue(person.heard_of("another server"))
        self.assertTrue(person.heard_of("no one-time ID"))

    def test_a_refused_link_leaves_what_was_good(self) -> None:
        person = Person(self.network, f"{self.place}/0000")
        self.assertEqual(self.refused(self.wizard(person).renew(self.vault)), Code.ID_UNKNOWN)
        self.assertFalse(person.heard_of("not known here"))  # the program ends with it
        self.assertIsInstance(self.chat(self.vault).heard.state, Online)

    def test_nobody_is_there(self) -> None:
        work = self.run_to_end(self.wizard(Person(self.network)).renew(self.vault))
        self.failureResultOf(work, Unanswered)
