"""Tips out of the store: CSV, JSON Lines or Markdown, in the form that an import reads. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.importing.reading import FIELDS
from knowledge.tips import Known, uses_of


def fields_of(tip: Known) -> dict[str, Any]:
    """A tip as plain fields; what an import does not read (`number`, `worked`, `did_not_work`) comes last."""
    form, uses = tip.form, uses_of(tip.said)
    return {
        "id": tip.external_id or f"tip-{tip.number}",
        "kind": str(form.kind),
        "title": form.title,
        "situation": form.situation,
        "works": form.works,
        "why": form.why,
        "context": form.context,
        "tags": list(form.tags),
        "author": ", ".join(tip.names),
        "number": tip.number,
        "worked": uses.worked,
        "did_not_work": uses.not_here,
    }


def as_jsonl(tips: Iterable[Known]) -> Iterator[str]:
    """One JSON object a line."""
    for tip in tips:
        yield json.dumps(fields_of(tip), ensure_ascii=False) + "\n"


def as_csv(tips: Iterable[Known]) -> Iterator[str]:
    """A heading and a row a tip. Cells that a spreadsheet would read as a formula begin with an apostrophe."""
    yield _csv_row([*FIELDS, "number", "worked", "did_not_work"])
    for tip in tips:
        fields = fields_of(tip)
        fields["tags"] = " ".join(fields["tags"])
        yield _csv_row([_inert(value) for value in fields.values()])


def as_markdown(tips: Iterable[Known]) -> Iterator[str]:
    """One document: a heading a tip, its parts below."""
    for tip in tips:
        form = tip.form
        parts = [("When it helps", form.situation), ("What works", form.works), ("Why", form.why)]
        parts.append(("Where it worked", form.context))
        lines = [f"# {tip.title}", ""]
        if tip.names:
            lines += [f"From {', '.join(tip.names)}.", ""]
        for heading, text in parts:
            lines += [f"## {heading}", "", text, ""] if text else []
        yield "\n".join(lines) + "\n"


def _csv_row(cells: Iterable[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "@", "\t", "\r") else value
