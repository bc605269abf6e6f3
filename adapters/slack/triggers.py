"""What a `Trigger` of Slack holds: the ways in which one interaction may be answered, and where it happened."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from adapters.port import Room, Space, Trigger

PAGE, ACT = "page", "act"

FORM_SECONDS = 3
"""How long a form may be opened after an interaction. Source: Slack, docs.slack.dev, *Modals*: trigger_id."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One command, action, press or submission.

    Attributes:
        id: Slack's `trigger_id`; empty where no form may be opened (a form that was just sent).
        url: the `response_url`, which takes five answers in half an hour wherever the bot is; may be empty.
        channel: where it happened; empty on the home tab.
        thread: the thread there, if any.
        direct: whether that is no channel.
        name: the channel's name.
        user: who acted.
        message: the message that carries the pressed button, if any.
        ephemeral: whether that is one that only this person sees.
        home: `PAGE` where somebody opened their home tab, `ACT` where they did something on it.
    """

    id: str = ""
    url: str = ""
    channel: str = ""
    thread: str = ""
    direct: bool = False
    name: str = ""
    user: str = ""
    message: str = ""
    ephemeral: bool = False
    home: str = ""

    def trigger(self, now: datetime) -> Trigger:
        """Gives the right to answer this, as the port knows it."""
        return Trigger(self.written(), now + timedelta(seconds=FORM_SECONDS))

    def room(self, space: Space, user: str) -> Room:
        """Gives where it happened; the home tab is the direct conversation with that person."""
        if not self.channel:
            return Room(space, user, direct=True)
        return Room(space, self.channel, self.thread, self.name, direct=self.direct)

    def written(self) -> str:
        """Gives this as one text, for a trigger's token or a view's metadata."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))


def read(written: str) -> Interaction:
    """Reads what `Interaction.written` gave; anything else is an interaction that cannot be answered."""
    try:
        return Interaction(**json.loads(written or "{}"))
    except (ValueError, TypeError):
        return Interaction()
