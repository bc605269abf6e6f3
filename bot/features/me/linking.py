"""What happens when somebody links an account of theirs with another one, or takes them apart again.

A one-time code is shown on one account and written on the other, which has to say yes. Names prove nothing.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from adapters.port import ButtonPressed, CommandUsed, Message
from bot.errors import Refusal
from bot.feature import Context, arguments_of
from bot.features.me import views
from bot.features.me.showing import me_now
from knowledge.store import links, members, notices

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
"""Signs of a code: 40 bits, good for ten minutes and once."""


async def give_code(context: Context, event: ButtonPressed) -> Message:
    """*Link another account*."""
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    async with context.write() as work:
        await links.offer_code(work, event.who.key, code)
    return views.code(context.words, f"{code[:4]}-{code[4:]}")


async def ask_back(context: Context, event: CommandUsed) -> Message:
    """`/tacit link CODE`."""
    _, _, code = event.text.partition(" ")
    async with context.read() as work:
        offered = await links.who_offered(work, code)
    if offered is None:
        raise Refusal("me.link.unknown")
    if offered.member_id == context.who:
        raise Refusal("me.link.already")
    if offered.key.rsplit(":", 1)[0] == event.who.space.key:
        raise Refusal("me.link.same_place")
    return views.ask_back(context.words, offered, "".join(sign for sign in code.upper() if sign in SIGNS))


async def link(context: Context, event: ButtonPressed) -> Message:
    """*Yes, both are me*."""
    code = "".join(arguments_of(event.button))
    async with context.write() as work:
        offered = await links.who_offered(work, code)
        member = await links.link(work, code, event.who.key) if offered else None
        if offered is None or member is None:
            raise Refusal("me.link.unknown")
        subject = {"account": event.who.key, "to": offered.key}
        once = f"me.linked:{event.key}"
        await notices.owe(work, "me.linked", members.member_id(member), subject, once=once)
    return views.linked(context.words, offered)


async def leave(context: Context, event: ButtonPressed) -> Message:
    """*No, leave it*."""
    return views.left_alone(context.words)


async def write_linked(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Says on the first account that another one was linked, and how to undo it."""
    async with context.read() as work:
        found = await members.find_account(work, str(subject["account"]))
    return views.was_linked(context.words, found) if found and found.member_id == context.who else None


async def unlink(context: Context, event: ButtonPressed) -> Message:
    """*Unlink*."""
    key = ":".join(arguments_of(event.button))
    async with context.write() as work:
        found = await members.find_account(work, key)
        if found is None or found.member_id != context.who or await links.unlink(work, key) is None:
            raise Refusal("common.unknown")
        mine = await members.find_account(work, event.who.key)
    assert mine is not None
    return await me_now(context, mine.member_id)
