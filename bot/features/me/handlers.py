"""What happens when somebody looks at what the bot knows of them, joins or leaves."""

from adapters.port import ButtonPressed, CommandUsed, Form, FormSubmitted, HomeOpened, MemberJoined, MemberLeft, Message
from bot.errors import Refusal
from bot.feature import Context, arguments_of
from bot.features.me import views
from bot.features.me.showing import me_now
from knowledge.store import members


async def show_me(context: Context, event: CommandUsed | HomeOpened) -> Message:
    """`/me`, and the home tab where there is one."""
    return await me_now(context, context.who)


async def edit(context: Context, event: ButtonPressed) -> Form:
    """*Say what I do and where*."""
    assert context.member is not None
    return views.edit_form(context.words, context.member)


async def edited(context: Context, event: FormSubmitted) -> Message:
    """Practice and place came back."""
    said = {name: str(event.values.get(name, "")) for name in ("practice", "place")}
    async with context.write() as work:
        await members.describe(work, context.who, **said)
    return await me_now(context, context.who)


async def take(context: Context, event: ButtonPressed) -> Message:
    """A switch for what the bot may bring."""
    name, wanted = arguments_of(event.button)
    if name not in views.TAKES:
        raise Refusal("common.unknown")
    async with context.write() as work:
        await members.describe(work, context.who, **{name: wanted == "on"})
    return await me_now(context, context.who)


async def joined(context: Context, event: MemberJoined) -> None:
    """Somebody is here, for the first time or again."""
    async with context.write() as work:
        await members.mark_joined(work, event.who.key, event.who.name)


async def left(context: Context, event: MemberLeft) -> None:
    """Somebody left."""
    async with context.write() as work:
        await members.mark_left(work, event.who.key)
