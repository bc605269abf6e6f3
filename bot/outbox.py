"""Delivers what is owed to people and rooms and not yet sent, each once as they see it.

A feature writes a row (`knowledge.store.notices.owe`) in the transaction that makes it so. Here each row is taken for
one try under a lease; if it is unasked, `bot.nudges` says whether it may go now. Its message is written by the feature
that owes it, as things stand at that moment, and sent: to a member on the account that the row names or the first of
theirs that takes it, or to a room. A row whose process died is tried again, and then the platform first looks for what
the earlier try may have said. A row whose occasion has passed is dropped. At first meeting the bot says that it is one.
"""

import asyncio
import logging
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from adapters.port import Account, Message, MessageRef, Platform, PlatformRefused, Refused, Room, Section
from bot.errors import report, report_refusal
from bot.feature import Context, NoticeWriter
from bot.feature import Notice as NoticeRoute
from bot.logs import speaking_of
from bot.metrics import count_notice
from bot.nudges import Nudge, may_i
from bot.services import Services, account_from, message_from, room_from
from knowledge.models import Account as AccountRow
from knowledge.models import Member, Notice
from knowledge.store import StoreUnavailable, Work, members, notices

ROUNDS = 20
"""Batches that one call delivers to a community, at most; what a delivery makes due is in the next batch."""

AT_ONCE = 8
"""Notices that are on their way at the same time; chats take more, one after another is slow."""

LEASE = timedelta(minutes=2)
"""How long a row is left to the process that took it; a try is given up after three quarters of that."""

UNREACHABLE_SECONDS = (30, 120, 600)
"""Waits while a chat cannot be reached, the last again and again: what is owed comes soon after it is back."""

GIVEN_UP_AFTER = timedelta(days=2)
"""A notice that no chat took for so long is dropped; its writer may say earlier that its occasion has passed."""

FAILED_SECONDS = (30, 120, 600, 3_600, 14_400, 43_200, 86_400)
"""Waits after a failure of ours, one for each try; then it is dropped."""

COORDINATORS_TOLD = 3
"""Coordinators who are told that a room does not take what is owed to it."""

_log = logging.getLogger("tacit.outbox")


class Outbox:
    """Sends notices.

    Args:
        services: what contexts are made of.
        lease: how long a row is left to the process that took it.
    """

    def __init__(self, services: Services, *, lease: timedelta = LEASE) -> None:
        self._services, self._lease = services, lease
        self._routes = {
            f"{feature.name}.{route.name}": (feature, route)
            for feature in services.features
            for route in feature.routes
            if isinstance(route, NoticeRoute)
        }
        self._nudges = {name: str(route.nudge) for name, (_, route) in self._routes.items() if route.nudge}
        self._away: set[str] = set()
        self._delivering: asyncio.Task[None] | None = None
        self._is_more = False

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
        self._away.clear()
        try:
            for community in await notices.communities_with_due(self._services.store, self._services.clock()):
                with speaking_of(community=community):
                    await self._deliver_community(community)
        except StoreUnavailable as error:
            _log.warning("outbox waits: %s", error)
        except Exception as error:
            report(error, "outbox", _log)

    async def _deliver_all(self) -> None:
        while self._is_more:
            self._is_more = False
            await self.deliver()

    async def _deliver_community(self, community: int) -> None:
        limit = asyncio.Semaphore(AT_ONCE)

        async def deliver_in_order(rows: list[Notice]) -> None:
            async with limit:
                for row in rows:
                    await self._try_safely(row)

        for _ in range(ROUNDS):
            async with self._services.store.read(community, self._services.clock()) as work:
                due = await notices.due_notices(work)
            if not due:
                return
            by_reader: dict[tuple[int | None, str], list[Notice]] = defaultdict(list)
            for row in due:
                by_reader[row.member_id, row.room].append(row)
            await asyncio.gather(*(deliver_in_order(rows) for rows in by_reader.values()))

    async def _try_safely(self, due: Notice) -> None:
        """Tries a row; one whose outcome cannot be noted is looked for when its lease is over."""
        try:
            await self._try(due)
        except StoreUnavailable as error:
            _log.warning("notice waits: %s", error)
        except Exception as error:
            report(error, f"notice {due.name}", _log)

    async def _try(self, due: Notice) -> None:
        context = await self._services.context(due.community_id)
        row = await self._take(context, due)
        if row is None:
            return
        try:
            async with asyncio.timeout(self._lease.total_seconds() * 0.75):
                await self._send(context, row)
        except PlatformRefused as refused:
            await self._refused(context, row, refused)
        except TimeoutError:
            await self._put_off(context, row, UNREACHABLE_SECONDS, "unreachable")
        except Exception as error:
            report(error, f"notice {row.name}", _log)
            waits = FAILED_SECONDS if row.tries <= len(FAILED_SECONDS) else ()
            await self._put_off(context, row, waits, "failed")

    async def _take(self, context: Context, due: Notice) -> Notice | None:
        """Takes a row for a try, if it may go now."""
        assert due.id is not None
        async with context.write() as work:
            row = await notices.take_notice(work, due.id, lease=self._lease, nudges=self._nudges)
            if row is None or not row.nudge or row.member_id is None:
                return row
            verdict = await may_i(work, row.member_id, Nudge(row.nudge), context.options, notice=due.id)
            if verdict.may:
                return row
            if verdict.until is None:
                await notices.drop_notice(work, row, why=verdict.why)
            else:
                await notices.hold_notice(work, row, until=verdict.until, why=verdict.why)
        count_notice(row.name, "dropped" if verdict.until is None else "held")
        return None

    async def _send(self, context: Context, row: Notice) -> None:
        _, route = self._routes.get(row.name, (None, None))
        if route is None:
            sent: MessageRef | bool | None = False
        elif row.room:
            sent = await self._send_to_room(context, row, route.writer)
        else:
            sent = await self._send_to_member(context, row, route.writer)
        async with context.write() as work:
            if sent is False:
                await notices.drop_notice(work, row, why="passed")
            else:
                await notices.settle_notice(work, row, message=sent.key if isinstance(sent, MessageRef) else "")
        count_notice(row.name, "dropped" if sent is False else "sent")

    async def _send_to_room(self, context: Context, row: Notice, writer: NoticeWriter) -> MessageRef | bool | None:
        room = replace(room_from(row.room), thread_id=str(row.subject.get("thread", "")))
        platform = self._services.platforms.get(room.space.platform)
        message = await writer(context, row.subject) if platform is not None else None
        if platform is None or message is None:
            return False
        return await self._say(platform, room, message, row)

    async def _send_to_member(self, context: Context, row: Notice, writer: NoticeWriter) -> MessageRef | bool | None:
        assert row.member_id is not None, "a notice is owed to a room or to a member"
        async with context.read() as work:
            member = await members.find_member(work, row.member_id)
            reachable = self._reachable(row, await members.accounts_of(work, row.member_id))
            met = await notices.was_met(work, row.member_id)
        if member is None or member.left_at is not None or not reachable:
            return False
        for number, each in enumerate(reachable, 1):
            message = await self._write(context, row, writer, member, each, met=met)
            if message is None:
                return False
            account = account_from(each.key, each.name)
            chat = self._services.platforms[account.space.platform]
            try:
                return await self._say(chat, account, message, row)
            except PlatformRefused as refusal:
                if refusal.reason is Refused.UNREACHABLE or number == len(reachable):
                    raise
        return False

    async def _say(self, chat: Platform, to: Room | Account, message: Message, row: Notice) -> MessageRef | None:
        """Says it; where the chat could not be reached a moment ago, nobody waits for it again."""
        if chat.name in self._away:
            raise PlatformRefused(Refused.UNREACHABLE, chat.name)
        try:
            if row.edits:
                await chat.edit(message_from(row.edits), message)
                return message_from(row.edits)
            tried_before = row.tried_at if row.tries > 1 else None
            return await chat.send(to, message, once=f"notice:{row.community_id}:{row.once}", tried_at=tried_before)
        except PlatformRefused as refused:
            if refused.reason is Refused.UNREACHABLE:
                self._away.add(chat.name)
            raise

    def _reachable(self, row: Notice, accounts: list[AccountRow]) -> list[AccountRow]:
        here = [each for each in accounts if each.key.split(":", 1)[0] in self._services.platforms]
        return sorted(here, key=lambda each: each.key != row.subject.get("to"))

    async def _write(
        self, context: Context, row: Notice, writer: NoticeWriter, member: Member, account: AccountRow, *, met: bool
    ) -> Message | None:
        there = self._services.for_member(context, member, account_from(account.key, account.name))
        message = await writer(there, row.subject)
        if message is None or met:
            return message
        hello = Section(there.words("common.first_meeting"))
        return Message(message.summary, [hello, *message.sections], message.files)

    async def _refused(self, context: Context, row: Notice, refused: PlatformRefused) -> None:
        report_refusal(refused, _platform_of(row), _log)
        count_notice(row.name, "refused")
        if refused.reason in (Refused.UNREACHABLE, Refused.NOT_ACCEPTED):
            young = row.tried_at is None or context.now - row.tried_at < GIVEN_UP_AFTER
            await self._put_off(context, row, UNREACHABLE_SECONDS if young else (), str(refused.reason))
            return
        async with context.write() as work:
            await notices.drop_notice(work, row, why=str(refused.reason))
            if row.edits:
                return  # what is gone shows nothing any more
            if row.room or refused.reason is Refused.NO_DIRECT_MESSAGES:
                await self._owe_instead(work, row)

    async def _owe_instead(self, work: Work, row: Notice) -> None:
        """Owes another notice to whoever can do something about one that was not taken."""
        feature, route = self._routes[row.name]
        if not route.undelivered:
            return
        if row.room:
            core = [members.member_id(each) for each in await members.list_members(work) if each.is_core]
            told = core[:COORDINATORS_TOLD]
        else:
            by = row.subject.get("by")
            told = [by] if by is not None and by != row.member_id else []
        for member in told:
            subject = {**row.subject, "member": row.member_id, "room": row.room}
            once = f"{row.once}:undelivered:{member}"
            await notices.owe(work, f"{feature.name}.{route.undelivered}", member, subject, once=once)

    async def _put_off(self, context: Context, row: Notice, waits: tuple[int, ...], why: str) -> None:
        async with context.write() as work:
            if not waits:
                await notices.drop_notice(work, row, why=why)
                return
            at = context.now + timedelta(seconds=waits[min(row.tries, len(waits)) - 1])
            await notices.retry_notice(work, row, at=at, why=why)


def _platform_of(row: Notice) -> str:
    """The chat that a notice is for, as far as its row says."""
    return str(row.room or row.subject.get("to") or "several").partition(":")[0]
