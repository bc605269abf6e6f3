"""Telephone numbers, and what keeps times, serial numbers and lists from passing as one."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from knowledge.guard.places import Finding, Kind, is_cleared, near

_CALL = re.compile(
    r"(?i)\b(?:phone|tel|telephone|telefon|mobile|mob|mobil|cell|call|ring|text|sms|fax|whatsapp|landline|handy|portable"
    r"|t[eé]l[eé]fono?|m[oó]vil|contact)\b"
)
_AMERICAN = re.compile(r"1?[-. ]?(?:\([0-9]{3}\) ?|[0-9]{3}[-.])[0-9]{3}[-. ][0-9]{4}")
# The numbers kept for stories (07700 900xxx, 01632 960xxx; Source: Ofcom) are not valid to the library, yet look real.
_BRITISH = re.compile(
    r"(?<![\w@#/+])(?:\+44 ?(?:\(0\) ?)?|\(?0)(?:7(?:[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}|[0-9]{2} [0-9]{3} [0-9]{4})"
    r"|1632\)?[ -]?960[ -]?[0-9]{3})(?![\w-])"
)


def find_phones(text: str, regions: tuple[str, ...]) -> Iterator[Finding]:
    """Find telephone numbers; the same place may come twice when it is valid in two regions.

    Args:
        text: A text without links.
        regions: Country codes (ISO 3166) whose numbers may stand without a country code; none for international only.
    """
    if len(re.findall("[0-9]", text)) < 7:
        return
    for match in _BRITISH.finditer(text) if "GB" in regions else ():
        if not is_cleared(text, match.start()):
            yield Finding(Kind.phone, *match.span())
    for region in regions or (None,):
        for number in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
            if _is_told(text, number.start, number.end, region):
                yield Finding(Kind.phone, number.start, number.end)


def _is_told(text: str, start: int, end: int, region: str | None) -> bool:
    """Whether a valid number stands there as a telephone number, not as a list of times or a serial number."""
    raw = text[start:end]
    if raw.startswith(("+", "(+", "00")):
        return True
    if is_cleared(text, start):
        return False
    digits = re.sub("[^0-9]", "", raw)
    if len(digits) >= 9 and _CALL.search(near(text, start, end)):
        return True
    if _AMERICAN.fullmatch(raw):
        return True
    return digits.startswith("0") and (len(digits) == 11 or (len(digits) == 10 and _is_grouped(raw, region)))


def _is_grouped(raw: str, region: str | None) -> bool:
    """Whether ten digits stand in groups as a telephone number does. Pairs are how France writes one."""
    groups = re.findall("[0-9]+", raw)
    in_pairs = all(len(group) == 2 for group in groups)
    is_times = all(re.fullmatch(r"(?:[01][0-9]|2[0-3])[0-5][0-9]", group) for group in groups)
    return len(groups) > 1 and not is_times and (region == "FR" or not in_pairs)
