"""The native protocol's bytes, without any I/O."""
