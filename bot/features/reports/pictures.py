"""The pictures of a report for chats and files, each with a text that says what it shows. Pure.

Each takes up to two seconds: draw them in a thread. Nobody is named on any.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.port import File, Text, limits, plain
from bot.features.reports import views
from bot.features.reports.rules import MonthTold, Report
from bot.features.reports.sides import By, Side
from bot.features.reports.sides import compared as compared_by
from bot.words import Words
from knowledge.network import UNKNOWN, Flags, Network, People, involved, k_core, matrix, network_of
from knowledge.network.activity import FEWEST, large
from knowledge.pictures.layout import MOST_PEOPLE
from knowledge.pictures.map import DrawnAs, Mapped, MapShown, MapWords, network_map
from knowledge.pictures.matrix import Compared, MatrixShown, MatrixWords, Pair
from knowledge.pictures.matrix import matrix as draw_matrix
from knowledge.pictures.picture import Form, Picture
from knowledge.pictures.sheet import Sheet, SheetWords, sheet
from knowledge.pictures.trends import Point, Trends, TrendShown, TrendsShown, TrendWords
from knowledge.pictures.trends import trends as draw_trends
from knowledge.store.network import Read

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

INFERRED = 0.5
"""From this share of inferred exchanges on a month is drawn as one whose ties were worked out (ours)."""

SEED = 1


def drawn(words: Words, told: Report, read: Read) -> Iterator[File]:
    """The map, and the trends and the matrix where there is enough to show."""
    yield map_of(words, read)
    trends, compared = _trends(words, told.trend), _compared(words, read)
    if trends is not None:
        picture = draw_trends(trends, _said(words, TrendWords, "trends"))
        yield _file(picture, _trends_shown(words, picture.alternative))
    if compared is not None:
        shown = draw_matrix(compared, _said(words, MatrixWords, "matrix"))
        yield _file(shown, _matrix_shown(words, shown.alternative))


def map_of(words: Words, read: Read) -> File:
    """Who has ties with whom, by practice."""
    mapped, least = _mapped(read)
    picture = network_map(mapped, _map_words(words, least), seed=SEED)
    return _file(picture, _map_shown(words, picture.alternative, least))


def sheet_of(words: Words, told: Report, read: Read, form: Form = Form.PDF, side: Side | None = None) -> File:
    """One page for a wall: what changed in words, and all pictures; by a side that is drawn for any time, if given."""
    mapped, least = _mapped(read if side is None else _steadily(read, side))
    compared, said_of = _compared(words, read), _said(words, MatrixWords, "matrix")
    if side is not None:
        compared, said_of = _told(words, read, side), _matrix_words(words, side.by)
    sentences = [plain(each) for each in views.opening(words, told)]
    said = SheetWords(
        title=told.name,
        period=plain(views.period(words, told.period)),
        sentences=sentences,
        foot=" ".join(plain(each) for each in _foot(words, told)),
        map=_map_words(words, least),
        trends=_said(words, TrendWords, "trends"),
        matrix=said_of,
    )
    page = Sheet(mapped, _trends(words, told.trend), compared)
    picture = sheet(page, said, form=form, seed=SEED)
    shown = picture.alternative
    parts = [*shown.sentences, *_map_shown(words, shown.map, least)]
    parts += _trends_shown(words, shown.trends) if shown.trends is not None else []
    parts += _matrix_shown(words, shown.matrix, side) if shown.matrix is not None else []
    return _file(picture, parts)


def map_by(words: Words, read: Read, side: Side) -> File | None:
    """The map for whoever may choose any time, as SVG without a title; None where no two places can be told apart.

    By place it shows groups alone: held against the map by practice, a mark would tell of both.
    """
    if side.by is By.PRACTICE:
        mapped, least = _mapped(_steadily(read, side))
    elif len(np.unique(side.steady[side.steady != UNKNOWN])) < 2:
        return None
    else:
        mapped, least = _mapped_groups(read, side), 0
    picture = network_map(mapped, replace(_map_words(words, least), title=""), form=Form.SVG, seed=SEED)
    return _file(picture, _map_shown(words, picture.alternative, least, side.by))


def trends_of(words: Words, told: Report) -> File | None:
    """The trends as SVG without a title; None where too few months have any."""
    trends = _trends(words, told.trend)
    if trends is None:
        return None
    picture = draw_trends(trends, replace(_said(words, TrendWords, "trends"), title=""), form=Form.SVG)
    return _file(picture, _trends_shown(words, picture.alternative))


def matrix_by(words: Words, read: Read, side: Side) -> tuple[File, Compared] | None:
    """The matrix for whoever may choose any time, as SVG without a title, with its figures; None where too little."""
    compared = _told(words, read, side)
    if compared is None:
        return None
    picture = draw_matrix(compared, replace(_matrix_words(words, side.by), title=""), form=Form.SVG)
    return _file(picture, _matrix_shown(words, _singled_out(picture.alternative, compared), side)), compared


def _singled_out(shown: MatrixShown, compared: Compared) -> MatrixShown:
    """The same without the strongest or the emptiest where others are just like it, as halves often are."""
    every = range(len(compared.names))
    ratios = [compared.ratio(one, other) for one in every for other in every if one != other]

    def alone(pair: Pair | None) -> Pair | None:
        return pair if pair is not None and ratios.count(pair.ratio) == 1 else None

    return replace(shown, strongest=alone(shown.strongest), emptiest=alone(shown.emptiest))


def _mapped_groups(read: Read, side: Side) -> Mapped:
    """The groups of a side; people in none are left out where they are so few that they would be found by it."""
    of = side.steady
    inside = (of != UNKNOWN) | ((of == UNKNOWN).sum() >= FEWEST)
    network, people = _among(read, inside)
    return Mapped(network, people, of[inside], side.names, as_groups=True)


def _steadily(read: Read, side: Side) -> Read:
    return replace(read, people=replace(read.people, practice=side.steady))


def _told(words: Words, read: Read, side: Side) -> Compared | None:
    network = network_of(read.ties, len(read.people))
    return compared_by(network, side, words.line("reports.map.other"))


def _matrix_words(words: Words, by: By) -> MatrixWords:
    said: MatrixWords = _said(words, MatrixWords, "matrix")
    title = words.line("reports.matrix.title_place") if by is By.PLACE else said.title
    return replace(said, title=title, hidden=words.line("reports.matrix.untold"))


def _foot(words: Words, told: Report) -> Iterator[Text]:
    yield words("reports.sheet.foot", count=told.channels) if told.channels else words("reports.where_none")
    if told.inferred >= INFERRED:
        yield words("reports.sheet.inferred")


def _mapped(read: Read) -> tuple[Mapped, int]:
    """Who is drawn, and with ties to how many others each is at least; 0 for everybody.

    Where there are too many to draw each, and practices to draw instead are not known, it is the densest part.
    """
    network, people = network_of(read.ties, len(read.people)), read.people
    if len(people) <= MOST_PEOPLE or len(np.unique(people.practice[people.practice != UNKNOWN])) >= 2:
        return Mapped(network, people, people.practice, read.practices), 0
    least, inside = k_core(network, MOST_PEOPLE)
    if not inside.any():
        return Mapped(network, people, people.practice, read.practices), 0
    network, people = _among(read, inside)
    return Mapped(network, people, people.practice, read.practices), least


def _among(read: Read, inside: Flags) -> tuple[Network, People]:
    """The ties between some people, and these people."""
    number = np.cumsum(inside) - 1
    ties = read.ties.only(inside[read.ties.by] & inside[read.ties.to])
    people = People(read.people.is_core[inside], read.people.practice[inside], read.people.place[inside])
    return network_of(replace(ties, by=number[ties.by], to=number[ties.to]), len(people)), people


def _trends(words: Words, told: Sequence[MonthTold]) -> Trends | None:
    if sum(each.share is not None for each in told) < views.FEWEST_MONTHS:
        return None
    return Trends(
        months=[words.month(each.since) for each in told],
        share=[_share(each) for each in told],
        people=[Point(each.people) for each in told],
        hours=[Point(each.hours) for each in told],
    )


def _share(told: MonthTold) -> Point:
    low, high = (told.between.low, told.between.high) if told.between is not None else (None, None)
    return Point(told.share, low, high, is_inferred=told.inferred >= INFERRED)


def _compared(words: Words, read: Read) -> Compared | None:
    """Ties from practice to practice beside chance; what rests on fewer than five people is left out."""
    merged = large(read.people.practice)
    codes = [int(code) for code in np.unique(merged) if code != UNKNOWN]
    if len(codes) < 2:
        return None
    others = int(read.people.practice.max()) + 1
    place = {code: number for number, code in enumerate(codes)} | {UNKNOWN: UNKNOWN}
    groups = np.array([place[int(code)] for code in merged], np.int64)
    network = network_of(read.ties, len(read.people))
    found, people = matrix(network, groups, len(codes)), involved(network, groups, len(codes))
    hidden = (people > 0) & (people < FEWEST)
    names = [words.line("reports.map.other") if code == others else read.practices[code] for code in codes]
    return Compared(names, _but(found.ties, hidden), _but(found.expected, hidden))


def _but(table: Any, hidden: Any) -> list[list[float | None]]:
    return [
        [None if is_hidden else float(each) for each, is_hidden in zip(row, out, strict=True)]
        for row, out in zip(table, hidden, strict=True)
    ]


def _said(words: Words, kind: "type[DataclassInstance]", name: str) -> Any:
    return kind(**{each.name: words.line(f"reports.{name}.{each.name}") for each in fields(kind)})


def _file(picture: Picture[Any], sentences: Iterable[str]) -> File:
    """A picture with as many of the sentences that say what it shows as there is room for."""
    text = ""
    for each in sentences:
        if len(text) + 1 + len(each) > limits.ALTERNATIVE_TEXT:
            break
        text = f"{text} {each}".strip()
    return File(picture.name, picture.content, picture.media_type, text)


def _map_words(words: Words, least: int) -> MapWords:
    said: MapWords = _said(words, MapWords, "map")
    return replace(said, title=words.line("reports.map.title_part", count=least)) if least else said


def _map_shown(words: Words, shown: MapShown, least: int, by: By = By.PRACTICE) -> Iterator[str]:
    """What the map shows, for whoever does not see it."""
    if least:
        yield words.line("reports.map.part", count=least)
    yield words.line("reports.map.shows" if shown.core >= FEWEST else "reports.map.shows_few", **_people(shown))
    if shown.largest >= FEWEST:
        key = "reports.map.largest" if shown.largest_without_core >= FEWEST else "reports.map.largest_few"
        yield words.line(key, count=shown.largest, left=shown.largest_without_core)
    if shown.alone >= FEWEST:
        yield words.line("reports.map.none_yet", count=shown.alone)
    if shown.groups:
        groups = words.list(list(shown.groups))
        yield words.line("reports.map.by_place" if by is By.PLACE else "reports.map.by", groups=groups)
    if shown.drawn_as is DrawnAs.GROUPS:
        yield words.line("reports.map.as_places" if by is By.PLACE else "reports.map.as_groups")


def _people(shown: MapShown) -> dict[str, int]:
    return {"people": shown.people, "core": shown.core}


def _trends_shown(words: Words, shown: TrendsShown) -> Iterator[str]:
    """What the trends show."""
    units: tuple[tuple[str, TrendShown], ...] = (
        ("share", shown.share),
        ("people", shown.people),
        ("hours", shown.hours),
    )
    for name, each in units:
        if each.first is None or each.last is None:
            yield words.line(f"reports.trends.{name}_none")
            continue
        values = {"first": _figure(name, each.first.value), "last": _figure(name, each.last.value)}
        yield words.line(f"reports.trends.{name}_shown", since=each.first.month, until=each.last.month, **values)
    if shown.share.inferred:
        yield words.line("reports.trends.inferred_shown", count=shown.share.inferred)


def _figure(name: str, value: float) -> int:
    return round(value * 10) if name == "share" else round(value)


def _matrix_shown(words: Words, shown: MatrixShown, side: Side | None = None) -> Iterator[str]:
    """What the matrix shows; of a side that is drawn for any time what is left out is told otherwise."""
    yield words.line("reports.matrix.shows", groups=words.list(list(shown.groups)))
    for name, pair, is_apart in (
        ("strongest", shown.strongest, shown.strongest is not None and shown.strongest.ratio > 1),
        ("emptiest", shown.emptiest, shown.emptiest is not None and shown.emptiest.ratio < 1),
    ):
        if pair is not None and is_apart and pair.by != pair.to:
            yield words.line(f"reports.matrix.{name}", by=pair.by, to=pair.to, times=round(pair.ratio, 1))
    if shown.within:
        is_by_place = side is not None and side.by is By.PLACE
        counts = {"count": shown.within_more, "of": shown.within}
        yield words.line("reports.matrix.within_places" if is_by_place else "reports.matrix.within", **counts)
    if shown.hidden:
        yield words.line(f"reports.matrix.{'hidden' if side is None else 'untold'}_shown", count=shown.hidden)
