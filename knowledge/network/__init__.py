"""Is the community alive without its core: measures of ties, each beside what chance would give. Pure.

Ties go in as numbers (`Ties`, `People`) and are summed up once (`network_of`); each measure takes what comes of that.
Who somebody is, how long anything is kept, and every sentence are for others. What is published of groups of people
goes through `publish`.
"""

from knowledge.network.answers import Answered, Asked, answered, unanswered_by_practice, waited_hours
from knowledge.network.chance import Beside
from knowledge.network.cohesion import BUSIEST_SHARE, Cohesion, Concentration, cohesion, concentration
from knowledge.network.components import Holding, components, holding, k_core
from knowledge.network.mixing import (
    Matrix,
    as_far,
    assortativity,
    excess,
    external_internal,
    involved,
    matrix,
    permuted,
)
from knowledge.network.rings import FEWEST
from knowledge.network.shares import Lateral, Left, busiest, is_lateral, lateral, without
from knowledge.network.small_groups import Kept, Line, Published, Table, publish
from knowledge.network.ties import (
    UNKNOWN,
    Counted,
    Flags,
    Floats,
    Moments,
    Network,
    People,
    Ties,
    Whole,
    coded,
    network_of,
)
from knowledge.network.uncertain import DRAWS, Interval, Ratio, lateral_ratios, uncertain
from knowledge.network.voices import Connectors, Voices, carriers, connectors, voices

__all__ = [
    "BUSIEST_SHARE",
    "DRAWS",
    "FEWEST",
    "UNKNOWN",
    "Answered",
    "Asked",
    "Beside",
    "Cohesion",
    "Concentration",
    "Connectors",
    "Counted",
    "Flags",
    "Floats",
    "Holding",
    "Interval",
    "Kept",
    "Lateral",
    "Left",
    "Line",
    "Matrix",
    "Moments",
    "Network",
    "People",
    "Published",
    "Ratio",
    "Table",
    "Ties",
    "Voices",
    "Whole",
    "answered",
    "as_far",
    "assortativity",
    "busiest",
    "carriers",
    "coded",
    "cohesion",
    "components",
    "concentration",
    "connectors",
    "excess",
    "external_internal",
    "holding",
    "involved",
    "is_lateral",
    "k_core",
    "lateral",
    "lateral_ratios",
    "matrix",
    "network_of",
    "permuted",
    "publish",
    "unanswered_by_practice",
    "uncertain",
    "voices",
    "waited_hours",
    "without",
]
