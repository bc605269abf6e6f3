"""Texts to measure with: real ones from `../shared/data` where they are there, made-up ones otherwise."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from bench.programs import ROOT
from bench.results import tell
from knowledge.importing.reading import ReadTip, open_text, read_tips
from knowledge.mining.threads import asks
from knowledge.tips import TipForm

DATA = ROOT.parent / "shared" / "data"
TIPS = ("feedbackqa", "mqp", "scifact")
QUESTIONS = DATA / "retrieval" / "feedbackqa" / "queries.jsonl.gz"
CHATS = ("ubuntu-irc-dev", "ubuntu-irc-train")
WORDS = re.findall(
    r"\w+",
    "warm cold feed tube line pump patient ward night flush check label chart call notes swap handle slow calm water"
    " bed rail light queue form print reset cable dose round family visit early late before after twice half again",
)
OPENINGS = ("How do you", "What is the best way to", "Does anybody know how to", "When should we")


def tips(count: int) -> list[ReadTip]:
    """Gives so many tips, each with a name of its own; where real ones run out, made-up ones follow."""
    found = list(islice(_real_tips(), count))
    if len(found) < count:
        tell(f"{DATA / 'retrieval'} holds {len(found)} tips; the other {count - len(found)} are made up.")
    return [*found, *(_made_up_tip(number) for number in range(len(found), count))]


def questions() -> list[str]:
    """Gives questions that people asked."""
    if QUESTIONS.is_file():
        with open_text(QUESTIONS) as stream:
            return [json.loads(line)["text"] for line in stream]
    tell(f"There is no {QUESTIONS}; the questions are made up.")
    chance = Random(2)  # noqa: S311 - the same texts each time
    return [f"{chance.choice(OPENINGS)} {_words(chance, 6)}?" for _ in range(500)]


def chat_lines() -> list[str]:
    """Gives lines of everyday chat, without the name that a line addresses and without signs that Slack would link."""
    lines = [line for name in CHATS for line in _chat(DATA / "chats" / f"{name}.jsonl.gz")]
    if lines:
        return lines
    tell(f"There is nothing in {DATA / 'chats'}; the chat is made up.")
    chance = Random(3)  # noqa: S311 - the same texts each time
    made = [_words(chance, 9) for _ in range(5_000)]
    return [f"{chance.choice(OPENINGS)} {line}?" if number % 8 == 0 else line for number, line in enumerate(made)]


def is_statement(line: str) -> bool:
    """Whether a line is none that the bot would look up as a question."""
    return not asks(line)


def _real_tips() -> Iterator[ReadTip]:
    for name in TIPS:
        file = DATA / "retrieval" / name / "corpus.jsonl.gz"
        for row in read_tips(file) if file.is_file() else ():
            if isinstance(row, ReadTip):
                yield replace(row, external_id=f"{name}-{row.external_id}")


def _made_up_tip(number: int) -> ReadTip:
    chance = Random(number)  # noqa: S311 - the same texts each time
    form = TipForm(works=f"{_words(chance, 25)}.", title=_words(chance, 6))
    return ReadTip(f"line {number}", f"made-up-{number}", form)


def _chat(file: Path) -> Iterator[str]:
    if not file.is_file():
        return
    with open_text(file) as stream:
        for line in stream:
            words = re.sub(r"^\S+[:,]\s+", "", json.loads(line)["text"]).strip()
            if 15 <= len(words) <= 300 and not re.search(r"[@#]", words):
                yield words


def _words(chance: Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count)).capitalize()
