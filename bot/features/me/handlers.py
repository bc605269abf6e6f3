"""What happens when somebody looks at what the bot knows of them, joins or leaves."""

from adapters.port import (
    ButtonPressed,
    CommandUsed,
    FieldErrors,
    Form,
    FormSubmitted,
    HomeOpened,
    MemberJoined,
    MemberLeft,
    Message,
)
from bot import cards
from bot.feature import Context
from bot.features.me import rules, views
from bot.features.me.showing import me_now
from bot.words import languages
from knowledge.store import members


async def show_me(context: Context, event: CommandUsed | HomeOpened | ButtonPressed) -> Message:
    """`/me`, the home tab where there is one, and every way back to it."""
    if context.member is None:
        return cards.plainly(context.words, "me.nothing")
    return await me_now(context, context.who)


async def edit(context: Context, event: ButtonPressed) -> Form:
    """*Change that*."""
    assert context.member is not None
    return views.edit_form(context.words, context.member)


async def edited(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """Practice, place, time zone and language came back."""
    said = {name: str(event.values.get(name, "")) for name in ("practice", "place", "time_zone", "language")}
    if said["time_zone"].strip():
        zone = rules.zone_named(said["time_zone"])
        if zone is None:
            near = rules.zones_like(said["time_zone"])
            return FieldErrors({"time_zone": views.no_such_zone(context.words, said["time_zone"], near)})
        said["time_zone"] = zone
    assert context.member is not None
    said["language"] = said["language"] if said["language"] in (*languages(), context.member.language) else ""
    async with context.write() as work:
        await members.describe(work, context.who, **said)
    return await me_now(context, context.who)


async def joined(context: Context, event: MemberJoined) -> None:
    """Somebody is here, for the first time or again."""
    async with context.write() as work:
        await members.mark_joined(work, event.who.key, event.who.name)


async def left(context: Context, event: MemberLeft) -> None:
    """Somebody left."""
    async with context.write() as work:
        await members.mark_left(work, event.who.key)
