"""Delivers what is owed to people and not yet sent: consent requests, repeats, questions for peers.

A feature writes a row (`knowledge.store.notices.owe`) in the transaction that makes it so. Here each row is taken for
one try, its message is written by the feature that owes it, as things stand at that moment, and sent to the member
directly, on the account that the row names or on the first of theirs that takes it. A row whose occasion has passed is
dropped. At first meeting the bot says that it is one.
"""

import asyncio
import logging

from adapters.port import Message, PlatformRefused, Refused, Section
from bot.errors import report
from bot.feature import Context, NoticeWriter
from bot.feature import Notice as NoticeRoute
from bot.services import Services, account_from
from knowledge.models import Notice
from knowledge.store import members, notices

ROUNDS = 20
"""Batches that one call delivers to a community, at most; what a delivery makes due is in the next batch."""

_log = logging.getLogger("tacit.outbox")


class Outbox:
    """Sends notices.

    Args:
        services: what contexts are made of.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._writers: dict[str, NoticeWriter] = {}
        self._undelivered: dict[str, str] = {}
        self._delivering: asyncio.Task[None] | None = None
        self._is_more = False
        for feature in services.features:
            for route in feature.routes:
                if isinstance(route, NoticeRoute):
                    name = f"{feature.name}.{route.name}"
                    self._writers[name] = route.writer
                    self._undelivered[name] = f"{feature.name}.{route.undelivered}" if route.undelivered else ""

    def deliver_soon(self) -> None:
        """Delivers what is due beside whatever goes on, so that nobody who waits for an answer waits for it."""
        self._is_more = True
        if self._delivering is None or self._delivering.done():
            self._delivering = asyncio.create_task(self._deliver_all())

    async def idle(self) -> None:
        """Waits until what was begun by `deliver_soon` is delivered."""
        if self._delivering is not None:
            await asyncio.wait((self._delivering,))

    async def deliver(self) -> None:
        """Tries everything that is due now, once. Never raises: what fails is due again later."""
        try:
            for community in await notices.communities_with_due(self._services.store, self._services.clock()):
                await self._deliver_community(community)
        except Exception as error:
            report(error, "outbox", _log)

    async def _deliver_all(self) -> None:
        while self._is_more:
            self._is_more = False
            await self.deliver()

    async def _deliver_community(self, community: int) -> None:
        context = await self._services.context(community)
        for _ in range(ROUNDS):
            async with context.read() as work:
                due = [row.id for row in await notices.due_notices(work) if row.id is not None]
            for id in due:
                await self._try(context, id)
            if not due:
                return

    async def _try(self, context: Context, id: int) -> None:
        async with context.write() as work:
            row = await notices.take_notice(work, id)
        if row is None:
            return
        settled: bool | None
        try:
            settled = await self._send(context, row)
        except PlatformRefused as refusal:
            _log.warning("notice refused name=%s reason=%s", row.name, refusal.reason)
            settled = False if refusal.reason is not Refused.UNREACHABLE or row.tries >= notices.TRIES else None
            if refusal.reason is Refused.NO_DIRECT_MESSAGES:
                await self._tell_who_caused_it(context, row)
        except Exception as error:
            report(error, f"notice {row.name}", _log)
            settled = False if row.tries >= notices.TRIES else None
        if settled is not None:
            async with context.write() as work:
                await notices.settle_notice(work, id, sent=settled)

    async def _tell_who_caused_it(self, context: Context, row: Notice) -> None:
        instead, by = self._undelivered.get(row.name, ""), row.subject.get("by")
        if instead and by is not None and by != row.member_id:
            subject = {**row.subject, "member": row.member_id}
            async with context.write() as work:
                await notices.owe(work, instead, by, subject, once=f"{row.once}:undelivered")

    async def _send(self, context: Context, row: Notice) -> bool:
        writer = self._writers.get(row.name)
        async with context.read() as work:
            member = await members.find_member(work, row.member_id)
            accounts = await members.accounts_of(work, row.member_id)
            met = await notices.was_met(work, row.member_id)
        reachable = [a for a in accounts if a.key.split(":", 1)[0] in self._services.platforms]
        reachable.sort(key=lambda each: each.key != row.subject.get("to"))
        if writer is None or member is None or member.left_at is not None or not reachable:
            return False
        for number, each in enumerate(reachable, 1):
            account = account_from(each.key, each.name)
            there = self._services.for_member(context, member, account)
            message = await writer(there, row.subject)
            if not isinstance(message, Message):
                return False
            if not met:
                hello = Section(there.words("common.first_meeting"))
                message = Message(message.summary, [hello, *message.sections], message.files)
            try:
                await there.chat.send(account, message, once=f"notice:{row.once}")
            except PlatformRefused as refusal:
                if refusal.reason is Refused.UNREACHABLE or number == len(reachable):
                    raise
            else:
                return True
        return False
