"""The verbs that every platform offers, and how it says no.

The verbs and the bot's handlers meet here only: an adapter calls `receive` for each event and the bot calls the verbs.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from adapters.port.inbound import Account, Inbound, MessageRef, Post, Room, Space, Trigger
from adapters.port.outbound import Destination, Event, FieldErrors, Form, Message, Suggestions
from adapters.port.surface import Surface


class Refused(StrEnum):
    """Why a platform would not do something."""

    NO_DIRECT_MESSAGES = "no_direct_messages"
    NOT_IN_CHANNEL = "not_in_channel"
    MISSING_PERMISSION = "missing_permission"
    GONE = "gone"
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    NOT_ACCEPTED = "not_accepted"


class PlatformRefused(Exception):
    """A platform would not do something, for a `reason` that somebody can mend.

    Args:
        reason: what is the matter.
        detail: the name of what is missing (a permission, a channel); never message text.
    """

    def __init__(self, reason: Refused, detail: str = "") -> None:
        super().__init__(f"{reason}{': ' if detail else ''}{detail}")
        self.reason = reason
        self.detail = detail


class Part(StrEnum):
    """What a platform may not let the bot hear: messages that are not for it, or who comes and goes."""

    MESSAGES = "messages"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as the platform describes them. `time_zone` is an IANA name, or empty where it does not say."""

    account: Account
    time_zone: str = ""
    language: str = ""
    is_bot: bool = False
    is_guest: bool = False


class Sort(StrEnum):
    """What a group of people is on its platform."""

    USER_GROUP = "user group"
    ROLE = "role"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Group:
    """People whom a platform itself keeps together: a user group, a role, or those in a channel.

    `key` is its one text, such as `slack:T1:group:S1` or `discord:G1:role:R1`; a channel's is the room's. The name of
    one that is `private` is for those only who may see that channel.
    """

    key: str
    name: str
    sort: Sort
    private: bool = False


Returned: TypeAlias = FieldErrors | Suggestions | None
Receive: TypeAlias = Callable[[Inbound], Awaitable[Returned]]
"""Takes one event. Gives errors for a form, suggestions for typing, else None. It never raises."""


class Platform(Protocol):
    """A chat platform. Every verb raises `PlatformRefused` when the platform says no."""

    name: str

    @property
    def is_connected(self) -> bool:
        """Whether it hears what people do now; False while it connects, is cut off or stops."""

    def unheard(self) -> frozenset[Part]:
        """What the bot is not let to hear; nothing where it hears everything."""

    async def run(self, surface: Surface, receive: Receive) -> None:
        """Connects and hands each event to `receive` until cancelled; then stops cleanly."""

    async def send(
        self,
        to: Destination,
        message: Message,
        *,
        answering: Trigger | None = None,
        once: str = "",
        tried_at: datetime | None = None,
    ) -> MessageRef | None:
        """Sends, and says where the message is (None where the platform cannot say, as for some private ones).

        Args:
            to: the room, person, or one person only.
            message: what to say.
            answering: the interaction that this answers in public.
            once: a key; a second send with the same key says nothing again.
            tried_at: when a process that may have died since first tried to send this under the same key: what it
                may have said from then on is looked for, and is not said again.
        """

    async def edit(self, message: MessageRef, new: Message, *, answering: Trigger | None = None) -> None:
        """Replaces a message of the bot."""

    async def delete(self, message: MessageRef) -> None:
        """Removes a message of the bot."""

    async def react(self, message: MessageRef, emoji: str) -> None:
        """Puts an emoji on a message."""

    async def open_form(self, trigger: Trigger, form: Form) -> None:
        """Opens a form for whoever `trigger` belongs to."""

    async def open_room(self, accounts: Sequence[Account]) -> Room:
        """Opens (or finds) a private conversation of the bot with these people."""

    async def read_message(self, message: MessageRef) -> Post | None:
        """Reads a message as it stands, or None where it is gone."""

    async def read_thread(self, message: MessageRef) -> tuple[Post, ...]:
        """Reads the thread that a message stands in, its first message first."""

    async def link(self, message: MessageRef) -> str:
        """The address that opens a message, or an empty text."""

    async def members(self, space: Space) -> tuple[Profile, ...]:
        """Everybody in a space."""

    async def groups(self, space: Space) -> tuple[Group, ...]:
        """The groups of people in a space, by sort and name: of its channels those with the bot that hold a few only.

        Nothing for a space that is not the platform's.
        """

    async def people_in(self, group: str) -> tuple[Account, ...]:
        """The people in a group, by its key, who are here now; no bots and no guests.

        It raises `PlatformRefused` wherever it cannot tell, so that nobody is taken to have gone.
        """

    async def may_see(self, account: Account, room: Room) -> bool:
        """Whether somebody may read what stands in a room; False where the bot cannot tell.

        It looks at the channel, for its threads too. It is False for direct conversations, for channels that are gone
        or that the bot is not in, for people who left, and where person and room are of different spaces. It raises
        `PlatformRefused` only where the platform cannot be reached.
        """

    async def schedule_event(self, space: Space, event: Event, *, known: str = "") -> str:
        """Puts an event into the space's own calendar, or changes the one whose id is `known`.

        Gives its id; an empty text where the platform has no calendar. The same event is not put there twice.
        """
