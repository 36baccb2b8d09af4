"""Pages of quizzes, attempts and classes."""
