"""Tests of chatd.ctl."""
