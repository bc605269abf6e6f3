"""Decisions about the pages' addresses. Pure."""

from urllib.parse import urlsplit


def link_to(pages: str, community: int, secret: str) -> str:
    """The one-time link of a community's member, under the address of the pages."""
    return f"{pages}/in/{community}.{secret}"


def is_near(pages: str) -> bool:
    """Whether the pages can be reached from the bot's own machine only."""
    return urlsplit(pages).hostname in ("127.0.0.1", "localhost", "::1")
