"""Journeys of real people through a real server and a real browser."""
