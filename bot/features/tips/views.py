"""What members see of tips: one, a list, its history, and the forms around it. Pure."""

from collections.abc import Sequence
from itertools import accumulate

from adapters.port import Button, Fact, Form, Line, Message, Paragraph, Section, Text
from adapters.port.limits import MESSAGE_TEXT
from bot import cards
from bot.features.tips.rules import PAGE
from bot.words import Words
from knowledge.models import TipState, TipVersion
from knowledge.tips import Known, shorten

CONTEXT_SHOWN = 150
"""Characters of where a tip worked that a line of a form holds."""


NOTES_ROOM = MESSAGE_TEXT - 500
"""Characters that a tip and what was said of it have together: the rest is for titles (ours)."""


def tip(words: Words, known: Known, *, may_edit: bool, is_asked: bool = False, is_unsent: bool = False) -> Message:
    """One tip, whole, with its comments and all that can be done with it.

    A draft's author is asked here too, and its keeper can send it off.
    """
    acts = [Button(f"tips:comment:{known.number}", words.line("tips.comment"))]
    acts.append(Button(f"tips:history:{known.number}", words.line("tips.history")))
    if known.state is TipState.LIVE:
        acts.append(Button(f"tips:retire:{known.number}", words.line("tips.retire")))
    if may_edit:
        acts.append(Button(f"tips:edit:{known.number}", words.line("tips.edit")))
        acts.append(Button(f"tips:details:{known.number}", words.line("tips.details")))
    sections = [Section(words(f"tips.state.{known.state}"))] if known.state is not TipState.LIVE else []
    confirm = cards.confirm_buttons(words, known) if known.state is TipState.LIVE else ()
    confirm = cards.consent_buttons(words, known) if is_asked else confirm
    confirm = cards.unsent_buttons(words, known) if is_unsent else confirm
    sections.append(cards.whole(words, known, buttons=(*confirm, *cards.source_buttons(words, known))))
    notes = _notes(words, known, room=NOTES_ROOM - sum(_size(each.text) for each in sections))
    if notes:
        sections.append(notes)
    sections.append(Section(buttons=acts))
    return Message(cards.heading(known), sections)


def tips(words: Words, found: Sequence[Known], *, label: str, offset: int, filter_id: str) -> Message:
    """A page of tips. `found` may hold one more than a page: then there are more."""
    if not found:
        text = words("tips.none_for", label=label) if label else words("tips.none")
        return Message(words.line("tips.none"), [Section(text)])
    page, sections = found[:PAGE], []
    heading = words.line("tips.listed_for", label=label) if label else words.line("tips.listed")
    lines = [words("tips.row", number=each.number, title=each.title, names=_names(words, each)) for each in page]
    text = tuple(span for line in lines for span in (*line, "\n"))
    sections.append(Section(text, title=shorten(heading, 140)))
    shows = [Button(f"tips:show:{each.number}", f"#{each.number}") for each in page]
    sections.append(Section(buttons=shows[:5]))
    rest = shows[5:]
    if len(found) > PAGE:
        rest.append(Button(f"tips:list:{offset + PAGE}:{filter_id}"[:100], words.line("tips.more")))
    if rest:
        sections.append(Section(buttons=rest))
    return Message(heading[:290], sections)


def history(words: Words, known: Known, versions: Sequence[tuple[TipVersion, str]]) -> Message:
    """What happened to a tip, newest first, with a button to take the last change back."""
    facts = [
        Fact(
            words.day(version.at),
            words(
                f"tips.did.{_action(version.action)}",
                name=words.line("tips.somebody") if known.hides(version.member_id) or not name else name,
            ),
        )
        for version, name in versions[:10]
    ]
    undo = Button(f"tips:undo:{known.number}:{len(versions)}", words.line("tips.undo"))
    buttons = [undo] if len(versions) > 1 else []
    return Message(cards.heading(known), [Section(title=cards.heading(known), facts=facts, buttons=buttons)])


def done(words: Words, key: str, known: Known, *, version: int = 0, again: str = "tips.undo") -> Message:
    """A change that was made; where it became a `version`, with the way back, which `again` calls by its name."""
    buttons = [Button(f"tips:undo:{known.number}:{version}", words.line(again))] if version else []
    text = words(key, number=known.number, title=known.title)
    return Message(words.line(key, number=known.number, title=known.title)[:290], [Section(text, buttons=buttons)])


def details_form(words: Words, known: Known) -> Form:
    """Where a tip worked, and its tags."""
    return Form(
        f"tips:details:{known.number}",
        words.line("tips.details_form"),
        (
            Line(
                "context",
                words.line("tips.field.context"),
                " ".join(known.form.context.split())[:CONTEXT_SHOWN],
                hint=words.line("tips.hint.context"),
            ),
            Line(
                "tags",
                words.line("tips.field.tags"),
                " ".join(known.form.tags),
                hint=words.line("tips.hint.tags"),
                length=400,
            ),
        ),
        words.line("tips.form.save"),
    )


def note_form(words: Words, known: Known, action: str, arguments: Sequence[str]) -> Form:
    """One question about a tip: which change, where it did not work, or a comment."""
    return Form(
        ":".join(("tips", action, *arguments)),
        words.line(f"tips.note_title.{action}", number=known.number),
        (
            Paragraph(
                "note",
                words.line(f"tips.note_label.{action}"),
                hint=words.line(f"tips.note_hint.{action}"),
                required=action != "nothere",
                length=600,
            ),
        ),
        words.line("tips.form.save"),
    )


def _notes(words: Words, known: Known, *, room: int) -> Section | None:
    """What was said of a tip and remarked under it, so much of the newest as there is room for, in characters."""
    said = [
        words(
            "tips.said",
            what=words.line(f"tips.outcome.{each.outcome.name.lower()}"),
            note=shorten(each.note, 300),
            place=each.place or words.line("tips.somewhere"),
        )
        for each in known.said
        if each.note
    ]
    remarks = [words("tips.remark", name=each.name, text=shorten(each.text, 300)) for each in known.remarks]
    lines = [*said[-6:], *remarks[-6:]]
    sizes = accumulate(_size(line) + 1 for line in reversed(lines))
    lines = lines[len(lines) - sum(size <= room for size in sizes) :]
    return Section(tuple(span for line in lines for span in (*line, "\n"))) if lines else None


def _size(text: Text) -> int:
    """Characters of a text, in which a name or a time counts as many."""
    return sum(len(span) if isinstance(span, str) else 30 for span in text)


def _names(words: Words, known: Known) -> str:
    return known.names[0] if known.names else words.line("tips.somebody")


def _action(action: str) -> str:
    return action if action in ("kept", "edited", "live", "retired", "merged", "withdrawn", "undone") else "edited"
