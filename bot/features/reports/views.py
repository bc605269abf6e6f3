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

FEWEST_MONTHS = 3
"""A trend is told of so many months or more (ours)."""


def report(words: Words, told: Report, *, is_core: bool = False) -> Message:
    """The report, the same for everybody; `is_core` says only how the core group is spoken of."""
    sections = [
        Section(period(words, told.period)),
        Section(_lines([*opening(words, told, is_core=is_core)]), title=words.line("reports.changed")),
        Section(_lines([*_talk(words, told.now)]), title=words.line("reports.talk")),
        Section(_lines([*_questions(words, told)]), title=words.line("reports.questions")),
        Section(_lines([*_kept(words, told)]), title=words.line("reports.kept")),
    ]
    tried = rules.suggestions(told)
    if tried:
        lines = [("- ", *_suggestion(words, told, each)) for each in tried]
        sections.append(Section(_lines(lines), title=words.line("reports.could_try")))
    mine = [Button("me:show", words.line("reports.mine"))]
    sections.append(Section(_lines([*not_known(words, told)]), title=words.line("reports.not_known"), buttons=mine))
    return Message(_first(words, told, is_core=is_core)[:290], sections)


def too_little(words: Words, period: rules.Period) -> Message:
    """There is too little yet to tell anything that would not be about single people."""
    said = words("reports.too_little", **_days(words, period))
    return Message(words.line("reports.too_little_summary"), [Section(said)])


def here(words: Words, name: str) -> Message:
    """In which room it is posted from now on."""
    return Message(words.line("reports.here", room=name), [Section(words("reports.here", room=name))])


def period(words: Words, of: rules.Period) -> Text:
    """Of which time a report tells."""
    return words("reports.period", **_days(words, of))


def opening(words: Words, told: Report, *, is_core: bool = False) -> Iterator[Text]:
    """What changed, and what would be left without the core group: the sentences that a report begins with."""
    yield (_first(words, told, is_core=is_core),)
    now = told.now
    if not now.core:
        return
    whose = "you" if is_core else "core"
    connected = now.without_core.connected_before
    if connected >= FEWEST:
        alone = rules.alone_without_core(now)
        part = rules.part_of(alone, connected)
        yield words(f"reports.without_{whose}.{part}", count=alone, of=connected)
    between = rules.between(told)
    if between is not None:
        low, high = map(rules.in_ten, between)
        if low != high:
            yield words("reports.between", low=low, high=high)
    shares = [rules.in_ten(each.share) for each in rules.months_alike(told) if each.share is not None]
    if len(shares) >= FEWEST_MONTHS:
        yield words("reports.by_month", shares=", ".join(map(str, shares)))


def not_known(words: Words, told: Report) -> Iterator[Text]:
    """What a report does not know, and how it may mislead."""
    yield words("reports.where", count=told.channels) if told.channels else words("reports.where_none")
    if told.inferred > 0:
        yield words("reports.inferred", share=_share(words, told.inferred, whole=True))
    if told.uncounted >= FEWEST:
        yield words("reports.uncounted", count=told.uncounted)
    yield words("reports.why_so")


def _first(words: Words, told: Report, *, is_core: bool) -> str:
    now, before = rules.through_core(told.now), rules.through_core(told.before) if told.before is not None else 0.0
    kind = rules.opening(told)
    whose = "_you" if is_core and kind != "no_core" else ""
    starts = kind in ("first", "otherwise")
    share = _share(words, now, whole=True) if starts else _share(words, now)
    return words.line(f"reports.opening.{kind}{whose}", now=share, before=_share(words, before))


def _talk(words: Words, now: Activity) -> Iterator[Text]:
    if now.people >= FEWEST:
        yield words(f"reports.tied.{rules.part_of(now.tied, now.people)}", count=now.tied, of=now.people)
    if now.tied >= FEWEST:
        yield words("reports.partners", count=round(2 * now.cohesion.pairs / now.tied))
    if now.cohesion.returned is not None:
        yield words("reports.returned", share=_share(words, now.cohesion.returned))
    left = now.without_core
    if now.core and left.largest_share is not None and left.connected_before >= FEWEST:
        is_few = left.largest < FEWEST
        yield words("reports.largest_few" if is_few else "reports.largest", share=_share(words, left.largest_share))
    if now.core and now.without_busiest.connected_before >= FEWEST:
        of = now.without_busiest.connected_before
        alone = of - now.without_busiest.connected
        yield words(f"reports.without_busiest.{rules.part_of(alone, of)}", count=alone, of=of)
    for what, beside in (("practices", now.across_practices), ("places", now.across_places)):
        if beside is not None and beside.observed is not None and beside.expected is not None:
            across = _share(words, _across(beside.observed), whole=True)
            chance = rules.in_ten(_across(beside.expected))
            yield words(f"reports.across_{what}.{_against_chance(beside)}", share=across, chance=chance)
    if now.across_practices is not None and now.carriers is not None:
        key = "reports.carriers" if now.carriers >= FEWEST else "reports.carriers_few"
        yield words(key, count=now.carriers)
    if now.concentration.busiest_share is not None and now.concentration.busiest >= FEWEST:
        share = _share(words, now.concentration.busiest_share)
        yield words("reports.busiest", count=now.concentration.busiest, share=share)
    yield from _newcomers(words, now)


def _newcomers(words: Words, now: Activity) -> Iterator[Text]:
    if now.newcomers >= FEWEST:
        part = rules.part_of(now.newcomers_met, now.newcomers)
        yield words(f"reports.newcomers.{part}", count=now.newcomers_met, of=now.newcomers)


def _questions(words: Words, told: Report) -> Iterator[Text]:
    answers = told.now.answers
    if told.now.askers < FEWEST:
        yield words("reports.old_questions" if told.is_old else "reports.few_questions")
        return
    key = "reports.asked" if answers.answered else "reports.asked_none"
    yield words(key, count=answers.asked, answered=answers.answered)
    if answers.median_hours is not None:
        hours = round(answers.median_hours)
        yield words("reports.half_within", count=hours) if hours else words("reports.half_within_hour")
    if answers.lateral_share is not None and told.now.core:
        yield words("reports.by_peers", share=_share(words, answers.lateral_share, whole=True))
        if answers.by_core:
            yield words("reports.only_core", count=answers.by_core)
    known = answers.by_same_practice + answers.by_other_practice
    if known >= FEWEST:
        yield words("reports.by_others", share=_share(words, answers.by_other_practice / known, whole=True))
    waiting = rules.waits_longer(told)
    if waiting is not None:
        practice = told.practices[waiting.code]
        yield words("reports.waiting", practice=practice, count=waiting.open, of=waiting.asked)


def _kept(words: Words, told: Report) -> Iterator[Text]:
    happened = told.happened
    if happened.tips or happened.confirmations:
        yield words("reports.tips", count=happened.tips, confirmations=happened.confirmations)
    else:
        yield words("reports.tips_none")
    if happened.stale:
        yield words("reports.stale", count=happened.stale)
    if happened.met >= FEWEST:
        key = "reports.met" if happened.wins >= FEWEST else "reports.met_only"
        yield words(key, count=happened.meetups, people=happened.met, wins=happened.wins)
    elif happened.meetups:
        yield words("reports.met_few", count=happened.meetups)
    levels = [(level, happened.levels.get(level, 0)) for level in (Level.ACTIVE, Level.OCCASIONAL, Level.PERIPHERAL)]
    if all(count >= FEWEST for _, count in levels) and all(not n or n >= FEWEST for n in happened.levels.values()):
        yield words("reports.levels", **{str(level): count for level, count in levels})
    if happened.inwards >= FEWEST:
        yield words("reports.inwards", count=happened.inwards)
    if rules.hours_spent(happened):
        yield words("reports.hours", count=rules.hours_spent(happened))


def _suggestion(words: Words, told: Report, suggested: Suggested) -> Text:
    heard = rules.heard_less(told)
    values: dict[str, object] = {"share": _share(words, rules.through_core(told.now), whole=True), "practice": ""}
    if suggested is Suggested.HEAR_THEM and heard is not None:
        values |= {"practice": told.practices[heard.code], "talk": _share(words, heard.share_of_talk)}
        values |= {"members": _share(words, heard.share_of_members)}
    if suggested is Suggested.LOOK_AT_TIPS:
        values |= {"count": told.happened.stale}
    return words(f"reports.try.{suggested}", **values)


def _share(words: Words, share: float, *, whole: bool = False) -> str:
    """A share as people say it: 4 in 10, or hardly any, or nearly all; `whole` where a sentence begins with it."""
    tenths = rules.in_ten(share)
    key = "none" if not tenths else "all" if tenths == 10 else "some"
    said = words.line(f"reports.share.{key}", count=tenths)
    return said[:1].upper() + said[1:] if whole else said


def _days(words: Words, period: rules.Period) -> dict[str, str]:
    """The first day and the last, as people say them."""
    return {"since": words.day(period.since), "until": words.day(period.until - timedelta(seconds=1))}


def _against_chance(beside: Beside) -> str:
    z = beside.z
    return "as_chance" if z is None or abs(z) < 2 else "more" if z > 0 else "less"


def _across(index: float) -> float:
    """An E-I index as the share that goes across, 0 to 1."""
    return (index + 1) / 2


def _lines(lines: Sequence[Text]) -> Text:
    return tuple(span for at, line in enumerate(lines) for span in (("\n",) if at else ()) + tuple(line))
