"""The first page: what is new, what is open, what comes up; for coordinators, what needs a look."""

from dataclasses import replace

from starlette.responses import Response

from adapters.port import Message
from bot.features.review import handlers as reviewing
from bot.web import meetups, questions
from bot.web.reckoning import Progress, Wanted
from bot.web.visit import Visit
from knowledge.store import communities, tips

NEWEST = 5
"""Tips, questions and meetups that are shown here, at most (ours: a screenful)."""


async def overview(visit: Visit) -> Response:
    """`/`."""
    context = visit.context
    async with context.read() as work:
        name = await communities.name_of(work)
        newest = await tips.browse(work, limit=NEWEST)
    return visit.show(
        "overview.html",
        community=name,
        newest=newest,
        asked=(await questions.open_now(visit, limit=NEWEST)),
        coming=(await meetups.coming_up(visit))[:NEWEST],
    )


async def review(visit: Visit) -> Response:
    """`/review`: what needs a look, with the buttons that chat has; the first page draws it once it is there."""
    context = replace(visit.context, pages="")
    wanted = Wanted(context.community, context.words.language, "review")

    async def make(progress: Progress) -> Message:
        return await reviewing.show_review(context, None)

    found = visit.reckoners.reviews.find(wanted, make, who=context.who, now=context.now)
    return visit.show("review_part.html" if visit.is_part else "review.html", found=found)
