"""Who people are and what channels are called, as far as Slack said so: asked once, then kept up by events."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.port import Account, PlatformRefused, Profile, Refused, Room, Space
from adapters.slack.calls import LISTED, Calls, SlackSaysNo
from adapters.slack.markup import Json
from adapters.slack.people import profile

ASKED_SINGLY = 20
"""People about whom Slack is asked one by one; about more it is asked by the page."""

ASK_AGAIN_SECONDS = 60
"""How long a name that Slack would not say is left alone."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel or conversation: its name where it has one, and whether it is none (direct or a group's)."""

    name: str
    direct: bool


class Directory:
    """Names of people and channels of one workspace.

    Args:
        calls: the Web API.
        space: the workspace.
    """

    def __init__(self, calls: Calls, space: Space) -> None:
        self._calls, self._space = calls, space
        self._people: dict[str, str] = {}
        self._channels: dict[str, Channel] = {}
        self._unknown: dict[str, float] = {}
        self._bots: set[str] = set()
        self._staff: dict[str, bool] = {}

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Gives names for user ids; one that Slack does not tell is left out."""
        missing = [id for id in ids if id not in self._people and self._may_ask(id)]
        if missing:
            await asyncio.gather(*map(self._ask_person, missing))
        return self._people

    async def rooms(self, ids: Iterable[str]) -> dict[str, Room]:
        """Gives channels by their ids; one that the bot may not see is left out."""
        found: dict[str, Room] = {}
        for id in ids:
            if id not in self._channels and self._may_ask(id):
                await self._ask_channel(id)
            if id in self._channels:
                channel = self._channels[id]
                found[id] = Room(self._space, id, "", channel.name, direct=channel.direct)
        return found

    async def everybody(self) -> tuple[Profile, ...]:
        """Gives everybody in the workspace who is not deactivated; bots are marked."""
        people = self._calls.pages("users_list", "members", limit=LISTED, include_locale=True)
        found = [(self.learn_person(each), each) async for each in people]
        return tuple(known for known, each in found if not each.get("deleted"))

    async def staff(self, ids: Iterable[str]) -> tuple[Account, ...]:
        """Gives those of these users who are in the workspace and neither bots nor guests.

        Raises:
            PlatformRefused: Slack would not say who somebody is.
        """
        wanted = list(ids)
        missing = [id for id in wanted if id not in self._staff]
        if len(missing) > ASKED_SINGLY:
            await self.everybody()
        for id in wanted:
            if id not in self._staff:
                await self._ask_strictly(id)
        return tuple(Account(self._space, id, self._people[id]) for id in wanted if self._staff.get(id))

    def is_bot(self, id: str) -> bool:
        """Whether somebody is known to be a bot."""
        return id in self._bots

    def learn(self, event: Json) -> None:
        """Takes from an event what it says of a person or a channel."""
        match event.get("type"):
            case "user_change" | "team_join":
                self.learn_person(event["user"])
            case "channel_rename" | "group_rename":
                self._channels[event["channel"]["id"]] = Channel(event["channel"].get("name") or "", direct=False)

    def learn_person(self, user: Json) -> Profile:
        """Takes what Slack says of a person, and gives it as the port knows it."""
        known = profile(user, self._space)
        self._people[user["id"]] = known.account.name
        if user.get("is_bot"):
            self._bots.add(user["id"])
        self._staff[user["id"]] = not (known.is_bot or known.is_guest or user.get("deleted"))
        return known

    async def _ask_person(self, id: str) -> None:
        try:
            answer = await self._calls.call("users_info", user=id)
        except (PlatformRefused, SlackSaysNo):
            self._leave(id)
        else:
            self.learn_person(answer["user"])

    async def _ask_strictly(self, id: str) -> None:
        """Asks who somebody is; whom Slack shows to nobody here is none of the workspace's own."""
        try:
            self.learn_person((await self._calls.call("users_info", user=id))["user"])
        except PlatformRefused as refused:
            if refused.reason is not Refused.NO_DIRECT_MESSAGES:
                raise

    async def _ask_channel(self, id: str) -> None:
        try:
            channel = (await self._calls.call("conversations_info", channel=id))["channel"]
        except (PlatformRefused, SlackSaysNo):
            self._leave(id)
        else:
            direct = bool(channel.get("is_im") or channel.get("is_mpim"))
            self._channels[id] = Channel("" if direct else channel.get("name") or "", direct)

    def _may_ask(self, id: str) -> bool:
        return self._unknown.get(id, 0.0) <= asyncio.get_running_loop().time()

    def _leave(self, id: str) -> None:
        self._unknown[id] = asyncio.get_running_loop().time() + ASK_AGAIN_SECONDS
