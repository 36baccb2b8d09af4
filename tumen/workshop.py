"""Addresses of the workshop. Django reads this module, and with it every page of the admin, once one is asked for."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import path

from courses.admin.on_site import on_site
from courses.admin.pickers import NamedPicker

admin.autodiscover()
admin.site.autocomplete_view = NamedPicker.as_view(admin_site=admin.site)  # type: ignore[method-assign,assignment]
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("r/<path:content_type_id>/<path:object_id>/", admin.site.admin_view(on_site)),
    *admin.site.urls[0],
]
