"""Pages of courses and classes."""
