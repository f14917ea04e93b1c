"""The door ``legacy0417``: seed 001's wire protocol, for clients that speak it already.

Its people are guests in the same rooms as everyone else, one room at a time. Nothing is encrypted
here and nobody can prove who they are, so it is off unless listened to.
"""
