"""What is so: content, classes, progress. The rest of the program imports `courses.models`."""

from courses.models.accounts import ApiToken, TryCount
from courses.models.audit import AuditEntry, Deed
from courses.models.certificates import Certificate, CertificateCheck
from courses.models.classes import Cohort, Enrolment, Group, GroupMember, Guest, Invitation, JoinRequest, new_join_code
from courses.models.comments import Comment
from courses.models.content import Course, LearningObjective, Lesson, Section, Unit
from courses.models.files import ContentFile, Upload
from courses.models.history import AUTHORED, keep_history
from courses.models.inbox import InboxEntry, MailMute, Message, Thread
from courses.models.managed import ManagedAccount, RosterDraft, Slip
from courses.models.names import NameOrder, in_name_order
from courses.models.personal import Erasure
from courses.models.progress import LessonCompletion, SectionRead
from courses.models.publishing import Publication
from courses.models.reference import Figure, GlossaryTerm, Lane, Map, Person, Source, StudyStatement, TimelineEvent
from courses.models.roles import CourseInvitation, CourseRole
from courses.models.search import SearchEntry, SearchWord
from courses.models.sessions import Session
from courses.models.unsaved import UnsavedText

__all__ = [
    "AUTHORED",
    "ApiToken",
    "AuditEntry",
    "Certificate",
    "CertificateCheck",
    "Cohort",
    "Comment",
    "ContentFile",
    "Course",
    "CourseInvitation",
    "CourseRole",
    "Deed",
    "Enrolment",
    "Erasure",
    "Figure",
    "GlossaryTerm",
    "Group",
    "GroupMember",
    "Guest",
    "InboxEntry",
    "Invitation",
    "JoinRequest",
    "Lane",
    "LearningObjective",
    "Lesson",
    "LessonCompletion",
    "MailMute",
    "ManagedAccount",
    "Map",
    "Message",
    "NameOrder",
    "Person",
    "Publication",
    "RosterDraft",
    "SearchEntry",
    "SearchWord",
    "Section",
    "SectionRead",
    "Session",
    "Slip",
    "Source",
    "StudyStatement",
    "Thread",
    "TimelineEvent",
    "TryCount",
    "Unit",
    "UnsavedText",
    "Upload",
    "in_name_order",
    "keep_history",
    "new_join_code",
]
