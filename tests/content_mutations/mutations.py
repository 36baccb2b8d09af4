"""Ways to change a course folder. Each takes a source of chance and a folder, and says what it did."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

Mutation = Callable[[Random, Path], str]

VALUES = [
    "", "null", "true", "no", "0", "-1", "1.5", "1.0e400", "9" * 400, "10000000000000", ".nan", "[]", "{}", "[1, [2]]",
    "{a: {b: c}}", '"text"', "2026-09-01", "20260901", "1:30", "0x1F", "٣", "!!int 3", "&a 1", "*a", "'", '"', "[", "{",
    "|", ">",
    "a: b", "- a", "text #2 more", "text # more", '"W\\0in"', '"\\x85"', '"\\uD800"', "a\u2028b", "x" * 30_000,
    "[" * 60 + "]" * 60, "[" * 5_000, "{a: " * 600, "https://example.org", "lesson:trade", "single", "S99", "nope",
]  # fmt: skip
WORDS = [
    "[[Drone|drones]]", "[[nope]]", "[[mutual-assistance]]", "{{ video x }}", "{{ figure nope }}", "{{ check nope }}",
    "::: warning X", "::: note", ":::", "![alt](a.png)", "x[^1]", "[^1]: note", "[see @koval-2001]", "[-@koval-2001]",
    "[@nope]", "<b>bold</b>", "<script>alert(1)</script>", "# Big", "## No key", "## Again {#figures}", "##x {#x}",
    "Words\n---", "[x](lesson:nope)", "[x](#nope)", "[x](javascript:alert(1))", "[x](../y.md)", "| a | b |\n|---|---|",
    "> " * 200 + "deep", "- " * 100 + "deep", "[@a; " * 3_000, "[[a|" * 3_000, "`" * 3_000, "*a **b " * 2_000, "\x00",
    "\x0c", "\u2028", "\ufeff", "\u202e", "~~~", "    code", "<!-- -->", "$$x$$", "\\", "[слово]{lang=ru}", "&amp;&#0;",
    "word " * 60_000, "ж" * 250_000, "\ud7ff", "- {{ figure trade }}", "{{ figure trade }}",
]  # fmt: skip
CHARTS = [
    "height: 100000000", "height: true", "height: {step: 10000000}", "width: -1", "mark: image",
    "mark: {type: nonsense}",
    "mark: {type: bar, href: 'http://example.org'}", "data: {url: 'http://example.org'}", "mark: 5",
    "layer: 5", "encoding: 3",
    "encoding: {x: {field: nope}}", "encoding: {x: {field: year, bin: {maxbins: 1000000000}}}", "repeat: [a]",
    "encoding: {x: {field: year, axis: {tickCount: 100000000}}}", "config: {mark: {href: 'http://example.org'}}",
    "transform: [{calculate: 'sequence(1e9)', as: a}]", "transform: [{calculate: 'nonsense(', as: a}]", "projection: 3",
    "transform: [{filter: 'datum.'}]", "spec: {}", "hconcat: []", "usermeta: {a: b}", "params: [{name: a, value: 1}]",
]  # fmt: skip
NAMES = [
    ".#x", "._x.md", "x.yml", "X.YAML", "x.markdown", "notes.txt", "README.md", "x.yaml~", "sub/x.yaml", "x.md",
    "x.yaml", "with space.yaml", "Ключ.yaml", "x" * 100 + ".yaml",
]  # fmt: skip


def a_file(rng: Random, root: Path, *endings: str) -> Path:
    """Return any file of the course."""
    files = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in (endings or (".yaml", ".md", ".geojson"))
    ]
    return rng.choice(files)


def rewrite(path: Path, change: Callable[[list[str]], str]) -> None:
    """Change the lines of a file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    change(lines)
    path.write_text("\n".join(lines), encoding="utf-8", newline="")


def put_value(rng: Random, root: Path) -> str:
    """Put another value behind any key."""
    path, value = a_file(rng, root), rng.choice(VALUES)
    lines = path.read_text(encoding="utf-8").split("\n")
    places = [at for at, line in enumerate(lines) if re.search(r'["\w]: ', line)]
    if not places:
        return "nothing"
    at = rng.choice(places)
    found = list(re.finditer(r'["\w]: ', lines[at]))
    cut = rng.choice(found).end()
    is_within = rng.random() < 0.5
    rest = re.search(r"[,}\]]", lines[at][cut:]) if is_within else None
    lines[at] = lines[at][:cut] + value + (lines[at][cut + rest.start() :] if rest else "")
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"{path.name}:{at + 1} gets {value[:40]!r}"


def slip(rng: Random, root: Path) -> str:
    """Make one slip of the pen in a line of YAML: a tab, a lost or an extra sign."""
    path = a_file(rng, root)
    lines = path.read_text(encoding="utf-8").split("\n")
    end = (
        next((at for at, line in enumerate(lines[1:], 1) if line == "---"), len(lines))
        if path.suffix == ".md"
        else len(lines)
    )
    at = rng.choice([number for number in range(end) if lines[number].strip()] or [0])
    line, how = lines[at], rng.randrange(7)
    signs = [place for place, sign in enumerate(line) if sign in "[]{}:\"',-"]
    if how == 0:
        lines[at] = "\t" + line.lstrip()
    elif how == 1 and signs:
        place = rng.choice(signs)
        lines[at] = line[:place] + line[place + 1 :]
    elif how == 2:
        place = rng.randrange(len(line) + 1)
        lines[at] = line[:place] + rng.choice("[]{}:\"'&*!|>%@`#,-?") + line[place:]
    elif how == 3:
        lines[at] = " " + line
    elif how == 4:
        lines[at] = line.replace(": ", ":", 1)
    elif how == 5:
        lines[at] = line.removeprefix(" ")
    else:
        lines[at] = line.rstrip("}]\"'")
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"slip {how} in {path.name}:{at + 1}"


def change_lines(rng: Random, root: Path) -> str:
    """Delete, double, swap or move lines."""
    path = a_file(rng, root)
    lines = path.read_text(encoding="utf-8").split("\n")
    at, count, how = rng.randrange(len(lines)), rng.choice([1, 1, 1, 3, 10]), rng.randrange(4)
    part = lines[at : at + count]
    if how == 0:
        del lines[at : at + count]
    elif how == 1:
        lines[at:at] = part
    elif how == 2:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        del lines[at : at + count]
        place = rng.randrange(len(lines) + 1)
        lines[place:place] = part
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"lines {how} in {path.name}:{at + 1}"


def put_words(rng: Random, root: Path) -> str:
    """Put markup, ours or not, between the lines of a lesson or into a text of a file."""
    words = rng.choice(WORDS)
    path = a_file(rng, root, ".md") if rng.random() < 0.6 else a_file(rng, root)
    lines = path.read_text(encoding="utf-8").split("\n")
    at = rng.randrange(len(lines) + 1)
    if rng.random() < 0.5 or path.suffix == ".yaml":
        at = min(at, len(lines) - 1)
        lines[at] += f" {words}"
    else:
        lines[at:at] = ["", *words.split("\n"), ""]
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    return f"{path.name}:{at + 1} gets {words[:40]!r}"


def put_chart(rng: Random, root: Path) -> str:
    """Put something into a chart."""
    charts = [
        path for path in sorted((root / "figures").glob("*.yaml")) if "\nchart:\n" in path.read_text(encoding="utf-8")
    ]
    path, part = rng.choice(charts), rng.choice(CHARTS)
    name = part.partition(":")[0]
    text = path.read_text(encoding="utf-8")
    text = re.sub(rf"^  {name}:.*\n(?:    .*\n)*", "", text, flags=re.MULTILINE)
    path.write_text(text.replace("\nchart:\n", f"\nchart:\n  {part}\n"), encoding="utf-8")
    return f"chart {path.name} gets {part}"


def change_encoding(rng: Random, root: Path) -> str:
    """Write a file in another encoding, or with other line ends, or cut it off, or turn a byte."""
    path, how = a_file(rng, root), rng.randrange(8)
    raw = path.read_bytes()
    text = raw.decode()
    at = rng.randrange(len(raw) + 1)
    path.write_bytes(
        [
            lambda: text.encode("utf-16"),
            lambda: text.encode("cp1251", errors="replace"),
            lambda: b"\xef\xbb\xbf" + raw,
            lambda: text.replace("\n", "\r\n").encode(),
            lambda: text.replace("\n", "\r").encode(),
            lambda: raw[:at],
            lambda: raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :],
            lambda: b"",
        ][how]()
    )
    return f"encoding {how} of {path.name}"


def rename(rng: Random, root: Path) -> str:
    """Rename or delete a file, or give a key another name everywhere, or at one place only."""
    path, how = a_file(rng, root), rng.randrange(4)
    if how == 0:
        path.rename(path.with_name(rng.choice(NAMES).replace("/", "-")))
    elif how == 1:
        path.unlink()
    else:
        keys = re.findall(r"(?:key|id|lesson|quiz|figure|course): \"?([a-z0-9-]+)", path.read_text(encoding="utf-8"))
        if not keys:
            return "nothing"
        key = rng.choice(keys)
        for other in [path] if how == 2 else [each for each in sorted(root.rglob("*")) if each.is_file()]:
            text = other.read_text(encoding="utf-8")
            other.write_text(re.sub(rf"(?<![\w-]){key}(?![\w-])", f"{key}-2", text), encoding="utf-8")
            if how == 3 and other.stem == key:
                other.rename(other.with_stem(f"{key}-2"))
        return f"key {key} renamed {'here' if how == 2 else 'everywhere'}"
    return f"{path.name} {'renamed' if how == 0 else 'deleted'}"


def put_file(rng: Random, root: Path) -> str:
    """Put an odd file somewhere: a copy under another name, a pipe, a device, a folder, something very large."""
    folder = root / rng.choice(["", "lessons", "quizzes", "figures", "maps"])
    name, how = rng.choice(NAMES), rng.randrange(6)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        return "nothing"
    if how == 0:
        os.mkfifo(path)
    elif how == 1:
        path.symlink_to("/dev/zero")
    elif how == 2:
        path.mkdir()
    elif how == 3:
        with path.open("wb") as file:
            file.truncate(3_000_000_000)
    elif how == 4:
        path.symlink_to("nowhere")
    else:
        path.write_bytes(a_file(rng, root).read_bytes())
    return f"odd file {how}: {path.relative_to(root)}"


def replace_part(rng: Random, root: Path) -> str:
    """Put a folder, a pipe or a device in the place of a file the course needs."""
    path, how = a_file(rng, root), rng.randrange(4)
    path.unlink()
    [path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to("/dev/zero"), path.touch][how]()
    return f"{path.name} becomes something else ({how})"


MUTATIONS: list[tuple[Mutation, int]] = [
    (put_value, 26), (slip, 22), (change_lines, 14), (put_words, 16), (put_chart, 6), (change_encoding, 6), (rename, 5),
    (put_file, 3), (replace_part, 2),
]  # fmt: skip


def mutate(root: Path, seed: int) -> str:
    """Change a folder once, now and then twice; equal seeds and folders give equal changes."""
    rng = Random(seed)
    count = 1 if rng.random() < 0.85 else 2
    made, done = [], 0
    while done < count:
        [mutation] = rng.choices([each for each, _weight in MUTATIONS], [weight for _each, weight in MUTATIONS])
        try:
            made.append(mutation(rng, root))
        except (UnicodeError, IndexError):
            made.append("nothing")  # a change before has left nothing this one could work on
        done += 1
    return "; ".join(made)
