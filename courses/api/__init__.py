"""Courses and classes over HTTP for programs."""
