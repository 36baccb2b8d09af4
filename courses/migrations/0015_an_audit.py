"""Who did what to marks, people, roles, publishing and exports: rows that are only ever added."""

import django.utils.timezone
from django.db import migrations, models


_REFUSE = """
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is only added to: no entry can be changed or deleted.';
END $$;
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON courses_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
"""
_ALLOW = """
DROP TRIGGER audit_is_kept ON courses_auditentry;
DROP FUNCTION audit_is_kept();
"""


def refuse_changes(apps, schema_editor):
    """On PostgreSQL also from outside Django. SQLite empties tables row by row and loses triggers when it rebuilds one."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_REFUSE)


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_ALLOW)


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0014_groups_of_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_id', models.PositiveBigIntegerField(editable=False, null=True, verbose_name='number of who did it')),
                ('deed', models.CharField(choices=[('graded', 'graded an answer'), ('regraded', 'regraded a question'), ('regrade_undone', 'undid a regrade'), ('rules_adopted', 'marked by the newest rules'), ('rules_restored', 'marked by the earlier rules again'), ('late_accepted', 'accepted a late answer'), ('reopened', 'reopened an attempt'), ('minutes_given', 'gave more minutes'), ('granted', 'granted other dates or limits'), ('grant_changed', 'changed dates or limits granted'), ('grant_ended', 'took back dates or limits granted'), ('class_invited', 'invited to a class'), ('class_withdrawn', 'withdrew an invitation to a class'), ('class_declined', 'declined an invitation to a class'), ('class_joined', 'joined a class'), ('class_added', 'added to a class'), ('class_removed', 'removed from a class'), ('class_returned', 'let back into a class'), ('class_role', 'changed a role in a class'), ('class_code', 'renewed a class code'), ('class_archived', 'archived a class'), ('class_unarchived', 'brought a class back'), ('course_invited', 'invited to work on a course'), ('course_withdrawn', 'withdrew an invitation to a course'), ('course_declined', 'declined an invitation to a course'), ('course_joined', 'took a role in a course'), ('course_role', 'gave or changed a role in a course'), ('course_removed', 'removed a role in a course'), ('course_left', 'left a course'), ('course_published', 'published a course'), ('course_unpublished', 'unpublished a course'), ('changes_published', 'published changes of a course'), ('publication_undone', 'undid a publication'), ('course_archived', 'archived a course'), ('course_unarchived', 'brought a course back'), ('course_duplicated', 'duplicated a course'), ('deleted', 'deleted content'), ('rights', 'changed the rights of an account'), ('data_exported', "downloaded a person's data"), ('class_exported', 'downloaded the table of a class'), ('erased', 'erased a person'), ('view_started', 'began to view as a student'), ('view_stopped', 'stopped viewing as a student')], editable=False, max_length=24, verbose_name='deed')),
                ('subject_type', models.CharField(editable=False, max_length=60, verbose_name='kind of row')),
                ('subject_id', models.CharField(editable=False, max_length=36, verbose_name='number of the row')),
                ('person_id', models.PositiveBigIntegerField(editable=False, null=True, verbose_name='number of the person it is about')),
                ('course_id', models.PositiveBigIntegerField(editable=False, null=True, verbose_name='number of the course')),
                ('cohort_id', models.PositiveBigIntegerField(editable=False, null=True, verbose_name='number of the class')),
                ('details', models.JSONField(default=dict, editable=False, verbose_name='details')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit',
                'ordering': ['-at', '-pk'],
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['-at', '-id'], name='audit_by_time'), models.Index(fields=['course_id', '-at'], name='audit_by_course'), models.Index(fields=['cohort_id', '-at'], name='audit_by_class'), models.Index(fields=['person_id', '-at'], name='audit_by_person'), models.Index(fields=['actor_id', '-at'], name='audit_by_actor'), models.Index(fields=['deed', '-at'], name='audit_by_deed'), models.Index(fields=['subject_type', 'subject_id', '-at'], name='audit_by_subject')],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
