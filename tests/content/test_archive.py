"""A zip is packed the same for the same files, and nothing in one that comes in is believed."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile

import pytest

from courses.content import archive
from courses.content.archive import ArchiveRefused, texts_in, zip_of

TEXTS = {"course.yaml": "course: a\n", "lessons/b.md": "---\nlesson: b\n---\n"}


def packed(entries: dict[str, bytes] | list[tuple[str, bytes]], *, kind: int = 0, method: int = zipfile.ZIP_DEFLATED):
    """Return an archive with files of any name; `kind` is what their mode says they are."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of names that come twice
        for name, body in entries.items() if isinstance(entries, dict) else entries:
            entry = zipfile.ZipInfo("placeholder")
            entry.filename = name
            entry.external_attr, entry.compress_type = kind << 16, method
            made.writestr(entry, body)
    return raw.getvalue()


def read(raw: bytes) -> dict[str, str]:
    """Read an archive as an upload is read."""
    return texts_in(io.BytesIO(raw), size=len(raw))


def test_what_is_packed_is_read_again():
    raw = zip_of(TEXTS, folder="a")

    assert read(raw) == TEXTS
    assert zip_of(dict(reversed(TEXTS.items())), folder="a") == raw


@pytest.mark.parametrize("around", ["", "folder/", "한국어/"])
def test_a_folder_around_everything_is_left_out(around):
    entries = {f"{around}{name}": text.encode() for name, text in TEXTS.items()}

    assert read(packed({**entries, f"{around}.DS_Store": b"\0", "__MACOSX/._course.yaml": b"\0"})) == TEXTS


HEAD = ("course.yaml", b"course: a\n")


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([HEAD, ("../up.yaml", b"")], "not allowed"),
        ([HEAD, ("lessons/../../up.md", b"")], "not allowed"),
        ([HEAD, ("/etc/passwd", b"")], "not allowed"),
        ([HEAD, ("C:/windows.yaml", b"")], "not allowed"),
        ([HEAD, ("lessons\\..\\up.md", b"")], "not allowed"),
        ([HEAD, ("lessons//x.md", b"")], "not allowed"),
        ([HEAD, ("lessons/" + "x" * 300 + ".md", b"")], "not allowed"),
        ([HEAD, ("lessons/a\nb.md", b"")], "not allowed"),
        ([HEAD, ("inner.zip", b"PK")], "no part of a course"),
        ([HEAD, ("run.exe", b"MZ")], "no part of a course"),
        ([HEAD, HEAD], "same name"),
        ([HEAD, ("Course.YAML", b"")], "same name"),
        ([HEAD, ("lessons", b""), ("lessons/x.md", b"")], "same name"),
        ([HEAD, ("lessons/x.md", b"\xff\xfe")], "not UTF-8"),
        ([HEAD, ("lessons/x.md", b"a\0b")], "control character"),
        ([HEAD, ("sources.yaml", b"x" * 2_000_001)], "larger than"),
        ([("lessons/x.md", b"")], "no course.yaml"),
        ([], "no course.yaml"),
    ],
)
def test_what_does_not_belong_is_refused_in_words(entries, words):
    with pytest.raises(ArchiveRefused, match=words):
        read(packed(entries))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind):
    with pytest.raises(ArchiveRefused, match="link or a device"):
        read(packed({"course.yaml": b"/etc/passwd"}, kind=kind | 0o777))


@pytest.mark.parametrize("raw", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 60, zip_of(TEXTS, folder="a")[:-30]])
def test_what_is_no_zip_is_refused(raw):
    with pytest.raises(ArchiveRefused, match="no zip"):
        read(raw)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_bounded_all_the_same(method):
    with pytest.raises(ArchiveRefused, match="larger than"):
        read(packed([HEAD, ("sources.yaml", b"\n" * 3_000_000)], method=method))


def test_a_bomb_is_counted_as_it_unpacks_and_not_as_it_says(monkeypatch):
    monkeypatch.setattr(archive, "MOST_UNPACKED", 3_000_000)
    raw = packed([HEAD, *((f"lessons/{at}.md", b"\n" * 1_900_000) for at in range(3))])
    assert len(raw) < 20_000

    with pytest.raises(ArchiveRefused, match="Unpacked"):
        read(raw)
    liar = raw.replace(struct.pack("<I", 1_900_000), struct.pack("<I", 10))
    with pytest.raises(ArchiveRefused):
        read(liar)


def test_too_many_files_and_too_large_an_archive_are_refused():
    with pytest.raises(ArchiveRefused, match=r"more than 1000 files"):
        read(packed([HEAD, *((f"lessons/{at}.md", b"") for at in range(1_000))]))
    with pytest.raises(ArchiveRefused, match="larger than 10 MB"):
        texts_in(io.BytesIO(), size=10_000_001)


def test_an_archive_with_a_password_is_refused():
    raw = bytearray(packed([HEAD]))
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1

    with pytest.raises(ArchiveRefused, match="password"):
        read(bytes(raw))
