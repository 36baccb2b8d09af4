"""Files of a course folder: which there are, and their text within bounds. What nobody reads is named."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from courses.content.explain import nearest
from courses.content.problems import Problems

MAX_BYTES = 2_000_000
PARTS = ("course", "sources", "glossary", "people", "timeline", "study", "facts", "lint")
"""Files at the top of a folder, without their ending."""
FOLDERS = {"lessons": ".md", "quizzes": ".yaml", "figures": ".yaml", "maps": ".yaml"}
"""Folders of a course, and how the names of the files in them end."""
BESIDE = {"maps": ".geojson"}
"""How the name of a second file ends that lies beside each file of a folder, with what the first is about."""

_LINE_END = re.compile(r"\r\n|\r|\n")
# Line separators of Unicode count as line ends in YAML but not in editors, so that lines below would be miscounted.
_CONTROL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_CONTENT = (".yaml", ".yml", ".md", ".markdown", ".json", ".geojson", ".mdx")
_LOOKED_AT = 1_000
_FOR_PEOPLE = re.compile(r"(?:readme|licen[cs]e|copying|changelog|notice|contributing)(?:\.\w+)?", re.IGNORECASE)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as an editor numbers them: other separators than line feeds do not count."""
    return _LINE_END.split(text)


def control_in(text: str) -> str:
    """Return the code point of the first control character of a text, such as “U+0000”; nothing where there is none.

    PostgreSQL cannot store some of them, browsers show none of them.
    """
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def files_in(root: Path, folder: str) -> list[Path]:
    """Return the content files of one of a course's folders, sorted. Names with a leading dot belong to editors."""
    found = (root / folder).glob(f"*{FOLDERS[folder]}")
    return sorted(path for path in found if not path.name.startswith("."))


def text_files(root: Path) -> dict[str, str]:
    """Return the text of each file of a course by its path, to the byte: of those that are read, and those for people.

    What cannot be read as text within bounds is left out.
    """
    found: dict[str, str] = {}
    for path in _kept(root):
        try:
            if path.is_file() and path.stat().st_size <= MAX_BYTES:
                text = path.read_bytes().decode()
                if control_in(text.removeprefix("\ufeff")) == "":
                    found[path.relative_to(root).as_posix()] = text
        except (OSError, UnicodeDecodeError):
            continue
    return found


def _kept(root: Path) -> Iterator[Path]:
    yield from (root / f"{part}.yaml" for part in PARTS)
    yield from (path for path in _visible(root) if _is_for_people(path))
    for folder, ending in FOLDERS.items():
        if (root / folder).is_dir():
            endings = {ending, BESIDE.get(folder)}
            yield from (path for path in _visible(root / folder) if path.suffix in endings or _is_for_people(path))


def read_text(path: Path, *, file: str, problems: Problems, most: int = MAX_BYTES) -> str | None:
    """Read a file within bounds as UTF-8; note why it cannot be read, and return None."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            problems.add_at(file, 1, _("This is not a file."), _("Replace it with a plain file, or delete it."))
            return None
        raw = b"" if found.st_size > most else path.read_bytes()
    except OSError as error:
        problems.add_at(
            file,
            1,
            _("The file cannot be read: %(why)s.") % {"why": error.strerror},
            _("Check its name and permissions."),
        )
        return None
    if max(found.st_size, len(raw)) > most:
        problems.add_at(file, 1, _("The file is larger than %(n)d bytes.") % {"n": most}, _("Split it."))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(lines_of(raw[: error.start].decode("utf-8", errors="replace")))
        problems.add_at(file, line, _("The file is not UTF-8 text."), _("Save it as UTF-8."))
        return None
    return text if is_clean(text, file=file, problems=problems) else None


def is_clean(text: str, *, file: str, problems: Problems, first_line: int = 1) -> bool:
    """Say whether a text has no control characters; note the first at its line."""
    found = _CONTROL.search(text)
    if found is None:
        return True
    line = len(lines_of(text[: found.start()])) + first_line - 1
    reason = _("There is a control character (%(code)s) in this line.") % {"code": control_in(found[0])}
    problems.add_at(file, line, reason, _("Delete it, or write a space or a line break in its place."))
    return False


def check_unread(root: Path, problems: Problems) -> list[str]:
    """Note each file that looks like content and that nobody reads; return notes about whatever else lies there."""
    notes: list[str] = []
    if not root.is_dir():
        return notes
    for path in _unread(root):
        name = str(path.relative_to(root))
        if path.name in FOLDERS or path.name.lower().endswith(_CONTENT) or _holds_content(path):
            reason = _("“%(name)s” is not read: no file or folder of a course has this name.") % {"name": name}
            problems.add_at(name, 1, reason, _suggestion(path, root))
        else:
            notes.append(_("%(name)s is not read: it is no part of a course") % {"name": name})
    return notes


def _holds_content(path: Path) -> bool:
    """Say whether something that looks like content is among the first files below a folder."""
    return path.is_dir() and any(map(_is_content, islice(path.rglob("*"), _LOOKED_AT)))


def _is_content(path: Path) -> bool:
    return not path.name.startswith(".") and path.name.lower().endswith(_CONTENT)


def strays_in(root: Path, folder: str) -> set[str]:
    """Return the names, without ending, of files in a folder that nobody reads: what is in them is not known."""
    return {path.name.partition(".")[0] for path in _strays(root / folder)} if (root / folder).is_dir() else set()


def stray_parts(root: Path) -> set[str]:
    """Return the parts of a course that lie at its top under a name that only resembles theirs."""
    names = [path.stem.lower() for path in _unread(root) if path.parent == root]
    return {part for name in names for part in get_close_matches(name, PARTS, n=1)}


def _unread(root: Path) -> Iterator[Path]:
    for path in _visible(root):
        is_part = path.suffix == ".yaml" and path.stem in PARTS
        if path.name in FOLDERS and path.is_dir():
            yield from _strays(path)
        elif not is_part and not _is_for_people(path):
            yield path


def _strays(folder: Path) -> Iterator[Path]:
    ending = FOLDERS[folder.name]
    for path in _visible(folder):
        is_beside = path.suffix == BESIDE.get(folder.name) and path.with_suffix(ending).is_file()
        if path.suffix != ending and not is_beside and not _is_for_people(path):
            yield path


def _visible(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _is_for_people(path: Path) -> bool:
    return path.suffix != ".yaml" and bool(_FOR_PEOPLE.fullmatch(path.name))


def _suggestion(path: Path, root: Path) -> str:
    """Say what the name should be: the right ending in a folder, the nearest of the names at the top."""
    if path.parent != root and path.is_dir():
        return _("Move its files one folder up.")
    if path.parent != root:
        ending = FOLDERS[path.parent.name]
        if path.suffix == BESIDE.get(path.parent.name):
            return _("Write “%(name)s” beside it, which says what it is.") % {"name": f"{path.stem}{ending}"}
        return _("Rename it to “%(name)s”, or move it out of the folder.") % {"name": f"{path.stem}{ending}"}
    known = FOLDERS if path.is_dir() else [f"{part}.yaml" for part in PARTS]
    return nearest(path.name.lower().removesuffix(".yml") if path.is_dir() else f"{path.stem.lower()}.yaml", known)
