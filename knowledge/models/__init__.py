"""The tables. Every row belongs to one community; every moment is aware UTC.

Numbers that people see (`#12`) count up within a community; `id` is the database's own. Rows are read and written by
`knowledge.store` only, which validates before it writes.
"""

from knowledge.models.base import metadata
from knowledge.models.people import Account, Channel, Community, LinkCode, Member, Space, Tie, TieKind
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
from knowledge.models.upkeep import Delivery, JobRun, Lease, Notice, NoticeState

__all__ = [
    "Account",
    "Channel",
    "Comment",
    "Community",
    "Confirmation",
    "Consent",
    "Delivery",
    "JobRun",
    "Lease",
    "LinkCode",
    "Member",
    "Notice",
    "NoticeState",
    "Outcome",
    "Question",
    "QuestionPeer",
    "QuestionState",
    "Shown",
    "Space",
    "Tie",
    "TieKind",
    "Tip",
    "TipAuthor",
    "TipKind",
    "TipState",
    "TipTag",
    "TipVector",
    "TipVersion",
    "metadata",
]
