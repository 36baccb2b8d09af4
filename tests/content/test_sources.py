"""Whose word the shipped course takes: most of it official or scholarly, none of it on an encyclopedia's alone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from courses.content.schema import SourceFile
from quizzes.content.folder import Folder, read_folder
from quizzes.management.commands.load_content import shipped_folders

KINDS = yaml.safe_load((Path(__file__).parent / "kinds_of_sources.yaml").read_text(encoding="utf-8"))
WEAK = {"encyclopedia", "private"}
_CITED = re.compile(r"\[@([^\]]+)\]")
ROOT = next(folder for folder in shipped_folders() if folder.name == "patron-stranger-balancer")


def kind_of(source: SourceFile) -> str:
    """Return whose word a source is: official, scholarly, an encyclopedia's, a private page's or the press's."""
    whose = source.container_title or source.publisher or ""
    if source.id in KINDS["single"]:
        return str(KINDS["single"][source.id])
    if source.type == "entry-encyclopedia" or "Wikipedia" in whose:
        return "encyclopedia"
    if source.type in ("treaty", "legislation", "bill"):
        return "official"
    found = next((kind for kind in ("official", "scholarly", "private") if _is_named(whose, kind)), None)
    if found:
        return found
    if source.type in ("article-journal", "book", "chapter", "thesis", "paper-conference"):
        return "scholarly"
    return "private" if source.type in ("post", "post-weblog") else "press"


def _is_named(whose: str, kind: str) -> bool:
    return any(re.search(pattern, whose) for pattern in KINDS[kind])


def citations(text: str) -> list[list[str]]:
    """Return the sources of each sentence that cites, by their ids."""
    return [
        [re.split(r"[,\s]", cited.strip().lstrip("@"))[0] for cited in group.split(";")]
        for group in _CITED.findall(text)
    ]


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(ROOT)


@pytest.fixture(scope="module")
def kinds(folder) -> dict[str, str]:
    return {source.id: kind_of(source) for source in folder.bundle.sources.references}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Return the files that cite in sentences, by their names."""
    named = ("*.yaml", "lessons/*.md", "figures/*.yaml")
    paths = [path for pattern in named for path in ROOT.glob(pattern) if path.name != "sources.yaml"]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ({"id": "a", "type": "treaty", "title": "A treaty"}, "official"),
        ({"id": "a", "type": "document", "title": "A cable", "publisher": "Wilson Center Digital Archive"}, "official"),
        ({"id": "a", "type": "report", "title": "A report", "publisher": "NKIDP Working Paper"}, "scholarly"),
        ({"id": "a", "type": "book", "title": "A study"}, "scholarly"),
        ({"id": "rulit-smorchkov-memoir", "type": "book", "title": "A memoir"}, "press"),
        (
            {"id": "a", "type": "webpage", "title": "An article", "container-title": "Wikipedia (Korean)"},
            "encyclopedia",
        ),
        ({"id": "a", "type": "post-weblog", "title": "A post"}, "private"),
        ({"id": "a", "type": "webpage", "title": "A copy", "publisher": "mybiblioteka.su"}, "private"),
        ({"id": "a", "type": "article-newspaper", "title": "News", "container-title": "TASS"}, "press"),
    ],
)
def test_a_source_is_of_a_kind(source, kind):
    assert kind_of(SourceFile.model_validate(source)) == kind


def test_nearly_half_of_the_citations_in_lessons_are_official_or_scholarly(kinds, texts):
    counts = Counter(
        kinds[cited]
        for name, text in texts.items()
        if name.startswith("lessons/")
        for group in citations(text)
        for cited in group
    )

    assert counts.total() >= 1_000
    assert (counts["official"] + counts["scholarly"]) / counts.total() >= 0.45, counts


def test_no_sentence_rests_on_an_encyclopedia_or_a_private_page_alone(kinds, texts):
    alone = [
        (name, group) for name, text in texts.items() for group in citations(text) if {kinds[c] for c in group} <= WEAK
    ]

    assert alone == []


def test_no_question_rests_on_an_encyclopedia_or_a_private_page_alone(kinds, folder):
    items = [item for read in folder.quizzes for _part, _at, item in read.entries]

    assert items
    assert [item.key for item in items if item.sources and {kinds[c] for c in item.sources} <= WEAK] == []
