"""Tests of chatd.protocols.control."""
