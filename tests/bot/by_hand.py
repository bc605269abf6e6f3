"""What a report measures, a second time: plain loops over rows of the database file, to check the measures against.

It is slow and simple, and shares no line with `knowledge.network`: neither arrays nor formulas made to be fast.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import sqrt
from random import Random
from typing import Any

from rows_by_hand import FEWEST, Rows, Tie

Figures = dict[str, Any]
"""Figures by their names, such as `without_core.connected`."""

MEASURED = {"people", "core", "tied", "lateral", "without_core", "without_busiest", "cohesion", "concentration"}
MEASURED |= {"across_practices", "across_places", "voices", "carriers", "answers", "askers", "waiting"}
MEASURED |= {"newcomers", "newcomers_met"}
"""What the names of all `figures` begin with."""

OTHERS = "(all small ones)"


def figures(rows: Rows) -> Figures:
    """The figures of a report, of all that is `MEASURED`."""
    core = {each for each, person in rows.people.items() if person.is_core}
    around, weight = neighbours(rows), taking_part(rows)
    order = sorted(around, key=lambda each: (-len(around[each]), -weight[each], each))
    busiest = {each for each in order[: len(core)] if around[each]}
    return {
        "people": len(rows.people),
        "core": len(core),
        "tied": sum(1 for each in around.values() if each),
        **named("lateral", lateral(rows, rows.ties)),
        **named("without_core", left(around, core)),
        **named("without_busiest", left(around, busiest)),
        **named("cohesion", cohesion(rows)),
        **named("concentration", concentration([weight[each] for each in rows.people])),
        **named("across_practices", across(rows, lines(rows))),
        **named("across_places", across(rows, {each: person.place for each, person in rows.people.items()})),
        **listed("voices", voices(rows)),
        "carriers": carriers(rows),
        **named("answers", answers(rows)),
        "askers": len({asker for asker, *_ in rows.asked if asker in rows.people}),
        **listed("waiting", waiting(rows)),
        **newcomers(rows, core),
    }


def named(name: str, found: Figures | None) -> Figures:
    return {name: None} if found is None else {f"{name}.{key}": value for key, value in found.items()}


def listed(name: str, found: Iterable[Figures]) -> Figures:
    return {f"{name}.{at}.{key}": value for at, each in enumerate(found) for key, value in each.items()}


def neighbours(rows: Rows) -> dict[int, set[int]]:
    """Everybody's partners, whoever of the two acted."""
    around: dict[int, set[int]] = {each: set() for each in rows.people}
    for by, to, *_ in rows.ties:
        around[by].add(to)
        around[to].add(by)
    return around


def taking_part(rows: Rows) -> Counter[int]:
    """How often each acted, or was acted towards."""
    found: Counter[int] = Counter()
    for by, to, _, count, _ in rows.ties:
        found[by] += count
        found[to] += count
    return found


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def lateral(rows: Rows, ties: Iterable[Tie]) -> Figures:
    every, ours = Counter[frozenset[int]](), Counter[frozenset[int]]()
    for by, to, _, count, _ in ties:
        every[frozenset((by, to))] += count
        if not rows.people[by].is_core and not rows.people[to].is_core:
            ours[frozenset((by, to))] += count
    return {
        "ties": every.total(),
        "lateral_ties": ours.total(),
        "pairs": len(every),
        "lateral_pairs": len(ours),
        "share_of_ties": share(ours.total(), every.total()),
        "share_of_pairs": share(len(ours), len(every)),
    }


def left(around: Mapping[int, set[int]], gone: set[int]) -> Figures:
    """Who is still connected, and how many hang together, where some are away."""
    staying = {each: partners - gone for each, partners in around.items() if each not in gone}
    before = sum(1 for each in staying if around[each])
    after = sum(1 for partners in staying.values() if partners)
    largest = max((len(part) for part in parts(staying)), default=0)
    return {
        "members": len(staying),
        "connected_before": before,
        "connected": after,
        "largest_before": max((len(part - gone) for part in parts(around)), default=0),
        "largest": largest,
        "connected_share": share(after, before),
        "largest_share": share(largest, before),
    }


def parts(around: Mapping[int, set[int]]) -> Iterator[set[int]]:
    """Those who hang together, found by walking; who has no partner is in none."""
    seen: set[int] = set()
    for start in around:
        if start not in seen and around[start]:
            part, ahead = {start}, [start]
            while ahead:
                new = around[ahead.pop()] - part
                part |= new
                ahead += new
            seen |= part
            yield part


def cohesion(rows: Rows) -> Figures:
    people, arrows = len(rows.people), {(by, to) for by, to, *_ in rows.ties}
    returned = sum(1 for by, to in arrows if (to, by) in arrows)
    pairs = len({frozenset(each) for each in arrows})
    return {
        "people": people,
        "directed": len(arrows),
        "pairs": pairs,
        "mutual": returned // 2,
        "density": len(arrows) / (people * (people - 1)) if people > 1 else None,
        "returned": share(returned, len(arrows)),
        "mutual_share": share(returned // 2, pairs),
    }


def concentration(amounts: list[int]) -> Figures:
    """Gini as half the mean difference of everybody from everybody, in means."""
    people, total = len(amounts), sum(amounts)
    few = -(-people // 10)
    apart = sum(abs(one - other) for one in amounts for other in amounts)
    return {
        "people": people,
        "gini": share(apart, 2 * people * total),
        "busiest": few,
        "busiest_share": share(sum(sorted(amounts, reverse=True)[:few]), total),
    }


def merged(group: Mapping[int, str]) -> dict[int, str]:
    """Groups of fewer than five put together, until these are five; who is in none is left out."""
    sizes = Counter(each for each in group.values() if each)
    small = {name for name, size in sizes.items() if size < FEWEST}
    while small and sum(sizes[name] for name in small) < FEWEST and len(small) < len(sizes):
        small.add(min(set(sizes) - small, key=lambda name: (sizes[name], name)))
    return {member: OTHERS if name in small else name for member, name in group.items() if name}


def lines(rows: Rows) -> dict[int, str]:
    """What each one's practice is published under."""
    return {each: person.line for each, person in rows.people.items()}


def voices(rows: Rows) -> list[Figures]:
    """Lines that are heard; their people are those that were published, not those of this time."""
    group = merged(lines(rows))
    here, published, said = Counter(group.values()), Counter[str](), Counter[str]()
    for line, member in {line: each for each, line in lines(rows).items() if line}.items():
        published[group[member]] += rows.published[int(line)]
    for by, _, _, count, _ in rows.ties:
        if by in group:
            said[group[by]] += count
    found = [
        {
            "code": -1 if name == OTHERS else int(name),
            "members": published[name],
            "share_of_members": published[name] / published.total(),
            "share_of_talk": said[name] / (said.total() or 1),
        }
        for name in here
        if here[name] >= FEWEST and published[name] >= FEWEST
    ]
    return sorted(found, key=lambda each: (-each["members"], each["code"])) if len(found) > 1 else []


def carriers(rows: Rows) -> int | None:
    """Takes those with most partners of other practices one by one, until half of such pairs are theirs."""
    line = {each: known for each, known in lines(rows).items() if known}
    across = {frozenset(tie[:2]) for tie in rows.ties if tie.by in line and tie.to in line}
    across = {pair for pair in across if len({line[each] for each in pair}) == 2}
    partners = Counter(each for pair in across for each in pair)
    taken: set[int] = set()
    for each in sorted(partners, key=lambda each: (-partners[each], each)):
        taken.add(each)
        if 2 * sum(1 for pair in across if pair & taken) >= len(across):
            return len(taken)
    return None


def waiting(rows: Rows) -> list[Figures]:
    """Lines of five askers or more, those first of whose questions the largest share has no answer."""
    asked = [(rows.people[asker].line, asker, then) for asker, _, _, then in rows.asked if asker in rows.people]
    found = []
    for line in sorted({line for line, *_ in asked} - {""}):
        ours = [(asker, then) for whose, asker, then in asked if whose == line]
        if len({asker for asker, _ in ours}) >= FEWEST:
            found.append({"code": int(line), "asked": len(ours), "open": sum(then is None for _, then in ours)})
    return sorted(found, key=lambda each: (-each["open"] / each["asked"], each["code"]))


def newcomers(rows: Rows, core: set[int]) -> Figures:
    """Who came and is not of the core group, and whom of them somebody turned to."""
    new = (rows.newcomers & {*rows.people}) - core
    return {"newcomers": len(new), "newcomers_met": len(new & {tie.to for tie in rows.ties})}


def dealt(rows: Rows, group: Mapping[int, str]) -> tuple[set[tuple[int, int]], dict[int, str]]:
    """Who acted towards whom among people of known groups, and the groups of those who did or were."""
    known = merged(group)
    arrows = {(by, to) for by, to, *_ in rows.ties if by in known and to in known}
    return arrows, {each: known[each] for arrow in sorted(arrows) for each in arrow}


def external_internal(arrows: Iterable[tuple[int, int]], group: Mapping[int, str]) -> float:
    found = Counter(group[by] != group[to] for by, to in arrows)
    return (found[True] - found[False]) / found.total()


def across(rows: Rows, group: Mapping[int, str]) -> Figures | None:
    """The E-I index, with its mean and deviation over all ways of dealing the groups.

    Two arrows are of the same two people, or have one person in common, or none: for each there is a chance that both
    are within groups.
    """
    sizes = Counter(merged(group).values())
    if len(sizes) < 2 or max(sizes.values()) < FEWEST:
        return None
    arrows, dealing = dealt(rows, group)
    if not arrows:
        return {"observed": None, "expected": None, "deviation": None, "z": None}
    at: dict[int, list[frozenset[int]]] = {}
    for arrow in arrows:
        for each in arrow:
            at.setdefault(each, []).append(frozenset(arrow))
    alike = sum(1 for by, to in arrows for other in ((by, to), (to, by)) if other in arrows)
    touching = sum(1 for around in at.values() for one in around for other in around if one != other)
    apart = len(arrows) ** 2 - alike - touching
    two, three, four = _chances([*Counter(dealing.values()).values()])
    squares = (alike * two + touching * three + apart * four) / len(arrows) ** 2
    observed, expected, deviation = external_internal(arrows, dealing), 1 - 2 * two, 2 * sqrt(max(squares - two**2, 0))
    z = share(observed - expected, deviation)
    return {"observed": observed, "expected": expected, "deviation": deviation, "z": z}


def _chances(sizes: list[int]) -> tuple[float, float, float]:
    """That two people are of one group, that three are, and that two are and another two are."""
    people = sum(sizes)
    ways = people * (people - 1)
    two = sum(size * (size - 1) for size in sizes) / ways
    three = sum(size * (size - 1) * (size - 2) for size in sizes) / (ways * (people - 2))
    alike = sum(size * (size - 1) * (size - 2) * (size - 3) for size in sizes)
    other = sum(
        size * (size - 1) * another * (another - 1)
        for one, size in enumerate(sizes)
        for two_, another in enumerate(sizes)
        if one != two_
    )
    return two, three, (alike + other) / (ways * (people - 2) * (people - 3))


def shuffled(rows: Rows, group: Mapping[int, str], times: int) -> list[float]:
    """E-I indices with the groups dealt anew."""
    chance, (arrows, dealing) = Random(1), dealt(rows, group)
    ends, names = sorted(arrows), [*dealing.values()]
    found = []
    for _ in range(times):
        chance.shuffle(names)
        found.append(external_internal(ends, dict(zip(dealing, names, strict=True))))
    return found


def drawn(rows: Rows, times: int) -> list[float]:
    """Lateral shares of ties where people are drawn anew, the core group and the others apart; ascending."""
    chance, every, ours = Random(1), Counter[tuple[int, int]](), set[tuple[int, int]]()
    for by, to, _, count, _ in rows.ties:
        pair = (min(by, to), max(by, to))
        every[pair] += count
        if not rows.people[by].is_core and not rows.people[to].is_core:
            ours.add(pair)
    found = []
    for _ in range(times):
        often: Counter[int] = Counter()
        for is_core in (True, False):
            some = [each for each, person in rows.people.items() if person.is_core == is_core]
            often.update(chance.choices(some, k=len(some)) if some else [])
        weights = {pair: count * often[pair[0]] * often[pair[1]] for pair, count in every.items()}
        found.append(sum(weights[pair] for pair in ours) / sum(weights.values()))
    return sorted(found)


def answers(rows: Rows) -> Figures:
    done = [(asker, by, (then - at).total_seconds() / 3600) for asker, by, at, then in rows.asked if then]
    known = [(rows.people.get(asker or 0), rows.people[by]) for asker, by, _ in done if by in rows.people]
    practices = [(one.line, other.line) for one, other in known if one and one.line and other.line]
    waited = sorted(hours for _, _, hours in done)
    middle = (len(rows.asked) - 1) // 2
    core = sum(1 for _, other in known if other.is_core)
    return {
        "asked": len(rows.asked),
        "answered": len(done),
        "by_lateral": len(known) - core,
        "by_core": core,
        "by_same_practice": sum(1 for one, other in practices if one == other),
        "by_other_practice": sum(1 for one, other in practices if one != other),
        "median_hours": waited[middle] if 0 <= middle < len(waited) else None,
        "within_day": sum(1 for hours in waited if hours <= 24),
        "lateral_share": share(len(known) - core, len(known)),
    }
