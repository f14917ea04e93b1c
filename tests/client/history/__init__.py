"""Tests of ``client/history``."""
