"""Figures on networks of the literature, which others computed too, and which are computed here once more, naively."""

from fractions import Fraction

import pytest
from graphs import classic, external_internal_of, of

from knowledge.network import Counted, assortativity, cohesion, external_internal

KNOWN = {
    "lazega-advice": (892, 0.1795, 0.3924, 0.2441),
    "krackhardt-advice": (190, 0.4524, 0.4737, None),
    "krackhardt-friends": (102, 0.2429, 0.4510, None),
}
"""Ties, density, share of ties returned, dyads mutual. Source: ../shared/data/README.md, four digits."""

MIXED = [
    ("lazega-advice", "office", -0.5695),
    ("lazega-advice", "practice", -0.4821),
    ("lazega-advice", "status", -0.3251),
    ("lazega-advice", "gender", -0.4058),
    ("krackhardt-advice", "dept", 0.5158),
    ("krackhardt-friends", "dept", 0.2549),
]
"""E-I index of directed ties. Source: the same."""


@pytest.mark.parametrize("name", KNOWN)
def test_density_and_reciprocity_are_those_known(name: str) -> None:
    network = classic(name)
    arrows, people = set(network.arrows), len(network.rows)
    found = cohesion(network.network)
    ties, density, returned, mutual = KNOWN[name]
    assert found.directed == ties == len(arrows)
    back = sum((to, by) in arrows for by, to in arrows)
    pairs = len({frozenset(arrow) for arrow in arrows})
    assert found.density == pytest.approx(float(Fraction(ties, people * (people - 1))), abs=1e-9)
    assert found.returned == pytest.approx(float(Fraction(back, ties)), abs=1e-9)
    assert found.mutual_share == pytest.approx(float(Fraction(back, 2 * pairs)), abs=1e-9)
    assert (found.density, found.returned) == (pytest.approx(density, abs=5e-5), pytest.approx(returned, abs=5e-5))
    assert mutual is None or found.mutual_share == pytest.approx(mutual, abs=5e-5)


@pytest.mark.parametrize(("name", "attribute", "known"), MIXED)
def test_the_external_internal_index_is_that_known(name: str, attribute: str, known: float) -> None:
    network = classic(name)
    found = external_internal(network.network, network.codes(attribute))
    assert found.observed == pytest.approx(external_internal_of(network.arrows, network.names(attribute)), abs=1e-9)
    assert found.observed == pytest.approx(known, abs=5e-5)


def test_made_undirected_it_is_that_published() -> None:
    network = classic("lazega-advice")
    found = external_internal(network.network, network.codes("office"), Counted.PAIRS)
    assert found.observed == pytest.approx(-0.5481172, abs=5e-8)
    assert len(network.network) == 717


def test_assortativity_is_the_trace_of_the_mixing_matrix() -> None:
    network = classic("lazega-advice")
    offices = network.names("office")
    kinds = sorted(set(offices))
    mixing = {(one, other): 0 for one in kinds for other in kinds}
    for by, to in network.arrows:
        mixing[offices[by], offices[to]] += 1
    ties = len(network.arrows)
    trace = Fraction(sum(mixing[kind, kind] for kind in kinds), ties)
    degrees = sum(
        Fraction(sum(mixing[kind, each] for each in kinds) * sum(mixing[each, kind] for each in kinds), ties**2)
        for kind in kinds
    )
    found = assortativity(network.network, network.codes("office"))
    assert found.observed == pytest.approx(float((trace - degrees) / (1 - degrees)), abs=1e-9)


def test_by_hand_four_people() -> None:
    network = of([(0, 1), (0, 1), (1, 0), (1, 2), (2, 2)], 4)
    found = cohesion(network)
    assert (found.directed, found.pairs, found.mutual) == (3, 2, 1)
    assert (found.density, found.returned, found.mutual_share) == (3 / 12, 2 / 3, 1 / 2)
    nothing = cohesion(of([], 1))
    assert (nothing.density, nothing.returned, nothing.mutual_share) == (None, None, None)
