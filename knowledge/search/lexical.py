"""Finding documents by the words they share with a question: BM25 over stemmed words, in memory.

tantivy does the work. Each language has its own pair of fields (title and text), stemmed by its own rules; a document's
score is that of the language in which it matches best. Meaning is left to `encoder`, typing errors to `correct`.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

import tantivy

TITLE_WEIGHT = 0.25
"""What a match in the title adds to one in title and text together. Source: the project's measurements on FeedbackQA
and SciFact, nDCG@10 of the words alone (.1: .566 and .689; .25: .586 and .691; .5: .598 and .685; separate fields, the
title weighted 2: .596 and .628)."""

LONGEST_QUESTION = 4_000
"""Characters of a question that are read."""

MOST_TERMS = 64
"""Different stems of a question that are looked up: more than most have. Of a whole story, the rarest."""

STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
"""Languages with Snowball rules, by their ISO 639-1 code. Words of other languages are taken as they stand."""

_NO_STOP_WORDS = ("ar", "el", "ro", "ta", "tr")
"""Languages that tantivy has rules to stem for and no list of stop words."""

UNSPACED = ("ja", "ko", "th", "zh")
"""Languages read as overlapping pairs of characters."""

ENGLISH_FILLERS = """
    a about all also am an and any anybody anyone anything are as at be been but by can could did do does doing done
    for from get gets getting got had has have having he her here hers him his how i if in into is it its just me my
    of on or our ours please shall she should so some somebody someone something than thank thanks that the their
    theirs them then there these they this those to too us was we were what when where which who whom whose why will
    with would you your yours
"""
"""Words that shape an English question and say nothing of its subject; tantivy's own 33 lack `how`. Without them
nDCG@10 of the words alone rises from .878 to .888 on the medical question pairs and from .586 to .590 on FeedbackQA."""

LONGEST_TOKEN = 60
"""Bytes of a word; longer ones are left out, and of an unspaced script they are whole sentences."""

_MEMORY_BYTES = 15_000_000
"""The least that tantivy takes for a writer."""

MOST_STALE_SHARE = 0.1
"""tantivy's word statistics still count removed documents; past this share of them an index should be filled afresh."""


class Lexical:
    """An index of documents by their words."""

    def __init__(self, languages: Sequence[str] = ("en",)) -> None:
        bare = [re.split("[-_]", language.lower())[0] for language in languages]
        self._languages = tuple(dict.fromkeys(bare)) or ("en",)
        self._analyzers = [_analyzer(language) for language in self._languages]
        both = zip(self._languages, self._analyzers, strict=True)
        self._spaced = {language: analyzer for language, analyzer in both if language not in UNSPACED}
        self._digests: dict[int, int] = {}
        self._stale = 0
        self._writer: tantivy.IndexWriter | None = None
        self._uncommitted = False
        self._open()

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._digests)

    def __contains__(self, id: int) -> bool:
        """Whether a document is there."""
        return id in self._digests

    @property
    def worn(self) -> bool:
        """Whether so many documents were replaced or taken out that it should be filled afresh."""
        return self._stale > MOST_STALE_SHARE * len(self._digests)

    def change(self, put: Mapping[int, tuple[str, str]], removed: Iterable[int]) -> set[int]:
        """Remove some documents and add or replace others; found from now on.

        tantivy's own thread indexes them; whoever looks first waits for it. The writer stays open until `settle`.

        Args:
            put: Title and text by document.
            removed: Documents to take out; unknown ones are passed over.

        Returns:
            Those that were put and were not there with the same texts.
        """
        fresh = set()
        for id in [id for id in removed if id in self._digests and id not in put]:
            del self._digests[id]
            self._take_out(id)
        for id, texts in put.items():
            digest = hash(texts)
            before = self._digests.get(id)
            if before == digest:
                continue
            if before is not None:
                self._take_out(id)
            self._digests[id] = digest
            self._add(id, *texts)
            fresh.add(id)
        return fresh

    def commit(self) -> None:
        """Wait until every change is indexed; those who search need not call it."""
        if self._writer is not None and self._uncommitted:
            self._writer.commit()
            self._index.reload()
            self._uncommitted = False

    def settle(self) -> None:
        """Wait until parts are merged, then let the writer go, which keeps half a dozen threads.

        To be called after `commit` some time after the last change. Searching goes on meanwhile, changing must not.
        """
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None
            self._index.reload()

    def search(self, question: str, limit: int) -> dict[int, float]:
        """Score the documents that share a word with a question.

        Returns:
            BM25 score above 0 by document, best first, at most `limit`.
        """
        searcher = self._searcher()
        asked = self._without_stop_words(question[:LONGEST_QUESTION])
        parts = [query for index in range(len(self._languages)) if (query := self._query(searcher, index, asked))]
        if not parts:
            return {}
        query = parts[0] if len(parts) == 1 else tantivy.Query.disjunction_max_query(parts)
        hits = searcher.search(query, limit, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return {int(id): float(score) for id, (score, _) in zip(ids, hits, strict=True) if id is not None and score > 0}

    def stems(self, text: str) -> tuple[str, ...]:
        """The different stems of a text by the rules of the first language, in order; stop words are left out."""
        return tuple(dict.fromkeys(self._analyzers[0].analyze(text)))

    def stem(self, word: str) -> str:
        """The stem of a word by the first language that has spaces, or nothing if any language leaves it out."""
        stems = [analyzer.analyze(word) for analyzer in self._spaced.values()]
        if not stems:
            return word
        return str(stems[0][0]) if all(stems) else ""

    def rarity(self, stem: str) -> float:
        """The inverse document frequency of a stem, ln((1 + documents) / (0.5 + documents with it)), never below 0."""
        documents = self._searcher().doc_freq(f"text_{self._languages[0]}", stem)
        return max(math.log((1 + len(self)) / (0.5 + documents)), 0.0)

    def has(self, stem: str) -> bool:
        """Whether any document has a stem, by the rules of any language with spaces."""
        searcher = self._searcher()
        return any(searcher.doc_freq(f"text_{language}", stem) for language in self._spaced)

    def held_by(self, id: int, stems: Iterable[str]) -> list[str]:
        """Those of some stems that a document has, by the rules of the first language."""
        searcher, field = self._searcher(), f"text_{self._languages[0]}"
        document = (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "id", id))
        found = []
        for stem in stems:
            with_stem = (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, field, stem, "freq"))
            if searcher.search(tantivy.Query.boolean_query([document, with_stem]), 1, count=False).hits:
                found.append(stem)
        return found

    def _open(self) -> None:
        """Begin an empty index."""
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", indexed=True, fast=True)
        for language in self._languages:
            for part in ("title", "text"):
                builder.add_text_field(f"{part}_{language}", tokenizer_name=language, index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        # By default a thread reloads after each commit too; the two meet at a lock that is tried again after 100 ms.
        self._index.config_reader("manual")
        for language, analyzer in zip(self._languages, self._analyzers, strict=True):
            self._index.register_tokenizer(language, analyzer)

    def _take_out(self, id: int) -> None:
        self._writing().delete_documents_by_term("id", id)
        self._stale += 1

    def _add(self, id: int, title: str, text: str) -> None:
        fields = {
            f"{part}_{language}": value
            for language in self._languages
            for part, value in (("title", title), ("text", f"{title}\n{text}"))
        }
        self._writing().add_document(tantivy.Document(id=id, **fields))

    def _writing(self) -> tantivy.IndexWriter:
        """The writer, of which an index has one at a time."""
        if self._writer is None:
            self._writer = self._index.writer(_MEMORY_BYTES, 1)
        self._uncommitted = True
        return self._writer

    def _searcher(self) -> tantivy.Searcher:
        """A view of everything that was put."""
        self.commit()
        return self._index.searcher()

    def _without_stop_words(self, question: str) -> str:
        """The question without what is a stop word in any of several languages."""
        if len(self._spaced) < 2:
            return question
        return " ".join(word for word in question.split() if len(word.encode()) > LONGEST_TOKEN or self.stem(word))

    def _query(self, searcher: tantivy.Searcher, language_index: int, question: str) -> tantivy.Query | None:
        """Any of the question's stems in title or text, built term by term: no text can be mistaken for an operator."""
        language = self._languages[language_index]
        stems = list(dict.fromkeys(self._analyzers[language_index].analyze(question)))
        if len(stems) > MOST_TERMS:
            documents = {stem: searcher.doc_freq(f"text_{language}", stem) for stem in stems}
            stems = sorted((stem for stem in stems if documents[stem]), key=lambda stem: documents[stem])
        terms = []
        for stem in stems[:MOST_TERMS]:
            for part, weight in (("title", TITLE_WEIGHT), ("text", 1.0)):
                term = tantivy.Query.term_query(self._schema, f"{part}_{language}", stem, "freq")
                terms.append((tantivy.Occur.Should, tantivy.Query.boost_query(term, weight)))
        return tantivy.Query.boolean_query(terms) if terms else None


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    if language in UNSPACED:
        return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 2)).filter(tantivy.Filter.lowercase()).build()
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(LONGEST_TOKEN))
    builder = builder.filter(tantivy.Filter.lowercase())
    if language in STEMMERS:
        name = STEMMERS[language]
        if language not in _NO_STOP_WORDS:
            builder = builder.filter(tantivy.Filter.stopword(name))
        if language == "en":
            builder = builder.filter(tantivy.Filter.custom_stopword(ENGLISH_FILLERS.split()))
        builder = builder.filter(tantivy.Filter.stemmer(name))
    return builder.filter(tantivy.Filter.ascii_fold()).build()
