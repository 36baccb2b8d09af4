"""What is so: content, classes, progress. The rest of the program imports `courses.models`."""

from courses.models.accounts import ApiToken, TryCount
from courses.models.classes import Cohort, Enrolment, Guest, Invitation, new_join_code
from courses.models.content import Course, LearningObjective, Lesson, Section, Unit
from courses.models.files import ContentFile, Upload
from courses.models.personal import Erasure
from courses.models.progress import LessonCompletion, SectionRead
from courses.models.reference import Figure, GlossaryTerm, Lane, Map, Person, Source, StudyStatement, TimelineEvent
from courses.models.roles import CourseRole
from courses.models.search import SearchEntry, SearchWord

__all__ = [
    "ApiToken",
    "Cohort",
    "ContentFile",
    "Course",
    "CourseRole",
    "Enrolment",
    "Erasure",
    "Figure",
    "GlossaryTerm",
    "Guest",
    "Invitation",
    "Lane",
    "LearningObjective",
    "Lesson",
    "LessonCompletion",
    "Map",
    "Person",
    "SearchEntry",
    "SearchWord",
    "Section",
    "SectionRead",
    "Source",
    "StudyStatement",
    "TimelineEvent",
    "TryCount",
    "Unit",
    "Upload",
    "new_join_code",
]
