"""What is done to a course."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.content.archive import zip_of
from courses.models import (
    AuditEntry,
    Certificate,
    Comment,
    Course,
    CourseRole,
    InboxEntry,
    MailMute,
    Thread,
)
from courses.services.drafts import keep, standing
from courses.services.history import Edit, record, values_of, versions_of
from quizzes.content.dump import dump_course
from quizzes.domain.live import Act
from quizzes.models import (
    GradeDecision,
    LiveSession,
    LiveVote,
    StatisticsRun,
)
from quizzes.services.live import take_step
from quizzes.services.publishing import Order, changes_of, publish, schedule
from tests.admin.work import page_of, typed
from tests.make import LATER, make_user
from tests.pages.deeds.table import (
    ACCOUNTS,
    ADMINISTRATOR,
    EDITS,
    GRADES,
    IN_ADMIN,
    OWNS,
    RUNS,
    added,
    call,
    changed,
    deed,
    post,
)
from tests.pages.everybody import VISITORS, Site

_CONTENT = (
    "unit",
    "lesson",
    "learningobjective",
    "source",
    "glossaryterm",
    "person",
    "figure",
    "lane",
    "timelineevent",
)
_QUIZ = ("quiz", "item", "itemrevision")
_SHARED = (*_CONTENT, "studystatement", *_QUIZ)


@deed("change a lesson", EDITS, *(f"change_{name}" for name in _SHARED), "change_course")
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    changed(site, visitor, lesson, title="Another title")
    assert lesson.title != "Another title", "an edit waits until it is published"
    return bool(standing(lesson).title == "Another title")


@deed("set how a class adds up grades", RUNS, "post:classes:gradebook-rules")
def _(site: Site, visitor: str) -> bool:
    lines = {"category-TOTAL_FORMS": "1", "category-INITIAL_FORMS": "0", "category-0-name": "Quizzes"}
    lines |= {"category-0-weight": "50", "category-0-mode": "percents"}
    lines |= {"category-0-drop_lowest": "1", "category-0-drop_highest": "0"}
    sent = {**site.posted(), **lines, "late_hours": "24", "late_floor": "0"}
    sent.pop("work")  # which would be the other form of the page
    site.browser(visitor).post(site.address("classes:gradebook-rules"), sent)
    return site.cohort.grade_categories.filter(name="Quizzes").exists()


@deed("set how a class adds up grades by a program", RUNS, "put api-grade-rules")
def _(site: Site, visitor: str) -> bool:
    program, address = site.browser(visitor, program=True), site.address("api-grade-rules")
    shown = program.get(address)
    known = shown.json() if shown.status_code == 200 else {}
    known["categories"] = [{"name": "Tests", "weight": "1", "mode": "points"}]
    program.put(address, known, format="json")
    return site.cohort.grade_categories.filter(name="Tests").exists()


@deed("import grades from a file", RUNS, "post:classes:gradebook-import")
def _(site: Site, visitor: str) -> bool:
    text = f"Username;{site.quiz.title}\n{site.attempt.student.username};1\n"
    address, browser = site.address("classes:gradebook-import"), site.browser(visitor)
    shown = browser.post(address, {"grades-text": text})
    found = shown.context["found"] if shown.status_code == 200 and shown.context else None
    browser.post(address, {"grades-text": text, "expected": found.fingerprint if found is not None else ""})
    return GradeDecision.objects.in_force().filter(reason="imported").exists()


@deed(
    "decide about a grade by hand",
    RUNS,
    "post:classes:gradebook-cell",
    "put api-grade-decision",
    "delete api-grade-decision",
)
def _(site: Site, visitor: str) -> bool:
    address, program = site.address("api-grade-decision"), site.browser(visitor, program=True)
    made = program.put(address, {"kind": "score", "points": "1", "reason": "Orally."})
    seen = made.json()["decision"] if made.status_code == 200 else ""
    ended = program.delete(f"{address}?seen={seen}").status_code == 200
    assert ended == (made.status_code == 200)
    post(site, visitor, "classes:gradebook-cell", kind="excused", reason="Ill.")
    return GradeDecision.objects.in_force().filter(place__user=site.people["student"], kind="excused").exists()


@deed("see one's own grades", frozenset({"student"}))
def _(site: Site, visitor: str) -> bool:
    seen = site.browser(visitor, program=True).get(site.address("api-own-grades")).status_code == 200
    assert (site.browser(visitor).get(site.address("classes:grades")).status_code == 200) is seen
    return seen


@deed("see and download the grades of a class", GRADES)
def _(site: Site, visitor: str) -> bool:
    names = ("classes:gradebook", "classes:gradebook-student", "classes:gradebook-file", "api-gradebook")
    return {site.browser(visitor).get(site.address(name)).status_code for name in names} == {200}


@deed("restore an earlier state of a lesson", EDITS)
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    earlier = values_of(lesson) | {"title": "Earlier title"}
    record([Edit(lesson, None, earlier)], editor=None, note="", now=LATER)
    address = reverse("admin:courses_lesson_restore", args=[lesson.pk, versions_of(lesson).get().pk])
    site.browser(visitor).post(address)
    lesson.refresh_from_db()
    return bool(standing(lesson).title == "Earlier title")


@deed("read the history of a lesson", EDITS | {"reviewer"})
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    record([Edit(lesson, None, values_of(lesson))], editor=None, note="", now=LATER)
    page = site.browser(visitor).get(reverse("admin:courses_lesson_history", args=[lesson.pk]))
    return page.status_code == 200 and "As it stood before" in page.content.decode()


@deed("add to a course", EDITS, *(f"add_{name}" for name in _SHARED))
def _(site: Site, visitor: str) -> bool:
    added(site, visitor, "courses_unit", course=site.course.pk, key="new", title="New", position=9, colour="grey")
    return site.course.units.filter(key="new").exists()


@deed("download a course as files", EDITS)
def _(site: Site, visitor: str) -> bool:
    answer = site.browser(visitor).get(reverse("admin:courses_course_download", args=[site.course.pk]))
    return answer.status_code == 200 and answer["Content-Type"] == "application/zip"


@deed("load uploaded files into a course", EDITS)
def _(site: Site, visitor: str) -> bool:
    texts = dump_course(site.course).texts
    words = texts["course.yaml"].replace('"title":', '"subtitle": "Uploaded", "title":', 1)
    file = SimpleUploadedFile("course.zip", zip_of({**texts, "course.yaml": words}, folder="x"))
    browser = site.browser(visitor)
    address = reverse("admin:courses_course_upload", args=[site.course.pk])
    page = browser.post(address, {"archive": file}, follow=True)
    if page.status_code == 200 and page.context and "found" in page.context:
        browser.post(page.request["PATH_INFO"], {"seen": page.context["found"].seen})
    return Course.objects.get(pk=site.course.pk).subtitle == "Uploaded"


@deed("upload a course of one's own", IN_ADMIN)
def _(site: Site, visitor: str) -> bool:
    texts = dump_course(site.course).texts
    words = texts["course.yaml"].replace(f'"course": "{site.course.key}"', '"course": "uploaded"', 1)
    file = SimpleUploadedFile("course.zip", zip_of({**texts, "course.yaml": words}, folder="x"))
    browser = site.browser(visitor)
    page = browser.post(reverse("admin:courses_course_upload_new"), {"archive": file}, follow=True)
    if page.status_code == 200 and page.context and "found" in page.context:
        browser.post(page.request["PATH_INFO"], {"seen": page.context["found"].seen})
    made = Course.objects.filter(key="uploaded").first()
    return made is not None and Course.objects.edited_by(site.people[visitor]).filter(pk=made.pk).exists()


@deed("publish or withdraw a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    if browser.get(page_of(site.course)).status_code == 200:
        sent = typed(browser, page_of(site.course))
        sent.pop("is_published", None)
        browser.post(page_of(site.course), {**sent, "withdraw": "yes"})
    return not Course.objects.get(pk=site.course.pk).is_published


def drafted(site: Site) -> Any:
    """Return the one change that waits in the course: another title of its lesson."""
    lesson = site.course.lessons.get()
    lesson.title = "Drafted"
    keep(lesson, by=site.people["owner"], now=LATER)
    [change] = changes_of(site.course)
    return change


@deed("publish changes of a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    address = reverse("admin:courses_publication_publish", args=[site.course.pk])
    sent = {"change": [change.key], f"seen-{change.key}": change.seen, "when": "now", "note": ""}
    site.browser(visitor).post(address, sent)
    return site.course.lessons.get().title == "Drafted"


@deed("undo a publication", OWNS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    order = Order(site.course, site.people["owner"], {change.key: change.seen})
    made = publish(order, now=LATER).publication
    site.browser(visitor).post(reverse("admin:courses_publication_undo", args=[made.pk]))
    return site.course.lessons.get().title != "Drafted"


@deed("cancel a scheduled publication", OWNS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    order = Order(site.course, site.people["owner"], {change.key: change.seen})
    made = schedule(order, at=LATER, now=LATER)
    site.browser(visitor).post(reverse("admin:courses_publication_cancel", args=[made.pk]))
    made.refresh_from_db()
    return made.state == "cancelled"


@deed("discard a change that waits", EDITS)
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    address = reverse("admin:courses_publication_discard", args=[site.course.pk])
    site.browser(visitor).post(address, {"discard": change.key, f"seen-{change.key}": change.seen})
    return not site.course.lessons.get().draft


@deed("see the drafts of a course", EDITS | {"reviewer"})
def _(site: Site, visitor: str) -> bool:
    change = drafted(site)
    page = f"courses/{site.course.key}/lessons/lesson-1/"
    address = reverse("admin:courses_publication_preview", args=[site.course.pk, "now", page])
    pages = [address, page_of(change.row), reverse("admin:courses_publication_publish", args=[site.course.pk])]
    seen = ["Drafted" in site.browser(visitor).get(each).content.decode() for each in pages]
    assert len(set(seen)) == 1, "one rule for the preview, the form and the page that publishes"
    return seen[0]


@deed("make a course of one's own", IN_ADMIN, "add_course")
def _(site: Site, visitor: str) -> bool:
    added(site, visitor, "courses_course", key="mine", title="Mine", language="en", is_published="on")
    made = Course.objects.filter(key="mine").first()
    return made is not None and Course.objects.edited_by(site.people[visitor]).filter(pk=made.pk).exists()


@deed("give a person a role in a course", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    added(site, visitor, "courses_courserole", course=site.course.pk, user=newcomer.pk, role="owner")
    return newcomer.course_roles.exists()


OWNS = frozenset({"owner", "administrator"})
WORKS_ON = EDITS | {"reviewer"}


def course_page(site: Site, page: str) -> str:
    """Return the address of a page of the course in the admin."""
    return reverse(f"admin:courses_course_{page}", args=[site.course.pk])


@deed("invite a person to work on a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    site.browser(visitor).post(course_page(site, "people"), {"invite": "1", "name": "newcomer", "role": "owner"})
    return newcomer.course_invitations.exists() and not newcomer.course_roles.exists()


@deed("change the role of a person, and remove them", OWNS)
def _(site: Site, visitor: str) -> bool:
    place, browser = CourseRole.objects.get(user=site.people["editor"]), site.browser(visitor)
    browser.post(course_page(site, "people"), {"place": place.pk, "role": "reviewer"})
    is_changed = CourseRole.objects.filter(pk=place.pk, role="reviewer").exists()
    browser.post(course_page(site, "people"), {"remove": place.pk})
    return is_changed and not CourseRole.objects.filter(pk=place.pk).exists()


@deed("read a draft", WORKS_ON)
def _(site: Site, visitor: str) -> bool:
    site.course.lessons.update(title="Not told yet", is_retired=True)
    browser = site.browser(visitor)
    pages = [page_of(site.course.lessons.get()), reverse("admin:courses_lesson_changelist")]
    seen = [b"Not told yet" in browser.get(page).content for page in pages]
    Course.objects.update(is_published=False)
    seen.append(browser.get(site.address("courses:course")).status_code == 200)
    return any(seen)


@deed("comment on a row, and suggest another text", WORKS_ON)
def _(site: Site, visitor: str) -> bool:
    address = page_of(site.course.lessons.get()).replace("/change/", "/comments/")
    site.browser(visitor).post(address, {"text": "Is it so?"})
    site.browser(visitor).post(address, {"field": "title", "suggested": "Another title"})
    return Comment.objects.count() == 2


@deed("accept a suggestion", EDITS)
def _(site: Site, visitor: str) -> bool:
    lesson = site.course.lessons.get()
    about = {"subject_type": "courses.lesson", "subject_id": lesson.pk, "author": site.people["reviewer"]}
    texts = {"field": "title", "base": lesson.title, "suggested": "Another title"}
    waiting = Comment.objects.create(course=site.course, **about, **texts)
    address = page_of(lesson).replace("/change/", "/comments/")
    site.browser(visitor).post(address, {"answered": waiting.pk, "state": "accepted"})
    lesson.refresh_from_db()
    return standing(lesson).title == "Another title"


@deed("duplicate a course", WORKS_ON | {"instructor", "other_instructor"})
def _(site: Site, visitor: str) -> bool:
    site.browser(visitor).post(course_page(site, "duplicate"), {"key": "copy", "title": "Copy"})
    made = Course.objects.filter(key="copy").first()
    return made is not None and made.roles.get().user == site.people[visitor] and not made.is_published


@deed("archive a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    site.browser(visitor).post(course_page(site, "archive"), {"is_confirmed": "1"})
    return Course.objects.get(pk=site.course.pk).archived_at is not None


_DELETED = ("unit", "lesson", "learningobjective", "source", "glossaryterm", "person", "figure", "lane")
_DELETED = (*_DELETED, "timelineevent", "studystatement", "quiz", "item")


@deed("delete a row that no one has met", EDITS, *(f"delete_{name}" for name in _DELETED))
def _(site: Site, visitor: str) -> bool:
    row = site.course.terms.create(key="unused", term="Unused", definition="Nowhere.")
    site.browser(visitor).post(page_of(row).replace("/change/", "/delete/"), {"post": "yes"})
    return not site.course.terms.exists()


@deed("delete a course that no one has met", OWNS, "delete_course")
def _(site: Site, visitor: str) -> bool:
    made = Course.objects.create(key="new", title="New")
    for role in CourseRole.Role.values:
        CourseRole.objects.create(course=made, user=site.people[role], role=role)
    site.browser(visitor).post(page_of(made).replace("/change/", "/delete/"), {"post": "yes"})
    return not Course.objects.filter(key="new").exists()


@deed("delete what students have met", frozenset())
def _(site: Site, visitor: str) -> bool:
    for row in (site.essay.revision.item, site.quiz, site.course, site.course.lessons.get()):
        site.browser(visitor).post(page_of(row).replace("/change/", "/delete/"), {"post": "yes"})
    return not (site.quiz.items.exists() and site.course.lessons.exists())


@deed(
    "have statistics worked out in a class", GRADES,
    "post:classes:class-quiz-work-out", "post:classes:class-quiz-models",
)  # fmt: skip
def _(site: Site, visitor: str) -> bool:
    for name in ("class-quiz-work-out", "class-quiz-models"):
        post(site, visitor, f"classes:{name}")
    return StatisticsRun.objects.count() == 2


@deed(
    "have statistics of a course worked out", GRADES | {"other_instructor", "owner", "editor"},
    "post:classes:quiz-work-out", "post:classes:quiz-models",
)  # fmt: skip
def _(site: Site, visitor: str) -> bool:
    for name in ("quiz-work-out", "quiz-models"):
        post(site, visitor, f"classes:{name}")
    return StatisticsRun.objects.count() == 2


@deed("mark entries of one's inbox as read", frozenset({"student"}), "post:courses:inbox-read", "post api-inbox-read")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:inbox-read")
    by_page = site.entry.read_at is not None
    InboxEntry.objects.filter(pk=site.entry.pk).update(read_at=None)
    call(site, visitor, "api-inbox-read")
    by_program = site.entry.read_at is not None
    assert by_page is by_program
    return by_page


@deed("turn copies by email off in one's inbox", ACCOUNTS, "post:courses:mail")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:mail")
    muted = set(MailMute.objects.values_list("user", flat=True))
    assert muted <= {site.people[visitor].pk if visitor in ACCOUNTS else None}
    return bool(muted)


@deed("turn copies off by the link in a mail", frozenset(VISITORS), "post:courses:mail-off")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:mail-off")
    return list(MailMute.objects.values_list("user", flat=True)) == [site.people["student"].pk]


@deed("read and answer a thread", RUNS | {"student"}, "post:courses:thread", "post api-thread")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:thread")
    call(site, visitor, "api-thread", text="It is due on Friday.")
    return site.thread.messages.count() == 3


@deed("write to students of a class", RUNS, "post:classes:message", "post api-class-messages")
def _(site: Site, visitor: str) -> bool:
    address = f"{site.address('classes:message')}?to=class"
    page = site.browser(visitor).get(address)
    named = page.context["recipients"].fingerprint if page.status_code == 200 and page.context else ""
    site.browser(visitor).post(address, {**site.posted(), "named": named})
    call(site, visitor, "api-class-messages", **site.sent())
    return Thread.objects.filter(audience="class", cohort=site.cohort).count() == 2


@deed("write to the instructors of a class", frozenset({"student"}), "post:classes:ask", "post api-class-messages")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:ask")
    call(site, visitor, "api-class-messages", **{**site.sent(), "to": "instructors"})
    return Thread.objects.filter(audience="instructors", cohort=site.cohort).count() == 2


@deed("choose the name on one's certificate", frozenset({"student"}), "post:courses:certificate-name")
def _(site: Site, visitor: str) -> bool:
    Certificate.objects.update(name="")
    User.objects.filter(is_superuser=False).update(first_name="Nora", last_name="Haddad")
    post(site, visitor, "courses:certificate-name")
    return Certificate.objects.get().name == "Nora Haddad"


@deed("revoke a certificate, and restore it", RUNS, "post:courses:certificate-revoke")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "courses:certificate-revoke", reason="Not their own work.")
    is_revoked = Certificate.objects.get().revoked_at is not None
    post(site, visitor, "courses:certificate-revoke", restore="on")
    return is_revoked and Certificate.objects.get().revoked_at is None


@deed("start a live quiz", RUNS, "post:classes:live")
def _(site: Site, visitor: str) -> bool:
    LiveSession.objects.update(step="ended", ended_at=LATER)
    post(site, visitor, "classes:live", quiz=site.quiz.pk, question="")
    return LiveSession.objects.running().exists()


@deed("lead a live quiz", RUNS, "post:classes:live-screen")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:live-screen", act="ask", version=1)
    return LiveSession.objects.get().step == "vote"


@deed("remove someone from a live quiz", RUNS, "post:classes:live-remove")
def _(site: Site, visitor: str) -> bool:
    post(site, visitor, "classes:live-remove")
    return not site.live.participants.present().exists()


@deed(
    "take part in a live quiz by its code",
    frozenset(VISITORS),
    "post:classes:live-code",
    "post:classes:live-join",
    "post:classes:live-answer",
)
def _(site: Site, visitor: str) -> bool:
    browser, code = site.browser(visitor), site.live.code
    where = browser.post(reverse("classes:live-code"), {"code": f" {code.lower()} "})["Location"]
    browser.post(reverse("classes:live-join", args=[code]), {"name": visitor})
    take_step(session_id=site.live.pk, act=Act.ASK, version=1, now=LATER)
    sent = {"position": 1, "round": 1, "answer": "1"}
    browser.post(reverse("classes:live-answer", args=[code]), sent)
    vote = LiveVote.objects.filter(question__session=site.live).select_related("participant").first()
    # As themselves in their own class, by a name alone everywhere else.
    who = None if vote is None else (vote.participant.user, vote.participant.name)
    own = (site.people["student"], "") if visitor == "student" else (None, visitor)
    return where == site.address("classes:live-phone") and who == own


@deed("read the audit of a course", OWNS)
def _(site: Site, visitor: str) -> bool:
    row = AuditEntry.objects.create(deed="course_published", course_id=site.course.pk, subject_id="1")
    return reads(site, visitor, row)


@deed("read the audit of a class", RUNS)
def _(site: Site, visitor: str) -> bool:
    row = AuditEntry.objects.create(deed="class_code", course_id=site.course.pk, cohort_id=site.cohort.pk)
    return reads(site, visitor, row)


@deed("read the audit of a student's marks", RUNS)
def _(site: Site, visitor: str) -> bool:
    student = site.people["student"].pk
    row = AuditEntry.objects.create(deed="graded", course_id=site.course.pk, person_id=student, subject_id="1")
    return reads(site, visitor, row)


@deed("change the audit", frozenset())
def _(site: Site, visitor: str) -> bool:
    row = AuditEntry.objects.create(deed="course_published", course_id=site.course.pk)
    browser, address = site.browser(visitor), page_of(row)
    browser.post(address, {"deed": "graded"})
    browser.post(address.replace("/change/", "/delete/"), {"post": "yes"})
    return not AuditEntry.objects.filter(pk=row.pk, deed="course_published").exists()


def reads(site: Site, visitor: str, row: AuditEntry) -> bool:
    """Say whether a visitor finds an entry in the list and opens it."""
    browser = site.browser(visitor)
    page = browser.get(reverse("admin:courses_auditentry_changelist"))
    is_listed = page.status_code == 200 and row.pk in [each.pk for each in page.context["cl"].result_list]
    assert (browser.get(page_of(row)).status_code == 200) is is_listed
    return is_listed


@deed("read the key of a question", EDITS | {"reviewer", "instructor", "other_instructor", "assistant"})
def _(site: Site, visitor: str) -> bool:
    browser = site.browser(visitor)
    item = site.quiz.items.questions().get(position=1)
    pages = [site.address("classes:papers"), f"{reverse('admin:quizzes_itemrevision_add')}?item={item.pk}"]
    pages.append(page_of(item.revisions.get()))
    words = item.revisions.get().spec.feedback
    assert words
    return browser.get(pages[0]).status_code == 200 or any(
        words in browser.get(page).content.decode() for page in pages
    )


@deed("let a person into the admin", ADMINISTRATOR)
def _(site: Site, visitor: str) -> bool:
    newcomer = make_user("newcomer")
    changed(site, visitor, newcomer, is_staff="on", date_joined_0="2026-01-01", date_joined_1="00:00:00")
    return newcomer.is_staff
