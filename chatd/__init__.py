"""chatd: self-hosted team chat. One hub that knows people, rooms and messages; many doors to it."""
