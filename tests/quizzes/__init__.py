"""Sitting quizzes, and what is reported of it."""
