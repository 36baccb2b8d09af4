"""The full-text index of the search: FTS5 kept in step by triggers on SQLite, GIN indexes on PostgreSQL.

On SQLite, a later migration that changes `SearchEntry` makes its table anew, and with it the triggers are lost: such a
migration must run `forwards` of this one again after it has run `backwards`.
"""

from django.db import migrations

TABLE = "courses_searchentry"
COLUMNS = ("title_words", "words")
_NEW = ", ".join(f"new.{column}" for column in COLUMNS)
_OLD = ", ".join(f"old.{column}" for column in COLUMNS)
_LIST = ", ".join(COLUMNS)
_ADD = f"INSERT INTO {TABLE}_fts(rowid, {_LIST}) VALUES (new.id, {_NEW});"
_TAKE = f"INSERT INTO {TABLE}_fts({TABLE}_fts, rowid, {_LIST}) VALUES ('delete', old.id, {_OLD});"

STATEMENTS = {
    "sqlite": (
        [
            f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5({_LIST}, content='{TABLE}', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 0', prefix='2 3')",
            f"INSERT INTO {TABLE}_fts({TABLE}_fts) VALUES ('rebuild')",
            f"CREATE TRIGGER {TABLE}_added AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
            f"CREATE TRIGGER {TABLE}_gone AFTER DELETE ON {TABLE} BEGIN {_TAKE} END",
            f"CREATE TRIGGER {TABLE}_changed AFTER UPDATE ON {TABLE} BEGIN {_TAKE} {_ADD} END",
        ],
        [
            *(f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in ("added", "gone", "changed")),
            f"DROP TABLE {TABLE}_fts",
        ],
    ),
    "postgresql": (
        [f"CREATE INDEX {TABLE}_{name}_fts ON {TABLE} USING gin (to_tsvector('simple', {name}))" for name in COLUMNS],
        [f"DROP INDEX {TABLE}_{name}_fts" for name in COLUMNS],
    ),
}


def forwards(_apps, schema_editor):
    """Make the index."""
    for statement in STATEMENTS[schema_editor.connection.vendor][0]:
        schema_editor.execute(statement, params=None)


def backwards(_apps, schema_editor):
    """Take it away."""
    for statement in STATEMENTS[schema_editor.connection.vendor][1]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Vendor by vendor, since neither speaks the other's language."""

    dependencies = [("courses", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
