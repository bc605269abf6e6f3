"""One finding, and the words around a place in a text. What counts as a finding is said elsewhere."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a finding looks like."""

    health_number = "health_number"
    national_number = "national_number"
    phone = "phone"
    email = "email"
    birth_date = "birth_date"
    record_number = "record_number"
    card_number = "card_number"
    bank_account = "bank_account"
    postal_address = "postal_address"
    secret = "secret"  # noqa: S105 - a kind of finding


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a text: ``text[start:end]`` looks like a `kind`.

    Attributes:
        kind: What it looks like.
        start: Index of its first character.
        end: Index after its last character; always greater than `start`.
    """

    kind: Kind
    start: int
    end: int


def near(text: str, start: int, end: int) -> str:
    """The words up to 40 characters before and 25 after a place, on the same line and not beyond another finding."""
    before = re.split(r"[\n\[\]]", text[max(0, start - 40) : start])[-1]
    after = re.split(r"[\n\[\]]", text[end : end + 25])[0]
    return f"{before} {after}"


_THINGS = re.compile(
    r"""\b(?:order|parts?|serials?|s/n|sn|p/n|pn|po|purchase\ order|invoice|asset|ticket|sku|batch|lot|model|items?
    |stock|catalogue|cat|job|version|build|commit|isbn|issn|ean|gtin|barcode|upc|imei|firmware|timestamp|epoch|requisition|req
    |tracking|parcel|consignment|device|product|bug|issue|channel|message)
    (?:\s(?:no|nos|nr|num|numbers?|codes?|ids?|lines?|is|was))*[\s:.,#=("'-]*$""",
    re.VERBOSE | re.IGNORECASE,
)


def is_cleared(text: str, start: int) -> bool:
    """Whether the words before a number ("order no", "serial") say that it belongs to a thing and not to a person."""
    return bool(_THINGS.search(text[max(0, start - 40) : start]))
