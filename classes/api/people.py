"""The people of a class by API: who they are, importing a list, inviting an account."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from classes.people_forms import InviteForm
from classes.roster.reading import MOST_BYTES, read_pasted
from classes.services.difference import Change, Difference
from classes.services.roster import apply_draft, keep_draft, preview_of
from courses.api.serializers import RefusalSerializer, TextField
from courses.api.views import caller
from courses.models import Cohort, Enrolment, Group, Invitation
from courses.reports.people import display_name
from courses.services.classes import invite_to_class
from courses.services.limits import INVITE, take


class PersonSerializer(serializers.ModelSerializer[Enrolment]):
    """A person's place in a class."""

    name = serializers.SerializerMethodField()
    family_name = serializers.CharField(source="user.last_name", read_only=True)
    username = serializers.CharField(source="user.username", read_only=True)
    groups: serializers.SlugRelatedField[Group] = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True
    )

    class Meta:
        model = Enrolment
        fields = [
            "id", "name", "family_name", "username", "student_number", "role", "is_active", "joined_at", "left_at",
            "groups",
        ]  # fmt: skip
        read_only_fields = fields

    def get_name(self, place: Enrolment) -> str:
        """Return the name as the person writes it."""
        return display_name(place.user)


class RosterInput(serializers.Serializer[Any]):
    """A list of people, as it would be pasted, and the preview that is to be applied."""

    text = TextField(max_length=MOST_BYTES, trim_whitespace=False)
    is_whole = serializers.BooleanField(default=False, help_text="Remove students who are not in the list.")
    leaves_out = serializers.BooleanField(default=False, help_text="Leave out lines with errors.")
    expected = TextField(
        max_length=64, required=False, help_text="The fingerprint of the preview to apply; without it, only preview."
    )


class RosterChangeSerializer(serializers.Serializer[Any]):
    """What happens to one person, by which line (0: not in the list)."""

    kind = serializers.CharField()
    line = serializers.IntegerField()
    name = serializers.CharField()
    details = serializers.DictField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))


class RosterProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with a line, and what to do."""

    line = serializers.IntegerField()
    said = serializers.CharField()
    todo = serializers.CharField()


class RosterSerializer(serializers.Serializer[Any]):
    """A preview, or what was imported."""

    fingerprint = serializers.CharField()
    is_applied = serializers.BooleanField()
    changes = RosterChangeSerializer(many=True)
    problems = RosterProblemSerializer(many=True)


class InviteInput(serializers.Serializer[Any]):
    """An account, by its whole username or email address, and the role to offer."""

    account = TextField(max_length=254)
    role = serializers.ChoiceField(choices=Enrolment.Role.values, default=Enrolment.Role.STUDENT.value)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation that waits for its answer."""

    username = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = Invitation
        fields = ["username", "role", "invited_at"]
        read_only_fields = fields


class ClassPeopleView(GenericAPIView[Enrolment]):
    """The people of a class, by family name, including people who have left it."""

    permission_classes = [IsAuthenticated]
    serializer_class = PersonSerializer

    def get_queryset(self) -> QuerySet[Enrolment]:
        """Fetch the places of a class the caller teaches or assists in."""
        cohort = get_object_or_404(Cohort.objects.seen_by(self.request.user), pk=self.kwargs.get("pk"))
        return Enrolment.objects.filter(cohort=cohort).with_names().prefetch_related("groups").by_name()

    @extend_schema(operation_id="class_people")
    def get(self, request: Request, **_keys: int) -> Response:  # noqa: ARG002
        """Give a page of people, for the instructors and assistants of the class."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class TaughtClassView(GenericAPIView[Cohort]):
    """What only the instructors of a class may do."""

    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[Cohort]:
        """Fetch the classes the caller runs."""
        return Cohort.objects.taught_by(self.request.user).select_related("course")


class ClassRosterView(TaughtClassView):
    """Importing a list of people: a preview first, then the same with its fingerprint."""

    serializer_class = RosterSerializer

    @extend_schema(
        operation_id="class_roster",
        request=RosterInput,
        responses={200: RosterSerializer, 409: RefusalSerializer},
    )
    def post(self, request: Request, **_keys: int) -> Response:
        """Show what a list would change; with `expected`, do exactly that, or refuse if it would be another now."""
        cohort, now, user = self.get_object(), timezone.now(), caller(request)
        given = RosterInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        table = read_pasted(asked["text"])
        draft = keep_draft(cohort=cohort, table=table, name="", actor=user, now=now)
        draft.is_whole, draft.leaves_out = asked["is_whole"], asked["leaves_out"]
        draft.save(update_fields=["is_whole", "leaves_out"])
        if expected := asked.get("expected"):
            done = apply_draft(draft=draft, expected=expected, actor=user, now=now)
            return Response(RosterSerializer(_told(done, is_applied=True)).data)
        shown = preview_of(draft, reader=user).difference
        draft.delete()
        return Response(RosterSerializer(_told(shown, is_applied=False)).data)


class ClassInviteView(TaughtClassView):
    """Inviting an account to a class."""

    @extend_schema(
        operation_id="class_invite",
        request=InviteInput,
        responses={201: InvitationSerializer, 409: RefusalSerializer},
    )
    def post(self, request: Request, **_keys: int) -> Response:
        """Offer an account a place; it is in the class once its owner accepts."""
        cohort, now, user = self.get_object(), timezone.now(), caller(request)
        given = InviteInput(data=request.data)
        given.is_valid(raise_exception=True)
        take(INVITE, str(user.pk), now=now)
        form = InviteForm(given.validated_data)
        if not form.is_valid():
            raise ValidationError({name: [str(each) for each in errors] for name, errors in form.errors.items()})
        role = given.validated_data["role"]
        offered = invite_to_class(cohort=cohort, user=form.user, role=role, actor=user, now=now)
        return Response(InvitationSerializer(offered).data, status=201)


def _told(difference: Difference, *, is_applied: bool) -> dict[str, Any]:
    return {
        "fingerprint": difference.fingerprint,
        "is_applied": is_applied,
        "changes": [_change(change) for change in difference.real],
        "problems": difference.problems,
    }


def _change(change: Change) -> dict[str, Any]:
    details = {str(detail.what): [detail.before, detail.after] for detail in change.details}
    return {"kind": str(change.kind), "line": change.entry.line, "name": change.name, "details": details}
