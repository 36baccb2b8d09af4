"""The lower room: what is taught, and to whom."""
