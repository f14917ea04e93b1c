"""What the client knows: pure state, changed only by events. No I/O, no clock, no screen."""
