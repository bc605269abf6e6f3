"""Who somebody is, from what Slack says of them; pure. Source: Slack, docs.slack.dev, *User*, *Slack Connect*."""

from adapters.port import Account, Profile, Space
from adapters.slack.markup import Json


def profile(user: Json, space: Space) -> Profile:
    """Gives somebody as the port knows them; whoever belongs to another organisation is a guest."""
    said = user.get("profile") or {}
    name = said.get("display_name") or said.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        Account(space, user["id"], name),
        time_zone=user.get("tz") or "",
        language=(user.get("locale") or "").split("-")[0],
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        is_guest=any(user.get(sign) for sign in _GUESTS) or _is_foreign(user, space),
    )


def _is_foreign(user: Json, space: Space) -> bool:
    """Whether somebody is of another workspace; in an organisation with several one person may be in many."""
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    return space.id not in {user.get("team_id") or space.id, *teams}


_GUESTS = ("is_restricted", "is_ultra_restricted", "is_stranger")
