"""The native door: Int32 frames, the four-way handshake, sealed records (``docs/protocol.rst``)."""
