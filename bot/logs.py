"""How log lines look, and what may stand in them: never what people wrote, and never what an exception says.

Our own lines are shown as they were made; `tests/repo/test_care.py` reads every one of them. Of another library only
warnings are shown, and of those only a sentence that stands in its code, without the values that it puts there: they
may be anything. Of an exception only its kinds and where it was raised are shown.
"""

import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, merge_contextvars
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor

from bot.errors import place_of

OURS = ("tacit", "bot", "adapters", "knowledge", "config")
"""Loggers whose lines are shown as they are; their names begin so."""

FIELDS = ("code", "where", "error")
"""What a line of ours may hold beside its sentence (`bot.errors.report`)."""

HIDDEN = "(a line that could hold what people wrote is not shown)"

_VALUE = re.compile(r"%[-#0 +]*(?:\*|\d+)?(?:\.\d+)?[a-zA-Z]|\{[^{}]*\}")

_log = logging.getLogger("tacit.logs")


def configure(stream: TextIO, *, as_json: bool, level: str) -> None:
    """Sends every log line of the process to a stream, for people or as JSON.

    Args:
        stream: where to.
        as_json: a JSON object on each line; else readable lines, coloured on a terminal.
        level: from where on our own lines are shown; those of others are from `warning` on.
    """
    logging.raiseExceptions = False  # a line that can't be made would be shown with its values
    handler = logging.StreamHandler(stream)
    handler.addFilter(lambda record: _is_ours(record.name) or record.levelno >= logging.WARNING)
    handler.setFormatter(_formatter(stream, as_json=as_json))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    sys.unraisablehook = _note_unraisable
    threading.excepthook = _note_in_thread


@contextmanager
def speaking_of(**what: Any) -> Iterator[None]:
    """Names what goes on (`platform`, `community`, `kind`, `job`) on each line inside; never a person."""
    with bound_contextvars(**what):
        yield


def also_of(**what: Any) -> None:
    """Adds to what the innermost `speaking_of` names; it has to have named the same before, if only by None."""
    bind_contextvars(**what)


def _formatter(stream: TextIO, *, as_json: bool) -> logging.Formatter:
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not as_json:
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    return ProcessorFormatter(
        foreign_pre_chain=[
            _without_values,
            merge_contextvars,
            add_log_level,
            add_logger_name,
            ExtraAdder(allow=FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[_without_words, ProcessorFormatter.remove_processors_meta, _without_nothing, renderer],
    )


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


def _without_values(logger: Any, method: str, line: EventDict) -> EventDict:
    """Leaves of another library's line what stands in its code."""
    record: logging.LogRecord = line["_record"]
    if not _is_ours(record.name):
        shown = _stands_in_code(record)
        line["event"] = _VALUE.sub("…", str(record.msg)).strip() if shown else HIDDEN
        line["at"] = None if shown else f"{record.filename}:{record.lineno}:{record.funcName}"
    return line


def _stands_in_code(record: logging.LogRecord) -> bool:
    """Whether a line's sentence is a constant of the function that logs it, as nothing that somebody wrote can be."""
    frame = sys._getframe()
    while frame is not None:
        code = frame.f_code
        if (code.co_filename, code.co_name) == (record.pathname, record.funcName):
            return isinstance(record.msg, str) and record.msg in code.co_consts
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _without_words(logger: Any, method: str, line: EventDict) -> EventDict:
    """Puts an exception's kinds and place where its text would be."""
    line.pop("stack_info", None)
    found = line.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else sys.exc_info()[1] if found is True else found
    if isinstance(error, BaseException):
        line["error"], line["at"] = _kinds_of(error), place_of(error.__traceback__)
    return line


def _without_nothing(logger: Any, method: str, line: EventDict) -> EventDict:
    return {name: value for name, value in line.items() if value is not None}


def _kinds_of(error: BaseException) -> str:
    """The kind of an exception, and of those that it came from."""
    kinds: list[str] = []
    step: BaseException | None = error
    while step is not None and len(kinds) < 4:
        kinds.append(type(step).__name__)
        step = step.__cause__ or step.__context__
    return " < ".join(kinds)


def _note_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    _note("clearing up", unraisable.exc_value)


def _note_in_thread(arguments: threading.ExceptHookArgs) -> None:
    _note("a thread", arguments.exc_value)


def _note(where: str, error: BaseException | None) -> None:
    if error is not None:
        _log.error("failed in %s error=%s at=%s", where, _kinds_of(error), place_of(error.__traceback__))
