"""A book → a tagged PDF, set by Typst, which comes as a wheel and asks for no system library."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from courses.errors import CannotBeSet
from courses.later import later
from courses.takeaway.book import Book
from courses.takeaway.typst import typst_of

if TYPE_CHECKING:
    import typst
else:
    typst = later("typst")

_FIGURE_FONT = "Noto Sans KR"
_FONTS = "pylopdf_fonts_"
"""How the packages begin that bring the letters of a script; each that is installed is used."""


def pdf_of(book: Book) -> bytes:
    """Return the PDF, which meets PDF/UA-1: tagged, titled, in a language, every drawing with its alternative text.

    Raises CannotBeSet, for instance when a letter is in none of the fonts that come with the site.
    """
    drawings = {}
    for chapter in book.chapters:
        for key in chapter.figure_keys():
            figure = book.library.figures[key]
            if figure.wide:
                drawings[f"figures/{key}.svg"] = book.drawing(figure, chapter.colour, font=_FIGURE_FONT)
    return set_in_type(typst_of(book), drawings, made_at=book.made_at)


def set_in_type(text: str, drawings: Mapping[str, str], *, made_at: datetime) -> bytes:
    """Return what Typst makes of a text, which may show drawings by the names of their files. Raises CannotBeSet."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        fonts = [
            str(stack.enter_context(as_file(files(module.name))))
            for module in iter_modules()
            if module.name.startswith(_FONTS)
        ]
        root = Path(folder)
        for name, drawing in drawings.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(drawing, encoding="utf-8")
        main = root / "main.typ"
        main.write_text(text, encoding="utf-8")
        try:
            made: bytes = typst.compile(
                str(main), root=folder, font_paths=fonts, ignore_system_fonts=True, pdf_standards="ua-1",
                timestamp=made_at.replace(microsecond=0),
            )  # fmt: skip
        except typst.TypstError as problem:
            raise CannotBeSet(why=problem) from problem
        return made
