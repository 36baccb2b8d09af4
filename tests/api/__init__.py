"""The API: what it serves, to whom, and what it costs."""
