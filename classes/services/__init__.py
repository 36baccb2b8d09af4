"""What may happen to a whole class at once."""
