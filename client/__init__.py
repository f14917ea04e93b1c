"""chatc, the terminal client: the other end of the native door, built on the same classes."""
