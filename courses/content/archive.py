"""The files of a course as a zip: the same files make the same bytes; one that comes in is read within bounds."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from courses.content.files import MAX_BYTES, control_in

MOST_PACKED = 10_000_000
MOST_UNPACKED = 20_000_000
MOST_FILES = 1_000
_LONGEST = 200
_THEN = (1980, 1, 1, 0, 0, 0)
_TEXTS = (".yaml", ".yml", ".md", ".markdown", ".geojson", ".json", ".txt", "")
_ENCRYPTED = 0x1


class ArchiveRefused(Exception):
    """An archive that is not taken. Nothing was changed."""


def zip_of(texts: Mapping[str, str], *, folder: str) -> bytes:
    """Return files as a zip with one folder; the same files make the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(texts.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", _THEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text.encode())
    return packed.getvalue()


def texts_in(packed: IO[bytes], *, size: int) -> dict[str, str]:
    """Return the text files of an archive by path; raise ArchiveRefused with the reason.

    A folder around all of them is left out, as are files that systems and editors leave behind.
    """
    if size > MOST_PACKED:
        raise ArchiveRefused(_("The archive is larger than %(n)d MB.") % {"n": MOST_PACKED // 1_000_000})
    try:
        with zipfile.ZipFile(packed) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise ArchiveRefused(_("The archive has more than %(n)d files.") % {"n": MOST_FILES})
            found = {_name_of(entry): entry for entry in entries if not entry.is_dir() and not _is_left_behind(entry)}
            _check_names(found, entries)
            return _without_folder(dict(_read_all(archive, found)))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise ArchiveRefused(_("This is no zip that can be read.")) from error


def _is_left_behind(entry: zipfile.ZipInfo) -> bool:
    return any(part.startswith(".") and part not in (".", "..") for part in PurePosixPath(entry.filename).parts) or (
        entry.filename.startswith("__MACOSX/")
    )


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return the path of an entry; refuse one that leads elsewhere, and one that is no plain file."""
    name = entry.filename
    parts = name.split("/")
    is_plain = name and not control_in(name) and "\n" not in name and "\\" not in name and ":" not in name
    if not is_plain or len(name) > _LONGEST or any(part in ("", ".", "..") for part in parts):
        raise ArchiveRefused(_("The archive has a file whose name is not allowed: “%(name)s”.") % {"name": name[:80]})
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise ArchiveRefused(_("“%(name)s” is a link or a device, and no file.") % {"name": name[:80]})
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveRefused(_("The archive is protected by a password. Pack it without."))
    return name


def _check_names(found: Mapping[str, zipfile.ZipInfo], entries: list[zipfile.ZipInfo]) -> None:
    """Refuse two files of one name, on any system, and a file where a folder is."""
    files = [entry for entry in entries if not entry.is_dir() and not _is_left_behind(entry)]
    names = {name.casefold() for name in found}
    above = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    if len(names) < len(files) or names & above:
        raise ArchiveRefused(_("The archive has two files of the same name."))


def _read_all(archive: zipfile.ZipFile, found: Mapping[str, zipfile.ZipInfo]) -> Iterator[tuple[str, str]]:
    """Yield the texts, counting what is really unpacked: what an archive says of its sizes is not believed."""
    left = MOST_UNPACKED
    for name, entry in found.items():
        if PurePosixPath(name).suffix.lower() not in _TEXTS:
            words = _("“%(name)s” is no part of a course: only YAML, Markdown and GeoJSON are. Take it out.")
            raise ArchiveRefused(words % {"name": name})
        with archive.open(entry) as file:
            raw = file.read(min(MAX_BYTES, left) + 1)
        if len(raw) > MAX_BYTES:
            raise ArchiveRefused(_("“%(name)s” is larger than %(n)d bytes.") % {"name": name, "n": MAX_BYTES})
        left -= len(raw)
        if left < 0:
            raise ArchiveRefused(_("Unpacked, the files are larger than %(n)d MB.") % {"n": MOST_UNPACKED // 1_000_000})
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise ArchiveRefused(_("“%(name)s” is not UTF-8 text.") % {"name": name}) from None
        if code := control_in(text.removeprefix("\ufeff")):
            words = _("“%(name)s” has a control character (%(code)s).")
            raise ArchiveRefused(words % {"name": name, "code": code})
        yield name, text


def _without_folder(texts: dict[str, str]) -> dict[str, str]:
    """Leave out a folder that is around everything."""
    first = {name.partition("/")[0] for name in texts}
    if len(first) == 1 and all("/" in name for name in texts):
        texts = {name.partition("/")[2]: text for name, text in texts.items()}
    if "course.yaml" not in texts:
        raise ArchiveRefused(_("There is no course.yaml in the archive."))
    return texts
