"""What `/me` and the home tab show. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from babel import Locale

from adapters.port import Button, Choice, Fact, File, Form, Line, Message, Option, Section, Text, When
from adapters.port.limits import BUTTON_LABEL, BUTTONS
from bot import cards
from bot.nudges import CHOSEN, Nudge
from bot.words import Words, languages
from knowledge.models import Account, DigestPace, Member, Question
from knowledge.store.communities import Options
from knowledge.store.forget import Done
from knowledge.store.network import Mirror
from knowledge.store.ties import KEPT_DAYS, Tallied
from knowledge.tips import Known, shorten, uses_of

TAKES = tuple(f"takes_{each}" for each in Nudge if each not in CHOSEN)
"""What a member may switch off, each sort of what is unasked by itself."""

SWITCHES = (*TAKES, "shows_round")
"""What a member may switch: what they take, and whether they show newcomers round."""

MOST_A_WEEK = 5
"""The most that somebody may want unasked in a week (ours: one for each working day)."""

PAUSES_WEEKS = (1, 4)
"""How long a pause may be: a week off, a month's leave."""

OF_COMMUNITY = "community"
"""What the choice of a language holds for whoever takes the community's."""

SHOWN = 5
"""Drafts, questions and tips that are listed, at most; the others are counted."""

LINE = 100
"""Characters of a title or question in a line."""

LONGEST_QUESTION = 1_000
"""Characters of a question that is shown anew."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on `/me` beside the member's own row.

    Attributes:
        options: what the community chose for itself.
        now: aware UTC.
        drafts: drafts that they see.
        asked: their questions that nobody answered yet.
        written: live tips that hold their words.
        accounts: theirs.
        can_link: whether there is another chat to link an account of.
        tallied: how many ties are counted.
        mirror: what the report counts of them.
    """

    options: Options
    now: datetime
    drafts: Sequence[Known] = ()
    asked: Sequence[Question] = ()
    written: Sequence[Known] = ()
    accounts: Sequence[Account] = ()
    can_link: bool = False
    tallied: Tallied = field(default_factory=lambda: Tallied(0, 0))
    mirror: Mirror = field(default_factory=Mirror)


def me(words: Words, member: Member, page: Page) -> Message:
    """Who somebody is here, what waits for them, what their tips did, what the bot may bring them, what it counts."""
    edit = Button("me:edit", words.line("me.edit"), "primary")
    return Message(
        words.line("me.summary"),
        [
            Section(words("me.summary"), facts=_facts(words, member, page.options), buttons=[edit]),
            *_open(words, page),
            *_tips(words, page.written),
            Section(_lines(_in_short(words, member, page.options, page.now)), title=words.line("me.takes")),
            Section(_lines(_counted(words, member, page)), title=words.line("me.counted")),
            *_accounts(words, page),
            Section(words("me.held"), title=words.line("me.everything"), buttons=_doors(words, member)),
        ],
    )


def edit_form(words: Words, member: Member) -> Form:
    """Practice, place, time zone and language."""
    practice, place = words.line("me.practice"), words.line("me.place")
    known = languages() if member.language in ("", *languages()) else [*languages(), member.language]
    options = (
        Option(OF_COMMUNITY, words.line("me.language_of_community")),
        *(Option(code, _language(code)) for code in known),
    )
    return Form(
        "me:edit",
        words.line("me.form"),
        (
            Line("practice", practice, member.practice[:80], words.line("me.practice_hint"), length=80),
            Line("place", place, member.place[:80], words.line("me.place_hint"), length=80),
            Line("time_zone", words.line("me.zone"), member.time_zone[:80], words.line("me.zone_hint"), length=80),
            Choice("language", words.line("me.language"), options, (member.language or OF_COMMUNITY,)),
        ),
        words.line("me.save"),
    )


def no_such_zone(words: Words, typed: str, near: Sequence[str]) -> str:
    """Why a time zone was not taken, with those that may have been meant."""
    typed = shorten(typed, 40)
    if not near:
        return words.line("me.zone_unknown", zone=typed)
    return words.line("me.zone_near", zone=typed, near=words.list([_plainly(name) for name in near], any_of=True))


def bringing(words: Words, member: Member, options: Options, now: datetime) -> Message:
    """What the bot may bring somebody unasked, with a switch for each sort; how often; a pause; the way back."""
    lines = [words(f"me.{name}.{'on' if getattr(member, name) else 'off'}") for name in SWITCHES]
    switches = [_switch(words, name, on=bool(getattr(member, name))) for name in SWITCHES]
    title = words.line("me.takes")
    pauses = [*_pauses(words, member, now), Button("me:show", words.line("me.back"))]
    return Message(
        title,
        [
            Section(_lines(lines), title=title, buttons=switches[:4]),
            Section(buttons=switches[4:]),
            Section(words("me.most.ask"), buttons=_most(words, _most_of(member, options))),
            Section(words("me.ask_pace"), buttons=_paces(words, member)),
            Section(_paused(words, member, now) or words("me.pause.ask"), buttons=pauses),
        ],
    )


def ask_uncounted(words: Words) -> Message:
    """What it means not to be counted, before it is done."""
    buttons = [
        Button("me:count:off", words.line("me.uncount.yes"), "primary"),
        Button("me:show", words.line("me.uncount.no")),
    ]
    return Message(words.line("me.uncount.ask"), [Section(words("me.uncount.ask"), buttons=buttons)])


def everything(words: Words, file: File) -> Message:
    """The file with everything that is held."""
    return Message(words.line("me.file"), [Section(words("me.file"))], [file])


def ask_forget(words: Words, tips: int) -> Message:
    """What forgetting would do, and what it cannot; with `tips`, whether they stay."""
    sections = [Section(words("me.forget.ask")), Section(words("me.forget.stays"))]
    leave = Button("me:show", words.line("me.forget.no"))
    if tips:
        buttons = [
            Button("me:forgetme:keep", words.line("me.forget.keep"), "danger"),
            Button("me:forgetme:delete", words.line("me.forget.delete"), "danger"),
            leave,
        ]
        sections.append(Section(words("me.forget.tips", count=tips), buttons=buttons))
    else:
        sections.append(Section(buttons=[Button("me:forgetme:delete", words.line("me.forget.yes"), "danger"), leave]))
    return Message(words.line("me.forget.summary"), sections)


def forgotten(words: Words, done: Done) -> Message:
    """What forgetting did."""
    if done.tips_kept:
        said = [words("me.forgot.kept", count=done.tips_kept)]
    elif done.tips_deleted:
        said = [words("me.forgot.deleted", count=done.tips_deleted)]
    else:
        said = [words("me.forgot.all")]
    said += [words("me.forgot.shortened", count=done.tips_shortened)] if done.tips_shortened else []
    said += [words("me.forgot.posts", count=len(done.posts))] if done.posts else []
    said += [words("me.forgot.anew")]
    return Message(words.line("me.forgot.summary"), [Section(each) for each in said])


def cleaned(words: Words, how: str) -> Message:
    """What stands in place of a question whose asker was forgotten, or of a digest that told of them."""
    return cards.plainly(words, f"me.cleaned.{how}")


def cleaned_answer(words: Words, question: Question, name: str) -> Message:
    """What stands in place of a question that was answered by somebody who was forgotten; `name` is the asker's."""
    opening = words("me.cleaned.question", name=name) if name else words("me.cleaned.question_unnamed")
    text = (*opening, "\n", str(cards.quote(question.text, LONGEST_QUESTION)))
    return Message(words.line("me.cleaned.answered"), [Section(text), Section(words("me.cleaned.answered"))])


def code(words: Words, code: str) -> Message:
    """A one-time code, and what to do with it."""
    return Message(words.line("me.link.code", code=code), [Section(words("me.link.code", code=code))])


def ask_back(words: Words, offered: Account, code: str) -> Message:
    """Whose code that is, and whether both are the same person."""
    said = _named(words, offered)
    buttons = [
        Button(f"me:link:{code}", words.line("me.link.yes"), "primary"),
        Button("me:leave", words.line("me.link.no")),
    ]
    return Message(words.line("me.link.sure", **said), [Section(words("me.link.sure", **said), buttons=buttons)])


def linked(words: Words, offered: Account) -> Message:
    """Two accounts are one person now."""
    said = _named(words, offered)
    return Message(words.line("me.link.done", **said), [Section(words("me.link.done", **said))])


def left_alone(words: Words) -> Message:
    """Nothing was linked."""
    return Message(words.line("me.link.left"), [Section(words("me.link.left"))])


def was_linked(words: Words, joined: Account) -> Message:
    """Says on the first account that another one was linked, with the way back."""
    said = _named(words, joined)
    return Message(
        words.line("me.link.heads_up", **said),
        [Section(words("me.link.heads_up", **said), buttons=[_unlink(words, joined)])],
    )


def _facts(words: Words, member: Member, options: Options) -> list[Fact]:
    zone, language = member.time_zone, member.language
    of_community = words("me.zone_of_community", zone=_plainly(options.time_zone))
    return [
        Fact(words.line("me.practice"), words("me.value", value=member.practice) or words("me.not_said")),
        Fact(words.line("me.place"), words("me.value", value=member.place) or words("me.not_said")),
        Fact(words.line("me.zone"), words("me.value", value=_plainly(zone)) if zone else of_community),
        Fact(words.line("me.language"), _language(language) if language else words("me.language_of_community")),
    ]


def _in_short(words: Words, member: Member, options: Options, now: datetime) -> Iterator[Text]:
    most = _most_of(member, options)
    yield words("me.brings", count=most) if most else words("me.brings_nothing")
    off = [words.line(f"me.{name}.short") for name in TAKES if not getattr(member, name)]
    if off:
        yield words("me.brings_not", what=words.list(off, any_of=True))
    if member.shows_round:
        yield words("me.shows_round.on")
    yield words(f"me.pace.{member.digest}.line")
    paused = _paused(words, member, now)
    if paused:
        yield paused


def _counted(words: Words, member: Member, page: Page) -> Iterator[Text]:
    if not member.is_counted:
        yield words("me.is_counted.off")
        return
    yield words("me.is_counted.on")
    mirror = page.mirror
    yield words("me.tallied", own=page.tallied.own, of_others=page.tallied.of_others, days=KEPT_DAYS)
    values = {"partners": mirror.partners, "given": mirror.given, "received": mirror.received}
    yield words("me.mirror", count=mirror.asked, **values)
    if mirror.inferred:
        yield words("me.mirror_inferred", count=mirror.inferred)


def _doors(words: Words, member: Member) -> list[Button]:
    uncount = Button("me:uncount", words.line("me.is_counted.turn_off"))
    return [
        Button("me:bring", words.line("me.bring")),
        uncount if member.is_counted else Button("me:count:on", words.line("me.is_counted.turn_on")),
        Button("me:file", words.line("me.give_file")),
        Button("me:forget", words.line("me.forget"), "danger"),
    ]


def _most(words: Words, now: int) -> list[Button]:
    offered = [each for each in range(MOST_A_WEEK + 1) if each != now][:BUTTONS]
    return [
        Button(f"me:most:{each}", words.line("me.most", count=each) if each else words.line("me.most_none"))
        for each in offered
    ]


def _most_of(member: Member, options: Options) -> int:
    return options.nudges_a_week if member.nudges_a_week is None else member.nudges_a_week


def _paces(words: Words, member: Member) -> list[Button]:
    others = (each for each in DigestPace if each is not member.digest)
    return [Button(f"me:digest:{each}", words.line(f"me.pace.{each}")) for each in others]


def _paused(words: Words, member: Member, now: datetime) -> Text:
    until = member.paused_until
    return words("me.paused", until=When(until)) if until is not None and until > now else ()


def _pauses(words: Words, member: Member, now: datetime) -> list[Button]:
    if _paused(words, member, now):
        return [Button("me:pause:0", words.line("me.go_on"))]
    return [Button(f"me:pause:{weeks}", words.line("me.pause", count=weeks)) for weeks in PAUSES_WEEKS]


def _language(code: str) -> str:
    """A language by its own name."""
    try:
        return str(Locale.parse(code).get_display_name(code)).capitalize()
    except (ValueError, LookupError):
        return code


def _plainly(zone: str) -> str:
    return zone.replace("_", " ")


def _accounts(words: Words, page: Page) -> Iterator[Section]:
    is_linked = len(page.accounts) > 1
    if is_linked or page.can_link:
        lines = [words("me.account", **_named(words, each)) for each in page.accounts]
        unlink = [_unlink(words, each) for each in page.accounts[: SHOWN - 1]] if is_linked else []
        buttons = [*unlink, *([Button("me:code", words.line("me.link"))] if page.can_link else [])]
        yield Section(_lines(lines), title=words.line("me.accounts"), buttons=buttons)


def _unlink(words: Words, account: Account) -> Button:
    label = shorten(words.line("me.unlink", **_named(words, account)), BUTTON_LABEL)
    return Button(f"me:unlink:{account.key}", label)


def _named(words: Words, account: Account) -> dict[str, str]:
    platform = account.key.split(":", 1)[0]
    return {"name": shorten(account.name, LINE), "chat": words.line(f"me.chat.{platform}")}


def _open(words: Words, page: Page) -> Iterator[Section]:
    drafts, asked = page.drafts, page.asked
    lines = [words("me.draft", number=each.number, title=shorten(each.title, LINE)) for each in drafts[:SHOWN]]
    lines += [words("me.question", text=shorten(each.text, LINE)) for each in asked[:SHOWN]]
    more = max(len(drafts) - SHOWN, 0) + max(len(asked) - SHOWN, 0)
    lines += [words("me.more", count=more)] if more else []
    if lines:
        buttons = [Button(f"tips:show:{each.number}", f"#{each.number}") for each in drafts[:SHOWN]]
        yield Section(_lines(lines), title=words.line("me.open"), buttons=buttons)


def _tips(words: Words, written: Sequence[Known]) -> Iterator[Section]:
    lines = [
        (*words("me.tip", number=each.number, title=shorten(each.title, LINE)), *_went(words, each))
        for each in written[:SHOWN]
    ]
    lines += [words("me.more", count=len(written) - SHOWN)] if len(written) > SHOWN else []
    if lines:
        buttons = [Button(f"tips:show:{each.number}", f"#{each.number}") for each in written[:SHOWN]]
        yield Section(_lines(lines), title=words.line("me.tips"), buttons=buttons)


def _went(words: Words, tip: Known) -> Text:
    went = cards.went(words, uses_of(tip.said))
    return (" ", *went) if went else ()


def _lines(lines: Iterable[Text]) -> Text:
    return tuple(span for line in lines for span in (*line, "\n"))


def _switch(words: Words, name: str, *, on: bool) -> Button:
    wanted = "off" if on else "on"
    return Button(f"me:take:{name}:{wanted}", words.line(f"me.{name}.turn_{wanted}"))
