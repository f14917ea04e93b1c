"""The client, tested."""
