"""An answer by the author's names, as the page of a paper would post it."""

from __future__ import annotations

from quizzes.domain.base import Answer, InvalidAnswer
from quizzes.models import Attempt, ItemResponse


def on_paper(attempt: Attempt, answer: Answer, *, position: int = 1) -> Answer:
    """Return the answer in the names of an attempt's paper; what cannot be read is left as it is."""
    response = ItemResponse.objects.select_related("revision").get(attempt=attempt, position=position)
    spec, order = response.revision.spec, response.order
    try:
        return spec.to_paper(spec.clean(answer), order)
    except InvalidAnswer as error:
        if error.readable is None:
            return answer
        names = {key: name for name in map(str, range(1, 100)) for key in spec.from_paper({name: ""}, order)}
        unread = {names[problem.key]: answer[problem.key] for problem in error.problems}
        return {**(spec.to_paper(error.readable, order) or {}), **unread}
