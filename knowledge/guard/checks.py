"""Whether characters hold together as what they look like: check digits, ranges in use, passwords and not words."""

import re

from stdnum import luhn
from stdnum.gb import nhs
from stdnum.us import itin, ssn


def is_anything(_: str) -> bool:
    """For shapes that need no check."""
    return True


def is_issued_nhs(number: str) -> bool:
    """Whether ten digits without spaces are an NHS number of a range in use.

    Source: NHS Data Model and Dictionary, "NHS NUMBER": 400 to 499 and 600 to 799 million (England, Wales), 320 to
    399 million (Northern Ireland), numbers that begin with a birth date (Scotland); 9 is kept for tests.
    """
    is_dated = 1 <= int(number[:2]) <= 31 and 1 <= int(number[2:4]) <= 12
    in_range = number[0] in "4679" or "32" <= number[:2] <= "39" or is_dated
    return in_range and is_nhs(number)


def is_nhs(number: str) -> bool:
    """Whether ten digits, grouped or not, have the check digit of an NHS number. Source: as for `is_issued_nhs`."""
    return len(set(number) - set(" -.")) > 1 and bool(nhs.is_valid(number.replace(".", "")))


def is_american(number: str) -> bool:
    """Whether ``AAA-GG-SSSS`` is a US social security or taxpayer number in use. Source: SSA and IRS number ranges."""
    return bool(ssn.is_valid(number) or itin.is_valid(number))


def is_card(number: str) -> bool:
    """Whether the digits are a payment card of a known issuer. Source: ISO/IEC 7812 (Luhn, issuer ranges)."""
    digits = re.sub(r"[ -]", "", number)
    return bool(_ISSUERS.fullmatch(digits)) and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


_ISSUERS = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|35[2-8][0-9]{13}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}"
)


def is_mail(address: str) -> bool:
    """Whether an address is a person's or a mailbox's, and not that of a code repository (``git@``)."""
    return not re.match(r"(?i)(?:git|hg|svn)@", address)


def is_password(value: str) -> bool:
    """Whether what stands after "password:" is a value and not a word of the sentence or a piece of code."""
    bare = value.strip("\"'`.,;")
    return len(bare) >= 4 and len(set(bare)) > 2 and not _NO_VALUE.match(bare)


_NO_VALUE = re.compile(
    r"(?i)(?:[<{$%*]|os\.|env\b|process\.|settings\.|config\.|[a-z_][\w.]*\(|(?:str|string|int|bytes|none|null|true|false"
    r"|required|optional|redacted|removed|secret|password|passwd|your[_-]?\w*|example|changed|reset|expired|wrong|missing"
    r"|invalid|below|above|there)$)"
)


def has_digit(value: str) -> bool:
    """Whether there is a digit in a token; words joined by dashes have none."""
    return any(character in "0123456789" for character in value)


def is_spoken_password(value: str) -> bool:
    """Whether what stands after "the password is" is a value: in the middle of a sentence only a digit tells."""
    return has_digit(value) and is_password(value)
