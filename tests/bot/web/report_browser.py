"""A member's browser on the pages of a real store: signed in by a one-time link, through the whole application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random

import httpx
from starlette.applications import Starlette

from adapters.room import STATIC
from bot.held import Held
from bot.services import Services
from bot.web.site import Doors, Pages, site
from knowledge.library import Library
from knowledge.store import Store, sign_ins

ADDRESS = "http://127.0.0.1:8000"
LINK = "a-link-that-is-long-enough-to-be-one-of-ours"


class Clock:
    """The time, as a test says it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def pages_of(store: Store, clock: Clock) -> Pages:
    """The pages, as one process serves them."""
    services = Services(store, Library(store, None), Held(), {}, (), clock, Random(1), f"{ADDRESS}/pages")
    return site(services, Doors(ADDRESS, "s" * 40, STATIC))


@asynccontextmanager
async def signed_in(
    app: Starlette, store: Store, community: int, account: str, now: datetime
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which whoever has `account` is signed in."""
    link = f"{LINK}-{account.rpartition(':')[2]}"
    async with store.write(community, now) as work:
        await sign_ins.offer_link(work, account, link)
    transport = httpx.ASGITransport(app)
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url=f"{ADDRESS}/pages", headers=headers) as browser:
        entered = await browser.post(f"/in/{community}.{link}")
        assert entered.status_code == 303
        yield browser
