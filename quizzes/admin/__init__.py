"""The workshop for quizzes: what is asked, and a look at what was answered."""

from quizzes.admin import attempts, authoring, revisions

__all__ = ["attempts", "authoring", "revisions"]
