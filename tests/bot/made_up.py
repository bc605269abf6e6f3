"""Made-up tips and questions of every size, for properties."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from knowledge.models import Outcome, Question, TipKind, TipState
from knowledge.tips import LONGEST_TITLE, TAGS, Author, Known, Remark, Said, TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

words = st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip()))
long = st.one_of(st.just(""), words, st.integers(1, 20_000).map(lambda size: ("long words " * 2_000)[:size]))
names = st.one_of(words, st.just("N" * 200))
forms = st.builds(
    TipForm,
    works=st.one_of(words, st.just("w " * 10_000), st.just("*`[<@!]" * 500)),
    title=st.text(max_size=LONGEST_TITLE).map(lambda text: " ".join(text.split())),
    situation=long,
    why=long,
    context=long,
    kind=st.sampled_from(list(TipKind)),
    tags=st.lists(st.text("abc-", min_size=1, max_size=40), max_size=TAGS).map(tuple),
)
authors = st.builds(
    Author,
    member=st.one_of(st.none(), st.integers(1, 9)),
    shown=st.one_of(st.just(""), names),
    place=st.one_of(st.just(""), names),
    part=st.sampled_from(["situation", "works", "why"]),
)
said = st.builds(
    Said,
    member=st.integers(1, 99),
    outcome=st.sampled_from(list(Outcome)),
    note=long,
    practice=st.just("nurse"),
    place=st.one_of(st.just(""), names),
    at=st.just(NOW),
)
remarks = st.builds(Remark, member=st.integers(1, 9), name=names, text=long, at=st.just(NOW))
tips = st.builds(
    Known,
    id=st.integers(1, 10**9),
    number=st.integers(1, 999_999_999),
    state=st.sampled_from(list(TipState)),
    form=forms,
    created_at=st.just(NOW),
    authors=st.lists(authors, max_size=6).map(tuple),
    said=st.lists(said, max_size=12).map(tuple),
    remarks=st.lists(remarks, max_size=9).map(tuple),
    source_link=st.sampled_from(["", "http://127.0.0.1/#general/m1", "http://x/" + "y" * 600, "javascript:alert(1)"]),
    checked_at=st.one_of(st.none(), st.just(NOW)),
)
questions = st.builds(
    Question,
    number=st.integers(1, 999_999_999),
    text=st.one_of(words, st.just("q " * 1_000)),
    community_id=st.just(1),
    asked_at=st.just(NOW),
)
