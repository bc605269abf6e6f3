"""What happens when somebody asks for the pages."""

import secrets

from adapters.port import ButtonPressed, CommandUsed, Message
from bot.errors import Refusal
from bot.feature import Context
from bot.features.pages import rules, views
from knowledge.store import sign_ins


async def open_pages(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tacit pages`, *Open the pages*: a link that signs its reader in, once."""
    if not context.pages:
        raise Refusal("pages.nowhere")
    secret = secrets.token_urlsafe(32)
    async with context.write() as work:
        await sign_ins.offer_link(work, event.who.key, secret)
    assert context.member is not None
    link = rules.link_to(context.pages, context.community, secret)
    return views.link(context.words, link, is_core=context.member.is_core, is_near=rules.is_near(context.pages))
