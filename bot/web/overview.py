"""The first page: what is new, what is open, what comes up; for coordinators, what needs a look."""

from starlette.responses import Response

from adapters.port import Message
from bot.features.review import handlers as review
from bot.web import meetups, questions
from bot.web.visit import Visit
from knowledge.store import communities, tips

NEWEST = 5
"""Tips, questions and meetups that are shown here, at most (ours: a screenful)."""


async def overview(visit: Visit) -> Response:
    """`/`."""
    context = visit.context
    needs_a_look: Message | None = await review.show_review(context, None) if visit.is_core else None
    async with context.read() as work:
        name = await communities.name_of(work)
        newest = await tips.browse(work, limit=NEWEST)
    return visit.show(
        "overview.html",
        community=name,
        review=needs_a_look,
        newest=newest,
        asked=(await questions.open_now(visit, limit=NEWEST)),
        coming=(await meetups.coming_up(visit))[:NEWEST],
    )
