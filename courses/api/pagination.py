"""One way of paging."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

MOST_ROWS = 200


class PageInput(serializers.Serializer[Any]):
    """Which page, of how many rows."""

    page = serializers.IntegerField(required=False, min_value=1)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=MOST_ROWS)


class PageByNumber(PageNumberPagination):
    """Fifty rows a page; a caller may ask for up to two hundred. What is no such number is refused with 400."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = MOST_ROWS
    last_page_strings = ()

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        """Cut the page that is asked for. Raises NotFound for one past the last, ValidationError for no number."""
        PageInput(data=request.query_params.dict()).is_valid(raise_exception=True)
        return super().paginate_queryset(queryset, request, view)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the numbers with their bounds."""
        bounds = {"page": {"minimum": 1}, "page_size": {"minimum": 1, "maximum": MOST_ROWS}}
        described: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        return [{**each, "schema": {**each["schema"], **bounds.get(each["name"], {})}} for each in described]


class SearchPage(PageByNumber):
    """A page of results, with the words that were looked for in the end, and whether the places hold all of them."""

    searched_for = did_you_mean = ""
    holds_all = True

    def get_paginated_response(self, data: Any) -> Response:
        """Add the words."""
        response = super().get_paginated_response(data)
        told = {"searched_for": self.searched_for, "did_you_mean": self.did_you_mean, "holds_all": self.holds_all}
        response.data = {**told, **response.data}
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe them."""
        whole = super().get_paginated_response_schema(schema)
        words = {
            "searched_for": {"type": "string"},
            "did_you_mean": {"type": "string"},
            "holds_all": {"type": "boolean"},
        }
        whole["properties"] = {**words, **whole["properties"]}
        return whole
