"""A book → a tagged PDF, set by Typst, which comes as a wheel and asks for no system library."""

from __future__ import annotations

from contextlib import ExitStack
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
    with TemporaryDirectory() as folder, ExitStack() as stack:
        fonts = [
            str(stack.enter_context(as_file(files(module.name))))
            for module in iter_modules()
            if module.name.startswith(_FONTS)
        ]
        root = Path(folder)
        (root / "figures").mkdir()
        for chapter in book.chapters:
            for key in chapter.figure_keys():
                figure = book.library.figures[key]
                if figure.wide:
                    drawing = book.drawing(figure, chapter.colour, font=_FIGURE_FONT)
                    (root / "figures" / f"{key}.svg").write_text(drawing, encoding="utf-8")
        main = root / "book.typ"
        main.write_text(typst_of(book), encoding="utf-8")
        try:
            made: bytes = typst.compile(
                str(main), root=folder, font_paths=fonts, ignore_system_fonts=True, pdf_standards="ua-1",
                timestamp=book.made_at.replace(microsecond=0),
            )  # fmt: skip
        except typst.TypstError as problem:
            raise CannotBeSet(why=problem) from problem
        return made
