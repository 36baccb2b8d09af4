"""The workshop for quizzes: what is asked, and a look at what was answered."""

from quizzes.admin import accommodations, attempts, authoring, files, publishing, record, revisions
from quizzes.services import sections

# The last of these lets questions go along when a section of a lesson gets another key.
__all__ = ["accommodations", "attempts", "authoring", "files", "publishing", "record", "revisions", "sections"]
