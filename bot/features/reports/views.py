"""What a report looks like: what changed first, in plain words; then the figures, each with what it means. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from adapters.port import Button, Message, Section, Text
from bot.features.reports import rules
from bot.features.reports.rules import Report, Suggested
from bot.words import Words
from knowledge.network.activity import FEWEST, Activity
from knowledge.network.chance import Beside
from knowledge.participation import Level


def report(words: Words, told: Report, *, is_core: bool = False) -> Message:
    """The report, the same for everybody; `is_core` says only how the core group is spoken of."""
    whose = "_you" if is_core else ""
    first = words.line(f"reports.opening.{rules.opening(told)}{whose}", **_opening_values(told))
    sections = [
        Section(words("reports.period", **_days(words, told.period))),
        Section(_lines([*_opening(words, told, is_core=is_core)]), title=words.line("reports.changed")),
        Section(_lines([*_talk(words, told.now)]), title=words.line("reports.talk")),
        Section(_lines([*_questions(words, told.now)]), title=words.line("reports.questions")),
        Section(_lines([*_kept(words, told)]), title=words.line("reports.kept")),
    ]
    tried = rules.suggestions(told)
    if tried:
        lines = [("- ", *_suggestion(words, told, each)) for each in tried]
        sections.append(Section(_lines(lines), title=words.line("reports.could_try")))
    mine = [Button("me:show", words.line("reports.mine"))]
    sections.append(Section(_lines([*_not_known(words, told)]), title=words.line("reports.not_known"), buttons=mine))
    return Message(first[:290], sections)


def too_little(words: Words, period: rules.Period) -> Message:
    """There is too little yet to tell anything that would not be about single people."""
    said = words("reports.too_little", **_days(words, period))
    return Message(words.line("reports.too_little_summary"), [Section(said)])


def here(words: Words, name: str) -> Message:
    """In which room it is posted from now on."""
    return Message(words.line("reports.here", room=name), [Section(words("reports.here", room=name))])


def _opening(words: Words, told: Report, *, is_core: bool) -> Iterator[Text]:
    whose = "_you" if is_core else ""
    yield words(f"reports.opening.{rules.opening(told)}{whose}", **_opening_values(told))
    now = told.now
    alone = rules.alone_without_core(now)
    left = now.without_core
    if left.connected_before and alone >= FEWEST:
        key = "reports.without_you" if is_core else "reports.without_core"
        yield words(key, count=alone, of=left.connected_before)
    elif left.connected_before:
        yield words("reports.without_you_few" if is_core else "reports.without_core_few")
    between = now.lateral_between
    if between is not None:
        low, high = (rules.in_ten(1 - each) for each in (between.high, between.low))
        if low != high:
            yield words("reports.between", low=low, high=high)


def _opening_values(told: Report) -> dict[str, object]:
    before = told.before
    return {
        "now": rules.in_ten(rules.through_core(told.now)),
        "before": rules.in_ten(rules.through_core(before)) if before is not None else 0,
    }


def _talk(words: Words, now: Activity) -> Iterator[Text]:
    yield words("reports.tied", count=now.tied, of=now.people)
    if now.cohesion.returned is not None:
        yield words("reports.returned", share=rules.in_ten(now.cohesion.returned))
    if now.without_core.largest_share is not None:
        yield words("reports.largest", share=rules.in_ten(now.without_core.largest_share))
    for what, beside in (("practices", now.across_practices), ("places", now.across_places)):
        if beside is not None and beside.observed is not None and beside.expected is not None:
            values = {"share": _across(beside.observed), "chance": _across(beside.expected)}
            yield words(f"reports.across_{what}.{_against_chance(beside)}", **values)
    if now.concentration.busiest_share is not None and now.concentration.busiest >= FEWEST:
        share = rules.in_ten(now.concentration.busiest_share)
        yield words("reports.busiest", count=now.concentration.busiest, share=share)


def _questions(words: Words, now: Activity) -> Iterator[Text]:
    answers = now.answers
    if answers.asked < FEWEST:
        yield words("reports.few_questions")
        return
    key = "reports.asked" if answers.answered else "reports.asked_none"
    yield words(key, count=answers.asked, answered=answers.answered)
    if answers.median_hours is not None:
        hours = round(answers.median_hours)
        yield words("reports.half_within", count=hours) if hours else words("reports.half_within_hour")
    if answers.lateral_share is not None:
        yield words("reports.by_peers", share=rules.in_ten(answers.lateral_share))


def _kept(words: Words, told: Report) -> Iterator[Text]:
    happened = told.happened
    yield words("reports.tips", count=happened.tips, confirmations=happened.confirmations)
    if happened.stale:
        yield words("reports.stale", count=happened.stale)
    if happened.met >= FEWEST:
        yield words("reports.met", count=happened.meetups, people=happened.met, wins=happened.wins)
    elif happened.meetups:
        yield words("reports.met_few", count=happened.meetups)
    levels = [(level, happened.levels.get(level, 0)) for level in (Level.ACTIVE, Level.OCCASIONAL, Level.PERIPHERAL)]
    if all(count >= FEWEST for _, count in levels):
        yield words("reports.levels", **{str(level): count for level, count in levels})
    if happened.inwards >= FEWEST:
        yield words("reports.inwards", count=happened.inwards)
    if rules.hours_spent(happened):
        yield words("reports.hours", count=rules.hours_spent(happened))


def _suggestion(words: Words, told: Report, suggested: Suggested) -> Text:
    heard = rules.heard_less(told)
    values: dict[str, object] = {"share": rules.in_ten(rules.through_core(told.now)), "practice": ""}
    if suggested is Suggested.HEAR_THEM and heard is not None:
        values |= {"practice": told.practices[heard.code], "talk": rules.in_ten(heard.share_of_talk)}
        values |= {"members": rules.in_ten(heard.share_of_members)}
    if suggested is Suggested.LOOK_AT_TIPS:
        values |= {"count": told.happened.stale}
    return words(f"reports.try.{suggested}", **values)


def _not_known(words: Words, told: Report) -> Iterator[Text]:
    yield words("reports.where", count=told.channels) if told.channels else words("reports.where_none")
    if told.uncounted >= FEWEST:
        yield words("reports.uncounted", count=told.uncounted)
    yield words("reports.why_so")


def _days(words: Words, period: rules.Period) -> dict[str, str]:
    """The first day and the last, as people say them."""
    return {"since": words.day(period.since), "until": words.day(period.until - timedelta(seconds=1))}


def _against_chance(beside: Beside) -> str:
    z = beside.z
    return "as_chance" if z is None or abs(z) < 2 else "more" if z > 0 else "less"


def _across(index: float) -> int:
    """An E-I index as so many in ten that go across."""
    return rules.in_ten((index + 1) / 2)


def _lines(lines: Sequence[Text]) -> Text:
    return tuple(span for at, line in enumerate(lines) for span in (("\n",) if at else ()) + tuple(line))
