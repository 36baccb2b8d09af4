"""Requests made up from the API's own document (`make fuzz`)."""
