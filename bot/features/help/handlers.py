"""What happens when somebody wonders what the bot can do."""

import re

from adapters.port import ButtonPressed, CommandUsed, Message, MessagePosted
from bot.feature import Context, surface_of
from bot.features.help import views


async def help_used(context: Context, event: CommandUsed) -> Message:
    """`/tacit`."""
    return _menu(context)


async def greeted(context: Context, event: MessagePosted) -> Message:
    """*Hello*, *help*, *thanks*, or only the bot's name."""
    if re.search(r"\b(thanks|thank|ta|cheers|great|ok|okay|brilliant|lovely)\b", event.post.text.lower()):
        return views.thanked(context.words)
    return _menu(context)


async def commands_pressed(context: Context, event: ButtonPressed) -> Message:
    """*All commands*."""
    return views.commands(context.words, surface_of(context.features, context.words).commands)


def _menu(context: Context) -> Message:
    asking_first = sorted(context.features, key=lambda feature: not feature.comes_last)
    buttons = [button for feature in asking_first for button in feature.menu(context)]
    shortcuts = surface_of(context.features, context.words).shortcuts
    return views.menu(context.words, buttons, shortcuts, context.chat.unheard())
