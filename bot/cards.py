"""How a tip is shown, the same wherever it is shown. Pure."""

from collections.abc import Sequence

from adapters.port import Button, Element, Link, Markdown, Message, Section, Text
from adapters.port.limits import LINK_URL
from bot.words import Words
from knowledge.guard import mark
from knowledge.models import TipKind, TipState
from knowledge.personal import Findings
from knowledge.tips import Known, TipForm, Uses, shorten, uses_of

EXCERPT_LENGTH = 420
"""Characters of each part in a list or an answer; the whole stands behind *Show it all*."""

WHOLE_LENGTH = 3_000
"""Characters of each part where one tip is shown."""


def plainly(words: Words, key: str, **values: object) -> Message:
    """One sentence."""
    return Message(words.line(key, **values)[:290], [Section(words(key, **values))])


def excerpt(words: Words, tip: Known, why_here: Text = (), *, buttons: Sequence[Element] = ()) -> Section:
    """A tip in a few lines: when it helps, what works, who it is from, how it went for others, and why it is here."""
    return Section(
        text=_lines(
            _labelled(words, "card.situation", shorten(tip.form.situation, EXCERPT_LENGTH // 2)),
            (Markdown(shorten(tip.form.works, EXCERPT_LENGTH)),),
            _labelled(words, "card.why", shorten(tip.form.why, EXCERPT_LENGTH // 2)),
            from_line(words, tip),
            why_here,
        ),
        title=heading(tip),
        buttons=buttons,
    )


def whole(words: Words, tip: Known, *, buttons: Sequence[Element] = ()) -> Section:
    """A tip with all its parts."""
    form = tip.form
    return Section(
        text=_lines(
            _labelled(words, "card.situation", shorten(form.situation, WHOLE_LENGTH)),
            (Markdown(shorten(form.works, WHOLE_LENGTH)),),
            _labelled(words, "card.why", shorten(form.why, WHOLE_LENGTH)),
            _labelled(words, "card.context", shorten(form.context, EXCERPT_LENGTH)),
            words("card.tags", tags=Markdown(" ".join(f"`{tag}`" for tag in form.tags))) if form.tags else (),
            words("card.variation_of", number=tip.variation_of) if tip.variation_of else (),
            from_line(words, tip) if tip.state is not TipState.DRAFT else (),
        ),
        title=heading(tip),
        buttons=buttons,
    )


def heading(tip: Known) -> str:
    """Number and title on one line."""
    return f"#{tip.number} · {tip.title}"


def from_line(words: Words, tip: Known) -> Text:
    """Who a tip is from, how it went for others and where, and when somebody last said so."""
    uses = uses_of(tip.said)
    parts = [_from(words, tip), _worked(words, uses), _failed(words, uses)]
    if tip.checked_at is not None and tip.said:
        parts.append(words("card.checked", day=words.day(tip.checked_at)))
    return _joined([part for part in parts if part], " ")


def went(words: Words, uses: Uses) -> Text:
    """How a tip went for others, in one or two sentences; nothing where nobody said."""
    return _joined([line for line in (_worked(words, uses), _failed(words, uses)) if line], " ")


def kind_label(words: Words, kind: TipKind) -> str:
    """What sort of know-how it is, as people say it."""
    return words.line(f"kind.{kind.name.lower()}")


def confirm_buttons(words: Words, tip: Known, question: int | None = None) -> tuple[Button, ...]:
    """*Worked for me*, *With a change*, *Not here*; `question` is the number of the question that it answered."""
    about = f"{tip.number}" if question is None else f"{tip.number}:{question}"
    return (
        Button(f"tips:worked:{about}", words.line("card.worked")),
        Button(f"tips:changed:{about}", words.line("card.changed")),
        Button(f"tips:nothere:{about}", words.line("card.nothere")),
    )


def consent_buttons(words: Words, tip: Known) -> tuple[Button, ...]:
    """*Yes, with my name*, *Yes, without my name*, *Edit first*, *No*: for an author of a draft."""
    return (
        Button(f"capture:yes:{tip.number}", words.line("card.yes"), "primary"),
        Button(f"capture:unnamed:{tip.number}", words.line("card.yes_unnamed")),
        Button(f"capture:editfirst:{tip.number}", words.line("card.edit_first")),
        Button(f"capture:no:{tip.number}", words.line("card.no")),
    )


def personal(
    words: Words, feature: str, form: TipForm, found: Findings, token: str, *, is_author: bool = True
) -> Message:
    """Text that looks like personal data, with the places marked. Nothing was kept; `feature` has the buttons.

    Only its author may say that it is none.
    """
    kinds = dict.fromkeys(finding.kind for findings in found.values() for finding in findings)
    names = words.list([words(f"card.personal.{kind}") for kind in kinds])
    parts = [quote(mark(getattr(form, part), findings), 2_000) for part, findings in found.items()]
    parts = list(dict.fromkeys(parts))
    buttons = [
        Button(f"{feature}:takeout:{token}", words.line("card.take_out"), "primary"),
        Button(f"{feature}:forget:{token}", words.line("card.forget_it")),
    ]
    if is_author:
        buttons.insert(1, Button(f"{feature}:notpersonal:{token}", words.line("card.not_personal")))
    what_now = words("card.personal_what_now" if is_author else "card.personal_others")
    return Message(
        words.line("card.personal_summary"),
        [
            Section(words("card.personal", kinds=names)),
            *(Section(part) for part in parts),
            Section(what_now, buttons=buttons),
        ],
    )


def unsent_buttons(words: Words, tip: Known) -> tuple[Button, ...]:
    """*Different, keep mine* and *Leave it*: for the keeper of a draft that was not sent off."""
    return (
        Button(f"capture:different:{tip.number}", words.line("card.different"), "primary"),
        Button(f"capture:drop:{tip.number}", words.line("card.drop")),
    )


def source_buttons(words: Words, tip: Known) -> tuple[Link, ...]:
    """A link to the message that a tip came from, where it has one."""
    if not tip.source_link.startswith(("http://", "https://")) or len(tip.source_link) > LINK_URL:
        return ()
    return (Link(tip.source_link, words.line("card.source")),)


def quote(text: str, length: int = EXCERPT_LENGTH) -> Markdown:
    """Somebody's words as a quotation, shortened."""
    return Markdown("\n".join(f"> {line}" for line in shorten(text, length).splitlines() if line.strip()))


def _from(words: Words, tip: Known) -> Text:
    if not tip.authors:
        return ()
    if not tip.names:
        return words("card.from_someone")
    if tip.askers:
        return words("card.from_answering", names=words.list(tip.names), askers=words.list(tip.askers))
    place = next((author.place for author in tip.authors if author.shown == tip.names[0]), "")
    if len(tip.names) == 1 and place:
        return words("card.from_at", name=tip.names[0], place=place)
    return words("card.from", names=words.list(tip.names))


def _worked(words: Words, uses: Uses) -> Text:
    if not uses.worked:
        return ()
    where = (*uses.places_worked, *uses.places_mixed)
    if where:
        return words("card.used_at", count=uses.worked, places=words.list(where[:3]))
    return words("card.used", count=uses.worked)


def _failed(words: Words, uses: Uses) -> Text:
    if not uses.not_here:
        return ()
    where = (*uses.places_failed, *uses.places_mixed)
    if where:
        return words("card.failed_at", count=uses.not_here, places=words.list(where[:3]))
    return words("card.failed", count=uses.not_here)


def _labelled(words: Words, key: str, text: str) -> Text:
    return words(key, text=Markdown(text)) if text else ()


def _lines(*lines: Text) -> Text:
    return _joined([line for line in lines if line], "\n\n")


def _joined(texts: Sequence[Text], between: str) -> Text:
    spans: list[object] = []
    for text in texts:
        for span in ((between,) if spans else ()) + text:
            if isinstance(span, str) and spans and isinstance(spans[-1], str):
                spans[-1] += span
            else:
                spans.append(span)
    return tuple(spans)  # type: ignore[arg-type]
