"""Two communities with pages, and windows in which people of theirs are signed in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import httpx
from starlette.applications import Starlette

from adapters.room import STATIC, Person, RoomPlatform
from bot.web import PREFIX, Doors, Pages, site
from bot.wiring import Bot, build
from knowledge.models import FirstWord, Outcome
from knowledge.search import Encoder
from knowledge.store import Store, communities, confirmations, first_words, members, questions, sign_ins, tips
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
KEY = "a key for tests, which nobody else has and which is long"
OURS = "Sliding-sheet"
"""A word that stands in the first community only."""


@dataclass
class Stage:
    """The pages of an installation with two communities, `ward` and `lab`, and what they hold.

    `later` lets time pass.
    """

    store: Store
    bot: Bot
    room: RoomPlatform
    ward: int
    lab: int
    people: dict[str, int] = field(default_factory=dict)
    address: str = "http://127.0.0.1:8000"
    now: list[datetime] = field(default_factory=lambda: [NOW])
    looks: Path = STATIC
    built: list[Pages] = field(default_factory=list)

    def later(self, **by: float) -> None:
        self.now[0] += timedelta(**by)

    @property
    def app(self) -> Starlette:
        self.built.append(site(self.bot.services, Doors(self.address, KEY, self.looks)))
        return Starlette(routes=self.built[-1].routes)

    async def link(self, account: str) -> str:
        """A one-time link for somebody (`room:ward:ann`), as a path."""
        community = self.ward if account.startswith("room:ward") else self.lab
        secret = f"a secret of {account} at {self.now[0].timestamp()} which is long"
        async with self.store.write(community, self.now[0]) as work:
            await sign_ins.offer_link(work, account, secret.replace(" ", "_"))
        return f"{PREFIX}/in/{community}.{secret.replace(' ', '_')}"

    async def window(self, account: str = "", *, app: Starlette | None = None) -> "Window":
        """A window in which somebody is signed in; nobody where no account is named."""
        transport = httpx.ASGITransport(app=app or self.app, raise_app_exceptions=False)
        window = Window(httpx.AsyncClient(transport=transport, base_url=self.address))
        if account:
            signed_in = await window.send(await self.link(account))
            assert signed_in.status_code == 303, signed_in.text
        return window


@dataclass
class Window:
    """A browser window: what is opened and sent in it comes from our own page."""

    client: httpx.AsyncClient

    async def open(self, path: str, **headers: str) -> httpx.Response:
        where = path if path.startswith(PREFIX) else f"{PREFIX}{path}"
        return await self.client.get(where, headers=headers)

    async def send(self, path: str, fields: Any = None, **headers: str) -> httpx.Response:
        where = path if path.startswith(PREFIX) else f"{PREFIX}{path}"
        own = {"Sec-Fetch-Site": "same-origin", **headers}
        return await self.client.post(where, data=fields or {}, headers=own)

    async def sends(self, path: str, fields: Any = None) -> str:
        """Sends a form and follows where it leads; gives the words of that page."""
        answer = await self.send(path, fields)
        assert answer.status_code == 303, f"{answer.status_code}: {words_of(answer)}"
        return words_of(await self.open(answer.headers["location"]))

    async def sees(self, path: str) -> str:
        """The words of a page."""
        answer = await self.open(path)
        assert answer.status_code == 200, f"{answer.status_code}: {words_of(answer)}"
        return words_of(answer)


def words_of(answer: httpx.Response) -> str:
    """What a page says, without its tags, on one line."""
    body = answer.text.partition("<main")[2] or answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def set_up(store: Store, encoder: Encoder | None = None, features: Any = None) -> Stage:
    """Ann coordinates the ward and Ben works there; Zoe coordinates the lab."""
    now = [NOW]
    clock: Callable[[], datetime] = lambda: now[0]  # noqa: E731
    room = RoomPlatform("ward", now=clock, url="http://127.0.0.1:8000")
    bot = build(store, encoder, room, clock=clock, random=Random(1), pages=f"http://127.0.0.1:8000{PREFIX}")
    ward = await communities.open_community(store, "The ward", NOW)
    lab = await communities.open_community(store, "The lab", NOW)
    stage = Stage(store, bot, room, ward, lab, now=now)
    for name in ("ann", "ben", "cy"):
        await room.join(Person(name, name.title(), "nurse", "ward 4", "Europe/London", joined_at=NOW))
    room.open_channel("floor", "floor")
    await _people(stage)
    await _know_how(stage)
    return stage


async def _people(stage: Stage) -> None:
    for community, space, names in ((stage.ward, "room:ward", ("ann", "ben", "cy")), (stage.lab, "room:lab", ("zoe",))):
        async with stage.store.write(community, NOW - timedelta(days=200)) as work:
            await communities.connect_space(work, space)
            await communities.remember_channel(work, f"{space}:floor", "floor")
            for name in names:
                member = await members.add_member(work, f"{space}:{name}", name.title())
                stage.people[name] = members.member_id(member)
                await members.describe(work, stage.people[name], practice="nurse", place="ward 4")
            await members.set_core(work, stage.people[names[0]], is_core=True)


async def _know_how(stage: Stage) -> None:
    ann, ben, cy = (stage.people[name] for name in ("ann", "ben", "cy"))
    async with stage.store.write(stage.ward, NOW - timedelta(days=20)) as work:
        for at, (title, works) in enumerate(KNOW_HOW):
            tip = await tips.keep_tip(work, TipForm(works, title=title, tags=("lifting",)), kept_by=ben)
            await tips.add_author(work, tip, ben)
            await tips.publish_tip(work, tip, by=ben)
            if not at:
                await confirmations.confirm_tip(work, tip, cy, Outcome.NOT_HERE, note=f"No {OURS} here")
        asked = await questions.write_question(work, ben, Asked(f"Where is the {OURS} kept?"))
        await questions.open_question(work, asked.number, named=True)
        await questions.note_post(work, asked.number, "room:ward:floor:m1", "room:ward:floor")
        alone = await questions.write_question(work, ben, Asked("What I asked the bot alone"))
        assert alone.post == ""
    async with stage.store.write(stage.ward, NOW - timedelta(days=3)) as work:
        where = {"message": "room:ward:floor:m9", "room": "room:ward:floor", "thread": "m9"}
        await first_words.note_first_word(
            work, FirstWord(community_id=stage.ward, member_id=cy, at=work.now, **where), []
        )
    assert ann


KNOW_HOW = (
    (f"{OURS} under the pillow", "Keep it under the pillow, so that nobody looks for it at night."),
    ("Spasticity of the wrist", "Warm the hand first, then open it from the little finger."),
    (f"A {OURS} for two", "Two people, one count, and the bed at hip height."),
)
