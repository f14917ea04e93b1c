"""Tests of the door for seed 001's wire protocol."""
