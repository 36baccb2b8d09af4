"""One file for each kind of item. To add one, see “Adding a kind of question” in CONTRIBUTING.md."""

from typing import Annotated, Any, TypeAlias, get_args

from pydantic import Field, TypeAdapter

from quizzes.domain.base import RULES, ItemBase
from quizzes.domain.kinds.categorise import CategoriseSpec
from quizzes.domain.kinds.cloze import ClozeSpec
from quizzes.domain.kinds.constructed import ConstructedSpec
from quizzes.domain.kinds.essay import EssaySpec
from quizzes.domain.kinds.map import MapSpec
from quizzes.domain.kinds.mark import MarkSpec
from quizzes.domain.kinds.matching import MatchingSpec
from quizzes.domain.kinds.matrix import MatrixSpec
from quizzes.domain.kinds.multiple import MultipleSpec
from quizzes.domain.kinds.numbers import NumbersSpec
from quizzes.domain.kinds.numeric import NumericSpec
from quizzes.domain.kinds.ordering import OrderingSpec
from quizzes.domain.kinds.single import SingleSpec
from quizzes.domain.kinds.survey import SurveySpec
from quizzes.domain.kinds.text import TextSpec
from quizzes.domain.kinds.timeline import TimelineSpec
from quizzes.domain.kinds.true_false import TrueFalseSpec

# The registry: one line a kind.
AnySpec: TypeAlias = (
    SingleSpec
    | MultipleSpec
    | TrueFalseSpec
    | TextSpec
    | NumericSpec
    | MatchingSpec
    | OrderingSpec
    | ClozeSpec
    | CategoriseSpec
    | NumbersSpec
    | MarkSpec
    | TimelineSpec
    | MapSpec
    | EssaySpec
    | ConstructedSpec
    | MatrixSpec
    | SurveySpec
)
ItemSpec: TypeAlias = Annotated[AnySpec, Field(discriminator="kind")]

SPECS: dict[str, type[ItemBase]] = {spec.model_fields["kind"].default: spec for spec in get_args(AnySpec)}
KINDS: tuple[str, ...] = tuple(SPECS)
HUMAN_KINDS: tuple[str, ...] = tuple(kind for kind, spec in SPECS.items() if spec.is_human_marked)
PROSE_KINDS: tuple[str, ...] = tuple(kind for kind, spec in SPECS.items() if spec.takes_prose)
UNSCORED_KINDS: tuple[str, ...] = tuple(kind for kind, spec in SPECS.items() if not spec.is_scored)
ITEM_SPEC: TypeAdapter[AnySpec] = TypeAdapter(ItemSpec)


def read_spec(body: dict[str, Any], *, rules: int = RULES) -> AnySpec:
    """Return the spec held by a stored body, marked by an edition of the rules.

    Raises pydantic's ValidationError for what is not a spec.
    """
    return ITEM_SPEC.validate_python(body).under(rules)
