"""The sample's people answer what they are asked about meetups, so that a week in the demo shows a meetup's whole life.

They do what people do: most say which times suit them, some pass, some say nothing. They use the same doors as
whoever plays in a browser, and leave alone who is played there or ever was. They act only while time is let pass.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from adapters.port import Button, Message

WITHIN = timedelta(hours=6)
"""So long somebody takes to answer, at most."""

NOT_THIS_TIME = (-1,)

REPLIES: Sequence[Sequence[int]] = ((0, 1), (0, 2), (1, 2), (0,), NOT_THIS_TIME, (), ())
"""What people of one meetup say to their invitations, in any order: the times that suit them, by position, or nothing.

Where all seven are invited, each time suits two of them, so that with the host it has a quorum.
"""

COUNTED_IN = 1 / 6
"""How many say that they would come to what is asked of all in a room."""

ASKS = ("hostyes", "send", "vote", "takeover", "handover", "there", "try", "heldup", "join")
"""What is asked, by the button that says yes to it; where a message has several, by the first of these."""

WINS_AT_MOST = 2
"""Quick wins that are told of one meetup."""

WINS = (
    "Write down for a week when it happens, on the board by the kettle.",
    "Go and see how the other ward does it. Ten minutes, after lunch.",
    "Say it at handover, one sentence, every day this week.",
    "Ring before walking over. One call might save two trips.",
    "Ask whoever comes after us what they'd have liked to know.",
    "Try it on one bay for a week, two of us, before we tell anybody else.",
)
"""What somebody will try: it fits after any problem."""

HELD_IN_TEN = (5, 3, 2)
"""How often it is said a fortnight later that something held, held with a change, and did not."""


class Told(Protocol):
    """Something that the bot said."""

    @property
    def id(self) -> str:
        """Its id in the room."""

    @property
    def said(self) -> Message | None:
        """What it said, as it stands now."""


class Opened(Protocol):
    """A form in front of somebody."""

    @property
    def id(self) -> str:
        """The id of this opening."""


class Room(Protocol):
    """The people's side of the room, as far as the sample's people use it."""

    def clock(self) -> datetime:
        """The room's time."""

    def unplayed(self) -> Sequence[str]:
        """Who is here and was never played."""

    def told(self, person: str) -> Sequence[Told]:
        """What the bot said to somebody alone."""

    def messages_seen_by(self, who: str, channel: str = "") -> Sequence[Told]:
        """What somebody sees in a channel."""

    async def press(self, who: str, id: str, button: str) -> None:
        """Presses a button; one that is not there does nothing."""

    def open_form_of(self, person: str) -> Opened | None:
        """The form in front of somebody."""

    async def submit(self, who: str, opening: str, values: Mapping[str, str]) -> object:
        """Sends it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody is asked something: one of `ASKS`, in a message with these buttons (ids, by what follows `meetups:`)."""

    who: str
    message: str
    ask: str
    buttons: Mapping[str, Sequence[str]]

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from everything else that is asked."""
        return self.who, self.message, self.ask

    @property
    def meetup(self) -> str:
        """The meetup's number, where the button names it."""
        return self.buttons[self.ask][0].split(":")[2]


class People:
    """The sample's people, where nobody plays them.

    What stands in the room when they begin they have seen, and leave as it is.

    Args:
        room: where they are.
        who: their ids.
        calls_in: the channel in which all are asked who would come.
        chance: decides who does what, and when.
    """

    def __init__(self, room: Room, who: Collection[str], calls_in: str, chance: Random) -> None:
        self._room, self._who, self._calls_in, self._chance = room, frozenset(who), calls_in, chance
        self._answers_at: dict[tuple[str, str, str], datetime | None] = {each.key: None for each in self._asked()}
        self._met: set[str] = set()
        self._told = Counter[str]()
        self._wins: list[str] = []
        self._replies: dict[str, list[Sequence[int]]] = {}

    async def answer(self) -> None:
        """Has everybody answer whose moment has come."""
        now = self._room.clock()
        for asked in list(self._asked()):
            if asked.key not in self._answers_at:
                self._answers_at[asked.key] = now + WITHIN * self._chance.random()
            due = self._answers_at[asked.key]
            if due is not None and due <= now:
                self._answers_at[asked.key] = None
                await self._act(asked)

    def _asked(self) -> Iterator[Asked]:
        for who in self._room.unplayed():
            if who in self._who:
                calls = [each for each in self._room.messages_seen_by(who, self._calls_in) if _is_call(each)]
                for message in (*self._room.told(who), *calls):
                    buttons = _buttons(message)
                    if ask := next((each for each in ASKS if each in buttons), None):
                        yield Asked(who, message.id, ask, buttons)

    async def _act(self, asked: Asked) -> None:
        for button in self._choose(asked):
            await self._room.press(asked.who, asked.message, button)
        form = self._room.open_form_of(asked.who)
        if asked.ask == "try" and form is not None:
            showing = "unnamed" if self._told[asked.meetup] else "named"
            self._told[asked.meetup] += 1
            self._wins = self._wins or self._chance.sample(WINS, len(WINS))
            await self._room.submit(asked.who, form.id, {"text": self._wins.pop(), "showing": showing})

    def _choose(self, asked: Asked) -> Sequence[str]:
        """The buttons that somebody presses, if any."""
        buttons, coin = asked.buttons, self._chance.random() < 1 / 2
        match asked.ask:
            case "vote":
                return self._choose_times(asked)
            case "hostyes" if not coin:
                return buttons.get("hostno", ()) if self._chance.random() < 1 / 2 else ()
            case "takeover" if not coin:
                return ()
            case "there":
                is_first = asked.meetup not in self._met
                self._met.add(asked.meetup)
                return buttons["there"] if is_first or coin else ()
            case "try":
                told = self._told[asked.meetup]
                return buttons["try"] if told == 0 or (coin and told < WINS_AT_MOST) else ()
            case "heldup":
                return self._chance.choices(buttons["heldup"], HELD_IN_TEN)
            case "join" if self._chance.random() >= COUNTED_IN:
                return ()
            case _:
                return buttons[asked.ask]

    def _choose_times(self, asked: Asked) -> Sequence[str]:
        """One or two times, *Not this time*, or nothing."""
        left = self._replies.setdefault(asked.meetup, [])
        if not left:
            left += self._chance.sample(REPLIES, len(REPLIES))
        said = left.pop()
        if said == NOT_THIS_TIME:
            return asked.buttons.get("no", ())
        return [each for at, each in enumerate(asked.buttons["vote"]) if at in said]


def _buttons(message: Told) -> dict[str, list[str]]:
    """The ids of a message's buttons about meetups, by what follows `meetups:`."""
    found: dict[str, list[str]] = {}
    for section in message.said.sections if message.said else ():
        for each in section.buttons:
            if isinstance(each, Button) and each.id.startswith("meetups:"):
                found.setdefault(each.id.split(":")[1], []).append(each.id)
    return found


def _is_call(message: Told) -> bool:
    """Whether all are asked who would come: what has its time offers to leave it too."""
    buttons = _buttons(message)
    return "join" in buttons and "leave" not in buttons
