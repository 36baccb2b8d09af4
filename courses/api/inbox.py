"""The caller's inbox, and the threads they may read and reply to."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.serializers import RefusalSerializer, TextField
from courses.api.views import caller
from courses.models import InboxEntry, Message, Thread
from courses.models.inbox import MAX_SUBJECT, MAX_TEXT
from courses.reports.inbox import messages_of
from courses.reports.people import display_name
from courses.services.messages import Letter, reply
from courses.services.notices import mark_read


class ReplyInput(serializers.Serializer[Any]):
    """A message in a thread: plain text. The same `client_key` sends nothing twice."""

    text = TextField(max_length=MAX_TEXT)
    client_key = serializers.UUIDField(required=False)

    def letter(self) -> Letter:
        """Return what is to be sent."""
        given = self.validated_data
        return Letter(given["text"], given.get("subject", ""), given.get("client_key") or uuid4())


class LetterInput(ReplyInput):
    """The first message of a thread."""

    subject = TextField(max_length=MAX_SUBJECT)


class EntrySerializer(serializers.ModelSerializer[InboxEntry]):
    """An entry of the caller's inbox: a thread, or a notice. `page` is where a person is led."""

    heading = serializers.CharField()
    thread = serializers.IntegerField(source="thread_id", allow_null=True)
    page = serializers.CharField(source="link")

    class Meta:
        model = InboxEntry
        fields = ["id", "kind", "heading", "thread", "page", "at", "read_at"]
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message. `author` is empty for an account that is gone."""

    author = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ["id", "author", "from_staff", "text", "sent_at"]
        read_only_fields = fields

    @extend_schema_field(str)
    def get_author(self, message: Message) -> str:
        """Return the name by which people are shown."""
        return display_name(message.author) if message.author is not None else ""


class ThreadSerializer(serializers.ModelSerializer[Thread]):
    """A thread in a list; `student` is null for a message to several."""

    cohort = serializers.IntegerField(source="cohort_id", help_text="The class.")
    student = serializers.IntegerField(source="student_id", allow_null=True)
    about = serializers.IntegerField(source="about_id", allow_null=True, help_text="The thread it replies to.")

    class Meta:
        model = Thread
        fields = ["id", "cohort", "student", "about", "audience", "subject", "started_at", "last_at"]
        read_only_fields = fields


class ThreadDetailSerializer(ThreadSerializer):
    """A thread with its messages, oldest first."""

    messages = serializers.SerializerMethodField()

    class Meta(ThreadSerializer.Meta):
        fields = [*ThreadSerializer.Meta.fields, "messages"]
        read_only_fields = fields

    @extend_schema_field(MessageSerializer(many=True))
    def get_messages(self, thread: Thread) -> Any:
        """Return them."""
        return MessageSerializer(messages_of(thread), many=True).data


class InboxViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[InboxEntry]):
    """The caller's inbox, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[InboxEntry]:
        """Fetch what reached the caller."""
        return InboxEntry.objects.of(self.request.user).select_related("thread")

    @extend_schema(request=None, responses={200: EntrySerializer})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, **_keys: int) -> Response:
        """Mark an entry as read."""
        entry = self.get_object()
        mark_read(user=caller(request), now=timezone.now(), pk=entry.pk)
        entry.refresh_from_db(fields=["read_at"])
        return Response(EntrySerializer(entry).data)


class ThreadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Thread]):
    """Threads that reached the caller, and those of the classes they teach or assist in."""

    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[Thread]:
        """Fetch the threads the caller may read."""
        return Thread.objects.seen_by(self.request.user).order_by("-last_at", "-pk")

    def get_serializer_class(self) -> Any:
        """Give the messages only for one thread alone."""
        return ThreadSerializer if self.action == "list" else ThreadDetailSerializer

    @extend_schema(
        request=ReplyInput,
        responses={200: ThreadDetailSerializer, 409: RefusalSerializer, 429: RefusalSerializer},
    )
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, **_keys: int) -> Response:
        """Write in a thread. A reply to a message that went to several comes back as the caller's own thread."""
        thread = self.get_object()
        given = ReplyInput(data=request.data)
        given.is_valid(raise_exception=True)
        own = reply(thread=thread, author=caller(request), letter=given.letter(), now=timezone.now())
        return Response(ThreadDetailSerializer(own).data)
