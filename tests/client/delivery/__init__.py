"""Tests of ``client/delivery``."""
