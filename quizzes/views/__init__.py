"""Pages of quizzes and attempts."""
