"""What looks like personal data in the parts of a tip. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from knowledge.guard import Finding, redact, scan
from knowledge.tips import TipForm

PARTS = ("title", "situation", "works", "why", "context")

Findings = Mapping[str, tuple[Finding, ...]]
"""Part -> what looks like personal data in it; parts without any are left out."""


def personal_in(form: TipForm, *, before: TipForm | None = None) -> Findings:
    """Finds what looks like personal data in a tip; what stood in the tip `before` was looked at by then."""
    seen = " ".join(getattr(before, part) for part in PARTS) if before else ""
    found: dict[str, tuple[Finding, ...]] = {}
    for part in PARTS:
        text = getattr(form, part)
        new = tuple(each for each in scan(text) if text[each.start : each.end] not in seen)
        if new:
            found[part] = new
    return found


def redacted(form: TipForm) -> TipForm:
    """The tip with what looks like personal data taken out of every part."""
    title, situation, works, why, context = (redact(text, scan(text)) for text in (getattr(form, p) for p in PARTS))
    return replace(form, title=title, situation=situation, works=works, why=why, context=context)
