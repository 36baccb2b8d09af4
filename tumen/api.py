"""Addresses of the API. Django reads this module, and with it all of the API, once one of them is asked for."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from courses.api.views import NothingView

schema = SpectacularAPIView.as_view()
docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api_docs.html")

urlpatterns = [
    path("", include("courses.api.urls")),
    path("", include("quizzes.api.urls")),
    path("", include("classes.api.urls")),
    re_path(r"^(?:[\s\S]*/)?$", NothingView.as_view(), name="api-nothing"),
]
