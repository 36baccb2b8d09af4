"""Quizzes and attempts over HTTP for programs. Answer keys are never served."""
