"""Newcomers, for coordinators: who was left alone, and numbers of how newcomers fare; nobody is watched."""

from datetime import datetime
from functools import partial

from starlette.responses import Response

from bot.features.review import rules
from bot.services import message_from
from bot.web.questions import to_message
from bot.web.reckoning import Progress, Wanted
from bot.web.visit import Fared, Visit
from knowledge.models import Step
from knowledge.store import Store, deeds, first_words, members, newcomers, pairs


async def listed(visit: Visit) -> Response:
    """`/newcomers`: the numbers are worked out beside, and come by themselves."""
    context = visit.context
    make = partial(_make, context.store, context.community, context.now)
    wanted = Wanted(context.community, "", await visit.who_counts())
    found = visit.reckoners.newcomers.find(wanted, make, who=context.who, now=context.now)
    if visit.is_part and found.is_over:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    if visit.is_part:
        return visit.show("newcomers_progress.html", found=found)
    async with context.read() as work:
        waiting = await first_words.waiting_words(work, before=context.now - first_words.ALONE_AFTER)
        people = await members.find_members(work, [each.member_id for each in waiting])
    alone = [(people[each.member_id], each) for each in waiting if each.member_id in people]
    fared = found.found
    numbers = fared.numbers if fared is not None else None
    half_within = numbers.half_within if numbers is not None else None
    return visit.show(
        "newcomers.html",
        alone=alone,
        found=found,
        fared=fared,
        steps=list(Step),
        hours=half_within.total_seconds() / 3600 if half_within is not None else None,
    )


async def there(visit: Visit) -> Response:
    """`/newcomers/7/there`: to the first words of somebody who is new."""
    async with visit.context.read() as work:
        word = await first_words.find_first_word(work, visit.here)
    return await to_message(visit, message_from(word.message) if word is not None else None)


async def _make(store: Store, community: int, now: datetime, progress: Progress) -> Fared:
    async with store.read(community, now) as work:
        came, steps = await newcomers.count_steps(work, now - rules.LOOKED_BACK)
        answers = await first_words.first_answers(work, now - rules.LOOKED_BACK)
        progress(0.2)
        numbers = rules.numbers(came, steps, answers, await deeds.moved(work))
        companions = len(await pairs.companions(work))
    return Fared(numbers, companions if companions >= rules.FEWEST else None)
