"""User groups, and the methods of the Web API about them.

Source: Slack, docs.slack.dev, *usergroups.list*, *usergroups.users.list*.
"""

from typing import TYPE_CHECKING, Any

from loopback_errors import SlackError
from loopback_places import is_true
from loopback_world import TEAM, UserGroup

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]


def list_groups(slack: "LoopbackSlack", args: Json) -> Json:
    """usergroups.list: disabled ones only where they are asked for."""
    _check_plan(slack)
    found = [each for each in slack.world.usergroups.values() if is_true(args.get("include_disabled")) or each.enabled]
    return {"usergroups": [_group_json(each, with_users=is_true(args.get("include_users"))) for each in found]}


def list_group_users(slack: "LoopbackSlack", args: Json) -> Json:
    """usergroups.users.list: ids, in one piece."""
    _check_plan(slack)
    found = slack.world.usergroups.get(str(args["usergroup"]))
    if found is None or not (found.enabled or is_true(args.get("include_disabled"))):
        raise SlackError("no_such_subteam")
    return {"users": sorted(found.users)}


def _check_plan(slack: "LoopbackSlack") -> None:
    if not slack.world.has_usergroups:
        raise SlackError("plan_upgrade_required")


def _group_json(group: UserGroup, *, with_users: bool) -> Json:
    users = {"users": sorted(group.users)} if with_users else {}
    return {
        "id": group.id,
        "team_id": TEAM,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1,
        "date_update": 1,
        "date_delete": 0 if group.enabled else 1,
        "auto_type": None,
        "created_by": "UADMIN",
        "updated_by": "UADMIN",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        **users,
        "user_count": len(group.users),
    }


USERGROUP_METHODS = {
    "usergroups.list": (
        list_groups,
        (),
        ("include_count", "include_disabled", "include_users", "team_id"),
        "usergroups:read",
    ),
    "usergroups.users.list": (list_group_users, ("usergroup",), ("include_disabled", "team_id"), "usergroups:read"),
}
