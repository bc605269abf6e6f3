"""Tips: looked for with the search that chat has, filtered, shown whole, changed, merged side by side, with history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.distance import LCSseq
from starlette.responses import Response

from bot import tip_acts
from bot.cards import kind_label
from bot.errors import Refusal
from bot.web.visit import Undo, Visit
from knowledge.models import TipKind, TipState
from knowledge.personal import PARTS, redacted
from knowledge.store import lookalikes, members, tips
from knowledge.tips import TITLE_LENGTH, Known, TipForm, search_text, uses_of

PAGE = 20
"""Tips on a page (ours: about two screens)."""

FOUND = 30
"""Tips that a search shows, at most (ours: nobody looks further; filters leave fewer)."""

PUT_ASIDE = 1_000
"""Tips out of use among which words are looked for, the newest (ours)."""

ALIKE = 6
"""Tips that are offered to be merged with one (ours)."""

FIELD_LENGTH = 20_000
"""Characters of a part that a page takes. Source: `knowledge.tips`, what the longest imported tip has."""

SHOWN_STATES = (TipState.LIVE, TipState.RETIRED, TipState.MERGED)
"""States that everybody sees."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is looked for: words, and filters that are empty where they filter nothing."""

    words: str = ""
    tag: str = ""
    practice: str = ""
    place: str = ""
    kind: str = ""
    state: str = ""
    page: int = 0

    @property
    def filters(self) -> dict[str, Any]:
        """The filters as the store takes them."""
        kind = TipKind[self.kind.upper()] if self.kind.upper() in TipKind.__members__ else None
        state = TipState(self.state) if self.state in SHOWN_STATES else TipState.LIVE
        return {"tag": self.tag, "practice": self.practice, "place": self.place, "kind": kind, "state": state}

    def fits(self, tip: Known) -> bool:
        """Whether a tip that was found passes the filters."""
        kind, state = self.filters["kind"], self.filters["state"]
        named = [author for author in tip.authors if author.shown]
        return (
            (not self.tag or self.tag in tip.form.tags)
            and (not self.place or any(author.place == self.place for author in named))
            and (kind is None or tip.form.kind is kind)
            and tip.state is state
        )


async def listed(visit: Visit) -> Response:
    """`/tips`: the newest, or what a search finds; with the script on it only the list is drawn anew at every key."""
    chosen = _chosen(visit)
    found, is_more, is_sure = await _find(visit, chosen)
    async with visit.context.read() as work:
        practices, places = await members.practices_and_places(work)
    context = visit.context
    return visit.show(
        "tips_list.html" if visit.is_part else "tips.html",
        chosen=chosen,
        found=found,
        is_more=is_more,
        is_sure=is_sure,
        uses={each.id: uses_of(each.said) for each in found},
        tags=await context.library.tags(context.community, context.now),
        practices=practices,
        places=places,
        kinds=_kinds(visit),
        states=SHOWN_STATES,
    )


async def shown(visit: Visit) -> Response:
    """`/tips/12`: one tip, whole, with what can be done with it and all that happened to it."""
    async with visit.context.read() as work:
        known = await tip_acts.find_seen(visit.context, work, visit.here)
        versions = await tips.history(work, known.id)
    may_edit = tip_acts.may_edit(visit.context, known)
    may_undo = len(versions) > 1 and tip_acts.may_undo(known, versions[0][0].member_id, visit.context.who)
    return visit.show(
        "tip.html",
        tip=known,
        uses=uses_of(known.said),
        kind=kind_label(visit.context.words, known.form.kind),
        is_mine=known.is_by(visit.context.who),
        may_edit=may_edit,
        may_undo=may_undo,
        version=len(versions),
        changes=_changes(known, versions),
    )


async def edit(visit: Visit) -> Response:
    """`/tips/12/edit`: the parts of a tip to change."""
    async with visit.context.read() as work:
        known = await tip_acts.find_editable(visit.context, work, visit.here)
    form = replace(known.form, title=known.form.title or known.title)
    return _edit_page(visit, known, form)


async def edited(visit: Visit) -> Response:
    """The parts came back; what looks personal is shown before anything is written."""
    fields = await visit.fields()
    context, is_looked_at = visit.context, fields.get("looked_at") == "yes"
    async with context.read() as work:
        known = await tip_acts.find_editable(context, work, visit.here)
    form = _form_from(fields, known.form)
    if fields.get("take_out") == "yes":
        return _edit_page(visit, known, redacted(form))
    if not form.works.strip():
        error = {"works": context.words.line("tips.works_missing")}
        return _edit_page(visit, known, form, errors=error, status=422)
    async with context.write() as work:
        known, form, found = await tip_acts.change(context, work, visit.here, form, looked_at=is_looked_at)
        version = await tip_acts.version_of(work, known)
    if found:
        return _edit_page(visit, known, form, found=found, status=422)
    return visit.go(f"/tips/{known.number}", "web.tip_edited", _undo(known, version), number=known.number)


async def retire(visit: Visit) -> Response:
    """*It's out of date*."""
    async with visit.context.write() as work:
        known = await tip_acts.retire(visit.context, work, visit.here)
        version = await tip_acts.version_of(work, known)
    return visit.go(f"/tips/{known.number}", "web.tip_retired", _undo(known, version), number=known.number)


async def restore(visit: Visit) -> Response:
    """*It holds again*."""
    async with visit.context.write() as work:
        known = await tip_acts.restore(visit.context, work, visit.here)
        version = await tip_acts.version_of(work, known)
    return visit.go(f"/tips/{known.number}", "web.tip_restored", _undo(known, version), number=known.number)


async def undo(visit: Visit) -> Response:
    """*Undo*: takes back the change that it stood under, and no later one."""
    said = (await visit.fields()).get("version", "")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
    async with visit.context.write() as work:
        known = await tip_acts.undo(visit.context, work, visit.here, version)
        version = await tip_acts.version_of(work, known)
    return visit.go(f"/tips/{known.number}", "web.tip_undone", _undo(known, version), number=known.number)


async def merging(visit: Visit) -> Response:
    """`/tips/12/merge`: what looks like it, or what a search finds; with `with=7` both side by side."""
    context, other = visit.context, visit.number("with", most=10**9)
    async with context.read() as work:
        known = await tip_acts.find_live(work, visit.here)
        beside = await tip_acts.find_live(work, other) if other else None
    words, alike = visit.asked("q"), list[Known]()
    if beside is None:
        alike = await _alike(visit, known, words)
    elif beside.id == known.id:
        raise Refusal("tips.merge_how")
    pair = [(each, uses_of(each.said)) for each in (known, beside) if each is not None]
    return visit.show("tip_merge.html", tip=known, beside=beside, pair=pair, alike=alike, words=words)


async def merge(visit: Visit) -> Response:
    """*Merge #12 into #7*."""
    said = (await visit.fields()).get("into", "")
    into = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    async with visit.context.write() as work:
        going, staying = await tip_acts.merge(visit.context, work, visit.here, into)
        version = await tip_acts.version_of(work, going)
    undo = _undo(going, version)
    return visit.go(f"/tips/{staying.number}", "web.tip_merged", undo, number=going.number, into=staying.number)


async def not_same(visit: Visit) -> Response:
    """*They are not the same*: they are not offered again."""
    visit.context.only_for_coordinators()
    said = (await visit.fields()).get("other", "")
    async with visit.context.write() as work:
        known = await tip_acts.find_live(work, visit.here)
        other = await tip_acts.find_live(work, int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0)
        if known.id == other.id:
            raise Refusal("tips.merge_how")
        await lookalikes.note_not_same(work, known.id, other.id)
    return visit.go(f"/tips/{known.number}", "web.not_same", number=known.number, other=other.number)


def _chosen(visit: Visit) -> Chosen:
    names = ("tag", "practice", "place", "kind", "state")
    given = {name: visit.asked(name, longest=100) for name in names}
    return Chosen(words=visit.asked("q"), page=visit.number("page", most=100_000), **given)


async def _find(visit: Visit, chosen: Chosen) -> tuple[list[Known], bool, bool]:
    """The tips that are wanted, whether there are more, and whether what was found is surely an answer."""
    context = visit.context
    if not chosen.words:
        async with context.read() as work:
            rows = await tips.browse(work, **chosen.filters, limit=PAGE + 1, offset=chosen.page * PAGE)
        return rows[:PAGE], len(rows) > PAGE, True
    number = re.fullmatch(r"#?(\d{1,9})", chosen.words)
    if number:
        async with context.read() as work:
            tip = await tips.find_tip(work, min(int(number[1]), tips.HIGHEST_NUMBER))
        return [tip] if tip and tip_acts.may_see(tip, context.who) else [], False, True
    if chosen.filters["state"] is not TipState.LIVE:
        return await _put_aside(visit, chosen), False, True
    found = await context.library.search(context.community, chosen.words, context.now, limit=FOUND)
    async with context.read() as work:
        rows = await tips.find_tips(work, [hit.id for hit in found.hits])
        if chosen.practice:
            people = {author.member for row in rows for author in row.authors if author.member and author.shown}
            known = await members.find_members(work, people)
            alike = {id for id, each in known.items() if each.practice == chosen.practice}
            rows = [row for row in rows if any(each.shown and each.member in alike for each in row.authors)]
    fitting = [row for row in rows if chosen.fits(row)]
    return fitting, False, found.confidence >= context.options.answered_from


async def _put_aside(visit: Visit, chosen: Chosen) -> list[Known]:
    """Tips out of use are in no search; of the newest of them, those in which every word stands as it was typed."""
    async with visit.context.read() as work:
        rows = await tips.browse(work, **chosen.filters, limit=PUT_ASIDE)
    wanted = chosen.words.casefold().split()
    texts = [f"{row.title} {search_text(row.form)}".casefold() for row in rows]
    return [row for row, text in zip(rows, texts, strict=True) if all(word in text for word in wanted)][:FOUND]


async def _alike(visit: Visit, known: Known, words: str) -> list[Known]:
    """Tips that may be merged with one: what a search for `words` finds, else what looks like it."""
    context = visit.context
    if words:
        hits = (await context.library.search(context.community, words, context.now, limit=ALIKE + 1)).hits
    else:
        hits = await context.library.similar(context.community, known.form, context.now, limit=ALIKE + 1)
    async with context.read() as work:
        apart = await lookalikes.not_same(work, [known.id]) if not words else set()
        rows = await tips.find_tips(work, [hit.id for hit in hits if hit.id != known.id])
    return [row for row in rows if (min(row.id, known.id), max(row.id, known.id)) not in apart][:ALIKE]


def _edit_page(visit: Visit, known: Known, form: TipForm, *, status: int = 200, **shown: Any) -> Response:
    parts = {"found": {}, "errors": {}} | shown
    return visit.show(
        "tip_edit.html", status=status, tip=known, form=form, kinds=_kinds(visit), title_length=TITLE_LENGTH, **parts
    )


def _form_from(fields: dict[str, str], before: TipForm) -> TipForm:
    texts = {part: fields.get(part, getattr(before, part))[:FIELD_LENGTH] for part in PARTS}
    kind = fields.get("kind", "").upper()
    tags = tuple(fields["tags"].replace(",", " ").split()) if "tags" in fields else before.tags
    return replace(before, **texts, tags=tags, kind=TipKind[kind] if kind in TipKind.__members__ else before.kind)


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    return [(kind.name.lower(), kind_label(visit.context.words, kind)) for kind in TipKind]


def _undo(known: Known, version: int) -> Undo | None:
    """The way back from a change; there is none in a draft, of which no versions are kept."""
    return Undo(f"/tips/{known.number}/undo", {"version": str(version)}) if version else None


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a tip: what was done, by whom (empty where that is not shown), and what is different since."""

    action: str
    by: str
    at: Any
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def _changes(known: Known, versions: Sequence[tuple[Any, str]]) -> list[Change]:
    found = []
    for at, (version, name) in enumerate(versions):
        before = versions[at + 1][0].form if at + 1 < len(versions) else {}
        names = (*PARTS, "tags")
        parts = [(part, _difference(_words(before, part), _words(version.form, part))) for part in names if before]
        changed = [(part, pieces) for part, pieces in parts if any(how != "same" for how, _ in pieces)]
        found.append(Change(version.action, "" if known.hides(version.member_id) else name, version.at, changed))
    return found


def _words(form: dict[str, Any], part: str) -> str:
    value = form.get(part) or ""
    return value if isinstance(value, str) else " ".join(value)


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    """How a text changed, word by word: pieces that are the `same`, `gone` or `new`."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    pieces: list[tuple[str, str]] = []
    gone = came = ""
    for step in LCSseq.opcodes(old, new):
        left, put = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        if step.tag == "equal" and (left.strip() or not (gone or came)):
            pieces += [("gone", gone), ("new", came), ("same", left)]
            gone = came = ""
        else:  # a space between two changes is part of both, so that they are read as one
            gone, came = gone + left, came + put
    return [each for each in (*pieces, ("gone", gone), ("new", came)) if each[1]]
