"""Files with tips, read line by line. A broken line is named and the good ones are kept. Pure but for the reading.

JSON Lines and CSV have the fields `id`, `kind`, `title`, `situation`, `works`, `why`, `context`, `tags`, `author`; or
only `id`, `title`, `text`. A folder of Markdown holds one tip a file: a first heading as title, parts under the
headings *When it helps*, *What works*, *Why* and *Where it worked*, or plain text; `key: value` lines between `---` at
the top.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from knowledge.models import TipKind
from knowledge.tips import IMPORTED_LENGTH, TipForm, tidy

FIELDS = ("id", "kind", "title", "situation", "works", "why", "context", "tags", "author")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""What begins a cell that a spreadsheet may read as a formula. Source: OWASP ASVS 5.0, V1.2.10; *CSV Injection*."""

HEADINGS = {"when it helps": "situation", "what works": "works", "why": "why", "where it worked": "context"}


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class ReadTip:
    """A tip from a file: where it stood, its name elsewhere, its parts, and whose it is (a name, or empty)."""

    where: str
    external_id: str
    form: TipForm
    author: str = ""


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that holds no tip, and why, in a sentence."""

    where: str
    why: str


def read_tips(path: Path) -> Iterator[ReadTip | BrokenLine]:
    """Reads a file by its ending (`.csv`, `.jsonl`, `.json`, also with `.gz`) or a folder of Markdown.

    Raises:
        UnreadableFile: it is not there, cannot be opened, or its ending is unknown.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise UnreadableFile(f"There is no file {path}.")
    ending = path.name.lower().removesuffix(".gz").rsplit(".", 1)[-1]
    readers = {"csv": _read_csv, "jsonl": _read_jsonl, "json": _read_jsonl, "ndjson": _read_jsonl, "md": _read_markdown}
    if ending not in readers:
        raise UnreadableFile(f"{path.name} ends in .{ending}; I read .jsonl, .csv, and .md or a folder of .md.")
    return _opened(path, readers[ending])


def _opened(path: Path, reader: Any) -> Iterator[ReadTip | BrokenLine]:
    try:
        with open_text(path) as stream:
            yield from reader(stream, path)
    except (OSError, EOFError) as error:
        raise UnreadableFile(f"I can't read {path.name}: {type(error).__name__}.") from error


def open_text(path: Path) -> TextIO:
    """Opens a text file, unpacking `.gz`; bytes that are no UTF-8 become replacement signs."""
    raw = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 - the wrapper closes it
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _read_jsonl(stream: TextIO, path: Path) -> Iterator[ReadTip | BrokenLine]:
    for number, line in enumerate(stream, 1):
        where = f"line {number}"
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError:
            yield BrokenLine(where, "this is not JSON.")
            continue
        if not isinstance(fields, dict):
            yield BrokenLine(where, "this is not an object with fields.")
            continue
        yield _tip(fields, where)


def _read_csv(stream: TextIO, path: Path) -> Iterator[ReadTip | BrokenLine]:
    csv.field_size_limit(10 * IMPORTED_LENGTH)
    rows = csv.DictReader(stream)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield BrokenLine(f"line {rows.line_num}", f"this is not CSV ({error}).")
            continue
        where = f"line {rows.line_num}"
        if None in row:
            yield BrokenLine(where, "there are more columns than headings.")
        elif any(value for value in row.values()):
            yield _tip({str(name).strip().lower(): _bare(value or "") for name, value in row.items()}, where)


def _bare(value: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from reading it as a formula."""
    return value[1:] if value.startswith("'") and value.lstrip("'").startswith(FORMULA_SIGNS) else value


def _read_folder(path: Path) -> Iterator[ReadTip | BrokenLine]:
    for each in sorted(path.rglob("*.md")):
        for read in _opened(each, _read_markdown):
            yield _named(read, each.relative_to(path).with_suffix("").as_posix())


def _read_markdown(stream: TextIO, path: Path) -> Iterator[ReadTip | BrokenLine]:
    text = stream.read().replace("\r\n", "\n")
    fields: dict[str, Any] = {"id": path.stem}
    front = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if front:
        text = text[front.end() :]
        pairs = (line.split(":", 1) for line in front.group(1).splitlines() if ":" in line)
        fields |= {name.strip().lower(): value.strip().strip("\"'") for name, value in pairs}
    yield _tip(fields | _parts(text, fields), path.name)


def _named(read: ReadTip | BrokenLine, id: str) -> ReadTip | BrokenLine:
    """Two files of one name in different folders are two tips, unless they name themselves."""
    if isinstance(read, ReadTip) and read.external_id == id.rsplit("/", 1)[-1]:
        return replace(read, external_id=id)
    return read


def _parts(text: str, fields: Mapping[str, Any]) -> dict[str, str]:
    parts: dict[str, list[str]] = {"works": []}
    title, part = str(fields.get("title", "")), "works"
    for line in text.splitlines():
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if heading and heading.group(1).lower() in HEADINGS:
            part = HEADINGS[heading.group(1).lower()]
        elif heading and not title:
            title = heading.group(1)
        else:
            parts.setdefault(part, []).append(line)
    return {"title": title} | {name: "\n".join(lines).strip() for name, lines in parts.items()}


def _tip(fields: Mapping[str, Any], where: str) -> ReadTip | BrokenLine:
    values = {name: _string(fields.get(name)) for name in (*FIELDS, "text") if name != "tags"}
    works = values["works"] or values["text"]
    if not works.strip():
        return BrokenLine(where, "there is nothing in works (or text).")
    kind = values["kind"].strip().lower().replace("_", " ") or "tip"
    if kind not in [str(each) for each in TipKind]:
        return BrokenLine(where, f"the kind {kind[:30]!r} is none of {', '.join(TipKind)}.")
    longest = max(len(values[part]) for part in ("situation", "why", "context"))
    if max(len(works), longest) > IMPORTED_LENGTH:
        return BrokenLine(where, f"a part is longer than {IMPORTED_LENGTH} characters.")
    form = TipForm(
        works=works,
        title=values["title"],
        situation=values["situation"],
        why=values["why"],
        context=values["context"],
        kind=TipKind(kind),
        tags=_tags(fields.get("tags")),
    )
    return ReadTip(where, values["id"].strip(), tidy(form), " ".join(values["author"].split())[:120])


def _string(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).replace("\0", "")


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(tag) for tag in value)
    return tuple(tag for tag in re.split(r"[,;\s]+", _string(value)) if tag)
