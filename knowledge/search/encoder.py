"""Sentences to vectors, by an ONNX sentence encoder in a folder.

The folder holds `model.onnx`, `tokenizer.json` and, if wished, `encoder.json` (name, dimension, max_tokens, pooling,
weights_sha256). Any encoder whose first output is one vector per token or one per sentence will do; from the second
kind there are no states of word pieces. Getting and building the usual one is left to `model`; comparing vectors to
`index`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from knowledge.search.pieces import Encoded

MAX_TOKENS = 256
"""Tokens read of each text; the rest is not seen. Source: the model's card, all-MiniLM-L6-v2 was tuned on 128 and
"input text longer than 256 word pieces is truncated"."""

THREADS = 2
"""Threads of one run: a bot shares its machine."""

_WORD_BEGINS = "\u2581"
"""What SentencePiece puts before a piece that begins a word."""

LONGEST_TEXT = 20_000
"""Characters handed to the tokenizer. 256 tokens are seldom over 2,000 characters; this only bounds the work."""


class Encoder:
    """A sentence encoder, ready to use and safe to share between threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, card: "_Card") -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._card = card
        self._input_names = [item.name for item in session.get_inputs()]
        self._speaks = _that_speak(tokenizer)
        self.dimension = card.dimension or len(self.encode("a").vector)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the encoder of a folder; about 0.15 seconds and 80 MB for the usual one.

        Raises:
            FileNotFoundError: `model.onnx` or `tokenizer.json` is missing.
            ValueError: `encoder.json` is not understood, or its pooling is not `mean` or `cls`.
        """
        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"There is no {name} in {folder}.")
        card = _read_card(folder)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(max_length=card.max_tokens)
        tokenizer.no_padding()
        return cls(_open_session(folder / "model.onnx"), tokenizer, card)

    @property
    def name(self) -> str:
        """Which vectors these are: vectors stored under another name must be made anew."""
        return f"{self._card.name}-{self._card.digest[:12]}"

    @property
    def words(self) -> frozenset[str]:
        """The everyday words of the encoder's language, in small letters: those that are one token to it."""
        return whole_words(self._tokenizer.get_vocab())

    def encode(self, text: str) -> Encoded:
        """Take in a text of any length; only its first tokens are read (256, or what `encoder.json` says).

        Texts are run one at a time: a vector then depends on its own text alone (a quantised model rounds a whole batch
        by one scale, which moved cosines by up to .013), memory stays at what one text needs, and on two processors it
        costs a fifth of the speed for sentences and nothing for passages.
        """
        encoding = self._tokenizer.encode(_readable(text))
        known = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([known[name]], np.int64) for name in self._input_names}
        output = np.asarray(self._session.run(None, feed)[0], np.float32)[0]
        vector = _unit(_pool(output, self._card.pooling))
        if output.ndim == 1:
            return Encoded(vector, np.zeros(0, np.uint32), np.zeros((0, len(vector)), np.float32))
        pieces = np.array(encoding.ids, np.uint32)
        speaks = self._speaks[pieces]
        return Encoded(vector, pieces[speaks], output[speaks])


@dataclass(frozen=True, slots=True)
class _Card:
    """What `encoder.json` says, with what it leaves out filled in."""

    name: str
    digest: str
    dimension: int
    max_tokens: int
    pooling: str


def _read_card(folder: Path) -> _Card:
    path = folder / "encoder.json"
    said: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    pooling = str(said.get("pooling", "mean"))
    if pooling not in ("mean", "cls"):
        raise ValueError(f"The pooling {pooling!r} in {path} is neither mean nor cls.")
    return _Card(
        name=str(said.get("name", folder.name)),
        # Machines may round the same weights differently, and their vectors still belong together: the weights that
        # the graph was built from name them, where they are known.
        digest=str(said.get("weights_sha256") or hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()),
        dimension=int(said.get("dimension", 0)),
        max_tokens=int(said.get("max_tokens", MAX_TOKENS)),
        pooling=pooling,
    )


def _open_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    # The arena never gives back what one long text took.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def whole_words(pieces: Iterable[str]) -> frozenset[str]:
    """Those word pieces that are words in small letters. Where a mark begins a word, the others are but parts."""
    known = list(pieces)
    marked = [piece[1:] for piece in known if piece.startswith(_WORD_BEGINS)]
    return frozenset(word for word in marked or known if word.isalpha() and word.islower())


def _that_speak(tokenizer: Tokenizer) -> np.ndarray:
    """Which word pieces hold a letter or a digit: bool, by number. Those that frame a text are none."""
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    speaks = np.zeros(max(vocabulary.values()) + 1, bool)
    for piece, number in vocabulary.items():
        speaks[number] = any(character.isalnum() for character in piece)
    special = [number for number, token in tokenizer.get_added_tokens_decoder().items() if token.special]
    speaks[special] = False
    return speaks


def _readable(text: str) -> str:
    """Cut what is far too long and drop lone surrogates, which no tokenizer takes."""
    return text[:LONGEST_TEXT].encode("utf-8", "ignore").decode("utf-8")


def _pool(output: np.ndarray, pooling: str) -> np.ndarray:
    """One vector from the model's output for a sentence, which may be one already."""
    if output.ndim == 1:
        return output
    return np.asarray(output[0] if pooling == "cls" else output.mean(axis=0))


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
