"""International bank account numbers (IBAN)."""

import re
from collections.abc import Iterator

from stdnum import iban

from knowledge.guard.places import Finding, Kind

_IBAN_START = re.compile(r"(?<![^\W_])(?=([A-Za-z]{2})[0-9]{2})")
# Source: SWIFT, IBAN Registry, the length by country.
_IBAN_LENGTHS = {
    code: length
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FI NL",
        19: "SI",
        20: "AT BA EE LT LU XK",
        21: "CH HR LI LV",
        22: "BG DE GB IE ME RS",
        23: "AE GI IL",
        24: "AD CZ ES MD PK RO SA SE SK TN",
        25: "PT",
        26: "IS TR",
        27: "FR GR IT MC SM",
        28: "AL CY HU LB PL",
        29: "BR",
        31: "MT",
    }.items()
    for code in codes.split()
}


def find_bank_accounts(text: str) -> Iterator[Finding]:
    """Find account numbers of the right length for their country with valid check digits, in any grouping."""
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTHS.get(match[1].upper(), 0)
        shape = re.compile(rf"[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){{{length - 1}}}(?!\w)") if length else None
        found = shape.match(text, match.start()) if shape else None
        if found and iban.is_valid(found[0], check_country=False):
            yield Finding(Kind.bank_account, *found.span())
