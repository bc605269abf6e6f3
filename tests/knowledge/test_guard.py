"""What the guard alarms for, what it leaves alone, and what holds for every text.

All numbers are made up, or the examples that their own standards print. Strings that look like secrets are put
together from pieces, so that no scanner takes this file for a leak.
"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.guard import REMOVED, Finding, Kind, mark, redact, scan

ALARMS: tuple[tuple[str, Kind, str], ...] = (
    ("She is 943 476 5919, could someone look at her chart", Kind.health_number, "943 476 5919"),
    ("943-476-5919 is going to ward 6", Kind.health_number, "943-476-5919"),
    ("9434765919 needs a bed", Kind.health_number, "9434765919"),
    ("NHS no: 9434 765 919", Kind.health_number, "9434 765 919"),
    ("nbsp 943\u00a0476\u00a05919 pasted", Kind.health_number, "943\u00a0476\u00a05919"),
    ("her personal health number 9698 658 215", Kind.health_number, "9698 658 215"),
    ("Medicare 1EG4-TE5-MK73", Kind.health_number, "1EG4-TE5-MK73"),
    ("NI QQ 12 34 56 C", Kind.national_number, "QQ 12 34 56 C"),
    ("his number is AB123456C I think", Kind.national_number, "AB123456C"),
    ("SSN 536-90-4399", Kind.national_number, "536-90-4399"),
    ("sécu 2 95 10 99 126 111 93", Kind.national_number, "2 95 10 99 126 111 93"),
    ("DNI 54362315K", Kind.national_number, "54362315K"),
    ("NIE X-2482300W", Kind.national_number, "X-2482300W"),
    ("CF RCCMNL83S18D969H", Kind.national_number, "RCCMNL83S18D969H"),
    ("hetu 131052-308T", Kind.national_number, "131052-308T"),
    ("AHV 756.9217.0769.85", Kind.national_number, "756.9217.0769.85"),
    ("haar BSN is 1112.22.333", Kind.national_number, "1112.22.333"),
    ("111222333 (BSN)", Kind.national_number, "111222333"),
    ("personnummer 880320-0016", Kind.national_number, "880320-0016"),
    ("fødselsnummer 151086 95088", Kind.national_number, "151086 95088"),
    ("CPR 211062-5629", Kind.national_number, "211062-5629"),
    ("PPS 6433435F", Kind.national_number, "6433435F"),
    ("SIN 123-456-782", Kind.national_number, "123-456-782"),
    ("TFN 123 456 782", Kind.national_number, "123 456 782"),
    ("Steuer-ID 36 574 261 809", Kind.national_number, "36 574 261 809"),
    ("nino: qq 12 34 56 c", Kind.national_number, "qq 12 34 56 c"),
    ("PESEL 44051401359", Kind.national_number, "44051401359"),
    ("CPF 390.533.447-05", Kind.national_number, "390.533.447-05"),
    ("passport number 123456789", Kind.national_number, "123456789"),
    ("ring her daughter on 07700 900123", Kind.phone, "07700 900123"),
    ("07700900123 is the son", Kind.phone, "07700900123"),
    ("+44 7700 900123", Kind.phone, "+44 7700 900123"),
    ("home is 020 7946 0958", Kind.phone, "020 7946 0958"),
    ("(0117) 496 0123 after six", Kind.phone, "(0117) 496 0123"),
    ("call 01632 960 001", Kind.phone, "01632 960 001"),
    ("the rep is on 202-555-0143", Kind.phone, "202-555-0143"),
    ("cell (202) 555-0143", Kind.phone, "(202) 555-0143"),
    ("from abroad +49 30 901820", Kind.phone, "+49 30 901820"),
    ("+33 1 42 68 53 00 is the embassy", Kind.phone, "+33 1 42 68 53 00"),
    ("write to sam.okafor@example.org", Kind.email, "sam.okafor@example.org"),
    ("<mailto:jo@mail.example.co.uk>", Kind.email, "jo@mail.example.co.uk"),
    ("j.o'neill+rota@example.com, thanks", Kind.email, "j.o'neill+rota@example.com"),
    ("DOB 12/03/1948", Kind.birth_date, "12/03/1948"),
    ("d.o.b. 12.3.48", Kind.birth_date, "12.3.48"),
    ("date of birth: 1948-03-12", Kind.birth_date, "1948-03-12"),
    ("born on the 3rd of May 1948", Kind.birth_date, "3rd of May 1948"),
    ("her birthday is 3 May 1948", Kind.birth_date, "3 May 1948"),
    ("12/03/1948 (DOB)", Kind.birth_date, "12/03/1948"),
    ("geboren am 3. März 1948", Kind.birth_date, "3. März 1948"),
    ("née le 3 mai 1948", Kind.birth_date, "3 mai 1948"),
    ("nacida el 3 de mayo de 1948", Kind.birth_date, "3 de mayo de 1948"),
    ("MRN 123456", Kind.record_number, "123456"),
    ("hospital number: K204518", Kind.record_number, "K204518"),
    ("case no 2024/00417", Kind.record_number, "2024/00417"),
    ("record no. 88-31-07", Kind.record_number, "88-31-07"),
    ("patient ID is 400718", Kind.record_number, "400718"),
    ("NHI ZZZ0016", Kind.record_number, "ZZZ0016"),
    ("Patientennummer 0048817", Kind.record_number, "0048817"),
    ("student number 20417733", Kind.record_number, "20417733"),
    ("card 4111 1111 1111 1111 exp next year", Kind.card_number, "4111 1111 1111 1111"),
    ("5555555555554444", Kind.card_number, "5555555555554444"),
    ("amex 3782 822463 10005", Kind.card_number, "3782 822463 10005"),
    ("pay into GB82 WEST 1234 5698 7654 32 please", Kind.bank_account, "GB82 WEST 1234 5698 7654 32"),
    ("DE89370400440532013000", Kind.bank_account, "DE89370400440532013000"),
    ("sort code 12-34-56", Kind.bank_account, "12-34-56"),
    ("account number 31926819", Kind.bank_account, "31926819"),
    ("she lives at 12 Green Lane, Sampletown, SW1A 1AA", Kind.postal_address, "12 Green Lane, Sampletown, SW1A 1AA"),
    ("slack " + "xox" + "b-123456789012-abcdefABCDEF", Kind.secret, "xox" + "b-123456789012-abcdefABCDEF"),
    ("xapp" + "-1-A0123456789-1234567890", Kind.secret, "xapp" + "-1-A0123456789-1234567890"),
    ("gh" + "p_" + "a1B2" * 9, Kind.secret, "gh" + "p_" + "a1B2" * 9),
    ("github" + "_pat_" + "a1B2c3" * 6, Kind.secret, "github" + "_pat_" + "a1B2c3" * 6),
    ("key AK" + "IA" + "IOSFODNN7EXAMPLE", Kind.secret, "AK" + "IA" + "IOSFODNN7EXAMPLE"),
    ("ey" + "JhbGciOiJIUzI1" + ".ey" + "JzdWIiOiIxMjM0" + ".c2lnbmF0dXJl", Kind.secret,
     "ey" + "JhbGciOiJIUzI1" + ".ey" + "JzdWIiOiIxMjM0" + ".c2lnbmF0dXJl"),
    ("bot M" + "TA0" * 8 + ".Gabc12." + "a1b2c3" * 5, Kind.secret, "M" + "TA0" * 8 + ".Gabc12." + "a1b2c3" * 5),
    ("Authorization: Bearer " + "a1b2" * 6, Kind.secret, "a1b2" * 6),
    ("password: " + "hunter22", Kind.secret, "hunter22"),
    ("password: " + "swordfish", Kind.secret, "swordfish"),
    ("the password is " + "Ward4tea, changed monthly", Kind.secret, "Ward4tea"),
    ("passwd=" + "swordfish next line", Kind.secret, "swordfish"),
    ("api_key = '" + "abc123def" + "'", Kind.secret, "abc123def"),
    ("Passwort: " + "Geheim77", Kind.secret, "Geheim77"),
    ("postgres://tacit:" + "hunter22" + "@localhost/db", Kind.secret, "hunter22"),
    ("-----BEGIN " + "PRIVATE KEY-----\nMIIE\n-----END " + "PRIVATE KEY-----", Kind.secret,
     "-----BEGIN " + "PRIVATE KEY-----\nMIIE\n-----END " + "PRIVATE KEY-----"),
    ("keysafe code 2580, round the back", Kind.secret, "2580"),
    ("the door code is C1357", Kind.secret, "C1357"),
)  # fmt: skip

NO_ALARMS: dict[str, tuple[str, ...]] = {
    "nursing": (
        "5 mg/kg over 60 minutes", "2 x 500 mg at 0730, 1430 and 2200", "0730 1430 2030 0200 are the turns",
        "BP 120/80, then 118/76 and 142/91", "obs at 14:30, 15:00, 15:30", "bleep 4021, or 2222 for an arrest",
        "extension 45123, room 3.17", "bay 3 bed 12", "NEWS 7 at 0615", "GCS 15/15, pupils 3 mm",
        "INR 2.4 on 12/03/2024", "seen on 12/03/2024 and again 19/03/2024", "she is 72 and walks 10 m",
        "temp 37.8, sats 94%, resps 18", "943 476 5918 fails the check", "flush with 30 ml, push 5 ml at a time",
        "order 9434765919 from stores", "batch 4010232137 expires 06/2026", "discharge before 11, transport 13:00",
        "ring the ward clerk before 9", "pump alarm code 1042 means occlusion",
        "a record number of admissions: 2024 in May",
        "in any case no 2222 call was made", "the baby was born at 36 weeks", "NIHSS 4 -> 11 in 20 min",
        "patient 3 of 12", "ward 4, ext 1234", "Waterlow 15, MUST 2, Barthel 45/100", "EDD 20 March 2025",
    ),
    "engineering": (
        "part 01234 567890", "P/N 0445110183 and 0 986 424 797", "serial number 4006381333931", "4006381333931",
        "S/N AB123456C", "serial 356938035643809 on the modem", "order no 4500123456", "PO 4500987654 was short",
        "invoice 10023341, 1,234,567.89 EUR", "torque 120 Nm, then 90 degrees", "M8 x 1.25 x 40", "24 V 0.5 A 50 Hz",
        "10.0.12.34 and 192.168.100.200", "192.168.0.1:8080", "fw 4.12.0-rc3 on rev 7", "tolerance 0.05/100",
        "model 6ES7214-1AG40-0XB0", "code 2024-11-20T07:30:00Z", "fault 0x8004F2A1", "lot 20241120-0730",
        "drawing 12-34-56789 rev C", "bolt pattern 5 x 114.3", "1000 2000 3000 4000 rpm", "pin 12 to pin 4 on the plug",
        "GTIN 04006381333931", "555-12-34 is the filter", "coil 943-476-59", "grease 2 x every 500 h",
    ),
    "teaching": (
        "Year 9 set 4, room 112", "pages 120-134, exercise 4.5", "1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144",
        "period 3 is 11:15-12:15", "ISBN 978-0-306-40615-7", "ISBN 0306406152", "born in 1564, died 1616",
        "the war began on 1 September 1939", "3.14159265358979", "28 pupils, 14 pairs", "term starts 04/09/2024",
        "GCSE paper 8300/1H", "marks 17/20 18/20 15/20", "@sam said the key is in B12", "ask @ravi or @aisha",
        "a=1, b=2, c=3", "divide 1234567890 by 9", "grade boundaries 62 74 86", "SW1A 1AA is the example postcode",
    ),
    "software": (
        "python 3.11.7, postgres 16.2", "git@example.org:tacit/tacit.git", "ssh deploy@host.example.org",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "123e4567-e89b-12d3-a456-426614174000",
        "issue #4711, PR 1203",
        "build 1700000000 took 412 s", "epoch 1700000000123", "lodash@4.17.21", "password: ask the ward clerk",
        "password: str", "passwd=os.environ['PW']", "token: string", "the password is on the board",
        "api_key=<your key>",
        "password = get_password()", "password=********", "Forgot your password? Reset it",
        "token expired, secret rotated",
        "https://example.org/item/9434765919?x=4111111111111111", "<@123456789012345678> see <#4111111111111111>",
        "SELECT * FROM t LIMIT 1000 OFFSET 20000", "port 5432, 6379, 11211", "test case number 10234",
        "sha256:e3b0c442",
        "memory 16384 MB, 8192 free", "@app.route('/x')", "1e-10 2.5e+08", "postgres://user:password@localhost/db",
        "snowflake 456226577798135808", "bearer of bad news about authentication", "Bearer <token>",
        "$ 4,111.11 and 1.111.111", "color #112233, rgb(12, 34, 56)", "sk-learn is imported twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "expected"), ALARMS)
def test_finds_what_looks_personal_or_secret(text: str, kind: Kind, expected: str) -> None:
    assert [(found.kind, text[found.start : found.end]) for found in scan(text)] == [(kind, expected)]


@pytest.mark.parametrize("text", [text for texts in NO_ALARMS.values() for text in texts])
def test_leaves_working_talk_alone(text: str) -> None:
    assert scan(text) == ()


def test_a_region_decides_which_national_phone_numbers_count() -> None:
    assert scan("01 42 68 53 00") == ()
    assert [found.kind for found in scan("01 42 68 53 00", regions=("FR",))] == [Kind.phone]
    assert [found.kind for found in scan("+33 1 42 68 53 00", regions=())] == [Kind.phone]


def test_findings_come_in_order_with_their_places() -> None:
    text = "Call 020 7946 0958 about 943 476 5919."
    assert scan(text) == (Finding(Kind.phone, 5, 18), Finding(Kind.health_number, 25, 37))


def test_mark_and_redact_touch_the_findings_only() -> None:
    text = "This looks like 943 476 5919, born 12/03/1948."
    found = scan(text)
    assert mark(text, found) == "This looks like **943 476 5919**, born **12/03/1948**."
    assert redact(text, found) == f"This looks like {REMOVED}, born {REMOVED}."


MOST_SECONDS = 3.0
"""Some four times what the slowest of these takes, so that a busy machine does not fail it; a runaway takes minutes."""


@pytest.mark.parametrize(
    "piece",
    ["1 ", "a@", "a.", "1-", "1.", "(0", "0 ", "+", "a-b.", "born ", "NHS 1 ", "1 Aa ", "password:", "a://b:", "MRN 1 ",
     "GB82 ", "943 476 5919 ", "202-555-0143 ", "07700 900123 ", "-----BEGIN " + "PRIVATE KEY-----", "order number ",
     "sk-", "<@", "["],
)  # fmt: skip
def test_long_hostile_text_is_read_in_a_moment(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    started = time.process_time()
    scan(text)
    assert time.process_time() - started < MOST_SECONDS


PIECES = [text for text, _, _ in ALARMS] + [
    "BSN ",
    "password: ",
    "order no ",
    "943 476 ",
    "DOB",
    "\n",
    ", ",
    "07700 ",
    "https://a.b/",
]
MIXED = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).map("".join)


@given(st.text(max_size=300) | st.text(alphabet="0123456789 -+()./@:aA[]\n", max_size=120) | MIXED)
def test_places_are_in_order_inside_the_text_and_apart(text: str) -> None:
    found = scan(text)
    edges = [place for finding in found for place in (finding.start, finding.end)]
    assert edges == sorted(edges)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)


@given(MIXED)
def test_redacting_leaves_nothing_to_find_and_marking_keeps_every_word(text: str) -> None:
    found = scan(text)
    redacted = redact(text, found)
    assert scan(redacted) == ()
    assert redact(redacted, scan(redacted)) == redacted
    marked = mark(text, found)
    assert all(f"**{text[finding.start : finding.end]}**" in marked for finding in found)
    assert len(marked) == len(text) + 4 * len(found)
