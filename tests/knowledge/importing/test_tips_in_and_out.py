"""Tips from files and into files: good lines are kept, broken ones named, and what goes out comes in the same."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing import writing
from knowledge.importing.reading import BrokenLine, ReadTip, UnreadableFile, read_tips
from knowledge.importing.tips import import_tips
from knowledge.models import TipKind, TipState
from knowledge.store import Store, communities, tips
from knowledge.tips import TAGS, Known, TipForm, tidy

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_json_lines_with_all_fields_or_only_a_text(tmp_path: Path) -> None:
    file = tmp_path / "tips.jsonl"
    rows = [
        {"id": "a", "kind": "rule of thumb", "title": "T", "works": "W", "tags": ["x", "Y z"], "author": "Ravi"},
        {"id": "b", "title": "", "text": "Only a text"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    first, second = read_tips(file)
    assert isinstance(first, ReadTip) and isinstance(second, ReadTip)
    assert (first.form.kind, first.form.tags, first.author) == (TipKind.RULE_OF_THUMB, ("x", "y-z"), "Ravi")
    assert second.form.works == "Only a text"


def test_broken_lines_are_named_by_number_and_the_good_ones_kept(tmp_path: Path) -> None:
    file = tmp_path / "tips.jsonl"
    lines = [
        '{"id": "a", "works": "good"}',
        "{broken",
        "[]",
        "",
        '{"id": "c", "works": "  "}',
        '{"kind": "poem", "works": "x"}',
    ]
    file.write_text("\n".join([*lines, '{"id": "z", "works": "good too"}']), encoding="utf-8")
    found = list(read_tips(file))
    assert [each.external_id for each in found if isinstance(each, ReadTip)] == ["a", "z"]
    assert [each.where for each in found if isinstance(each, BrokenLine)] == ["line 2", "line 3", "line 5", "line 6"]


def test_csv(tmp_path: Path) -> None:
    file = tmp_path / "tips.csv"
    file.write_text('\ufeffid,title,works,tags\na,T,"Two\nlines","x, y"\nb,T,,\n', encoding="utf-8")
    good, broken = read_tips(file)
    assert isinstance(good, ReadTip) and good.form.works == "Two\nlines" and good.form.tags == ("x", "y")
    assert isinstance(broken, BrokenLine)


def test_a_folder_of_markdown(tmp_path: Path) -> None:
    front = "---\nkind: workaround\ntags: x y\nauthor: Ravi\n---\n"
    text = front + "# A title\n\n## When it helps\nAt night\n\n## What works\nTwo clicks\n"
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    (tmp_path / "two.md").write_text("# Another\n\nJust a text.", encoding="utf-8")
    one, two = read_tips(tmp_path)
    assert isinstance(one, ReadTip) and isinstance(two, ReadTip)
    assert (one.external_id, one.form.situation, one.form.works) == ("one", "At night", "Two clicks")
    assert (two.form.title, two.form.works) == ("Another", "Just a text.")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no file"):
        read_tips(tmp_path / "none.csv")
    (tmp_path / "tips.doc").write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"\.doc"):
        read_tips(tmp_path / "tips.doc")
    (tmp_path / "bad.jsonl.gz").write_bytes(b"no gzip at all")
    with pytest.raises(UnreadableFile):
        list(read_tips(tmp_path / "bad.jsonl.gz"))


async def test_an_import_again_changes_only_what_changed(store: Store, tmp_path: Path) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    file = tmp_path / "tips.jsonl.gz"

    async def bring(*rows: dict[str, str]) -> tuple[int, int, int]:
        with gzip.open(file, "wt", encoding="utf-8") as stream:
            stream.write("\n".join(json.dumps(row) for row in rows))
        done = await import_tips(store, community, read_tips(file), NOW)
        return done.new, done.changed, done.same

    a, b = {"id": "a", "works": "one", "author": "Ravi"}, {"id": "b", "works": "two"}
    assert await bring(a, b) == (2, 0, 0)
    assert await bring(a, b) == (0, 0, 2)
    assert await bring(a | {"works": "one, but better"}, b) == (0, 1, 1)
    async with store.read(community, NOW) as work:
        found = await tips.live_tips(work)
    assert [each.form.works for each in found] == ["one, but better", "two"]
    assert found[0].names == ("Ravi",)


def test_two_markdown_files_of_one_name_are_two_tips(tmp_path: Path) -> None:
    for ward in ("w4", "w6"):
        (tmp_path / ward).mkdir()
        (tmp_path / ward / "brakes.md").write_text(f"# Brakes on {ward}\n\nBefore the belt.", encoding="utf-8")
    assert [each.external_id for each in read_tips(tmp_path) if isinstance(each, ReadTip)] == ["w4/brakes", "w6/brakes"]


async def test_ones_own_export_comes_in_as_the_same_tips(store: Store, tmp_path: Path) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    async with store.write(community, NOW) as work:
        tip = await tips.keep_tip(work, TipForm("Two clicks.", title="Battery"), kept_by=None)
        await tips.publish_tip(work, tip, by=None)
        known = await tips.live_tips(work)
    file = tmp_path / "out.jsonl"
    file.write_text("".join(writing.as_jsonl(known)), encoding="utf-8")
    done = await import_tips(store, community, read_tips(file), NOW)
    assert (done.new, done.changed, done.same) == (0, 0, 1)


async def test_lines_that_look_personal_are_pointed_out(store: Store, tmp_path: Path) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    file = tmp_path / "tips.jsonl"
    file.write_text('{"works": "fine"}\n{"works": "Ring 020 7946 0018"}', encoding="utf-8")
    assert (await import_tips(store, community, read_tips(file), NOW)).personal == ["line 2"]


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=80)
forms = st.builds(
    TipForm,
    works=words.filter(lambda text: bool(text.strip())),
    title=words,
    situation=words,
    why=words,
    context=words,
    kind=st.sampled_from(list(TipKind)),
    tags=st.lists(st.text("abcdef-", min_size=1, max_size=9), max_size=TAGS).map(tuple),
).map(tidy)


@settings(max_examples=60, deadline=None)
@given(st.lists(forms, max_size=4))
def test_what_goes_out_as_json_comes_in_the_same(tmp_path_factory: pytest.TempPathFactory, some: list[TipForm]) -> None:
    file = tmp_path_factory.mktemp("out") / "tips.jsonl"
    known = [Known(at, at, TipState.LIVE, form, NOW) for at, form in enumerate(some)]
    file.write_text("".join(writing.as_jsonl(known)), encoding="utf-8", newline="")
    assert [each.form for each in read_tips(file) if isinstance(each, ReadTip)] == some


def test_spreadsheets_get_no_formulas() -> None:
    known = Known(1, 1, TipState.LIVE, TipForm("=HYPERLINK(1)", title="@x"), NOW)
    assert "'=HYPERLINK(1)" in "".join(writing.as_csv([known]))


@pytest.mark.parametrize("works", ["=1+1", "- one\n- two", "+44", "@x", "-2+3", "'-2", "''=1", "'quoted'", "plain"])
def test_what_a_spreadsheet_must_not_calculate_comes_back_as_it_was(tmp_path: Path, works: str) -> None:
    rows = "".join(writing.as_csv([Known(1, 1, TipState.LIVE, TipForm(works, title="One"), NOW)]))
    assert next(csv.DictReader(io.StringIO(rows)))["works"][0] not in "=+-@\t\r"
    file = tmp_path / "tips.csv"
    file.write_text(rows, encoding="utf-8", newline="")
    assert [each.form.works for each in read_tips(file) if isinstance(each, ReadTip)] == [works]


def test_markdown_reads_well() -> None:
    known = Known(1, 1, TipState.LIVE, TipForm("Two clicks.", title="Battery", situation="At night"), NOW)
    assert "# Battery\n\n## When it helps\n\nAt night\n\n## What works\n\nTwo clicks." in "".join(
        writing.as_markdown([known])
    )
