"""One way of paging."""

from rest_framework.pagination import PageNumberPagination


class PageByNumber(PageNumberPagination):
    """Fifty rows a page; a caller may ask for up to two hundred."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
