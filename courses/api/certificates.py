"""The caller's own certificates."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated

from courses.api.views import caller
from courses.models import Certificate


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate as it was issued. `page` tells anyone whether it is genuine; `reason` is why it was revoked."""

    course = serializers.CharField(source="course.key")
    edition = serializers.CharField(source="short_edition")
    page = serializers.SerializerMethodField()

    class Meta:
        model = Certificate
        fields = [
            "number",
            "course",
            "title",
            "wording",
            "name",
            "edition",
            "issued_at",
            "revoked_at",
            "reason",
            "page",
        ]
        read_only_fields = fields

    @extend_schema_field(str)
    def get_page(self, certificate: Certificate) -> str:
        """Return the page where it is verified and, by its owner, downloaded."""
        return certificate.get_absolute_url()


class CertificateViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Certificate]):
    """The caller's own certificates, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = CertificateSerializer

    def get_queryset(self) -> QuerySet[Certificate]:
        """Fetch the caller's own."""
        return Certificate.objects.of(caller(self.request)).select_related("course")
