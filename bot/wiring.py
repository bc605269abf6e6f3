"""The one file that knows everything: settings -> store, search, platforms, features, schedule.

What it puts together is run by `bot.serving`.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random
from secrets import token_urlsafe
from tempfile import mkstemp
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy.exc import ArgumentError
from starlette.applications import Starlette

from adapters.port import Inbound, MessageRef, Platform, Returned, Space
from adapters.room import STATIC, Person, RoomPlatform, application
from bot import features, metrics
from bot.feature import Feature, surface_of
from bot.held import Held
from bot.outbox import Outbox
from bot.router import Router
from bot.sample import living, loading
from bot.schedule import Schedule
from bot.services import Services
from bot.tally import Tally
from bot.web import PREFIX, Doors, Pages, site
from bot.words import Words
from config.settings import ROOT, SHORTEST_KEY, Settings, SettingsError
from knowledge.library import Library
from knowledge.migrations import migrate
from knowledge.search import Encoder, Found, ModelUnavailable, fetch_and_build, is_built
from knowledge.store import Store, StoreUnavailable, communities

if TYPE_CHECKING:
    from adapters.discord import DiscordPlatform, DiscordSettings
    from adapters.slack import SlackPlatform


def find_features() -> tuple[Feature, ...]:
    """Finds every folder of `bot.features`, in the order in which they see a message to the bot."""
    found = (import_module(f"bot.features.{each.name}").FEATURE for each in iter_modules(features.__path__))
    return tuple(sorted(found, key=lambda feature: (feature.comes_last, feature.name)))


FEATURES: tuple[Feature, ...] = find_features()
"""Every feature. The first one that takes a message to the bot is the only one."""

SAMPLE = "The stroke service"
"""The sample community's name."""

MODEL_LOCK = ROOT / "config" / "model.lock"

CHANCE = 8
"""Where the sample's people begin to throw their dice, so that each demo goes alike."""

Report = Callable[[str], None]
Meet = Callable[[Space, str], Awaitable[None]]
"""Connects a space to its community, by its name."""


class _Library(Library):
    """The library, with every search counted and timed."""

    async def search(self, community: int, question: str, now: datetime, *, limit: int = 10) -> Found:
        """Finds the tips that answer a question; see `Library`."""
        with metrics.searching():
            return await super().search(community, question, now, limit=limit)


@dataclass(frozen=True)
class Bot:
    """A bot that is put together and not yet running."""

    services: Services
    router: Router
    outbox: Outbox
    schedule: Schedule
    tally: Tally

    async def receive(self, event: Inbound) -> Returned:
        """Takes one event; what it makes the bot owe to others is delivered beside."""
        return await self.router.receive(event)

    async def tick(self) -> None:
        """Does what is due now."""
        await self.tally.write(self.services.clock())
        await self.schedule.tick()
        await self.outbox.deliver()

    async def idle(self) -> None:
        """Waits until nothing is under way, and writes what was only counted."""
        await self.outbox.idle()
        await self.tally.write(self.services.clock())


def build(
    store: Store,
    encoder: Encoder | None,
    *platforms: Platform,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    random: Random | None = None,
    listening: tuple[Feature, ...] = FEATURES,
    pages: str = "",
) -> Bot:
    """Puts a bot together from its parts; `pages` is the address under which its pages are reached."""
    services = Services(
        store=store,
        library=_Library(store, encoder),
        held=Held(),
        platforms={platform.name: platform for platform in platforms},
        features=listening,
        clock=clock,
        random=random or Random(),  # noqa: S311 - chance among equals, no secret
        pages=pages,
    )
    outbox, tally = Outbox(services), Tally(store)
    return Bot(services, Router(services, tally, outbox.deliver_soon), outbox, Schedule(services), tally)


def open_store(settings: Settings) -> Store:
    """Opens the database as it is.

    Raises:
        StoreUnavailable: its folder is not there.
        SettingsError: its address cannot be read.
    """
    try:
        return Store(settings.database)
    except OSError as error:
        raise StoreUnavailable("its folder is not there and cannot be made") from error
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "The setting DATABASE_URL can't be read. It looks like postgresql://user:password@host:5432/name, "
            "where signs such as @ or / in the password are written %40 and %2F."
        ) from error


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """Opens the database, brought to its newest form, and closes it.

    Raises:
        StoreUnavailable: the database is away, locked, full or cannot be written.
        SettingsError: its address cannot be read.
        MadeByNewer: a newer version of Tacit made it.
    """
    store = open_store(settings)
    try:
        await migrate(store)
        await store.tune()
        yield store
    finally:
        await store.close()


def get_encoder(settings: Settings, report: Report) -> Encoder | None:
    """Loads the sentence encoder, getting and building it the first time; says so once where there is none."""
    folder = settings.model_folder
    if folder is None:
        return None
    try:
        if not settings.model and not is_built(folder):
            fetch_and_build(folder, report, lock=MODEL_LOCK)
        return Encoder.load(folder)
    except ModelUnavailable as error:
        report(f"{error} Until then I search by words alone.")
    except Exception as error:
        report(f"The sentence encoder in {folder} can't be loaded ({type(error).__name__}); I search by words alone.")
    return None


def slack_platform(settings: Settings) -> "SlackPlatform":
    """Builds the Slack platform that the settings describe."""
    from adapters.slack import SlackPlatform, SlackSettings

    return SlackPlatform(
        SlackSettings(
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value(),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            api_url=settings.slack_api_url,
        )
    )


async def check_chats(settings: Settings) -> list[tuple[str, bool, str]]:
    """Looks at every chat that the settings name; gives what was looked at, whether it is well, and what to mend."""
    found: list[tuple[str, bool, str]] = []
    if settings.slack_bot_token:
        from adapters.slack import check as slack_check

        slack = slack_platform(settings)
        try:
            found += [(each.what, each.ok, each.says) for each in await slack_check(slack)]
        finally:
            await slack.close()
    if settings.discord_token:
        from adapters.discord import check as discord_check

        found += [(each.what, each.ok, each.says) for each in await discord_check(_discord_settings(settings))]
    return found or [("platforms", True, "the browser room")]


def discord_platform(settings: Settings, meet: Meet) -> "DiscordPlatform":
    """Builds the Discord platform that the settings describe."""
    from adapters.discord import DiscordPlatform

    return DiscordPlatform(_discord_settings(settings), connected=meet)


def _discord_settings(settings: Settings) -> "DiscordSettings":
    from adapters.discord import DiscordSettings

    return DiscordSettings(
        token=settings.discord_token.get_secret_value(),
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
        server=settings.discord_server,
    )


def slack_manifest(url: str = "") -> str:
    """Gives the manifest for the workspace's own Slack app, as YAML; for signed HTTP where `url` is given."""
    from adapters.slack import written

    return written(surface_of(FEATURES, Words()), url)


async def connect(store: Store, settings: Settings, space: str, now: datetime) -> int:
    """Finds the community of a space; a new space belongs to the one that is named, or to the only one."""
    known = await communities.community_of_space(store, space)
    if known is not None:
        return known
    names = [name for _, name in await communities.list_communities(store)]
    name = settings.community or (names[0] if len(names) == 1 else "Our community")
    community = await communities.open_community(store, name, now)
    async with store.write(community, now) as work:
        await communities.connect_space(work, space)
    return community


def room_platform(settings: Settings, *, sample: bool) -> RoomPlatform:
    """Builds the room in the browser, with what was said in it; `sample` for the one of the sample community."""
    folder = settings.data / ("demo" if sample else "room")
    folder.mkdir(parents=True, exist_ok=True)
    return RoomPlatform("demo" if sample else "room", folder=folder, url=settings.address)


def room_pages(room: RoomPlatform, title: str) -> Starlette:
    """Builds the room's pages, which are shown under its own address only."""
    return application(room, title=title, hosts=[urlsplit(room.url).hostname or ""])


def pages_at(settings: Settings) -> str:
    """The address of the pages in the browser."""
    return f"{settings.address}{PREFIX}"


def pages(bot: Bot, settings: Settings) -> Pages:
    """Builds the pages for coordinators and members, which look like the room."""
    return site(bot.services, Doors(settings.address, secret_key(settings), STATIC))


def secret_key(settings: Settings) -> str:
    """The key for signing: the setting's, else one that is made once and kept in the data folder.

    Where nothing can be kept it is made anew at each start, and everybody signs in again.
    """
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    with suppress(OSError):
        return _kept_key(settings.data / "secret.key")
    return token_urlsafe(48)


def _kept_key(file: Path) -> str:
    """Reads the key, or makes it; it is whole before it has its name, so that processes that start at once share it."""
    key = file.read_bytes().decode("ascii", "ignore").strip() if file.exists() else ""
    if len(key) >= SHORTEST_KEY:
        return key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)  # what is too short was never whole
    handle, made = mkstemp(prefix="secret.", dir=file.parent)  # readable for this user alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as written:
            written.write(token_urlsafe(48))
        with suppress(FileExistsError):
            file.hardlink_to(made)
        return file.read_text(encoding="ascii")
    finally:
        Path(made).unlink()


async def fill_room(room: RoomPlatform, store: Store, community: int) -> None:
    """Puts the sample community into an empty room and an empty community."""
    now = room.clock()
    people = list(loading.rows("members"))
    for row in people:
        joined = now - timedelta(days=row["joined_days_ago"])
        person = Person(row["id"], row["name"], row["practice"], row["place"], row["time_zone"], joined_at=joined)
        await room.join(person)
    for row in loading.rows("rooms"):
        room.open_channel(row["id"], row["name"], topic=row["topic"])
    placed = await _place_messages(room, now)
    await loading.load(store, community, room.space.key, placed, now)


def let_people_live(room: RoomPlatform, bot: Bot) -> None:
    """Has the sample's people answer what the bot asks them about meetups, while time is let pass in the room."""
    who = [row["id"] for row in loading.rows("members")]
    people = living.People(room, who, loading.DIGEST_ROOM, Random(CHANCE))  # noqa: S311 - dice, no secret

    async def answer(now: datetime) -> None:
        await people.answer()
        await bot.idle()

    room.on_time_passed(answer)


async def _place_messages(room: RoomPlatform, now: datetime) -> dict[str, loading.Placed]:
    ids: dict[str, str] = {}
    placed: dict[str, loading.Placed] = {}
    for row in loading.order(list(loading.rows("messages"))):
        root = row.get("thread", "")
        thread = ids.get(root, "") if root != row["id"] else ""
        ids[row["id"]] = room.place(row["author"], row["room"], row["text"], at=loading.moment(row, now), thread=thread)
        for emoji, who in row["reactions"].items():
            for each in who:
                await room.add_reaction(each, ids[row["id"]], emoji)
        place = room.room(row["room"])
        ref = MessageRef(place, ids[row["id"]])
        placed[row["id"]] = loading.Placed(ref.key, place.key, await room.link(ref))
    return placed
