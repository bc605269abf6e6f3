"""Newcomers, for coordinators: who was left alone, and numbers of how newcomers fare; nobody is watched."""

from starlette.responses import Response

from bot.features.review import rules
from bot.services import message_from
from bot.web.questions import to_message
from bot.web.visit import Visit
from knowledge.models import Step
from knowledge.store import deeds, first_words, members, newcomers, pairs


async def listed(visit: Visit) -> Response:
    """`/newcomers`."""
    context = visit.context
    async with context.read() as work:
        waiting = await first_words.waiting_words(work, before=context.now - first_words.ALONE_AFTER)
        people = await members.find_members(work, [each.member_id for each in waiting])
        came, steps = await newcomers.count_steps(work, context.now - rules.LOOKED_BACK)
        answers = await first_words.first_answers(work, context.now - rules.LOOKED_BACK)
        numbers = rules.numbers(came, steps, answers, await deeds.moved(work))
        companions = len(await pairs.companions(work))
    alone = [(people[each.member_id], each) for each in waiting if each.member_id in people]
    return visit.show(
        "newcomers.html",
        alone=alone,
        numbers=numbers,
        steps=list(Step),
        companions=companions if companions >= rules.FEWEST else None,
        hours=None if numbers is None or numbers.half_within is None else numbers.half_within.total_seconds() / 3600,
    )


async def there(visit: Visit) -> Response:
    """`/newcomers/7/there`: to the first words of somebody who is new."""
    async with visit.context.read() as work:
        word = await first_words.find_first_word(work, visit.here)
    return await to_message(visit, message_from(word.message) if word is not None else None)
