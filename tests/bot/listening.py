"""What the process logs while a test runs, as an operator gets it; everything is put back afterwards."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot import logs


class Log:
    """The lines that were logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """All of it, as it stands there."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line as a value."""
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def listening(*, level: str = "debug", as_json: bool = True) -> Iterator[Log]:
    """Has everything logged here."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.raiseExceptions, sys.unraisablehook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    others = [handler for handler in root.handlers if type(handler).__module__.startswith("_pytest")]
    root.handlers = [each for each in root.handlers if each not in others]
    log = Log()
    try:
        logs.configure(log.stream, as_json=as_json, level=level)
        yield log
    finally:
        root.setLevel(before[0])
        root.handlers = before[1]
        logging.raiseExceptions, sys.unraisablehook, threading.excepthook = before[2:]
        for name, was in levels.items():
            logging.getLogger(name).setLevel(was)
