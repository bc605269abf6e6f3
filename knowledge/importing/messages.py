"""Messages in the neutral form: JSON Lines with what every chat has, for whoever turns another chat's export into it.

Fields: `id`, `room`, `author`, `at` (ISO 8601; UTC where it names no zone), `text`, and where there are any `thread`
and `reply_to` (ids of messages), `mentions` (authors) and `reactions` (objects with `emoji` and `by`, or emoji ->
authors). An author's name is their id. The messages of one room stand in their order.
"""

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from knowledge.importing.history import History, LeftOut, Message, Person, Reaction, Read, clean, space_named
from knowledge.importing.reading import BrokenLine, UnreadableFile

PLATFORM = "import"
"""What stands for the platform in keys of people and rooms that no connected chat has."""

LONGEST_LINE = 1_000_000
"""Characters that a line may have (ours); what is longer is no message."""


@dataclass
class NeutralMessages(History):
    """A file in the neutral form."""

    path: Path = Path()
    bots: frozenset[str] = frozenset()

    def _messages(self) -> Iterator[Read]:
        with _opened(self.path) as (raw, stream):
            for number, line in enumerate(_lines(stream), 1):
                self.done = raw.tell()
                if line.strip():
                    read = self._read(line, f"{self.path.name}, line {number}")
                    if isinstance(read, Message) and read.author in self.bots:
                        self.left_out[LeftOut.BOTS] += 1
                    else:
                        yield read

    def _read(self, line: str, where: str) -> Read:
        if len(line) > LONGEST_LINE:
            return BrokenLine(where, f"it is longer than {LONGEST_LINE:,} characters.")
        try:
            given = json.loads(line)
        except (ValueError, RecursionError):
            return BrokenLine(where, "this is not JSON.")
        if not isinstance(given, dict):
            return BrokenLine(where, "this is not an object with fields.")
        missing = [name for name in ("id", "room", "author") if not clean(given.get(name))]
        at = moment(given.get("at"))
        if missing or at is None:
            return BrokenLine(where, f"{missing[0] if missing else 'at'} is missing, or not of its form.")
        return self._message(given, at)

    def _message(self, given: Mapping[str, Any], at: datetime) -> Message:
        text, thread, id = given.get("text"), clean(given.get("thread")), clean(given["id"])
        return Message(
            id,
            _key_part(clean(given["room"])),
            self._person(given["author"]),
            at,
            text if isinstance(text, str) else "",
            thread="" if thread == id else thread,
            reply_to=clean(given.get("reply_to")),
            reactions=tuple(self._reactions(given.get("reactions"))),
            mentions=self._all_of(given.get("mentions")),
        )

    def _reactions(self, given: Any) -> Iterator[Reaction]:
        if isinstance(given, dict):
            given = [{"emoji": emoji, "by": by} for emoji, by in given.items()]
        for each in given if isinstance(given, list) else ():
            if isinstance(each, dict):
                yield Reaction(clean(each.get("emoji")), self._all_of(each.get("by")))

    def _all_of(self, given: Any) -> tuple[str, ...]:
        people = (self._person(each) for each in given) if isinstance(given, list) else ()
        return tuple(dict.fromkeys(each for each in people if each))

    def _person(self, given: Any) -> str:
        name = clean(given)
        id = _key_part(name)
        if id and id not in self.people:
            self.people[id] = Person(name, is_bot=id in self.bots)
        return id


def open_messages(path: Path, space: str = "", bots: Collection[str] = ()) -> NeutralMessages:
    """Opens a file in the neutral form, also with `.gz`.

    Args:
        path: the file.
        space: what stands before the ids in keys: a name of its own, or the key of a connected space (`slack:T1`)
            where the ids are those of that chat. The file's name unless given.
        bots: authors who are programs; the form itself doesn't say it.

    Raises:
        UnreadableFile: it is not there or cannot be opened.
    """
    if not path.is_file():
        raise UnreadableFile(f"There is no file {path}.")
    name = re.sub(r"[^\w.-]+", "-", path.name.removesuffix(".gz").rsplit(".", 1)[0])
    key = space_named(space, PLATFORM, name)
    digest = hashlib.sha256("\n".join([key, *sorted(bots), ""]).encode())
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise UnreadableFile(f"I can't read {path.name}: {type(error).__name__}.") from error
    programs = frozenset(_key_part(clean(each)) for each in bots)
    return NeutralMessages(key, digest.hexdigest(), path.stat().st_size, path=path, bots=programs)


def moment(given: Any) -> datetime | None:
    """Reads a moment in ISO 8601, aware; None where it is none."""
    try:
        at = datetime.fromisoformat(given)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, TextIO]]:
    try:
        with path.open("rb") as raw:
            packed = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if path.suffix == ".gz" else raw
            with io.TextIOWrapper(packed, encoding="utf-8-sig", errors="replace", newline="\n") as stream:
                yield raw, stream
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"I can't read {path.name} to its end: {type(error).__name__}.") from error


def _lines(stream: TextIO) -> Iterator[str]:
    """The lines; of one that is too long, its beginning."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith("\n"):
            line = stream.readline(LONGEST_LINE + 1)
            if not line:
                return


def _key_part(id: str) -> str:
    """An id as a part of a key, in which colons have a meaning."""
    return id.replace("%", "%25").replace(":", "%3A") if ":" in id or "%" in id else id
