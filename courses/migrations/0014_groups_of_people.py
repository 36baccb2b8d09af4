"""A course says which groups its people stand in, and in which order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_what_a_course_says_of_itself")]

    operations = [
        migrations.AddField("course", "people_groups", models.JSONField(default=list, editable=False)),
        migrations.AlterField(
            "person",
            "side",
            models.CharField(
                help_text="The group the person is listed under.", max_length=200, verbose_name="group"
            ),
        ),
    ]
