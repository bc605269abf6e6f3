"""What the bot says in chat as pages of their own, with the same buttons: `/me`, and who coordinates."""

from starlette.responses import Response

from bot.features.core import handlers as coordinating
from bot.features.me.showing import me_now
from bot.web.visit import Visit


async def me(visit: Visit) -> Response:
    """`/me`, and signing out everywhere."""
    return visit.show("me.html", message=await me_now(visit.context, visit.context.who))


async def core(visit: Visit) -> Response:
    """`/core`: who coordinates; coordinators name others here."""
    message = await coordinating.show(visit.context)
    return visit.show("core.html", message=message)
