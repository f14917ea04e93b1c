"""Tests of whole programs: real processes, real sockets."""
