"""Who may ask. Which rows a caller gets is decided by the queryset that fetches them."""

from rest_framework.permissions import IsAuthenticatedOrReadOnly


class MayRead(IsAuthenticatedOrReadOnly):
    """Courses and lessons are as open to programs as their pages are to readers; keeping progress needs an account."""
