"""Mounts the rooms."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from classes.views.today import front
from courses.admin.on_site import on_site
from courses.admin.pickers import NamedPicker
from courses.api.views import NothingView

admin.site.autocomplete_view = NamedPicker.as_view(admin_site=admin.site)  # type: ignore[method-assign,assignment]
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

_docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api_docs.html")

urlpatterns = [
    path("", front, name="home"),
    path("", include("courses.urls")),
    path("", include("quizzes.urls")),
    path("", include("classes.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/r/<path:content_type_id>/<path:object_id>/", admin.site.admin_view(on_site)),
    path("admin/", admin.site.urls),
    path("api/v1/", include("courses.api.urls")),
    path("api/v1/", include("quizzes.api.urls")),
    path("api/v1/", include("classes.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", _docs, name="api-docs"),
    re_path(r"^api/v1/(?:[\s\S]*/)?$", NothingView.as_view(), name="api-nothing"),
]

handler400 = "tumen.failures.bad_request"
handler404 = "tumen.failures.page_not_found"
handler500 = "tumen.failures.server_error"
