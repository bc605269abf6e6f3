"""Newcomers: how far each is on the way in, their first words, and who shows them round. Never what was said."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.models.base import moment, of_community, word_of


class Step(StrEnum):
    """Steps of the way in, from the edge inwards. All but the first are invitations of their own."""

    INTRODUCE = "introduce"
    LISTEN = "listen"
    MATCH = "match"
    ASK = "ask"
    COME = "come"
    TELL = "tell"
    WELCOME = "welcome"


class StepState(StrEnum):
    """`OFFERED`: it lies open before them. `LATER`: they put it off. `TAKEN`: done. `PASSED`: let go of."""

    OFFERED = "offered"
    LATER = "later"
    TAKEN = "taken"
    PASSED = "passed"


class WayState(StrEnum):
    """`GOING`: invitations may come. The others say why none does any more.

    `RESTING`: three in a row had no answer. `STOPPED`: they said so. `CLOSED`: they take no direct messages. `DONE`:
    they are in, or the time is over.
    """

    GOING = "going"
    RESTING = "resting"
    STOPPED = "stopped"
    CLOSED = "closed"
    DONE = "done"


class PairState(StrEnum):
    """Where a newcomer and their companion are with each other.

    `NAMED`: the newcomer was told of them. `ASKED`: the newcomer would like it, the companion was asked. `AGREED`:
    both said yes. Over are `PASSED` (the newcomer did not take it up), `DECLINED` (the companion could not), `LAPSED`
    (no word of the companion came) and `ENDED` (one of them had enough).
    """

    NAMED = "named"
    ASKED = "asked"
    AGREED = "agreed"
    ENDED = "ended"
    PASSED = "passed"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Newcomer(SQLModel, table=True):
    """Somebody on the way in: one row a member, however often and wherever they join.

    `look_at` is when it is next looked whether there is something for them, `named_at` when they agreed that others are
    told that they are new.
    """

    __table_args__ = (UniqueConstraint("community_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id")
    state: WayState = word_of(WayState, WayState.GOING)
    named_at: datetime | None = moment()
    began_at: datetime = moment(nullable=False)
    look_at: datetime = moment(nullable=False, index=True)


class StepTaken(SQLModel, table=True):
    """A step of a member's way in: offered, put off, taken or let go of.

    Attributes:
        times: how often it was offered; 0 for one that was taken unprompted.
        because: why it was chosen, in one word of ours.
        tip_id: the tip that it is about.
        about: key of the message that it is about.
        at: when its state last changed.
    """

    __table_args__ = (UniqueConstraint("community_id", "member_id", "step"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id", index=True)
    step: Step = word_of(Step)
    state: StepState = word_of(StepState)
    times: int = 0
    because: str = ""
    tip_id: int | None = Field(default=None, foreign_key="tip.id", ondelete="SET NULL")
    about: str = ""
    at: datetime = moment(nullable=False)


class FirstWord(SQLModel, table=True):
    """The first thing that a newcomer wrote in a room: where and when, and whether anybody answered.

    Attributes:
        message: its key; `room` the channel's; `thread` the id of the message that its thread begins with.
        seen_at: when somebody first put an emoji on it: that is no answer.
        answered_at: when somebody first answered; `answerer_id` who.
        settled_at: when it stopped waiting: answered, gone, or seen to by a coordinator.
        brought_at: when it was first brought to a peer.
        told_at: when coordinators were first told of it.
    """

    __table_args__ = (UniqueConstraint("community_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    member_id: int = Field(foreign_key="member.id")
    message: str
    room: str
    thread: str
    at: datetime = moment(nullable=False)
    seen_at: datetime | None = moment()
    answered_at: datetime | None = moment()
    answerer_id: int | None = Field(default=None, foreign_key="member.id", index=True)
    settled_at: datetime | None = moment()
    brought_at: datetime | None = moment()
    told_at: datetime | None = moment()


class FirstWordPeer(SQLModel, table=True):
    """A member who may help with a newcomer's first words: `knows` something near them, was told of them, passed."""

    __table_args__ = (UniqueConstraint("first_word_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    first_word_id: int = Field(foreign_key="firstword.id", index=True, ondelete="CASCADE")
    member_id: int = Field(foreign_key="member.id", index=True)
    knows: bool = False
    told_at: datetime | None = moment()
    passed: bool = False


class Pair(SQLModel, table=True):
    """A newcomer and a companion who shows them round, or might. Why it ended is nobody's business.

    Attributes:
        at: when its state last changed.
        room: key of the channel of their conversation; `thread` the id of the thread in it, where it is one.
        newcomer_spoke_at: when the newcomer last wrote there; `companion_spoke_at` the companion.
    """

    __table_args__ = (UniqueConstraint("community_id", "newcomer_id", "companion_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = of_community()
    newcomer_id: int = Field(foreign_key="member.id", index=True)
    companion_id: int = Field(foreign_key="member.id", index=True)
    state: PairState = word_of(PairState, PairState.NAMED)
    began_at: datetime = moment(nullable=False)
    at: datetime = moment(nullable=False)
    room: str = ""
    thread: str = ""
    newcomer_spoke_at: datetime | None = moment()
    companion_spoke_at: datetime | None = moment()
