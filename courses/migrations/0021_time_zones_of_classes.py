"""A class has the time zone that its dates follow; what is done about assignments goes to the audit."""

import courses.models.classes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0021_sessions_know_their_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='cohort',
            name='time_zone',
            field=models.CharField(default='UTC', help_text='Due dates follow this calendar, such as Europe/Lisbon: 23:59 means 23:59 there.', max_length=64, validators=[courses.models.classes.zone_validator], verbose_name='time zone'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='deed',
            field=models.CharField(choices=[('graded', 'graded an answer'), ('regraded', 'regraded a question'), ('regrade_undone', 'undid a regrade'), ('rules_adopted', 'marked by the newest rules'), ('rules_restored', 'marked by the earlier rules again'), ('late_accepted', 'accepted a late answer'), ('reopened', 'reopened an attempt'), ('minutes_given', 'gave more minutes'), ('granted', 'granted other dates or limits'), ('grant_changed', 'changed dates or limits granted'), ('grant_ended', 'took back dates or limits granted'), ('assigned', 'assigned work to a class'), ('assignment_changed', 'changed what is assigned'), ('assignment_withdrawn', 'withdrew an assignment'), ('class_invited', 'invited to a class'), ('class_withdrawn', 'withdrew an invitation to a class'), ('class_declined', 'declined an invitation to a class'), ('class_joined', 'joined a class'), ('class_added', 'added to a class'), ('class_removed', 'removed from a class'), ('class_returned', 'let back into a class'), ('class_role', 'changed a role in a class'), ('class_code', 'renewed a class code'), ('class_archived', 'archived a class'), ('class_unarchived', 'brought a class back'), ('course_invited', 'invited to work on a course'), ('course_withdrawn', 'withdrew an invitation to a course'), ('course_declined', 'declined an invitation to a course'), ('course_joined', 'took a role in a course'), ('course_role', 'gave or changed a role in a course'), ('course_removed', 'removed a role in a course'), ('course_left', 'left a course'), ('course_published', 'published a course'), ('course_unpublished', 'unpublished a course'), ('changes_published', 'published changes of a course'), ('publication_undone', 'undid a publication'), ('course_archived', 'archived a course'), ('course_unarchived', 'brought a course back'), ('course_duplicated', 'duplicated a course'), ('deleted', 'deleted content'), ('rights', 'changed the rights of an account'), ('data_exported', "downloaded a person's data"), ('class_exported', 'downloaded the table of a class'), ('erased', 'erased a person'), ('view_started', 'began to view as a student'), ('view_stopped', 'stopped viewing as a student')], editable=False, max_length=24, verbose_name='deed'),
        ),
    ]
