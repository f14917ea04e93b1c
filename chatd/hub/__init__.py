"""The hub: people, rooms and messages. It knows nothing of bytes, doors' names or stores."""
