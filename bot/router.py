"""One inbound event to its handlers, each delivery once; what goes wrong becomes words.

The router finds the community and the member, builds the `Context`, runs the handler that the features' table names,
and sends what it returns the way the route declared. Failures are caught here (and in schedule and outbox) only.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import assert_never

from adapters.port import (
    Answer,
    ButtonPressed,
    CommandUsed,
    Destination,
    FieldErrors,
    Form,
    FormSubmitted,
    HomeOpened,
    Inbound,
    MemberJoined,
    MemberLeft,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Only,
    PlatformRefused,
    ReactionAdded,
    ReactionRemoved,
    Returned,
    Room,
    Section,
    ShortcutUsed,
    Suggestions,
    Surface,
    Trigger,
    Typing,
)
from adapters.port.surface import route_of
from bot import logs, metrics
from bot.errors import Refusal, report, report_refusal
from bot.feature import (
    Context,
    Handler,
    Job,
    Notice,
    On,
    Pressed,
    Route,
    Said,
    Submitted,
    UsedCommand,
    UsedShortcut,
    surface_of,
)
from bot.nudges import Nudge, decide
from bot.services import Services
from bot.tally import Tally
from bot.words import Words
from knowledge.store import StoreUnavailable, communities, deliveries, members, notices

_log = logging.getLogger("tacit.router")


class Router:
    """Hands events to handlers.

    Args:
        services: what contexts are made of.
        tally: counts what every event shows of ties.
        handled: called after an event was handled; what it made the bot owe to others is delivered then.
    """

    def __init__(self, services: Services, tally: Tally, handled: Callable[[], None]) -> None:
        self._services, self._tally, self._handled = services, tally, handled
        self.surface: Surface = surface_of(services.features, Words())
        self._handlers: dict[tuple[str, ...], Handler] = {}
        self._listeners: list[On] = []
        for feature in services.features:
            for route in feature.routes:
                self._add(feature.name, route)

    async def receive(self, event: Inbound) -> Returned:
        """Takes one event from a platform. Never raises."""
        platform, kind = event.who.space.platform, type(event).__name__
        metrics.count_event(platform, kind)
        with logs.speaking_of(platform=platform, kind=kind, community=None):
            return await self._receive(event)

    async def _receive(self, event: Inbound) -> Returned:
        try:
            if self._tally.count(event):
                await self._tally.write(self._services.clock())
            community = await communities.community_of_space(self._services.store, event.who.space.key)
            if community is None:
                return None
            logs.also_of(community=community)
            handlers = await self._handlers_of(event, community)
            if not handlers:
                return None
            if isinstance(event, Typing):
                with metrics.handling("Typing"):
                    return await self._suggest(event, community, handlers[0])
            return await self._handle_once(event, community, handlers)
        except Exception as error:  # the store itself failed before anybody could be told in their words
            await self._apologise_plainly(event, error)
            return None

    async def _handle_once(self, event: Inbound, community: int, handlers: Sequence[Handler]) -> Returned:
        services = self._services
        if _is_beside(event) and await self._was_forgotten(event, community):
            return None
        async with services.store.write(community, services.clock()) as work:
            if not await deliveries.take_delivery(work, event.key):
                return None
        context = await self._context(event, community)
        returned: Returned = None
        for handler in handlers:
            with metrics.handling(type(event).__name__):
                returned = await self._run(handler, context, event)
        async with services.store.write(community, services.clock()) as work:
            await deliveries.finish_delivery(work, event.key)
        with logs.speaking_of(platform=None, kind=None, community=None):  # what it goes on to deliver is others' matter
            self._handled()
        return returned

    async def _run(self, handler: Handler, context: Context, event: Inbound) -> Returned:
        try:
            return await self._deliver(context, event, await handler(context, event))
        except Refusal as refusal:
            await self._tell(context, event, refusal.key, **refusal.values)
        except PlatformRefused as refusal:
            report_refusal(refusal, event.who.space.platform, _log)
            await self._tell(context, event, f"common.platform.{refusal.reason}", what=refusal.detail)
        except StoreUnavailable as error:
            metrics.count_failure("store")
            _log.error("store unavailable: %s", error)
            await self._tell(context, event, "common.store_unavailable")
        except Exception as error:
            await self._tell(context, event, "common.failed", code=report(error, type(event).__name__, _log))
        return None

    async def _deliver(self, context: Context, event: Inbound, said: Said) -> Returned:
        match said:
            case None:
                return None
            case FieldErrors() | Suggestions():
                return said
            case Form():
                trigger = _trigger(event)
                assert trigger is not None, "a form needs somebody who waits"
                await context.chat.open_form(trigger, said)
            case Message():
                await self._send(context, event, said)
            case _:
                assert_never(said)
        return None

    async def _send(self, context: Context, event: Inbound, message: Message) -> None:
        answer = self.surface.answer(event)
        if answer is Answer.REPLACE and isinstance(event, ButtonPressed):
            await context.chat.edit(event.message, message, answering=event.trigger)
            return
        room = _room(event)
        in_public = room is not None and (isinstance(event, MessagePosted) or answer is Answer.PUBLIC)
        to = room if in_public and room is not None else _privately(event)
        await context.chat.send(to, message, answering=_trigger(event), once=event.key)

    async def _tell(self, context: Context, event: Inbound, key: str, **values: object) -> None:
        message = Message(context.words.line(key, **values), [Section(context.words(key, **values))])
        await self._say_privately(event, message)

    async def _apologise_plainly(self, event: Inbound, error: Exception) -> None:
        words = Words()
        if isinstance(error, StoreUnavailable):
            metrics.count_failure("store")
            _log.error("store unavailable: %s", error)
            key, code = "common.store_unavailable", ""
        else:
            key, code = "common.failed", report(error, "receive", _log)
        await self._say_privately(event, Message(words.line(key, code=code), [Section(words(key, code=code))]))

    async def _say_privately(self, event: Inbound, message: Message) -> None:
        if isinstance(event, Typing | MemberJoined | MemberLeft | MessageEdited | MessageDeleted | ReactionRemoved):
            return
        try:
            platform = self._services.platforms[event.who.space.platform]
            await platform.send(_privately(event), message, answering=_trigger(event))
        except Exception as error:
            report(error, "telling", _log)

    async def _suggest(self, event: Typing, community: int, handler: Handler) -> Returned:
        said = await handler(await self._services.context(community), event)
        return said if isinstance(said, Suggestions) else None

    async def _context(self, event: Inbound, community: int) -> Context:
        context = await self._services.context(community)
        if isinstance(event, MessageDeleted):
            return context  # whose it was is not always known
        if isinstance(event, HomeOpened) and await self._was_forgotten(event, community):
            return replace(context, account=event.who)  # a look at the home tab brings nobody back
        async with self._services.store.write(community, context.now) as work:
            member = await members.member_of(work, event.who.key, event.who.name)
            if not isinstance(event, MemberLeft):
                member.left_at = None  # who does something is here
            if _is_to_bot(event):
                await notices.note_answered(work, members.member_id(member))
            room = _room(event)
            if room is not None and not room.direct and room.name:
                await communities.remember_channel(work, room.key, room.name)
        return self._services.for_member(context, member, event.who)

    async def _was_forgotten(self, event: Inbound, community: int) -> bool:
        async with self._services.store.read(community, self._services.clock()) as work:
            return await members.was_forgotten(work, event.who.key)

    async def _handlers_of(self, event: Inbound, community: int) -> list[Handler]:
        match event:
            case CommandUsed():
                return [self._handlers.get(self._command_key("command", event.name, event.text), _unknown)]
            case Typing():
                found = self._handlers.get(self._command_key("typing", event.command, event.text))
                return [found] if found else []
            case ShortcutUsed():
                return [self._handlers.get(("shortcut", event.shortcut), _unknown)]
            case ButtonPressed():
                return [self._handlers.get(("button", route_of(event.button)), _unknown)]
            case FormSubmitted():
                return [self._handlers.get(("form", route_of(event.form)), _unknown)]
            case _:
                return await self._listening(event, community)

    async def _listening(self, event: Inbound, community: int) -> list[Handler]:
        rows = [row for row in self._listeners if isinstance(event, row.event)]
        if not rows:
            return []
        options = await communities.options_now(self._services.store, community, self._services.clock())
        chosen: list[Handler] = []
        for row in rows:
            if row.when(event, options):
                chosen.append(partial(_if_allowed, row.nudge, row.handler) if row.nudge else row.handler)
                if row.exclusive:
                    break
        return chosen

    def _command_key(self, kind: str, name: str, text: str) -> tuple[str, ...]:
        command = self.surface.command(name, text)
        return (kind, name, command.word if command else "")

    def _add(self, feature: str, route: Route) -> None:
        match route:
            case UsedCommand():
                self._put(("command", route.name, route.word), route.handler)
                if route.completes is not None:
                    self._put(("typing", route.name, route.word), route.completes)
            case UsedShortcut():
                self._put(("shortcut", route.id), route.handler)
            case Pressed():
                self._put(("button", f"{feature}:{route.action}"), route.handler)
            case Submitted():
                self._put(("form", f"{feature}:{route.action}"), route.handler)
            case On():
                self._listeners.append(route)
            case Notice() | Job():
                pass
            case _:
                assert_never(route)

    def _put(self, key: tuple[str, ...], handler: Handler) -> None:
        if key in self._handlers:
            raise ValueError(f"two routes for {key}")
        self._handlers[key] = handler


def _is_to_bot(event: Inbound) -> bool:
    """Whether somebody does something with the bot, not only beside it."""
    if isinstance(event, MessagePosted):
        return event.to_bot
    return isinstance(event, CommandUsed | ShortcutUsed | ButtonPressed | FormSubmitted)


async def _if_allowed(nudge: Nudge, handler: Handler, context: Context, event: Inbound) -> Said:
    """Lets a handler speak unasked where whoever it speaks to may be spoken to so."""
    assert context.member is not None
    allowed = decide(context.member, nudge, (), context.options, context.now)
    return await handler(context, event) if allowed.may else None


def _is_beside(event: Inbound) -> bool:
    """Whether somebody does something that has nothing to do with the bot: it brings nobody back."""
    if isinstance(event, MessagePosted):
        return not event.to_bot
    return isinstance(event, MessageEdited | ReactionRemoved | MemberJoined | MemberLeft)


async def _unknown(context: Context, event: Inbound) -> Said:
    raise Refusal("common.unknown")


def _trigger(event: Inbound) -> Trigger | None:
    return getattr(event, "trigger", None)


def _room(event: Inbound) -> Room | None:
    match event:
        case MessagePosted():
            return event.post.ref.room if event.direct else event.post.ref.thread
        case CommandUsed() | FormSubmitted() | Typing():
            return event.room
        case ShortcutUsed():
            return event.post.ref.room
        case ButtonPressed() | ReactionAdded() | ReactionRemoved():
            return event.message.room
        case _:
            return None


def _privately(event: Inbound) -> Destination:
    room = _room(event)
    if isinstance(event, MessagePosted) and event.direct:
        return event.post.ref.room
    return Only(event.who, room, _trigger(event))
