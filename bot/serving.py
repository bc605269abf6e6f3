"""Runs what `bot.wiring` puts together: the chats that the settings name, or a room in the browser; pages and health.

One process does everything. Several may run side by side: claims in the database let each thing happen once.
"""

import asyncio
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.port import Platform, PlatformRefused, Refused, Space
from bot import wiring
from bot.core_groups import look
from bot.health import Health, Trouble
from bot.lease import while_held
from bot.profiles import learn_zones
from bot.running import Site, run
from bot.web.guard import LOCAL_HOSTS, Headed, bare_host
from bot.wiring import Bot, Meet, Report
from config.hosts import THIS_MACHINE, listens_on, lost_at_restart
from config.settings import Settings
from knowledge.store import StoreUnavailable, communities

if TYPE_CHECKING:
    from adapters.discord import DiscordPlatform
    from adapters.room import RoomPlatform
    from adapters.slack import SlackPlatform

COLLECTED_AFTER = 50_000
"""New objects after which Python looks for rubbish: an index of 100,000 tips, which lives on, is looked through less
often. Source: the project's measurement, 3.6 instead of 4.3 seconds until such an index is read."""

GROUPS_SECONDS = 3_600
"""How often it is looked who is in the groups whose people coordinate. Source: ours."""

CONNECTED_SECONDS = 20
"""How soon that is looked at again while a chat is not connected yet. Source: ours."""

ZONES_SECONDS = 86_400
"""How often it is asked in which time zones people are."""

NOT_HERE = "This room is open on its own machine only. To talk with Tacit from here, connect it to Slack or Discord."

PASSED_ON = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
"""What proxies add to what they pass on. Source: RFC 7239; RFC 9110, 7.6.3; the manuals of nginx, Apache and Caddy."""

NAMES = {"slack": "Slack", "discord": "Discord", "room": "The room"}

_log = logging.getLogger("tacit.serving")

Ready = Callable[[str], None]
"""Told what can be reached now, and where."""


async def serve(
    settings: Settings, *, sample: bool, fresh: bool, report: Report, ready: Ready, web: bool = True
) -> None:
    """Runs the bot until it is stopped: on the chats that the settings name, else in a room of its own.

    Args:
        settings: tokens, port, data folder, model.
        sample: whether to open the room with the sample community instead, under `demo` in the data folder.
        fresh: whether what the room holds is thrown away first.
        report: is told what happens, a sentence each.
        ready: is told what can be reached now, and where.
        web: whether to listen on the port; a room is nothing without.

    Raises:
        PlatformRefused: NOT_ACCEPTED, where a chat does not accept its token.
    """
    gc.set_threshold(COLLECTED_AFTER)
    if not sample and (lost := lost_at_restart(settings, os.environ)):
        report(f"\n{lost}\n")
        _log.warning("%s", " ".join(lost.split()))
    if settings.has_chats and not sample:
        await _serve_chats(settings, report, ready, web=web)
    else:
        await _serve_room(settings, sample=sample, fresh=fresh, report=report, ready=ready)


async def _serve_chats(settings: Settings, report: Report, ready: Ready, *, web: bool) -> None:
    encoder = wiring.get_encoder(settings, report)
    reading: set[asyncio.Task[None]] = set()
    met: set[int] = set()
    async with wiring.opened_store(settings) as store:

        async def meet(space: Space, name: str) -> None:
            community = await wiring.connect(store, settings, space.key, datetime.now(UTC))
            reading.add(asyncio.create_task(_read_ahead(bot, community, report)))
            if community not in met:  # Discord tells of its servers again after each break
                met.add(community)
                reading.add(asyncio.create_task(_look_at_groups(bot, community)))
            if slack is not None and space.platform == slack.name:
                reading.add(asyncio.create_task(_learn_zones(slack, space, bot, community)))

        slack = wiring.slack_platform(settings) if settings.slack_bot_token else None
        discord = wiring.discord_platform(settings, meet) if settings.discord_token else None
        platforms: list[Platform] = [each for each in (slack, discord) if each is not None]
        bot = wiring.build(store, encoder, *platforms, pages=wiring.pages_at(settings) if web or settings.url else "")
        others: set[str] = set()
        health = _health(settings, bot, {each.name: partial(_trouble, each, others) for each in platforms})
        chats: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        pages = wiring.pages(bot, settings) if web else None
        try:
            if slack is not None:
                await _try_token(slack, report)
                chats.append(("slack", partial(_talk_on_slack, slack, bot, meet, report)))
            if discord is not None:
                await _try_token(discord, report)
                chats.append(("discord", partial(_talk_on_discord, discord, bot, others)))
            routes = [*(slack.routes if slack else ()), *(pages.routes if pages else ())]
            site = _site(settings, health, routes) if web else None
            started = partial(ready, settings.address if web else "")
            await run(bot, site, chats, started=started, stopping=health.stop)
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
            if pages is not None:
                await pages.close()
            if slack is not None:
                await slack.close()


def _site(settings: Settings, health: Health, routes: Sequence[BaseRoute]) -> Site:
    headed = Middleware(Headed, address=settings.address)
    app = Starlette(routes=[*health.routes, *routes], middleware=[headed])
    return Site(app, listens_on(settings, os.environ), settings.port)


def _health(settings: Settings, bot: Bot, chats: dict[str, Trouble]) -> Health:
    reached = settings.url or settings.slack_signing_secret or listens_on(settings, os.environ) != THIS_MACHINE
    token = settings.metrics_token.get_secret_value()
    return Health(bot.services.store, bot.services.clock, chats, is_open=not reached, token=token)


def _trouble(platform: Platform, others: set[str]) -> str:
    """What is the matter with a chat; nothing where another process listens to it."""
    well = platform.is_connected or platform.name in others
    return "" if well else f"{NAMES[platform.name]} is not connected."


async def _read_ahead(bot: Bot, community: int, report: Report) -> None:
    """Reads the tips for search before anybody asks; who asks earlier waits for it."""
    try:
        await bot.services.library.refresh(community, datetime.now(UTC), _encoding(report))
    except StoreUnavailable as error:
        report(f"The tips can't be read for search yet: {error}")


async def _learn_zones(slack: "SlackPlatform", space: Space, bot: Bot, community: int) -> None:
    """Asks Slack each day in which time zones people are; Discord doesn't say."""
    while True:
        await learn_zones(bot.services, slack, space, community)
        await asyncio.sleep(ZONES_SECONDS)


async def _look_at_groups(bot: Bot, community: int) -> None:
    """Looks each hour who is in the groups whose people coordinate."""
    services = bot.services
    while True:
        is_whole = await look(services.store, services.platforms, community, services.clock)
        await asyncio.sleep(GROUPS_SECONDS if is_whole else CONNECTED_SECONDS)


async def _try_token(chat: "SlackPlatform | DiscordPlatform", report: Report) -> None:
    try:
        await chat.identify()
    except PlatformRefused as refused:
        if refused.reason is not Refused.UNREACHABLE:
            raise
        report(f"I can't reach {NAMES[chat.name]} yet; I keep trying.")


async def _talk_on_slack(slack: "SlackPlatform", bot: Bot, meet: Meet, report: Report) -> None:
    await meet(await slack.identify(), "")
    report(f"I listen on Slack {'by Socket Mode' if slack.settings.app_token else 'by signed HTTP'}.")
    await slack.run(bot.router.surface, bot.receive)


async def _talk_on_discord(discord: "DiscordPlatform", bot: Bot, others: set[str]) -> None:
    async def listen(before: datetime | None) -> None:
        others.discard(discord.name)
        discord.heard_until(before)
        await discord.run(bot.router.surface, bot.receive)

    waiting = partial(others.add, discord.name)
    await while_held(bot.services.store, "discord", bot.services.clock, listen, waiting=waiting)


async def _serve_room(settings: Settings, *, sample: bool, fresh: bool, report: Report, ready: Ready) -> None:
    if fresh:
        _throw_away(settings, sample=sample)
    file = settings.data / "demo" / "tacit.db"
    chosen = settings.model_copy(update={"database_url": f"sqlite:///{file}"}) if sample else settings
    encoder = wiring.get_encoder(settings, report)
    async with wiring.opened_store(chosen) as store:
        room = wiring.room_platform(settings, sample=sample)
        bot = wiring.build(store, encoder, room, clock=room.clock, pages=wiring.pages_at(settings))
        name = wiring.SAMPLE if sample else "Our community"
        community = await communities.open_community(store, name, room.clock())
        async with store.write(community, room.clock()) as work:
            await communities.connect_space(work, room.space.key)
        if sample and not room.world.people:
            report("Opening the sample community: a stroke service with 40 members.")
            await wiring.fill_room(room, store, community)
        elif not room.world.people:
            room.open_channel("general", topic="For everyone")
        if sample:
            wiring.let_people_live(room, bot)
        await bot.services.library.refresh(community, room.clock(), _encoding(report))
        await _run_room(bot, room, community, settings, ready, title=wiring.SAMPLE if sample else "Tacit")


async def _run_room(
    bot: Bot, room: "RoomPlatform", community: int, settings: Settings, ready: Ready, *, title: str
) -> None:
    async def tick_at(now: datetime) -> None:
        await bot.tick()

    async def talk() -> None:
        room.on_time_passed(tick_at)
        await room.run(bot.router.surface, bot.receive)

    health = _health(settings, bot, {room.name: partial(_trouble, room, set())})
    own = Mount("/", OnlyHere(wiring.room_pages(room, title), settings.address))
    pages = wiring.pages(bot, settings)
    site = _site(settings, health, [*pages.routes, own])
    looking = asyncio.create_task(_look_at_groups(bot, community))
    try:
        await run(bot, site, [("room", talk)], started=lambda: ready(room.url), stopping=health.stop)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await pages.close()


class OnlyHere:
    """ASGI middleware that lets in who comes from this machine: a room has no passwords, and a host shows it to all.

    What a proxy on this machine passes on comes from elsewhere: it is known by the room's address, by the host that is
    asked for, and by what proxies add.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._is_near = bare_host(urlsplit(address).netloc) in LOCAL_HOSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request or hands it on."""
        answer: ASGIApp = self._app if self._is_near and _is_from_here(scope) else PlainTextResponse(NOT_HERE, 403)
        await answer(scope, receive, send)


def _is_from_here(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    comes_near = (scope.get("client") or ("",))[0] in ("127.0.0.1", "::1")
    return comes_near and bare_host(headers.get("host", "")) in LOCAL_HOSTS and not PASSED_ON & set(headers.keys())


def _encoding(report: Report) -> Callable[[int, int], None]:
    def tell(done: int, of_all: int) -> None:
        if of_all > 500 or done == of_all:
            report(f"Reading tips for search: {done} of {of_all}")

    return tell


def _throw_away(settings: Settings, *, sample: bool) -> None:
    folder = settings.data / ("demo" if sample else "room")
    for name in ("room.jsonl", *(("tacit.db", "tacit.db-wal", "tacit.db-shm") if sample else ())):
        (folder / name).unlink(missing_ok=True)
