"""Quizzes as people write them in files."""
