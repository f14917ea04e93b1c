"""The native protocol without I/O: framing, messages, Noise, the handshake, records.

Bytes in, bytes and values out. Nothing here knows a reactor, a socket or which side it plays
beyond what it is told. The daemon and the client use the very same classes.
"""
