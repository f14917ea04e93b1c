"""One process has a profile's vault and its connection; others hand it what they are to ask.

The running one is the :class:`~client.handover.host.Host`, a second one pays it a
:class:`~client.handover.visit.Visit`. Between them is a Unix socket of mode 0600. The vault's lock
says which of the two one is; no password is asked for, and no key goes through the socket.
"""
