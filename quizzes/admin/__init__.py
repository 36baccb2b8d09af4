"""The workshop for quizzes: what is asked, and a look at what was answered."""

from quizzes.admin import access, attempts, authoring, record, revisions

__all__ = ["access", "attempts", "authoring", "record", "revisions"]
