"""One way of paging."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response


class PageByNumber(PageNumberPagination):
    """Fifty rows a page; a caller may ask for up to two hundred."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class SearchPage(PageByNumber):
    """A page of results, with the words that were looked for in the end."""

    searched_for = did_you_mean = ""

    def get_paginated_response(self, data: Any) -> Response:
        """Add the words."""
        response = super().get_paginated_response(data)
        response.data = {"searched_for": self.searched_for, "did_you_mean": self.did_you_mean, **response.data}
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe them."""
        whole = super().get_paginated_response_schema(schema)
        words = {"searched_for": {"type": "string"}, "did_you_mean": {"type": "string"}}
        whole["properties"] = {**words, **whole["properties"]}
        return whole
