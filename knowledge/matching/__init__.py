"""Who sits with whom: a fair match for an open table, and whom to invite around one problem. Pure.

`seating` seats those who come, `inviting` chooses whom a host asks. Who may be asked at all (consent, pauses, how much
somebody gets) is decided before; when they meet and how they are told is for others.
"""

from knowledge.matching.guests import ABOUT, FACES_WEEKS, FEWEST, MOST, Guest, Pair, Reason, Table
from knowledge.matching.inviting import Candidate, Invited, invite
from knowledge.matching.seating import Seating, seat, table_sizes
from knowledge.matching.worth import EVEN, Weights

__all__ = [
    "ABOUT",
    "EVEN",
    "FACES_WEEKS",
    "FEWEST",
    "MOST",
    "Candidate",
    "Guest",
    "Invited",
    "Pair",
    "Reason",
    "Seating",
    "Table",
    "Weights",
    "invite",
    "seat",
    "table_sizes",
]
