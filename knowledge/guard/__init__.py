"""Finds what looks like personal data or a secret in a text, so that its author can look before it is kept.

A number alone says little: one serial number in eleven passes the check of an NHS number. So a shape is an alarm by
itself only when it is rare (a valid check digit in the usual grouping, a token's own prefix); a weaker one needs a
word beside it ("BSN", "MRN", "born"), and words such as "order" or "serial" in front clear a plain number.

Names of people cannot be found this way. Whoever shows the findings should also ask the author to look for names.
What is done with a finding is left to the callers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from knowledge.guard.bank import find_bank_accounts
from knowledge.guard.phones import find_phones
from knowledge.guard.places import Finding, Kind, is_cleared, near
from knowledge.guard.shapes import Rule, rules

__all__ = ["DEFAULT_REGIONS", "REMOVED", "Finding", "Kind", "mark", "redact", "scan"]

DEFAULT_REGIONS: tuple[str, ...] = ("GB", "IE", "US")
"""Where a telephone number written without its country code may belong (ISO 3166 codes). Numbers that begin with
``+`` are found for every country. Regions whose numbers vary in length (DE, FR) look like part numbers: add them
where they are needed."""

REMOVED = "[removed]"
"""What `redact` puts in the place of a finding. Square brackets keep it from being read as part of anything."""


def scan(text: str, *, regions: Sequence[str] = DEFAULT_REGIONS) -> tuple[Finding, ...]:
    """Find all that looks like personal data or a secret. Never raises on any text.

    Args:
        text: Any text, as its author wrote it.
        regions: Country codes (ISO 3166) whose telephone numbers may stand without a country code.

    Returns:
        Findings in the order of the text, none overlapping another. `redact` with them leaves nothing to find.
    """
    plain = text.translate(_PLAIN)
    found: list[Finding] = []
    for _ in range(_MOST_ROUNDS):
        news = _find(plain, tuple(regions))
        if not news:
            break
        found = _merge([*found, *news])
        plain = _replace(plain, news, lambda it: _filler(len(it)))
    return tuple(found)


def mark(text: str, findings: Iterable[Finding]) -> str:
    """Make the findings bold in Markdown, the rest untouched: ``this is **943 476 5919**``.

    Args:
        text: The text that was scanned.
        findings: What `scan` found in that text.
    """
    return _replace(text, findings, lambda found: f"**{found}**")


def redact(text: str, findings: Iterable[Finding]) -> str:
    """Put ``[removed]`` in the place of each finding.

    Args:
        text: The text that was scanned.
        findings: What `scan` found in that text.
    """
    return _replace(text, findings, lambda _: REMOVED)


def _replace(text: str, findings: Iterable[Finding], change: Callable[[str], str]) -> str:
    parts: list[str] = []
    done = 0
    for finding in sorted(findings, key=lambda each: each.start):
        parts += (text[done : finding.start], change(text[finding.start : finding.end]))
        done = finding.end
    return "".join((*parts, text[done:]))


# One character for one, so that places stay the same: wide digits, all kinds of spaces and dashes.
_PLAIN = (
    {0xFF10 + digit: str(digit) for digit in range(10)}
    | dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " ")
    | dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-")
)
_MOST_ROUNDS = 8
_CLEARED = re.compile(r"https?://[^\s<>|]+|<[@#!][^<>\s]{1,80}>")


def _find(text: str, regions: tuple[str, ...]) -> list[Finding]:
    without_links = _CLEARED.sub(lambda match: _filler(len(match[0])), text)
    found = [finding for rule in rules() for finding in _apply(rule, text if rule.in_links else without_links)]
    return _merge([*found, *find_bank_accounts(without_links), *find_phones(without_links, regions)])


def _merge(findings: list[Finding]) -> list[Finding]:
    """Join what overlaps into one. A secret gives its kind before others, and then the longer of two."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda each: (each.start, -each.end)):
        if merged and finding.start < merged[-1].end:
            last = merged[-1]
            first = max(last, finding, key=lambda each: (each.kind is Kind.secret, each.end - each.start))
            merged[-1] = Finding(first.kind, last.start, max(last.end, finding.end))
        else:
            merged.append(finding)
    return merged


def _filler(length: int) -> str:
    return "[" + "·" * (length - 2) + "]" if length > 1 else "·" * length


def _apply(rule: Rule, text: str) -> Iterator[Finding]:
    for match in rule.pattern.finditer(text):
        name = "it" if "it" in rule.pattern.groupindex else 0
        start, end = match.span(name)
        if not rule.valid(match[name]):
            continue
        if rule.words and not rule.words.search(near(text, start, end)):
            continue
        if rule.clears and is_cleared(text, start):
            continue
        yield Finding(rule.kind, start, end)
