"""The workshop for courses: content, classes, and a look at who has read what."""

from courses.admin import classes, content, progress, reference

__all__ = ["classes", "content", "progress", "reference"]
