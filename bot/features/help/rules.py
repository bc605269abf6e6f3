"""Decisions of help: what is a greeting and not a question. Pure."""

import re

from adapters.port import MessagePosted
from knowledge.store.communities import Options


def is_greeting(event: MessagePosted, options: Options) -> bool:
    """Whether somebody only says hello, asks for help or says thank you to the bot, or mentions it without words."""
    words = " ".join(re.sub(r"[^\w\s']", " ", event.post.text).lower().split())
    if event.post.text.strip() or not event.to_bot:
        return event.to_bot and bool(_GREETING.fullmatch(words))
    return not event.post.file_names


_GREETING = re.compile(
    r"(hi|hello|hey|hiya|good (morning|afternoon|evening)|help|help me|start|what can you do|who are you|what are you)"
    r"( there| tacit)?"
    r"|(thanks|thank you|ta|cheers|great|ok|okay|brilliant|lovely)( very much| so much| a lot| tacit)?"
)
