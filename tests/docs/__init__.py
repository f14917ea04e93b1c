"""The documents, held to the code: what they show and list is replayed and compared."""
