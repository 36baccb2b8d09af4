"""The workshop for courses: content, classes, and a look at who has read what."""

from courses.admin import audit, classes, content, progress, reference

__all__ = ["audit", "classes", "content", "progress", "reference"]
