"""What somebody is sent who asks for the pages. Pure."""

from adapters.port import Link, Message, Section
from bot.words import Words


def link(words: Words, address: str, *, is_core: bool, is_near: bool) -> Message:
    """The link, what it opens, how long it is good, and whether only the bot's own machine can open it."""
    about = words("pages.for_coordinators" if is_core else "pages.for_members")
    sections = [Section(about, buttons=[Link(address, words.line("pages.open"))]), Section(words("pages.once"))]
    if is_near:
        sections.append(Section(words("pages.near")))
    return Message(words.line("pages.summary"), sections)
