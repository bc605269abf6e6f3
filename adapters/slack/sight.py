"""Who may read what stands in a channel: everybody in a public one, but guests and private ones by their members.

Source: Slack, docs.slack.dev, *conversations.info*, *conversations.members*, *users.info*.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import Enum, auto

from adapters.port import Account, PlatformRefused, Refused, Room, Space
from adapters.slack.calls import LISTED, Calls, SlackSaysNo
from adapters.slack.people import profile

KEPT = timedelta(seconds=60)
"""How long an answer of Slack's holds: long enough for one list of tips, and no longer."""

ANSWERS_KEPT = 2_000
PEOPLE_LOOKED_THROUGH = 5_000
"""Members of a channel among which somebody is looked for; it cannot be told who is in a larger one."""


class Access(Enum):
    """Who sees a channel, or what somebody sees: everything open, what they are a member of, or nothing."""

    OPEN = auto()
    MEMBERS = auto()
    NOTHING = auto()


class Sight:
    """What people may read.

    Args:
        calls: the Web API.
        space: the workspace.
        clock: the time, aware UTC.
    """

    def __init__(self, calls: Calls, space: Space, clock: Callable[[], datetime]) -> None:
        self._calls, self._space, self._clock = calls, space, clock
        self._answers: OrderedDict[tuple[str, ...], tuple[datetime, Access]] = OrderedDict()

    async def may_see(self, account: Account, room: Room) -> bool:
        """Whether somebody may read what stands in a channel.

        Raises:
            PlatformRefused: Slack cannot be reached.
        """
        is_channel = room.channel_id.startswith(("C", "G")) and not room.direct
        if not is_channel or not account.id or {account.space, room.space} != {self._space}:
            return False
        channel = await self._answer((room.channel_id,), self._of_channel)
        person = Access.NOTHING if channel is Access.NOTHING else await self._answer((account.id,), self._of_person)
        if Access.NOTHING in (channel, person):
            return False
        if channel is person is Access.OPEN:
            return True
        return await self._answer((room.channel_id, account.id), self._of_member) is Access.MEMBERS

    async def _answer(self, about: tuple[str, ...], ask: Callable[..., Awaitable[Access]]) -> Access:
        now = self._clock()
        until, answer = self._answers.get(about, (now, Access.NOTHING))
        if until > now:
            return answer
        try:
            answer = await ask(*about)
        except (PlatformRefused, SlackSaysNo) as refused:
            if getattr(refused, "reason", None) is Refused.UNREACHABLE:
                raise
            answer = Access.NOTHING
        self._answers.pop(about, None)
        self._answers[about] = (now + KEPT, answer)
        while len(self._answers) > ANSWERS_KEPT:
            self._answers.popitem(last=False)
        return answer

    async def _of_channel(self, channel: str) -> Access:
        found = (await self._calls.call("conversations_info", channel=channel))["channel"]
        if found.get("is_im") or found.get("is_mpim") or not found.get("is_member"):
            return Access.NOTHING
        return Access.MEMBERS if found.get("is_private", True) else Access.OPEN

    async def _of_person(self, id: str) -> Access:
        user = (await self._calls.call("users_info", user=id))["user"]
        if user.get("deleted"):
            return Access.NOTHING
        known = profile(user, self._space)
        return Access.MEMBERS if known.is_guest or known.is_bot else Access.OPEN

    async def _of_member(self, channel: str, id: str) -> Access:
        looked_at = 0
        async for each in self._calls.pages("conversations_members", "members", channel=channel, limit=LISTED):
            if each == id:
                return Access.MEMBERS
            looked_at += 1
            if looked_at >= PEOPLE_LOOKED_THROUGH:
                break
        return Access.NOTHING
