"""The room's durable log: one JSON event a line, appended and flushed as it happens.

Of a message that only one person sees it holds `held_back` and no words, so such messages are gone after a restart.
A process that dies while it writes leaves a torn last line; the next start drops it. Everything before it is kept.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

FILE_NAME = "room.jsonl"


class Log:
    """An append-only file of events in `folder`, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE_NAME
        self._file: BinaryIO | None = None

    def read(self) -> Iterator[dict[str, Any]]:
        """Gives every event, oldest first, after cutting off a torn last line.

        Raises:
            ValueError: a line other than the last cannot be read.
        """
        if not self.path.exists():
            return
        self._drop_torn_line()
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                yield _event(line, f"{self.path.name}, line {number}")

    def append(self, event: Mapping[str, Any]) -> None:
        """Writes one event and flushes it."""
        if self._file is None:
            self._file = self.path.open("ab")
        self._file.write(json.dumps(event, separators=(",", ":")).encode("ascii") + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Closes the file; the next `append` opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _drop_torn_line(self) -> None:
        content = self.path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        last = whole[whole.rfind(b"\n", 0, -1) + 1 :]
        if last and not _is_event(last):
            whole = whole[: -len(last)]
        if len(whole) < len(content):
            with self.path.open("r+b") as file:
                file.truncate(len(whole))


def _is_event(line: bytes) -> bool:
    try:
        _event(line, "")
    except ValueError:
        return False
    return True


def _event(line: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ValueError(f"the room's log cannot be read: {where}") from error
    if not isinstance(value, dict) or "kind" not in value:
        raise ValueError(f"the room's log holds something that is no event: {where}")
    return value
