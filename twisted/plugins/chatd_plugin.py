"""What twistd needs to know: names and strings only, since every ``twistd`` run reads this."""

from twisted.application.service import ServiceMaker

from chatd.plugins import ProtocolPlugin, ServicePlugin

chatd = ServiceMaker(
    "chatd", "chatd.tap", "Self-hosted team chat: one hub, many protocols", "chatd"
)

native = ProtocolPlugin(
    "native",
    "chatd.protocols.native.factory.factory",
    "chatd's own protocol: four-way handshake over Noise, sealed records",
)

legacy0417 = ProtocolPlugin(
    "legacy0417",
    "chatd.protocols.legacy0417.factory.factory",
    "the plain 04 17 protocol of older clients; needs guests",
)

whois = ServicePlugin("whois", "chatd.services.whois.Whois", "what you may know of a person")

time = ServicePlugin(
    "time", "chatd.services.time.Time", "the server's time, anywhere, and its uptime"
)

directory = ServicePlugin(
    "directory", "chatd.services.directory.Directory", "the people of this server and their keys"
)
