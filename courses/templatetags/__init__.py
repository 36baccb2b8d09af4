"""What templates may ask of courses."""
