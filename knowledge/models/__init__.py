"""The tables. Every row belongs to one community; every moment is aware UTC.

Numbers that people see (`#12`) count up within a community; `id` is the database's own. Rows are read and written by
`knowledge.store` only, which validates before it writes.
"""

from knowledge.models.base import metadata
from knowledge.models.digests import Digest, DigestState
from knowledge.models.newcomers import (
    FirstWord,
    FirstWordPeer,
    Newcomer,
    Pair,
    PairState,
    Step,
    StepState,
    StepTaken,
    WayState,
)
from knowledge.models.people import (
    Account,
    Channel,
    Community,
    DigestPace,
    Forgetting,
    Forgotten,
    LinkCode,
    Member,
    Space,
    Tie,
    TieKind,
    TieMonth,
)
from knowledge.models.questions import Question, QuestionPeer, QuestionState, Shown
from knowledge.models.tips import (
    Comment,
    Confirmation,
    Consent,
    Outcome,
    Tip,
    TipAuthor,
    TipKind,
    TipState,
    TipTag,
    TipVector,
    TipVersion,
)
from knowledge.models.upkeep import Delivery, JobRun, JobTime, Lease, Notice, NoticeState

__all__ = [
    "Account",
    "Channel",
    "Comment",
    "Community",
    "Confirmation",
    "Consent",
    "Delivery",
    "Digest",
    "DigestPace",
    "DigestState",
    "FirstWord",
    "FirstWordPeer",
    "Forgetting",
    "Forgotten",
    "JobRun",
    "JobTime",
    "Lease",
    "LinkCode",
    "Member",
    "Newcomer",
    "Notice",
    "NoticeState",
    "Outcome",
    "Pair",
    "PairState",
    "Question",
    "QuestionPeer",
    "QuestionState",
    "Shown",
    "Space",
    "Step",
    "StepState",
    "StepTaken",
    "Tie",
    "TieKind",
    "TieMonth",
    "Tip",
    "TipAuthor",
    "TipKind",
    "TipState",
    "TipTag",
    "TipVector",
    "TipVersion",
    "WayState",
    "metadata",
]
