"""Problems: what several people ask, miss or disagree on, found by meaning, and which of them is hot. Pure.

`likeness` places texts so that those about one problem lie close, and groups them; `hot` knows signals, people, time.
Nothing here knows a store or a chat: whoever uses it reads the signals, has the encoder take them in, and asks people.
"""

from knowledge.problems.hot import Problem, Signal, SignalSort, group_signals, hot_problems, nearest, same_problem
from knowledge.problems.likeness import Earlier, Placed, group, place

__all__ = [
    "Earlier",
    "Placed",
    "Problem",
    "Signal",
    "SignalSort",
    "group",
    "group_signals",
    "hot_problems",
    "nearest",
    "place",
    "same_problem",
]
