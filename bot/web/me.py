"""My page: what `/me` shows in chat, with the same buttons; and signing out everywhere."""

from starlette.responses import Response

from bot.features.me.showing import me_now
from bot.web.visit import Visit


async def me(visit: Visit) -> Response:
    """`/me`."""
    return visit.show("me.html", message=await me_now(visit.context, visit.context.who))
