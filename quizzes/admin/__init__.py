"""The workshop for quizzes: what is asked, and a look at what was answered."""

from quizzes.admin import accommodations, attempts, authoring, files, record, revisions

__all__ = ["accommodations", "attempts", "authoring", "files", "record", "revisions"]
