"""The methods of the Web API about views: modals and home tabs."""

import hashlib
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from loopback_checks import view_errors
from loopback_errors import SlackError
from loopback_payloads import view_json
from loopback_states import initial_state
from loopback_world import View

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]
MOST_STACKED = 3


def open_view(slack: "LoopbackSlack", args: Json) -> Json:
    """views.open: in place of what stood open."""
    user = _exchange(slack, args)
    view = new_view(slack, user, args["view"])
    slack.world.modals[user] = [view]
    return {"view": view_json(view)}


def push_view(slack: "LoopbackSlack", args: Json) -> Json:
    """views.push: on top of what stands open, at most three."""
    user = _exchange(slack, args)
    view = stack_view(slack, user, args["view"])
    return {"view": view_json(view)}


def stack_view(slack: "LoopbackSlack", user: str, content: Any) -> View:
    """Puts a modal on top of those that stand open.

    Raises:
        SlackError: there are three already, or the view is not as it must be.
    """
    stack = slack.world.modals.get(user, [])
    if len(stack) >= MOST_STACKED:
        raise SlackError("push_limit_reached")
    view = new_view(slack, user, content)
    if stack:
        view.root, view.previous = stack[0].id, stack[-1].id
    slack.world.modals[user] = [*stack, view]
    return view


def update_view(slack: "LoopbackSlack", args: Json) -> Json:
    """views.update."""
    found = next((v for stack in slack.world.modals.values() for v in stack if v.id == args["view_id"]), None)
    if found is None:
        raise SlackError("not_found")
    if args.get("hash") and args["hash"] != found.hash:
        raise SlackError("hash_conflict")
    replace_content(slack, found, args["view"])
    return {"view": view_json(found)}


def replace_content(slack: "LoopbackSlack", view: View, content: Any) -> None:
    """Shows something else in a modal that stands open.

    Raises:
        SlackError: the view is not as it must be.
    """
    new = new_view(slack, view.user, content)
    view.content, view.hash, view.entered, view.errors = new.content, new.hash, new.entered, {}


def publish_view(slack: "LoopbackSlack", args: Json) -> Json:
    """views.publish."""
    if args["user_id"] not in slack.world.users:
        raise SlackError("user_not_found")
    known = slack.world.homes.get(args["user_id"])
    if args.get("hash") and (known is None or known.hash != args["hash"]):
        raise SlackError("hash_conflict")
    view = new_view(slack, args["user_id"], args["view"], kind="home")
    slack.world.homes[view.user] = view
    return {"view": view_json(view)}


def new_view(slack: "LoopbackSlack", user: str, content: Any, *, kind: str = "modal") -> View:
    """A view for somebody.

    Raises:
        SlackError: it is not as it must be.
    """
    if errors := view_errors(content, kind):
        messages = [f"[ERROR] {error}" for error in errors]
        raise SlackError("invalid_arguments", str(errors), malformed=True, response_metadata={"messages": messages})
    own = deepcopy(content)
    own["blocks"] = slack.with_ids(own["blocks"])
    id = slack.world.next_id("V")
    digest = f"{int(slack.clock().timestamp())}.{hashlib.sha256(id.encode()).hexdigest()[:8]}"
    return View(id, user, own, digest, entered=initial_state(own["blocks"]))


def _exchange(slack: "LoopbackSlack", args: Json) -> str:
    trigger = slack.interactions.triggers.get(args["trigger_id"])
    if trigger is None:
        raise SlackError("invalid_trigger_id", malformed=True)
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if slack.clock() > trigger.expires_at:
        raise SlackError("expired_trigger_id")
    if not view_errors(args["view"], "modal"):
        trigger.used = True
    return trigger.user


VIEW_METHODS = {
    "views.open": (open_view, ("trigger_id", "view")),
    "views.push": (push_view, ("trigger_id", "view")),
    "views.update": (update_view, ("view", "view_id"), ("hash", "external_id")),
    "views.publish": (publish_view, ("user_id", "view"), ("hash",)),
}
