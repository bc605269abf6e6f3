"""Out of the store as CSV, JSON Lines or Markdown: tips in the form that an import reads, and plain tables. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from knowledge.importing.reading import FIELDS, FORMULA_SIGNS
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
    return table_as_jsonl(map(fields_of, tips))


def as_csv(tips: Iterable[Known]) -> Iterator[str]:
    """A heading and a row a tip."""
    rows = ({**fields, "tags": " ".join(fields["tags"])} for fields in map(fields_of, tips))
    return table_as_csv([*FIELDS, "number", "worked", "did_not_work"], rows)


def table_as_jsonl(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def table_as_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A heading and the rows. Cells that a spreadsheet would read as a formula begin with an apostrophe."""
    yield _csv_row(names)
    for row in rows:
        yield _csv_row([_inert(value) for value in row.values()])


def table_as_markdown(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A table."""
    yield f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    for row in rows:
        yield f"| {' | '.join(map(_in_a_row, row.values()))} |\n"


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


def _in_a_row(value: object) -> str:
    """A cell of a table, which is one line and in which a bar would begin the next."""
    return " ".join(str(value).split()).replace("\\", "\\\\").replace("|", "\\|")


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_SIGNS) else value
