"""The workshop for quizzes: what is asked, and a look at what was answered."""

from quizzes.admin import accommodations, attempts, authoring, publishing, record, revisions

__all__ = ["accommodations", "attempts", "authoring", "publishing", "record", "revisions"]
