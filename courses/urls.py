"""Addresses of courses and accounts."""

from django.urls import path

from courses.views import accounts, certificates, inbox, learning, reference, roles, search, takeaway

app_name = "courses"

urlpatterns = [
    # /courses/<course>/
    path("courses/", learning.catalogue, name="catalogue"),
    path("courses/<slug:course_key>/", learning.course, name="course"),
    path("courses/<slug:course_key>/timeline/", reference.timeline, name="timeline"),
    path("courses/<slug:course_key>/sources/", reference.sources, name="sources"),
    path("courses/<slug:course_key>/glossary/", reference.glossary, name="glossary"),
    path("courses/<slug:course_key>/people/", reference.people, name="people"),
    path("courses/<slug:course_key>/search/", search.results, name="search"),
    path("courses/<slug:course_key>/print/", takeaway.whole, name="print"),
    path("courses/<slug:course_key>/take-away/", takeaway.offered, name="take-away"),
    path("courses/<slug:course_key>/take-away/<slug:form>/", takeaway.download, name="take-away-file"),
    # /courses/<course>/lessons/<lesson>/
    path("courses/<slug:course_key>/lessons/<slug:lesson_key>/", learning.lesson, name="lesson"),
    path("courses/<slug:course_key>/lessons/<slug:lesson_key>/read/", learning.lesson_read, name="lesson-read"),
    # /inbox/
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox-read"),
    path("inbox/mail/", inbox.mail, name="mail"),
    path("inbox/mail/off/<str:token>/", inbox.mail_off, name="mail-off"),
    path("inbox/<number:entry_id>/", inbox.opened, name="inbox-open"),
    path("inbox/threads/<number:thread_id>/", inbox.thread, name="thread"),
    path("accounts/name/", accounts.name, name="name"),
    # /certificates/<number>/
    path("certificates/<slug:number>/", certificates.certificate, name="certificate"),
    path("certificates/<slug:number>/pdf/", certificates.pdf, name="certificate-pdf"),
    path("certificates/<slug:number>/name/", certificates.name, name="certificate-name"),
    path("certificates/<slug:number>/revoke/", certificates.revoke, name="certificate-revoke"),
    # /accounts/roles/
    path("accounts/roles/<number:invitation_id>/accept/", roles.accept, name="role-accept"),
    path("accounts/roles/<number:invitation_id>/decline/", roles.decline, name="role-decline"),
    # /accounts/tokens/
    path("accounts/tokens/", accounts.tokens, name="tokens"),
    path("accounts/tokens/<number:token_id>/revoke/", accounts.revoke, name="token-revoke"),
]
