"""What templates may ask of quizzes."""
