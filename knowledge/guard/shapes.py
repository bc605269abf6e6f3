"""The shapes of personal data and secrets, as tables. A new one is a line in a table and two in its tests."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stdnum.at import vnr
from stdnum.au import tfn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import bc_phn, sin
from stdnum.ch import ssn as ahv
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import upn
from stdnum.ie import pps
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.za import idnr as south_african

from knowledge.guard.checks import (
    has_digit,
    is_american,
    is_anything,
    is_card,
    is_issued_nhs,
    is_mail,
    is_nhs,
    is_password,
    is_spoken_password,
)
from knowledge.guard.places import Kind


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape. The group ``it`` is the finding, or else the whole match.

    `valid` says whether the characters hold together (check digit, date); `words`, if any, must stand near; `clears`
    says whether "order", "serial" and the like in front make it harmless; `in_links` whether links are read as well.
    """

    kind: Kind
    pattern: re.Pattern[str]
    valid: Callable[[str], bool]
    words: re.Pattern[str] | None
    clears: bool
    in_links: bool


@cache
def rules() -> tuple[Rule, ...]:
    """All shapes but telephone and bank account numbers, secrets first; made once."""
    numbers = tuple(
        _rule(kind, alone(shape), valid, words=words, clears=True) for kind, shape, valid, words in _NUMBERS
    )
    labelled = tuple(_rule(kind, shape, valid) for kind, shape, valid in _LABELLED)
    return *(_rule(Kind.secret, shape, valid, in_links=True) for shape, valid in _SECRETS), *numbers, *labelled


def _rule(
    kind: Kind,
    shape: str,
    valid: Callable[[str], bool],
    *,
    words: str = "",
    clears: bool = False,
    in_links: bool = False,
) -> Rule:
    near = re.compile(rf"\b(?:{words})\b", re.IGNORECASE) if words else None
    return Rule(kind, re.compile(shape), valid, near, clears, in_links)


def alone(shape: str) -> str:
    """The shape with nothing stuck to it that would make it a part of something longer."""
    return rf"(?<![\w@#/+])(?<![0-9A-Za-z][-.,])(?:{shape})(?![\w@/])(?![-.,:][0-9A-Za-z])"


_NI = r"(?!BG|GB|NK|KN|TN|NT|ZZ)(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])"
_MBI = r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?"

# Source of the checks: the modules of python-stdnum named here, each after its issuer; NI: HMRC, NIM39110; Medicare
# beneficiary identifier: CMS, MBI format.
# Kind, shape, check, and the words that must stand near ("" where the shape is rare enough by itself).
_NUMBERS: tuple[tuple[Kind, str, Callable[[str], bool], str], ...] = (
    (Kind.health_number, r"[0-9]{3}([ .-])[0-9]{3}\1[0-9]{4}", is_nhs, ""),
    (Kind.health_number, r"[0-9]{10}", is_issued_nhs, ""),
    (Kind.health_number, r"[0-9]{4} ?[0-9]{3} ?[0-9]{3}", bc_phn.is_valid, "PHN|personal health (?:no|number)"),
    (Kind.health_number, _MBI + r"[AC-HJKMNP-RT-Y]{2}[0-9]{2}", is_anything, ""),
    (Kind.national_number, _NI + r"( ?)[0-9]{2}\1[0-9]{2}\1[0-9]{2}\1[A-D]", is_anything, ""),
    (Kind.national_number, rf"(?i:{_NI} ?(?:[0-9]{{2}} ?){{3}}[A-D])", is_anything, "NI|NINO|national insurance"),
    (Kind.national_number, r"[A-Z][0-9]{12}", upn.is_valid, ""),
    (Kind.national_number, r"[0-9]{3}-[0-9]{2}-[0-9]{4}", is_american, ""),
    (Kind.national_number, r"[12](?: ?[0-9]{2}){2} ?[0-9][0-9AB](?: ?[0-9]{3}){2} ?[0-9]{2}", nir.is_valid, ""),
    (Kind.national_number, r"[0-9]{8}[ -]?[A-Z]", dni.is_valid, ""),
    (Kind.national_number, r"[XYZ][ -]?[0-9]{7}[ -]?[A-Z]", nie.is_valid, ""),
    (Kind.national_number, r"[A-Z]{6} ?[0-9]{2}[A-Z][0-9]{2} ?[A-Z][0-9]{3}[A-Z]", codicefiscale.is_valid, ""),
    (Kind.national_number, r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]", hetu.is_valid, ""),
    (Kind.national_number, r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", ahv.is_valid, ""),
    (Kind.national_number, r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", nn.is_valid, ""),
    (Kind.national_number, r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", cpf.is_valid, ""),
    (Kind.national_number, r"[0-9]{6} ?[0-9]{5}", fodselsnummer.is_valid, r"f\wdselsnummer|personnummer|fnr"),
    (Kind.national_number, r"(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}", personnummer.is_valid, "personnummer|personnr|pnr"),
    (Kind.national_number, r"[0-9]{6}[- ]?[0-9]{4}", cpr.is_valid, "CPR(?:-?nummer)?|CPR-?nr"),
    (Kind.national_number, r"[0-9]{7}[A-W][A-IW]?", pps.is_valid, "PPSN?"),
    (Kind.national_number, r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}", sin.is_valid, "SIN|social insurance"),
    (Kind.national_number, r"[0-9]{3} ?[0-9]{3} ?[0-9]{2,3}", tfn.is_valid, "TFN|tax file"),
    (Kind.national_number, r"[0-9]{2}(?: ?[0-9]{3}){3}", idnr.is_valid, r"Steuer-?ID|IdNr|Steuer\w*nummer|tax id"),
    (Kind.national_number, r"[0-9]{4}[ .]?[0-9]{2}[ .]?[0-9]{3}", bsn.is_valid, "BSN|burgerservicenummer|sofinummer"),
    (Kind.national_number, r"[0-9]{11}", pesel.is_valid, "PESEL"),
    (Kind.national_number, r"[0-9]{11}", nn.is_valid, r"rijksregister\w*|registre national|INSZ|NISS"),
    (Kind.national_number, r"[0-9]{4} ?[0-9]{6}", vnr.is_valid, r"SVNR|SV-Nummer|Sozialversicherungs\w+"),
    (Kind.national_number, r"[0-9]{6}/?[0-9]{3,4}", rc.is_valid, r"rodn\w \w+slo|RČ"),
    (Kind.national_number, r"[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}", aadhaar.is_valid, "aadhaar|aadhar|UIDAI"),
    (Kind.national_number, r"[0-9]{6} ?[0-9]{4} ?[0-9]{3}", south_african.is_valid, "(?:ID|identity) (?:no|number)"),
    (Kind.card_number, r"[0-9]{14,19}|[0-9]{4}([ -])[0-9]{6}\1[0-9]{4,5}", is_card, ""),
    (Kind.card_number, r"[0-9]{4}(?:([ -])[0-9]{4})(?:\1[0-9]{4}){2}(?:\1[0-9]{3})?", is_card, ""),
)

_MONTH = (
    r"(?:jan|feb|m[aä]r|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cz]|f[eé]v|avr|juin|juil|ao[uû]|d[eé]c|ene|abr|ago|dic)"
    r"[^\W\d_]{0,8}\.?"
)
_DATE = (
    rf"(?:[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}"
    rf"|[0-9]{{1,2}} ?(?P<by>[-/. ]) ?[0-9]{{1,2}} ?(?P=by) ?(?:[0-9]{{4}}|[0-9]{{2}})"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de )?{_MONTH}(?:,| de|-)? ?(?:[0-9]{{4}}|'?[0-9]{{2}})"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}})(?![0-9])"
)
_BIRTH = (
    r"d\.? ?o\.? ?b\b\.?|dates? of birth|birth ?date|birthday|\bborn\b|geburtsdatum|geburtstag|geboren|\bgeb\.|\bnée?\b"
    r"|date de naissance|\bnacid[oa]\b|fecha de nacimiento|data di nascita|\bnat[oa] il\b|geboortedatum"
)
_NO = r"(?:\.? ?(?:no|nr|num|number|id|identifier)\b\.?)"
_RECORD = (
    rf"(?:MRN|M\.R\.N\.|NHI|KVNR){_NO}?|\b(?:hospital|hosp|patient|pt|medical record|health record|chart|PAS"
    rf"|admission|episode|referral|pupil|student|payroll|employee|staff|Medicare){_NO}|medical record"
    rf"|(?<!test )(?<!use )(?<!edge )(?<!support )(?<!in )(?<!any )(?<!the )\bcase{_NO}|(?<!a )\brecord{_NO}"
    r"|patienten-?(?:nummer|nr\.?|id)|fallnummer|versichertennummer|num[eé]ro de dossier"
    r"|n[uú]mero de historia(?: cl[ií]nica)?"
)
_PAPER = rf"(?:passport|driving licen[cs]e|driver'?s licen[cs]e|ID card){_NO}?"
_TO = r"(?:\s?[:#=]|\s(?:is|was|ist|est|es)\b)?[\s:]{0,3}"
_STREET = (
    "(?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Way|Court|Crescent|Terrace|Place|Gardens|Grove|Hill|Mews|Row)"
)
_POSTCODE = r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}"
_HOST = r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"

# Kind, shape with its own label inside, check.
_LABELLED: tuple[tuple[Kind, str, Callable[[str], bool]], ...] = (
    (Kind.health_number, r"\b(?i:NHS|CHI|H&C)\b[^0-9\[\]\n]{0,20}(?P<it>[0-9](?:[ -]?[0-9]){9})(?![0-9])", is_nhs),
    (Kind.email, rf"(?<![\w.+@%-])(?<!\bssh )(?<!\bscp )(?P<it>[\w.+%'-]{{1,64}}@{_HOST})(?![\w@])", is_mail),
    (Kind.birth_date, rf"(?i)(?<!\w)(?:{_BIRTH})[^0-9\[\]\n]{{0,20}}?(?P<it>{_DATE})", is_anything),
    (Kind.birth_date, rf"(?i)(?<![0-9/.-])(?P<it>{_DATE}) ?[(,-]? ?(?:d\.?o\.?b\b|date of birth|geb\.)", is_anything),
    (
        Kind.record_number,
        rf"(?i)(?<!\w)(?:{_RECORD}){_TO}(?P<it>[A-Z]{{0,3}}[- ]?[0-9](?:[- /]?[0-9]){{3,13}}[A-Z]?)(?!\w)",
        is_anything,
    ),
    (Kind.national_number, rf"(?i)\b{_PAPER}{_TO}(?P<it>(?=[A-Z]*[0-9]{{4}})[A-Z0-9]{{6,18}})(?!\w)", is_anything),
    (
        Kind.bank_account,
        r"(?i)\bsort ?code\b[\s:]{0,3}(?:is )?(?P<it>[0-9]{2}(?P<by>[- ]?)[0-9]{2}(?P=by)[0-9]{2})(?![0-9])",
        is_anything,
    ),
    (
        Kind.bank_account,
        r"(?i)\b(?:bank account|account|acct?)\.? (?:no|number)\b[.\s:]{0,3}(?:is )?(?P<it>[0-9]{8})\b",
        is_anything,
    ),
    (
        Kind.postal_address,
        rf"(?<!\w)[0-9]{{1,4}}[a-zA-Z]?,? (?:[A-Z][\w'’-]{{1,20}} ){{1,3}}{_STREET}\b"
        rf"[^0-9\[\]\n]{{0,60}}?\b{_POSTCODE}(?!\w)",
        is_anything,
    ),
)

_KEY = (
    r"(?i:(?<![^\W_])(?:pass(?:word|wd|phrase|code)|pwd|passwort|kennwort|mot de passe|contraseña"
    r"|api[_ -]?key|secret[_ -]?key|access[_ -]?key|client[_ -]?secret|(?:access|auth|bot|api|refresh)[_ -]?token"
    r"|token|secret)['\"]?"
)
_VALUE = r"[\"'`]?(?P<it>[^\s\[\]\"'`<>|,;]{4,200})"
# Shape and check of each; those with their own prefix need no words.
_SECRETS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    (
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^\[\]]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|(?=[\[\]])|\Z)",
        is_anything,
    ),
    (r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}", has_digit),
    (r"\bgh[opsur]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}", is_anything),
    (r"\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{50,}", is_anything),
    (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}", is_anything),
    (r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|\bsk-[\w-]{20,}", has_digit),
    (r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}", is_anything),
    (r"(?<![\w.-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,45}(?![\w-])", has_digit),
    (r"hooks\.slack\.com/services/[\w/]{20,}|discord(?:app)?\.com/api/webhooks/[0-9]{5,}/[\w-]{20,}", is_anything),
    (r"\b[a-z][a-z0-9+]{1,20}://[^\s/:@\[\]]{1,80}:(?P<it>[^\s/@\[\]]{3,80})@", is_password),
    (r"(?i:\bbearer\s{1,3})(?P<it>[A-Za-z0-9._~+/=-]{16,})", has_digit),
    (rf"{_KEY}\s?(?:=>?|:=)\s?){_VALUE}", is_password),
    (rf"{_KEY}\s?:\s?){_VALUE}(?=[\"'`.,;]*\s*(?:\n|\Z))", is_password),
    (rf"{_KEY}(?:\s?:|\s(?:is|was|ist))\s{{1,2}}){_VALUE}", is_spoken_password),
    (
        r"(?i)\b(?:door|entry|keypad|key ?safe|gate) (?:code|pin)(?: is|:| =|=)? ?(?P<it>[A-Z]?[0-9]{4,6}[A-Z]?)\b",
        is_anything,
    ),
    (r"(?i)\bpin(?: (?:no|number|code))?(?: is|:|=) ?(?P<it>[0-9]{4,8})\b", is_anything),
)
