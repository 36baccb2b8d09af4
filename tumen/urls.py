"""Mounts the rooms. What few requests ask for is read with the first of them (decision 39)."""

from django.urls import include, path

from classes.views.today import front
from courses.later import later_urls, later_view

urlpatterns = [
    path("", front, name="home"),
    path("", include("courses.urls")),
    path("", include("quizzes.urls")),
    path("", include("classes.urls")),
    path("accounts/", include("courses.accounts.urls")),
    later_urls("admin/", "tumen.workshop", namespace="admin"),
    # These two are named by pages that are no part of the API.
    path("api/v1/schema/", later_view("tumen.api.schema"), name="api-schema"),
    path("api/v1/docs/", later_view("tumen.api.docs"), name="api-docs"),
    later_urls("api/v1/", "tumen.api"),
]

handler400 = "tumen.failures.bad_request"
handler404 = "tumen.failures.page_not_found"
handler500 = "tumen.failures.server_error"
