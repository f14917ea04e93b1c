"""A device has something on its disk, and the server was never told so: the server holds back what
is said later until the device has asked, although there is nothing that it lacks."""

from __future__ import annotations

from tests.client.delivery.device_case import DeviceCase


class LostAcknowledgements(DeviceCase):
    def test_what_is_said_later_is_told(self) -> None:
        anna, bob = self.device("anna"), self.device("bob")
        self.joined("tea", anna, bob)
        anna.say("#tea", "one")
        self.settle()
        self.assertEqual(bob.texts("#tea"), ["one"])
        bob.cut()
        self.daemon.state.acknowledgements._waiting.clear()
        self.network.advance(30)
        self.assertEqual(len(self.daemon.state.sessions), 2, "it came back")
        anna.say("#tea", "two")
        self.settle()
        self.assertEqual(bob.texts("#tea"), ["one", "two"])
