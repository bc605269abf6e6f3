"""What happens when a coordinator asks what needs a look, or settles something that does."""

from collections.abc import Awaitable, Callable

from adapters.port import ButtonPressed, CommandUsed, Message
from bot.errors import Refusal
from bot.feature import Context, Handler, arguments_of, number_of
from bot.features.review import reading, rules, views
from bot.features.review.items import Done, LeftAlone, Unanswered


async def show_review(context: Context, event: CommandUsed | ButtonPressed | None) -> Message:
    """`/review`, and *Show more*: what needs a look, and how newcomers fared in the last quarter."""
    context.only_for_coordinators()
    return await _shown(context, number_of(event.button) if isinstance(event, ButtonPressed) else 0)


def settling(act: Callable[[Context, str], Awaitable[Done]]) -> Handler:
    """A handler for coordinators that does something about an item and shows what is left, from where they were.

    What cannot be done is said there too, for others may have settled it meanwhile. The button's last argument is the
    place in the review where it stood.
    """

    async def settle(context: Context, event: ButtonPressed) -> Message:
        context.only_for_coordinators()
        start = number_of(event.button, len(arguments_of(event.button)) - 1)
        try:
            done = await act(context, event.button)
        except Refusal as refusal:
            done = Done(refusal.key, refusal.values)
        return await _shown(context, start, done)

    return settle


async def _shown(context: Context, start: int, done: Done | None = None) -> Message:
    review = await reading.review_now(context)
    has_pages = bool(context.pages) and any(feature.name == "pages" for feature in context.features)
    shown = rules.shown_of(len(review.items), start, is_undo=done is not None and done.entry > 0, is_foot=has_pages)
    links = {}
    for at in shown:
        match review.items[at]:
            case LeftAlone(message=key) | Unanswered(post=key):
                links[at] = await reading.link_to(context, key)
            case _:
                pass
    return views.review(context.words, review, views.Shown(shown, links, has_pages), done)
