"""Whom Slack keeps together: user groups, and those in a channel that the bot is in.

Source: Slack, docs.slack.dev, *usergroups.list*, *usergroups.users.list*, *conversations.members*.
"""

from adapters.port import Account, Group, PlatformRefused, Refused, Sort, Space
from adapters.slack.calls import LISTED, Calls
from adapters.slack.directory import Directory

USER_GROUP = "group"
"""What stands before a user group's id in its key."""


class Groups:
    """Groups of one workspace.

    Args:
        calls: the Web API.
        directory: who people are.
        space: the workspace.
    """

    def __init__(self, calls: Calls, directory: Directory, space: Space) -> None:
        self._calls, self._directory, self._space = calls, directory, space

    async def all(self) -> tuple[Group, ...]:
        """User groups where the plan has them, then the bot's channels but for the one that everybody is in."""
        answer = await self._calls.call("usergroups_list", fine="plan_upgrade_required") or {}
        prefix = f"{self._space.key}:{USER_GROUP}"
        teams = [
            Group(f"{prefix}:{each['id']}", each.get("name") or each.get("handle") or each["id"], Sort.USER_GROUP)
            for each in answer.get("usergroups") or ()
            if not each.get("date_delete")
        ]
        kinds = "public_channel,private_channel"
        pages = self._calls.pages("users_conversations", "channels", types=kinds, exclude_archived=True, limit=LISTED)
        rooms = [
            Group(
                f"{self._space.key}:{each['id']}",
                each.get("name") or each["id"],
                Sort.CHANNEL,
                private=bool(each.get("is_private", True)),
            )
            async for each in pages
            if not each.get("is_general")
        ]
        return (*sorted(teams, key=_by_name), *sorted(rooms, key=_by_name))

    async def people_in(self, group: str) -> tuple[Account, ...]:
        """The people in a group, as the workspace's own; neither bots nor guests.

        Raises:
            PlatformRefused: there is no such group, the bot may not ask, or Slack cannot be reached.
        """
        kind, _, id = group.removeprefix(f"{self._space.key}:").rpartition(":")
        if kind == USER_GROUP and id:
            answer = await self._calls.call("usergroups_users_list", usergroup=id)
            return await self._directory.staff(answer.get("users") or ())
        if kind or not id.startswith(("C", "G")):  # not a channel here
            raise PlatformRefused(Refused.GONE, group)
        pages = self._calls.pages("conversations_members", "members", channel=id, limit=LISTED)
        return await self._directory.staff([each async for each in pages])


def _by_name(group: Group) -> tuple[str, str]:
    return group.name.casefold(), group.key
