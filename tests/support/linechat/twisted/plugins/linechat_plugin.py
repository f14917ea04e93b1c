"""What twistd needs to know of this door."""

from chatd.plugins import ProtocolPlugin

linechat = ProtocolPlugin(
    "linechat", "linechat.LineFactory", "lines of text, for nc; everybody is in one room"
)
