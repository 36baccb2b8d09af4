"""The floor: the plainest Django site that reads and writes the same rows for a lesson, a quiz and a class."""
