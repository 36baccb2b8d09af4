"""The faults that could be put in: mutmut's operators, and a seeded sample of the places they apply to.

mutmut's own runner passes over decorated functions, which here are all services and most validators; so only its
operators are used, and the faults are put in by `worker`.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "mutants"
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
LEFT_OUT = ("__init__.py", "domain/messages.py")
TOLD = {"describe", "workings", "marking_rule"}
"""Functions that return words for people; what they decide by is tried, their words are not."""
TEXTS = {"_", "N_", "gettext", "gettext_noop", "ngettext"}
UNTOUCHED = {"isinstance", "len", "cast", "TypeVar"}


def operator_builtin(node: cst.Call) -> Iterator[cst.Call]:
    """Take the greatest for the least, and all for any."""
    if isinstance(node.func, cst.Name) and node.func.value in SWAPPED:
        yield node.with_changes(func=cst.Name(SWAPPED[node.func.value]))


OPERATORS = [*mutation_operators, (cst.Call, operator_builtin)]


def modules() -> list[str]:
    """Return the modules whose faults the tests have to notice: the core and the services."""
    found = [*(ROOT / "quizzes/domain").rglob("*.py"), *(ROOT / "quizzes/services").rglob("*.py")]
    paths = sorted(str(path.relative_to(ROOT)) for path in found)
    return [path for path in paths if not path.endswith(LEFT_OUT)]


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what stands there and what is put in its place.

    `function` is the outermost function that holds it; without one it acts when the module is imported. `first` and
    `last` are the lines of the statement up to the place, by which the tests that run it are found.
    """

    path: str
    line: int
    operator: str
    before: str
    after: str
    function: str
    first: int
    last: int
    source: str

    @cached_property
    def name(self) -> str:
        """Return a name that stays while the module does."""
        return hashlib.sha256(f"{self.path}\n{self.source}".encode()).hexdigest()[:16]

    @property
    def module(self) -> str:
        """Return the dotted name of the module."""
        return self.path.removesuffix(".py").replace("/", ".")


@dataclass(frozen=True)
class Place:
    """A place where an operator applies, with everything it could put there."""

    path: str
    operator: str
    node: cst.CSTNode
    others: Sequence[cst.CSTNode]
    range: CodeRange
    function: str
    first: int


def sample(paths: Iterable[str], *, count: int, seed: int) -> list[Fault]:
    """Return so many faults, each at another place, in the order of the modules; equal seeds give an equal sample.

    Places are drawn by a hash of what stands there, so that a change elsewhere leaves the sample as it was.
    """
    trees = {path: _Tree(path) for path in paths}
    seen: Counter[tuple[str, ...]] = Counter()
    ranked: list[tuple[int, Place]] = []
    for tree in trees.values():
        for place in tree.places:
            name = (place.path, place.function, place.operator, tree.code(place.node))
            seen[name] += 1
            ranked.append((_lot(seed, *name, seen[name]), place))
    found: list[Fault] = []
    for lot, place in sorted(ranked, key=lambda each: each[0]):
        if len(found) == count:
            break
        fault = trees[place.path].fault(place, place.others[lot % len(place.others)])
        if fault is not None:
            found.append(fault)
    return sorted(found, key=lambda fault: (fault.path, fault.line))


def _lot(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big")


class _Tree:
    """A module with the places for faults in it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.source = (ROOT / path).read_text(encoding="utf-8")
        self.wrapper = MetadataWrapper(cst.parse_module(self.source))
        visitor = _Visitor(path)
        self.wrapper.visit(visitor)
        self.places = visitor.places
        self._dump = ast.dump(ast.parse(self.source))

    def code(self, node: cst.CSTNode) -> str:
        """Return what stands at a node, on one line."""
        return _flat(self.wrapper.module.code_for_node(node))

    def fault(self, place: Place, other: cst.CSTNode) -> Fault | None:
        """Return the fault, or None where the code would mean the same or be no code."""
        module = self.wrapper.module.deep_replace(place.node, other)
        source = module.code  # type: ignore[union-attr]
        try:
            if ast.dump(ast.parse(source)) == self._dump:
                return None
        except SyntaxError:
            return None
        line = place.range.start.line
        return Fault(
            path=self.path,
            line=line,
            operator=place.operator,
            before=self.code(place.node),
            after=self.code(other),
            function=place.function,
            first=place.first,
            last=max(line, min(place.range.end.line, line + 1)),
            source=source,
        )


class _Visitor(cst.CSTVisitor):
    """Finds the places; what is said to people, and what no test should look at, is passed over."""

    METADATA_DEPENDENCIES = (PositionProvider, ParentNodeProvider)

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.places = path, []
        self._names: list[tuple[str, bool]] = []
        self._statements: list[cst.CSTNode] = []
        self._raising = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note the places of a node; say whether to look inside."""
        if _is_passed_over(node) or self._is_table_of_words(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append((node.name.value, isinstance(node, cst.FunctionDef)))
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement | cst.MatchCase):
            self._statements.append(node)
        self._raising += isinstance(node, cst.Raise)
        is_said = self._raising or any(name in TOLD for name, _is_function in self._names)
        for kind, operator in OPERATORS:
            if isinstance(node, kind) and not (is_said and operator in (operator_string, operator_arg_removal)):
                self._note(node, operator.__name__, list(operator(node)))
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        """Leave a node."""
        if self._names and isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()
        if self._statements and self._statements[-1] is node:
            self._statements.pop()
        self._raising -= isinstance(node, cst.Raise)

    def _note(self, node: cst.CSTNode, operator: str, others: list[cst.CSTNode]) -> None:
        place: CodeRange | None = self.get_metadata(PositionProvider, node, None)
        if place is None or not others:
            return
        first = self.get_metadata(PositionProvider, self._statements[-1]).start.line
        self.places.append(Place(self.path, operator, node, others, place, self._function(node), first))

    def _function(self, node: cst.CSTNode) -> str:
        """Return the outermost function in whose body a node stands, with the classes it is in."""
        held = [at for at, (_name, is_function) in enumerate(self._names) if is_function]
        if not held or not self._is_in_a_body(node):
            return ""
        return ".".join(name for name, _is_function in self._names[: held[0] + 1])

    def _is_in_a_body(self, node: cst.CSTNode) -> bool:
        """Say whether a node is run when the outermost function is called, and not when it is defined."""
        inner, outer = node, self.get_metadata(ParentNodeProvider, node, None)
        is_in = False
        while outer is not None:
            if isinstance(outer, cst.FunctionDef):
                is_in = inner is outer.body
            inner, outer = outer, self.get_metadata(ParentNodeProvider, outer, None)
        return is_in

    def _is_table_of_words(self, node: cst.CSTNode) -> bool:
        """Say whether a statement outside of functions gives a name to texts."""
        if self._names or not isinstance(node, cst.Assign | cst.AnnAssign):
            return False
        targets = node.targets if isinstance(node, cst.Assign) else [node]
        return any(isinstance(each.target, cst.Name) and each.target.value.endswith("WORDS") for each in targets)


def _is_passed_over(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
        return True
    if isinstance(node, cst.If) and isinstance(node.test, cst.Name):
        return node.test.value == "TYPE_CHECKING"
    if not isinstance(node, cst.Call):
        return False
    if isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Name):
        return node.func.value.value == "logger"
    return isinstance(node.func, cst.Name) and node.func.value in TEXTS | UNTOUCHED


def _flat(code: str) -> str:
    return " ".join(code.split())
