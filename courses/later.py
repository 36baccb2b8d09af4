"""What few requests need is read when the first of them asks, and not by every process that starts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLResolver, clear_url_caches
from django.urls.resolvers import RoutePattern
from django.utils.datastructures import MultiValueDict
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.module_loading import import_string


def later(name: str) -> Any:
    """Return a module that is imported once something of it is used."""
    return SimpleLazyObject(partial(import_module, name))


class _LaterURLs(URLResolver):
    """Addresses whose module is imported once one of them is asked for, or the name of one of a namespace is.

    Django learns the names of all addresses with the first of them, and would read every module for that. Names outside
    a namespace are known once the module is read: only pages of its own may use them.
    """

    @property
    def is_read(self) -> bool:
        """Say whether the module is imported."""
        return "urlconf_module" in self.__dict__

    @cached_property
    def urlconf_module(self) -> Any:
        """Import the module; what Django knows of names until now is without its own."""
        found = super().urlconf_module
        clear_url_caches()
        return found

    @property
    def reverse_dict(self) -> Any:
        """Return the names outside namespaces: none while the module is not read."""
        return super().reverse_dict if self.is_read else MultiValueDict()

    @property
    def namespace_dict(self) -> Any:
        """Return the namespaces within: none while the module is not read."""
        return super().namespace_dict if self.is_read else {}

    @property
    def app_dict(self) -> Any:
        """Return the namespaces within by app: none while the module is not read."""
        return super().app_dict if self.is_read else {}

    def _populate(self) -> None:
        if self.is_read:
            super()._populate()


def later_urls(route: str, name: str, *, namespace: str | None = None) -> URLResolver:
    """Return the addresses of a module, below a route, for a list of addresses."""
    return _LaterURLs(RoutePattern(route), name, app_name=namespace, namespace=namespace)


def later_view(name: str) -> Callable[..., HttpResponseBase]:
    """Return a view, named by its dotted path, whose module is imported once it is asked for.

    What a view says of itself to middleware (`csrf_exempt`, `login_required`) is not seen: it is for views that say
    nothing.
    """

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = import_string(name)(request, *args, **kwargs)
        return answer

    return view
