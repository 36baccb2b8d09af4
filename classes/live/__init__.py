"""Live quizzes of a class: what the screen, the phones and the summary show."""
