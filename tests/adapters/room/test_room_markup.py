"""Nothing that anyone writes becomes live HTML."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SIGNS, texts

from adapters.port import Account, Mention, Space, When, escape, html
from adapters.room import markup

ANN = Account(Space("room", "demo"), "ann", "Ann <Reed>")
TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "time"}
ATTRIBUTES = {"href", "rel", "target", "class", "datetime", "start"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def typed(text: str) -> str:
    return markup.typed(text, {"ann": "ann"}, {"ann": ANN.name})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** _i_ `c`", "<p><strong>b</strong> <em>i</em> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("hello @ann.", '<p>hello <span class="mention">@Ann &lt;Reed&gt;</span>.</p>'),
        ("`@ann`", "<p><code>@ann</code></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<!channel> @everyone", "<p>&lt;!channel&gt; @everyone</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("&lt;", "<p>&amp;lt;</p>"),
        (":bulb: at 10:30:00", "<p>💡 at 10:30:00</p>"),
    ],
)
def test_the_subset(text: str, html: str) -> None:
    assert typed(text) == html


@pytest.mark.parametrize("text", ["[x](https://a.org/?b=1&c)", "https://a.org/?b=1&c", "<https://a.org/?b=1&c>"])
def test_links_open_elsewhere_and_say_nothing_of_us(text: str) -> None:
    [(_, attributes)] = [each for each in Tags(typed(text)).seen if each[0] == "a"]
    assert attributes["href"] == "https://a.org/?b=1&c"
    assert (attributes["rel"], attributes["target"]) == ("noopener noreferrer", "_blank")


def test_people_and_times_are_values() -> None:
    shown = html.said(("Ask ", Mention(ANN), " on ", When(datetime(2026, 11, 24, 14, tzinfo=UTC)), ", not @ann."))
    assert '<span class="mention">@Ann &lt;Reed&gt;</span>' in shown
    assert '<time datetime="2026-11-24T14:00:00+00:00">Tue 24 Nov, 14:00 UTC</time>' in shown
    assert shown.endswith(", not @ann.</p>")


@given(words=st.text(st.one_of(st.characters(exclude_categories=["C", "Z"]), st.sampled_from(SIGNS)), max_size=60))
@settings(deadline=None)
def test_escaped_words_show_as_they_are(words: str) -> None:
    shown = Tags(html.said((f"From {escape(words)} here",)))
    assert [tag for tag, _ in shown.seen if tag not in ("p", "a")] == []
    if ":" not in words:
        assert shown.words == " ".join(f"From {' '.join(words.split())} here".split(" "))


@given(text=texts())
@settings(deadline=None)
def test_what_is_said_is_safe(text: tuple[str | Mention | When, ...]) -> None:
    _assert_safe(html.said(text))


@given(text=st.text(st.one_of(st.characters(), st.sampled_from(SIGNS + "\ue000\ue001\"'=")), max_size=200))
@settings(deadline=None)
def test_what_is_typed_is_safe(text: str) -> None:
    _assert_safe(typed(text))
    _assert_safe(typed(f'<img src=x onerror=alert(1)>{text}<a href="javascript:x">'))


def _assert_safe(html: str) -> None:
    for tag, attributes in Tags(html).seen:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("href") or "https://").startswith(("https://", "http://", "HTTP"))
