"""The rows of the floor."""
# ruff: noqa: DJ008

from django.conf import settings
from django.db import models

User = settings.AUTH_USER_MODEL


class Lesson(models.Model):
    title = models.CharField(max_length=200)
    body = models.TextField()


class Section(models.Model):
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="sections")
    title = models.CharField(max_length=200)


class SectionRead(models.Model):
    section = models.ForeignKey(Section, models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, models.CASCADE)


class Question(models.Model):
    stem = models.TextField()
    key = models.CharField(max_length=10)


class Option(models.Model):
    question = models.ForeignKey(Question, models.CASCADE)
    text = models.TextField()


class Attempt(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    started_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)


class Response(models.Model):
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="responses")
    question = models.ForeignKey(Question, models.CASCADE)
    position = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=10, null=True)  # noqa: DJ001
    sequence = models.PositiveIntegerField(default=0)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_place")]


class Cell(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    quiz = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
