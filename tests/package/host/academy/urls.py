"""The academy's own front page and, below learn/, Tumen's."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def front(request: HttpRequest) -> HttpResponse:
    """Show the academy's front page."""
    return render(request, "base.html")


urlpatterns = [
    path("", front),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("learn/", include("courses.urls")),
    path("learn/", include("quizzes.urls")),
    path("learn/", include("classes.urls")),
]
