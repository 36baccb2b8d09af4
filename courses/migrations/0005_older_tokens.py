"""Tokens made before tokens had names go on for 90 days as "Older token", and their plain text is deleted."""

import hashlib
from datetime import timedelta

from django.db import migrations
from django.utils import timezone
from django.utils.crypto import salted_hmac

OLD = "authtoken_token"
DAYS = 90


def forwards(apps, schema_editor):
    """Keep a digest of each old token that still speaks for an open account; forget the tokens themselves.

    The table of the app that held them stays, empty, so that one can go back. It is read as it is: the app is no
    longer installed, and a new database never had it.
    """
    connection = schema_editor.connection
    if OLD not in connection.introspection.table_names():
        return
    user_model = apps.get_model("auth", "User")
    token_model = apps.get_model("courses", "ApiToken")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT user_id, key FROM {OLD}")
        keys = dict(cursor.fetchall())
        token_model.objects.bulk_create(
            token_model(
                user=user,
                name="Older token",
                digest=hashlib.sha256(keys[user.pk].encode()).hexdigest(),
                password_stamp=salted_hmac("courses.password-stamp", user.password, algorithm="sha256").hexdigest(),
                expires_at=timezone.now() + timedelta(days=DAYS),
            )
            for user in user_model.objects.filter(pk__in=keys, is_active=True)
        )
        cursor.execute(f"DELETE FROM {OLD}")


class Migration(migrations.Migration):
    """An old token ends like any other: by a change of the password, or by a second factor, which it never knew.

    Going back cannot make a token of a digest: people then create new ones.
    """

    dependencies = [
        ("courses", "0004_api_tokens_and_try_counts"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
