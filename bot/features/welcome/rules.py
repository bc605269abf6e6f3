"""The way in: which step fits somebody now and why, which they took by themselves, and when it is enough. Pure.

A step is chosen by what somebody did or did not do. Days only say how long they are left in peace in between. Source of
the steps: Lave & Wenger, *Situated Learning*, 1991 (small, real parts of the practice, at one's own pace).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.port import MessagePosted, ReactionAdded
from knowledge.models import FirstWord, PairState, Step, StepState, WayState
from knowledge.participation import Deed
from knowledge.store.communities import Options

AFTER_A_DEED = timedelta(days=2)
"""How long somebody who did something is left in peace before the next step (ours)."""

AFTER_NOTHING = timedelta(days=5)
"""The same for somebody who did nothing since; then something else may suit them better (ours)."""

LIES_OPEN = timedelta(days=7)
"""How long an invitation lies open before another takes its place (ours: a week of shifts)."""

LATER = timedelta(days=14)
"""After *Later* nothing comes for so long."""

AT_MOST_IN_A_ROW = 3
"""After so many messages in a row without any sign, no more come unless they ask. Source: issue 7."""

LOOKED_FOR_EVERY = timedelta(days=1)
"""How often it is looked what may come next for somebody."""

OFFERED_AT_MOST = 2
"""A step that was put off is offered once more, then never."""

INSIDE_STEPS = 3
"""Who took so many steps knows the place well enough to welcome the next (ours)."""

INSIDE_AFTER = timedelta(days=14)
"""Nobody is asked to welcome others in their first days (ours)."""

LONGEST = timedelta(weeks=26)
"""After half a year nobody is new, whatever they did (ours)."""

CORE_TOLD_AFTER = timedelta(days=2)
"""Coordinators hear of first words that nobody answered for so long."""

RIGHT_AFTER = timedelta(minutes=10)
"""A greeting in the same room so soon after, outside a thread, is taken as an answer (ours)."""

NAMED_WITHIN = timedelta(days=1)
"""Who calls a newcomer by their name so soon after answers them (ours)."""

SHORT_GREETING, SHORT_WELCOME = 3, 12
"""Words of a greeting that says nothing else, and of one that bids welcome (ours)."""

GIVEN_UP_AFTER = timedelta(days=14)
"""First words that are so old are brought to nobody any more."""


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a step is: its state, how often it was offered, since when."""

    state: StepState
    times: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """How far somebody is.

    Attributes:
        now: aware UTC.
        began_at: when they came.
        introduced: whether they said what they do or where.
        deeds: everything that they did since they came.
        last_sign_at: when they last did anything, in a room or with the bot; None where nothing yet.
        sent_at: when each message of the way was sent, newest first.
        is_waiting: whether a message of the way is owed to them and waits its time.
        steps: where each step is that was offered or taken.
        pairs: states of the pairs that they are or were in.
        is_companion: whether they said that they show newcomers round.
        welcomed: whether they answered a newcomer's first words.
        joined_in: whether their own first words were in a conversation of others.
    """

    now: datetime
    began_at: datetime
    introduced: bool = False
    deeds: frozenset[Deed] = frozenset()
    last_sign_at: datetime | None = None
    sent_at: tuple[datetime, ...] = ()
    is_waiting: bool = False
    steps: Mapping[Step, Stood] = field(default_factory=dict)
    pairs: frozenset[PairState] = frozenset()
    is_companion: bool = False
    welcomed: bool = False
    joined_in: bool = False

    @property
    def in_a_row(self) -> int:
        """How many messages came since their last sign."""
        return sum(self.last_sign_at is None or at > self.last_sign_at for at in self.sent_at)

    @property
    def taken(self) -> frozenset[Step]:
        """The steps that they took, invited or not."""
        noted = {step for step, stood in self.steps.items() if stood.state is StepState.TAKEN}
        return frozenset(noted | set(taken_unprompted(self)))

    @property
    def open(self) -> Step | None:
        """The invitation that lies open before them, if any: one that they took is open no more."""
        offered = (step for step, stood in self.steps.items() if stood.state is StepState.OFFERED)
        return next((step for step in offered if step not in self.taken), None)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A step that fits, and why: a word of ours that the texts know; empty where what is chosen for it says so."""

    step: Step
    because: str = ""


def taken_unprompted(way: Way) -> Iterator[Step]:
    """The steps that somebody's own deeds show."""
    if way.introduced:
        yield Step.INTRODUCE
    if way.deeds & {Deed.REACTED, Deed.REPLIED} or way.joined_in:
        yield Step.LISTEN
    if way.deeds & {Deed.USED, Deed.COMMENTED}:
        yield Step.MATCH
    if Deed.ASKED in way.deeds:
        yield Step.ASK
    if way.pairs & {PairState.AGREED, PairState.ENDED} or Deed.MET in way.deeds:
        yield Step.COME
    if Deed.TOLD in way.deeds:
        yield Step.TELL
    if way.is_companion or way.welcomed:
        yield Step.WELCOME


def fitting(way: Way, *, is_asked_for: bool = False) -> list[Invitation]:
    """The invitations that fit, best first; each comes where there is something to offer for it.

    Args:
        way: how far they are.
        is_asked_for: whether they ask for one now: then what was let go of comes again, last.
    """
    found = [each for each in _fitting(way) if each.step not in way.taken]
    fresh = [each for each in found if _may_come(way, each.step)]
    return [*fresh, *(each for each in found if each not in fresh)] if is_asked_for else fresh


def is_time(way: Way) -> bool:
    """Whether something may come now: nothing is on its way or lies open, and they were left in peace long enough."""
    if way.is_waiting or any(_was_put_off(stood, way.now) for stood in way.steps.values()):
        return False
    last_at = way.sent_at[0] if way.sent_at else way.began_at
    if way.open is not None:
        return way.now - max(last_at, way.steps[way.open].at) >= LIES_OPEN
    return way.now - last_at >= (AFTER_NOTHING if way.in_a_row else AFTER_A_DEED)


def state_after(way: Way) -> WayState:
    """Whether the way goes on: it ends when all is done or half a year is over; it rests after three without a sign."""
    if way.now - way.began_at > LONGEST or _is_through(way):
        return WayState.DONE
    waits = way.sent_at and way.now - way.sent_at[0] < LIES_OPEN
    return WayState.RESTING if way.in_a_row >= AT_MOST_IN_A_ROW and not waits else WayState.GOING


def look_again(way: Way) -> datetime:
    """When it is next looked for them: a day later, or when what they put off comes up again."""
    put_off = [stood.at + LATER for stood in way.steps.values() if _was_put_off(stood, way.now)]
    return max([way.now + LOOKED_FOR_EVERY, *put_off])


def is_last_before_rest(way: Way) -> bool:
    """Whether the message that goes out now is the last one unless they show a sign."""
    return way.in_a_row >= AT_MOST_IN_A_ROW - 1


def is_in_room(event: MessagePosted, options: Options) -> bool:
    """Whether a message may be a newcomer's first words in a room, or an answer to some."""
    room = event.post.ref.room
    return not event.direct and (
        (event.who.key in options.new_here and not event.to_bot) or room.key in options.waiting_in
    )


def is_on_first_words(event: ReactionAdded, options: Options) -> bool:
    """Whether a reaction may be on a newcomer's first words."""
    return event.message.room.key in options.waiting_in


def is_between_two(event: MessagePosted, options: Options) -> bool:
    """Whether a message may stand in the conversation of a newcomer and their companion."""
    return event.direct and not event.to_bot


def answers(event: MessagePosted, word: FirstWord, newcomer: str) -> bool:
    """Whether a message by somebody else answers a newcomer's first words: as the chat says, or by a greeting.

    It is in the same thread, or to them, or outside a thread soon after, where it opens with a greeting and says little
    else or bids welcome. Whatever else is said in a busy room answers nobody: better a peer too many who looks than one
    newcomer left alone.

    Args:
        event: the message.
        word: the first words.
        newcomer: the newcomer's account.
    """
    if not _is_after(event, word):
        return False
    mentioned = {each.key for each in event.post.mentions}
    if (event.answers is not None and event.answers.key == newcomer) or newcomer in mentioned:
        return True
    if event.post.ref.room.thread_id:
        return event.post.ref.room.thread_id == word.thread
    return event.at - word.at <= RIGHT_AFTER and not mentioned and _only_greets(event.post.text)


def names(event: MessagePosted, word: FirstWord, name: str) -> bool:
    """Whether a message calls a newcomer by their first name within a day: an answer, where nobody else has that name.

    Some names are words (Will, Grace, May), so its capitals count unless the message opens with a greeting.
    """
    first_name = (name.split(maxsplit=1) or [""])[0]
    if len(first_name) < 2 or not _is_after(event, word) or event.at - word.at > NAMED_WITHIN:
        return False
    flags = re.IGNORECASE if _GREETS.match(event.post.text.strip()) else 0
    return bool(re.search(rf"\b{re.escape(first_name)}\b", event.post.text, flags))


def _is_after(event: MessagePosted, word: FirstWord) -> bool:
    return event.post.ref.room.key == word.room and event.at >= word.at


def _only_greets(text: str) -> bool:
    opens = _GREETS.match(text.strip())
    count = len(text.split())
    return bool(opens) and (count <= SHORT_GREETING or (count <= SHORT_WELCOME and bool(_WELCOMES.search(text))))


def is_put_off(way: Way, step: Step) -> bool:
    """Whether a step was put off before."""
    return way.steps[step].state is StepState.LATER if step in way.steps else False


def _fitting(way: Way) -> Iterator[Invitation]:
    """What fits, best first: what was asked for again, then what follows from their deeds, then what asks least."""
    for step in way.steps:
        if is_put_off(way, step):
            yield Invitation(step, "later")
    yield Invitation(Step.ASK, "gap")
    if way.introduced or Deed.SEARCHED in way.deeds:
        yield Invitation(Step.MATCH)
    yield Invitation(Step.LISTEN)
    if way.deeds or way.introduced:
        yield Invitation(Step.COME)
    if way.deeds & {Deed.USED, Deed.ASKED, Deed.REPLIED}:
        yield Invitation(Step.TELL, "spoke")
    if len(way.taken) >= INSIDE_STEPS and way.now - way.began_at >= INSIDE_AFTER:
        yield Invitation(Step.WELCOME, "inside")
    if way.taken & {Step.LISTEN, Step.MATCH}:
        yield Invitation(Step.ASK, "settled")
    yield Invitation(Step.MATCH)


def _may_come(way: Way, step: Step) -> bool:
    stood = way.steps.get(step)
    return stood is None or (stood.state is StepState.LATER and stood.times < OFFERED_AT_MOST)


def _was_put_off(stood: Stood, now: datetime) -> bool:
    return stood.state is StepState.LATER and now - stood.at < LATER


def _is_through(way: Way) -> bool:
    """Through is who was asked to welcome the next, or does so, and has nothing open."""
    welcome = way.steps.get(Step.WELCOME)
    was_asked = welcome is not None and welcome.state in (StepState.TAKEN, StepState.PASSED)
    return (was_asked or Step.WELCOME in way.taken) and len(way.taken) >= INSIDE_STEPS


_WELCOMES = re.compile(r"\b(welcome|willkommen|bienvenue|bienvenid[oa]|welkom|good to have you)\b", re.IGNORECASE)
_GREETS = re.compile(
    r"(welcome|hello|hi|hey|hiya|(good )?(morning|afternoon|evening)|willkommen|hallo|bienvenue|bonjour|bienvenid[oa]"
    r"|hola|welkom)\b",
    re.IGNORECASE,
)
