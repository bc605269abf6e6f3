"""Questions as people ask them: mistyped, in other words, in one word, in far too many, in another language."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.search import Encoder, Found, Index

from .store import document, filled, states_of
from .tips import ANSWERED, TIPS, UNANSWERED

SURE = 0.7

OTHERS = {
    "Oxygen cylinders": "Check the gauge at every handover; below a quarter the porter swaps the bottle.",
    "Blood pressure cuffs": "A cuff that is too small reads ten points too high: measure the arm first.",
    "Falls at night": "Leave the bathroom lamp on and the bell within reach of the bed.",
    "Insulin pens": "Write the day of opening on the pen; after four weeks it goes into the yellow bin.",
    "Nasogastric tubes": "Flush with thirty millilitres of lukewarm water before and after each medicine.",
    "Wound photographs": "Put a ruler beside the wound and use the ward camera, never your own phone.",
    "Restless patients": "A familiar song or a walk along the corridor calms more than another tablet.",
    "Morphine keys": "Two nurses count the ampoules together when the keys change hands.",
    "Weighing in bed": "Zero the scales with the sling on, then lift the patient a hand's breadth.",
    "Pressure sores": "Turn every two hours and float the heels on a pillow.",
    "Interpreters": "Ring the language line and look at the patient, not at the telephone.",
    "Discharge letters": "Start the letter on the day of admission; the chemist needs it by eleven.",
    "Isolation rooms": "Gown first, gloves last; on the way out gloves come off first.",
    "Suction pump": "When it hums without pulling, the lid of the jar sits askew.",
    "Visiting children": "Show them the toy monitor before they see a parent with tubes.",
    "Pump seals": "A hiss on starting means the seal runs dry: bleed the housing, then try again.",
    "Ladders on site": "Tie the top, foot the bottom, and one person only.",
    "Lightning": "Leave the mast when thunder follows the flash within thirty seconds.",
    "Reading old meters": "Count the red digits as decimals and photograph the dial.",
    "Frozen valves": "Warm water and patience; a blowtorch cracks the brass.",
    "Van stock": "Restock fuses and tape on Thursdays, because Friday's depot queue is long.",
    "Locked gates": "The farmer's number hangs on the post; wait in the van until he has opened.",
    "Cable colours": "Before 1977 black was live on this grid: test every core.",
    "Diesel generators": "Run them loaded for half an hour monthly or the injectors gum up.",
    "Concrete in frost": "Cover fresh slabs with straw mats and leave the forms two days longer.",
    "Drawings": "The signed sheet in the tube is the valid one; tablets lag behind.",
    "Radio on the hill": "Channel three carries over the ridge; the handset must be held upright.",
    "Manhole covers": "Use both hooks and your legs; test for gas before anyone climbs down.",
    "Stripped bolts": "Hammer a size smaller Torx into the head and turn slowly.",
    "Silent pupils": "Let them write for two minutes before anybody speaks.",
    "Marking essays": "Mark one question across the whole pile rather than pupil by pupil.",
    "Forgotten homework": "Ask what got in the way, and agree on a time the same day.",
    "Noisy after lunch": "Begin with a puzzle on the board and say nothing until it is done.",
    "Fractions": "Fold paper strips; halves of thirds are seen faster than told.",
    "School trips": "Count heads at each door and give the last child a bright vest.",
    "Exam nerves": "Breathe out for longer than in, and start with an easy task.",
    "Substitute lessons": "A red folder on the desk holds the seating plan and three ready hours.",
    "Chemistry demonstrations": "Goggles on the front row as well, and the hood at half height.",
    "Reading aloud": "Pair a hesitant reader with a younger listener.",
    "Class councils": "A pupil chairs, another keeps time; the teacher raises a hand like all.",
}
"""Forty more invented tips, by title."""

COFFEE = ""
"""The title of the tip on the coffee machine."""

CLEAR = {question: TIPS[id][0] for question, id in ANSWERED.items()} | {
    "which cuff do I need for measuring blood pressure": "Blood pressure cuffs",
    "how do I take a picture of a wound": "Wound photographs",
    "what helps a restless patient at night": "Restless patients",
    "who swaps the empty oxygen cylinders": "Oxygen cylinders",
    "flushing a nasogastric tube with water": "Nasogastric tubes",
    "the valve is frozen, how do we open it": "Frozen valves",
    "which radio channel works behind the ridge": "Radio on the hill",
    "what do I do when pupils stay silent": "Silent pupils",
    "how should I mark forty essays fairly": "Marking essays",
    "pupil is nervous before an exam": "Exam nerves",
    "a bolt is stripped and will not turn": "Stripped bolts",
    "running the diesel generator every month": "Diesel generators",
}

UNCLEAR = (
    *(question for question in UNANSWERED if "dog" not in question),
    "What does the canteen serve on Fridays?",
    "how do I cancel my gym membership",
    "Which vaccine do I need for Kenya?",
    "Is there a discount for the theatre?",
    "how many moons does Jupiter have",
    "my visa has expired",
    "when are the summer holidays this year",
    "translate this poem into Latin",
    "How do I change the tyre of a bicycle?",
    "Who wrote Don Quixote?",
)

IN_OTHER_WORDS = {
    "my Excel file freezes": "Slow spreadsheets",
    "reimbursement of train tickets": "Claiming travel costs",
    "undo yesterday's faulty software update": "Rolling back a bad release",
    "how often do flowers need moisture": "Watering the office plants",
    "SSL warnings in staging": "Certificate errors in the test system",
    "espresso maker shows an alarm light": COFFEE,
    "a crumpled page is caught inside the copying device": "Printer jams on floor two",
    "a mother is furious with her child's teacher": "Difficult parents in meetings",
    "an elderly man tumbled out of his mattress after dark": "Falls at night",
    "diabetic injection shelf life": "Insulin pens",
    "confused agitated old woman will not settle": "Restless patients",
    "opioid cabinet handover": "Morphine keys",
    "my client speaks no English": "Interpreters",
    "documents for going home from hospital": "Discharge letters",
    "thunderstorm while climbing the tower": "Lightning",
    "tap iced up in winter": "Frozen valves",
    "emergency electricity supply maintenance": "Diesel generators",
    "entering sewers safely": "Manhole covers",
    "kids are loud following their midday break": "Noisy after lunch",
    "grading compositions": "Marking essays",
    "shy child struggling with literature": "Reading aloud",
    "stress before tests": "Exam nerves",
}

ONE_WORD = {
    "printer": "Printer jams on floor two",
    "pritner": "Printer jams on floor two",
    "wifi": "Wi-Fi for visitors",
    "receipts": "Claiming travel costs",
    "Spreadsheet?": "Slow spreadsheets",
    "rollback": "Rolling back a bad release",
    "PARENTS": "Difficult parents in meetings",
    "fern": "Watering the office plants",
    "certificate": "Certificate errors in the test system",
    "notebooks": "Keeping a lab notebook",
    "coffee": COFFEE,
    "insulin": "Insulin pens",
    "morphine": "Morphine keys",
    "translator": "Interpreters",
    "ladder": "Ladders on site",
    "thunder": "Lightning",
    "generator": "Diesel generators",
    "homework": "Forgotten homework",
    "goggles": "Chemistry demonstrations",
}

RAMBLING = """
Good evening all, sorry for writing at such length, it has been one of those weeks and I would like to tell it in order.
On Monday I came back from my holiday and found my desk covered with letters, half of them for my predecessor.
My daughter had a temperature, so I left at noon and nobody could take over, which I do understand, we are stretched.
On Tuesday it rained without a break and the bus stood in traffic for an hour; I arrived soaked and in a foul mood.
Somebody had eaten my yoghurt again, there was no milk left, and the radio played the same song three times.
On Wednesday my neighbour asked whether I could look after his cat over the weekend, and of course I said yes.
Then came the birthday of my aunt, with cake and an accordion, and I laughed more than in the whole month before.
I know that many of you have far greater worries than mine, and I am grateful for every answer, even a short one.
By now it is Thursday, I have slept badly, and my list of things to do is longer than it was on Monday morning.
My uncle always says that patience is a tree with bitter roots and sweet fruit, but he never had to work with us.
Please do not think that I am complaining; I like being here, and most days end better than they have begun.
The cat, by the way, is called Admiral, weighs eight kilos, and looks at me as if I had stolen something from him.
I also promised to bring a cake for the farewell on Friday, and I have neither flour nor any idea what she likes.
If anybody has been through the same, I would be glad to hear how it went, here or over lunch, whatever suits you.
On the way home I met an old friend whom I had not seen for twenty years, and we talked until the shops had closed.
He has moved to the coast, keeps bees, and says that he misses nothing of his former life but the noise of the trams.
""".strip().splitlines()

STORIES = {
    "Printer jams on floor two": (
        "The printer on our floor has jammed, and I have to tell you how it came.",
        "So I pulled at the sheet behind the flap, and it tore.",
        "The paper is still stuck in the printer and the tray does not close.",
    ),
    "Rolling back a bad release": (
        "We have shipped a bad release and I am losing my nerve.",
        "The migration of the database ran before the deploy failed.",
        "How do we roll back to the release before?",
    ),
    "Difficult parents in meetings": (
        "It is about parents in meetings, and one father above all.",
        "In the meeting he would not let me finish, and the mother wept.",
        "How do you calm parents who are so angry?",
    ),
    "Blood pressure cuffs": (
        "This is about measuring blood pressure.",
        "The cuff hardly closed around his arm, and I pumped again.",
        "Which cuff do you take for such an arm, and is the blood pressure wrong?",
    ),
    "Exam nerves": (
        "One of my pupils is afraid of every exam.",
        "Before the last exam she breathed so fast that she fainted.",
        "What helps against the nerves before an exam?",
    ),
    "School trips": (
        "We are going on a school trip with thirty children.",
        "On the last trip we left a child behind at a door.",
        "How do you count the heads on a trip?",
    ),
}
"""What a long story is about: how it begins, what it says on the way, how it ends."""

FOREIGN_TIPS = {
    "Feueralarm": "Bei Alarm die Fenster schließen, das Klassenbuch mitnehmen und am Sportplatz sammeln.",
    "Panne de l'ascenseur": "Appuyez dix secondes sur la cloche; le gardien remet la cabine en marche à la main.",
}

IN_ANOTHER_LANGUAGE = {
    "Wie kommt ein Gast ins drahtlose Netz?": "Wi-Fi for visitors",
    "Papier steckt im Drucker fest": "Printer jams on floor two",
    "Comment me faire rembourser mes frais de voyage ?": "Claiming travel costs",
    "Mon tableur est trop lent": "Slow spreadsheets",
    "¿Cada cuánto hay que regar las plantas?": "Watering the office plants",
    "La máquina de café tiene una luz roja": COFFEE,
    "Un genitore arrabbiato durante il colloquio": "Difficult parents in meetings",
    "Hoe reserveer ik de grote vergaderzaal?": "Booking the big meeting room",
    "Blodtrycksmanschetten är för liten": "Blood pressure cuffs",
    "Что делать, если вентиль замёрз?": "Frozen valves",
    "Uczeń boi się egzaminu": "Exam nerves",
    "実験ノートの書き方": "Keeping a lab notebook",
    "What do we do when the fire alarm rings?": "Feueralarm",
    "the lift is stuck": "Panne de l'ascenseur",
}

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

Ask = Callable[[str], Found]


def asking(encoder: Encoder, tips: dict[int, tuple[str, str]], languages: tuple[str, ...] = ("en",)) -> Ask:
    """An index of tips that is asked as the bot asks it."""
    documents = [document(id, title, text, encoder.encode) for id, (title, text) in tips.items()]
    index = Index(languages, everyday_words=encoder.words)
    index.put(documents)
    states = states_of(documents, encoder.encode)
    return lambda question: index.search(question, encode=encoder.encode, read_states=states)


ALL = TIPS | dict(enumerate(OTHERS.items(), 100))


@pytest.fixture(scope="module")
def ask(encoder: Encoder) -> Ask:
    """All tips, asked as the bot asks them."""
    return asking(encoder, ALL)


def titles(found: Found, tips: dict[int, tuple[str, str]] = ALL) -> list[str]:
    return [tips[hit.id][0] for hit in found.hits]


def mistyped(word: str, chance: random.Random) -> str:
    """A word with two letters swapped, one dropped, one doubled, or one struck beside its key."""
    at = chance.choice([place for place in range(1, len(word) - 1) if word[place : place + 2].isalpha()])
    letter = word[at].lower()
    row = next(row for row in KEYS if letter in row)
    beside = row[row.index(letter) - 1] if row.index(letter) else row[1]
    here = chance.choice(
        (word[at + 1] + word[at], word[at + 1], word[at : at + 2] + word[at + 1], beside + word[at + 1])
    )
    return word[:at] + here + word[at + 2 :]


def every_second_word_mistyped(question: str, chance: random.Random) -> str:
    """A question with an error in every second of its words of four letters and more."""
    words = question.split()
    for place in [place for place, word in enumerate(words) if sum(map(str.isalpha, word)) >= 4][::2]:
        words[place] = mistyped(words[place], chance)
    return " ".join(words)


def story(parts: tuple[str, str, str]) -> str:
    """Some two thousand characters that come to the point now and then."""
    lines = list(RAMBLING)
    while len(" ".join((*lines, *parts))) > 2_000:
        lines.pop()
    half = len(lines) // 2
    return " ".join((parts[0], *lines[:half], parts[1], *lines[half:], parts[2]))


def test_clear_questions_find_their_tip_and_are_sure(ask: Ask) -> None:
    sure = 0
    for question, title in CLEAR.items():
        found = ask(question)
        assert titles(found)[0] == title, question
        assert found.confidence_of_shown >= found.confidence > 0.6, question
        sure += found.confidence_of_shown >= SURE
    assert sure >= len(CLEAR) - 1, "other processors round differently, and one is near the threshold"


def test_questions_that_no_tip_answers_are_unsure(ask: Ask) -> None:
    for question in UNCLEAR:
        found = ask(question)
        assert found.confidence <= found.confidence_of_shown < SURE, question


@pytest.mark.parametrize("seed", range(4))
def test_a_typing_error_in_every_second_word_still_finds_the_tip_first(ask: Ask, seed: int) -> None:
    chance = random.Random(seed)
    sure = 0
    for question, title in CLEAR.items():
        written = every_second_word_mistyped(question, chance)
        assert written != question
        found = ask(written)
        assert titles(found)[0] == title, written
        sure += found.confidence_of_shown >= SURE
    assert sure > len(CLEAR) / 2, "errors that are mended cost nothing"


def test_a_question_without_a_word_of_its_tip_finds_it(ask: Ask) -> None:
    first = 0
    for question, title in IN_OTHER_WORDS.items():
        id = next(id for id, (each, _) in ALL.items() if each == title)
        alone = Index()
        alone.put([document(id, *ALL[id])])
        assert alone.search(question, encode=None).hits == (), "they share no word"
        found = titles(ask(question))
        assert title in found[:3], question
        first += found[0] == title
    assert first >= 0.7 * len(IN_OTHER_WORDS)


@pytest.mark.parametrize("word", ONE_WORD)
def test_one_word_finds_its_tip_first(ask: Ask, word: str) -> None:
    found = ask(word)
    assert titles(found)[0] == ONE_WORD[word]
    assert found.confidence_of_shown >= SURE


@pytest.mark.parametrize("title", STORIES)
def test_a_story_of_two_thousand_characters_finds_what_it_is_about(ask: Ask, title: str) -> None:
    told = story(STORIES[title])
    assert 1_800 < len(told) <= 2_000
    assert title in titles(ask(told))[:3]


@pytest.mark.parametrize("title", STORIES)
def test_a_story_may_come_to_its_point_late_and_wander_off_again(ask: Ask, title: str) -> None:
    told = " ".join((*RAMBLING[:4], *STORIES[title], *RAMBLING[4:]))
    assert told.index(STORIES[title][0]) > 450
    assert titles(ask(told[:2_000]))[0] == title


def test_of_a_longer_story_the_first_two_thousand_characters_are_read(ask: Ask) -> None:
    told = story(STORIES["Blood pressure cuffs"]).ljust(2_000, ".")
    longer = ask(told + " Wi-Fi for visitors, a day code for guests!" * 3_000)
    assert longer.corrected == ask(told).corrected
    assert longer.hits == ask(told).hits


def test_a_question_in_another_language_finds_the_tip() -> None:
    named = os.environ.get("TACIT_TEST_MULTILINGUAL")
    if not named:
        pytest.skip("no multilingual encoder: name its folder in TACIT_TEST_MULTILINGUAL")
    tips = ALL | dict(enumerate(FOREIGN_TIPS.items(), 200))
    ask = asking(Encoder.load(Path(named)), tips, ("en", "de", "fr", "es", "it", "nl", "sv", "ru", "pl", "ja"))
    first = 0
    for question, title in IN_ANOTHER_LANGUAGE.items():
        found = titles(ask(question), tips)
        assert title in found[:3], question
        first += found[0] == title
    assert first >= 0.7 * len(IN_ANOTHER_LANGUAGE)


def test_of_a_whole_story_the_rare_words_are_looked_up() -> None:
    """By words alone: the point stands at the end, after more words than are looked up."""
    talk = " ".join(f"blah{number} the other colleagues said so" for number in range(90))
    index = filled()
    question = f"{talk[:1900]} and then no certificate"
    expected = index.search("certificate", encode=None).hits[0].id
    assert index.search(question, encode=None).hits[0].id == expected
