"""What discord.py hands over as the port's events: one function for each kind.

Where: a thread is a room with its parent as the channel, and a thread's first message stands in the parent. A direct
conversation belongs to no server, so whoever calls says which space it is in. Source: Discord, discord-api-docs,
*Gateway events*, *Interactions*.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from adapters.discord import markup
from adapters.discord.outbound import MANY
from adapters.discord.whose import without_mark
from adapters.port import (
    Account,
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    Inbound,
    MessageEdited,
    MessagePosted,
    MessageRef,
    Post,
    Reaction,
    Room,
    ShortcutUsed,
    Space,
    Trigger,
    Typing,
)

FORM_SECONDS = 3
"""How long an interaction waits for its first answer. Source: Discord, *Receiving and responding*."""

TEXT_OPTION = "text"
"""The one option of a slash command: everything after its name."""

Someone = discord.User | discord.Member | discord.ClientUser


@dataclass(frozen=True, slots=True)
class Known:
    """What is known while an event is read.

    Attributes:
        space: the server.
        bot: the bot's user id and that of the role that Discord made for it.
        clock: the time, aware UTC.
        shortcuts: label of a message command -> the shortcut's id.
        names: kind (`@`, `@&`, `#`) and id -> what to call it.
    """

    space: Space
    bot: frozenset[int]
    clock: Callable[[], datetime]
    shortcuts: dict[str, str]
    names: Callable[[str, int], str]

    def account(self, user: Someone) -> Account:
        """Somebody, by the name that they go by in the server."""
        here = "" if isinstance(user, discord.Member) else self.names("@", user.id)
        return Account(self.space, str(user.id), here or user.display_name)


def room_of(space: Space, channel: Any) -> Room:
    """A channel or thread as the port knows it; `channel` is any of discord.py's."""
    if isinstance(channel, discord.Thread):
        parent = channel.parent
        name = parent.name if parent else ""
        is_group = channel.type is discord.ChannelType.private_thread
        return Room(space, str(channel.parent_id), str(channel.id), name, direct=is_group)
    guild = getattr(channel, "guild", None)
    return Room(space, str(channel.id), "", getattr(channel, "name", "") or "" if guild else "", direct=guild is None)


def reference(space: Space, channel: Any, id: int) -> MessageRef:
    """Where a message is; a thread's first message stands in the parent channel."""
    room = room_of(space, channel)
    return MessageRef(room.channel if room.thread_id == str(id) else room, str(id))


def post_of(message: discord.Message, known: Known) -> Post:
    """Gives a message as it stands."""
    mentioned = [each for each in message.mentions if each.id not in known.bot]
    return Post(
        reference(known.space, message.channel, message.id),
        known.account(message.author),
        message.created_at,
        _words(message, known),
        by_bot=message.author.bot,
        private=message.guild is None or message.flags.ephemeral,
        file_names=tuple(each.filename for each in message.attachments),
        mentions=tuple(known.account(each) for each in mentioned),
        reactions=tuple(Reaction(_emoji(each.emoji), ()) for each in message.reactions),
    )


def posted(
    message: discord.Message, known: Known, answers: Someone | None, quoted: Someone | None = None
) -> MessagePosted:
    """Somebody wrote, or passed on what somebody wrote."""
    post = post_of(message, known)
    if quoted is not None and quoted.id not in known.bot:
        post = replace(post, quotes=(known.account(quoted),))
    is_mentioned = not known.bot.isdisjoint(markup.mentioned(message.content))
    return MessagePosted(
        f"{known.space.key}:{message.id}",
        message.created_at,
        post.author,
        post,
        to_bot=post.private or is_mentioned,
        direct=post.ref.room.direct,
        answers=known.account(answers) if answers is not None and answers.id not in known.bot else None,
    )


def edited(message: discord.Message, known: Known) -> MessageEdited:
    """Somebody changed what they wrote."""
    at = message.edited_at or known.clock()
    post = post_of(message, known)
    return MessageEdited(f"{known.space.key}:{message.id}:{at.timestamp()}", at, post.author, post)


def interaction(given: discord.Interaction, known: Known, token: str) -> Inbound | None:
    """Reads any interaction; None for what the bot does not listen to."""
    at, who = given.created_at, known.account(given.user)
    key, room = f"{known.space.key}:{given.id}", _room(given, known)
    trigger = Trigger(token, at + timedelta(seconds=FORM_SECONDS))
    data: Any = given.data or {}
    match given.type:
        case discord.InteractionType.autocomplete:
            return Typing(key, at, who, room, data["name"], _text(data))
        case discord.InteractionType.application_command if data.get("type") == 3:
            message = _resolved(given, data)
            shortcut = known.shortcuts.get(data["name"], data["name"])
            return ShortcutUsed(key, at, who, shortcut, post_of(message, known), trigger) if message else None
        case discord.InteractionType.application_command:
            return CommandUsed(key, at, who, room, data["name"], _text(data), trigger)
        case discord.InteractionType.component if given.message is not None:
            where = reference(known.space, given.channel, given.message.id)
            return ButtonPressed(key, at, who, without_mark(data["custom_id"])[0], where, trigger)
        case discord.InteractionType.modal_submit:
            form, _ = without_mark(data["custom_id"])
            return FormSubmitted(key, at, who, room, form, _values(data), trigger)
        case _:
            return None


def _room(given: discord.Interaction, known: Known) -> Room:
    return (
        room_of(known.space, given.channel) if given.channel is not None else Room(known.space, str(given.channel_id))
    )


def _text(data: Any) -> str:
    options = {each["name"]: each for each in data.get("options") or ()}
    return str(options.get(TEXT_OPTION, {}).get("value", "")).strip()


def _resolved(given: discord.Interaction, data: Any) -> discord.Message | None:
    namespace = discord.app_commands.Namespace._get_resolved_items(given, data.get("resolved") or {})  # type: ignore[arg-type]
    found = [each for each in namespace.values() if isinstance(each, discord.Message)]
    return found[0] if found else None


def _values(data: Any) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    stack = list(data.get("components") or ())
    while stack:
        each = stack.pop(0)
        stack += [*(each.get("components") or ()), *([each["component"]] if each.get("component") else ())]
        if "custom_id" in each:
            name, chosen = each["custom_id"], each.get("values")
            if name.endswith(MANY):
                found[name.removesuffix(MANY)] = tuple(chosen or ())
            else:
                found[name] = each.get("value", "") if chosen is None else "".join(chosen[:1])
    return found


def _words(message: discord.Message, known: Known) -> str:
    parts = [markup.read(message.content, known.bot, known.names)] if message.content else []
    parts += [markup.read(each.content, known.bot, known.names) for each in _displays(message.components)]
    return "\n\n".join(part for part in parts if part)


def _displays(components: Any) -> list[Any]:
    found: list[Any] = []
    for each in components:
        if each.type is discord.ComponentType.text_display:
            found.append(each)
        found += _displays(getattr(each, "children", None) or ())
    return found


def _emoji(sign: Any) -> str:
    return markup.name_of(sign) if isinstance(sign, str) else str(sign.name)


def moment(id: int) -> datetime:
    """Gives when a snowflake was made, aware UTC."""
    return discord.utils.snowflake_time(id).astimezone(UTC)
