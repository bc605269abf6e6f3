"""Exports, for coordinators: what the community knows, as files that other programs read.

They are written as they are sent, a piece at a time, so that a large store neither takes memory nor keeps others
waiting. That somebody took one stands in the audit trail.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from starlette.responses import Response, StreamingResponse

from bot.errors import Refusal
from bot.web.visit import Visit
from knowledge.importing import writing
from knowledge.models import QuestionState
from knowledge.store import audit, questions, tips
from knowledge.tips import Known

AT_ONCE = 200
"""Tips and questions that are read in one go (ours)."""

FORMS = {"csv": "text/csv", "jsonl": "application/jsonl", "md": "text/markdown"}
"""Forms of a file, by the end of its name, with their media types. Source: RFC 4180, RFC 7763; jsonlines.org."""

QUESTION_COLUMNS = ("number", "state", "asked", "answered", "text", "tip")


async def offered(visit: Visit) -> Response:
    """`/exports`."""
    return visit.show("exports.html", forms=list(FORMS))


async def take(visit: Visit) -> Response:
    """*Take it*: `what` (tips, questions) in a `form` of `FORMS`."""
    fields = await visit.fields()
    what, form = fields.get("what", ""), fields.get("form", "")
    writers = {"tips": _tips, "questions": _questions}
    if what not in writers or form not in FORMS:
        raise Refusal("common.unknown")
    async with visit.context.write() as work:
        await audit.note(work, f"export.{what}", visit.context.who, form=form)
    name = f"{what}-{visit.context.now:%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(writers[what](visit, form), media_type=f"{FORMS[form]}; charset=utf-8", headers=headers)


async def _tips(visit: Visit, form: str) -> AsyncIterator[str]:
    writers: dict[str, Callable[[Iterable[Known]], Iterator[str]]] = {
        "csv": writing.as_csv,
        "jsonl": writing.as_jsonl,
        "md": writing.as_markdown,
    }
    after, is_first = 0, True
    while True:
        async with visit.context.read() as work:
            some = await tips.live_tips(work, after=after, limit=AT_ONCE)
        if not some and not is_first:
            return
        lines = list(writers[form](some))
        yield "".join(lines[1:] if form == "csv" and not is_first else lines)
        if not some:
            return
        after, is_first = some[-1].number, False


async def _questions(visit: Visit, form: str) -> AsyncIterator[str]:
    async with visit.context.read() as work:
        rows = [
            {
                "number": row.number,
                "state": str(row.state),
                "asked": row.posted_at.isoformat() if row.posted_at else "",
                "answered": row.answered_at.isoformat() if row.answered_at else "",
                "text": row.text,
                "tip": row.tip_id is not None,
            }
            for state in (QuestionState.OPEN, QuestionState.ANSWERED)
            for row in await questions.posted(work, state, limit=None)
        ]
    writers: dict[str, Callable[[Iterable[Mapping[str, Any]]], Iterator[str]]] = {
        "csv": partial(writing.table_as_csv, QUESTION_COLUMNS),
        "jsonl": writing.table_as_jsonl,
        "md": partial(writing.table_as_markdown, QUESTION_COLUMNS),
    }
    yield "".join(writers[form](rows))
