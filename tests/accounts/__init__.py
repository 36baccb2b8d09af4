"""Signing in, tokens, limits, and what every answer carries."""
