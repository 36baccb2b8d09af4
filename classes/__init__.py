"""The upper room: running a class."""
