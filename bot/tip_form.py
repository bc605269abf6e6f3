"""The form with a tip's parts, the same wherever a tip is written or changed. Pure."""

from dataclasses import replace

from adapters.port import Choice, Form, FormSubmitted, Line, Option, Paragraph
from adapters.port.limits import FIELD_TEXT
from bot.cards import kind_label
from bot.words import Words
from knowledge.models import TipKind
from knowledge.tips import TITLE_LENGTH, TipForm


def tip_form(words: Words, parts: TipForm, form_id: str) -> Form:
    """What works, when it helps, why, a title and the kind, filled in with `parts`."""
    kinds = tuple(Option(kind.name.lower(), kind_label(words, kind)) for kind in TipKind)
    return Form(
        form_id,
        words.line("tip_form.heading"),
        (
            Paragraph(
                "works", words.line("tip_form.works"), parts.works[:FIELD_TEXT], words.line("tip_form.works_hint"), True
            ),
            Paragraph("situation", words.line("tip_form.situation"), parts.situation[:FIELD_TEXT]),
            Paragraph("why", words.line("tip_form.why"), parts.why[:FIELD_TEXT]),
            Line(
                "title",
                words.line("tip_form.title"),
                " ".join(parts.title.split())[:TITLE_LENGTH],
                words.line("tip_form.title_hint"),
                length=TITLE_LENGTH,
            ),
            Choice("kind", words.line("tip_form.kind"), kinds, chosen=(parts.kind.name.lower(),), required=True),
        ),
        words.line("tip_form.submit"),
    )


def form_from(event: FormSubmitted, before: TipForm) -> TipForm:
    """The parts that came back ; what the form does not show stays as it was."""
    chosen = event.values.get("kind", "")
    chosen = chosen[0] if isinstance(chosen, tuple) and chosen else chosen
    kind = TipKind[str(chosen).upper()] if str(chosen).upper() in TipKind.__members__ else before.kind
    works, situation, why = (kept(before, event, part, FIELD_TEXT) for part in ("works", "situation", "why"))
    title = kept(before, event, "title", TITLE_LENGTH)
    return replace(before, kind=kind, works=works, situation=situation, why=why, title=title)


def kept(before: TipForm, event: FormSubmitted, part: str, length: int) -> str:
    """What came back for a part; where only the beginning fitted the form and came back unchanged, all of it."""
    stored, sent = getattr(before, part), str(event.values.get(part, ""))
    was_cut = len(stored) > length and _bare(sent) in (_bare(stored[:length]), _bare(_bare(stored)[:length]))
    return stored if was_cut else sent


def _bare(text: str) -> str:
    return " ".join(text.split())
