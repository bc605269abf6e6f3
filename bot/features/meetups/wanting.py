"""Reads what somebody wants to meet about, and when, from their own words."""

from datetime import datetime

from adapters.port import FieldErrors, FormSubmitted, Message
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.meetups import rules, views
from bot.features.meetups.rules import Wanted
from knowledge.dates import DateProblem, moment_named
from knowledge.guard import scan
from knowledge.meeting_times import DAY
from knowledge.models import QuestionState, TipState
from knowledge.store import questions, tips
from knowledge.zones import zone_of

TIMES_AT_MOST = 3
"""Times that a host may name; as many as an invitation has buttons for."""


def wanted_in(context: Context, event: FormSubmitted) -> Wanted | FieldErrors:
    """What the form says, or what in it can't be understood."""
    said = {name: str(event.values.get(name, "")).strip() for name in ("problem", "when", "minutes", "place")}
    problem, detail = rules.problem_in(said["problem"])
    errors = {}
    if not any(sign.isalnum() for sign in problem):
        errors["problem"] = context.words.line("meetups.no_words")
    times: tuple[datetime, ...] = ()
    try:
        times = _times(context, said["when"])
    except Refusal as refusal:
        errors["when"] = context.words.line(refusal.key, **refusal.values)
    if errors:
        return FieldErrors(errors)
    known = [each for each in rules.LENGTHS_MINUTES if str(each) == said["minutes"]]
    return Wanted(problem, detail, (known or rules.LENGTHS_MINUTES)[0], " ".join(said["place"].split())[:100], times)


async def words_of(context: Context, sort: str, number: str) -> str:
    """What an open question or a live tip is about, in words that everybody has seen; empty where there is neither."""
    async with context.read() as work:
        if sort == "question":
            question = await questions.find_question(work, number_of(f"meetups:new:{number}"))
            return question.text if question is not None and question.state is QuestionState.OPEN else ""
        known = await tips.find_tip(work, number_of(f"meetups:new:{number}"))
    return known.form.situation or known.title if known is not None and known.state is TipState.LIVE else ""


def personal_in(context: Context, wanted: Wanted) -> Message | None:
    """What looks like personal data in it, to be shown to whoever wrote it; None where nothing does."""
    text = "\n".join(filter(None, (wanted.detail or wanted.problem, wanted.place)))
    found = scan(text)
    return views.personal(context.words, text, found) if found else None


def read_time(context: Context, text: str) -> datetime:
    """The moment that a text names, to be confirmed by who named it.

    Raises:
        Refusal: it can't be told, is past, too soon or too far.
    """
    assert context.member is not None
    zone = zone_of(context.member.time_zone, context.options.time_zone)
    language = context.member.language or context.options.languages[0]
    named = moment_named(text, now=context.now, zone=zone, language=language)
    said = " ".join(text.split())[:60]
    if isinstance(named, DateProblem):
        raise Refusal(f"meetups.date.{named}", said=said)
    if named.at < context.now + DAY + 2 * rules.SETTLED_WITHIN:
        raise Refusal("meetups.date.soon", said=said)
    return named.at


def _times(context: Context, text: str) -> tuple[datetime, ...]:
    """The times that a text names, one a line."""
    times = tuple(sorted({read_time(context, each) for each in text.splitlines() if each.strip()}))
    if len(times) > TIMES_AT_MOST:
        raise Refusal("meetups.date.many", count=TIMES_AT_MOST)
    return times
