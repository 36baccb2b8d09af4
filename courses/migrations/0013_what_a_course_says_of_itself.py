"""A course keeps the lists it has, the title of its study page, and a language of any tag."""

from django.db import migrations, models

import courses.models.base

LISTS = {
    "timeline": ("TimelineEvent", "courses"),
    "glossary": ("GlossaryTerm", "courses"),
    "people": ("Person", "courses"),
    "sources": ("Source", "courses"),
    "study": ("StudyStatement", "courses"),
}


def note_lists(apps, schema_editor):
    """Note the lists of the courses that are there, as a load does."""
    for course in apps.get_model("courses", "Course").objects.all():
        course.lists = [
            name
            for name, (model, app) in LISTS.items()
            if apps.get_model(app, model).objects.filter(course_id=course.pk, is_retired=False).exists()
            or (name == "study" and course.about_study)
        ]
        course.save(update_fields=["lists"])


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_names_in_any_language")]

    operations = [
        migrations.AddField("course", "lists", models.JSONField(default=list, editable=False)),
        migrations.AddField(
            "course", "study_title", models.CharField(blank=True, max_length=200, verbose_name="title of the study page")
        ),
        migrations.AlterField(
            "course",
            "language",
            models.CharField(
                default="en",
                help_text="The tag of the language: en, he, pt-BR, zh-Hant-TW.",
                max_length=35,
                validators=[courses.models.base.language_validator],
                verbose_name="language",
            ),
        ),
        migrations.RunPython(note_lists, migrations.RunPython.noop),
    ]
