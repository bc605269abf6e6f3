"""The audit trail, for coordinators: what was done to what is the community's, by whom and when."""

from starlette.responses import Response

from bot.web.visit import Visit
from bot.words import Words
from knowledge.store import audit
from knowledge.store.audit import Done

PAGE = 50
"""Entries on a page (ours)."""

SORTS = ("tip", "settings", "core", "review", "export")
"""Sorts of what is done, as the entries' words begin."""


async def trail(visit: Visit) -> Response:
    """`/audit`, `/audit?did=settings`."""
    said, page = visit.asked("did"), visit.number("page")
    did = said if said in SORTS else ""
    async with visit.context.read() as work:
        rows = await audit.trail(work, did=did, limit=PAGE + 1, offset=page * PAGE)
    entries = [(row.at, sentence(visit.context.words, row)) for row in rows[:PAGE]]
    return visit.show("audit.html", entries=entries, did=did, sorts=SORTS, page=page, is_more=len(rows) > PAGE)


def sentence(words: Words, done: Done) -> str:
    """What was done, as people say it; what another version wrote down may have no words here."""
    values = {name: str(value) for name, value in done.subject.items()}
    values |= {"by": done.by or words.line("web.audit.somebody"), "about": ", ".join(done.about)}
    try:
        return words.line(f"web.audit.{done.did.replace('.', '_')}", **values)
    except KeyError:
        return words.line("web.audit.other", **values)
