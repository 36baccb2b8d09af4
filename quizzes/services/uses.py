"""How often items have been on papers: counted as papers are made, so that drawing one reads no history."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Count

from courses.models.bulk import update_rows
from quizzes.models import Attempt, ItemResponse, ItemUse
from quizzes.models.attempts import AttemptQuerySet


def count_paper(item_ids: Iterable[int]) -> None:
    """Count one paper more for each of these items. Call it last in the transaction that makes the paper.

    Rows are taken in one order, so that two who start at the same time wait for each other and never in a circle, and
    no longer than it takes to commit.
    """
    items = sorted(set(item_ids))
    quote = connection.ops.quote_name
    table, item, papers = (quote(name) for name in (ItemUse._meta.db_table, "item_id", "papers"))  # noqa: SLF001
    rows = ", ".join(["(%s, 1)"] * len(items))
    # Names of columns are quoted, values are given apart.
    sql = (
        f"INSERT INTO {table} ({item}, {papers}) VALUES {rows} "  # noqa: S608
        f"ON CONFLICT ({item}) DO UPDATE SET {papers} = {table}.{papers} + 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, items)


@transaction.atomic
def uncount_papers(attempts: AttemptQuerySet) -> None:
    """Take the papers of attempts that are about to be deleted off the counts."""
    held = _papers_by_item(attempts)
    uses = list(ItemUse.objects.filter(item__in=held).select_for_update().order_by("item_id"))
    for use in uses:
        use.papers -= held[use.item_id]
    update_rows(uses, ["papers"])


def recounted() -> dict[int, int]:
    """Count every paper there is: what the kept counts have to equal. It reads all responses."""
    return _papers_by_item(Attempt.objects.all())


def kept() -> dict[int, int]:
    """Return the counts that are kept, of items that have been on a paper."""
    return dict(ItemUse.objects.exclude(papers=0).values_list("item", "papers"))


def _papers_by_item(attempts: AttemptQuerySet) -> dict[int, int]:
    responses = ItemResponse.objects.filter(attempt__in=attempts.order_by().values("pk")).order_by()
    counted = responses.values("revision__item").annotate(n=Count("pk"))
    return dict(counted.values_list("revision__item", "n"))
