"""One community never sees another's: every function of the store is called from a second community.

The walk fails when a function is added to the store and not told here how to be called.
"""

import inspect
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import InvalidRequestError, NoResultFound

from knowledge import store
from knowledge.models import (
    Asking,
    Consent,
    DigestState,
    FirstWord,
    FirstWordPeer,
    Guest,
    ImportPart,
    Meetup,
    MeetupState,
    MeetupTime,
    MeetupVote,
    Member,
    Newcomer,
    Notice,
    NoticeState,
    Outcome,
    Pair,
    PairState,
    Question,
    QuestionState,
    QuickWin,
    Reply,
    Showing,
    Step,
    StepState,
    StepTaken,
    Tie,
    TieKind,
    TipState,
    WayState,
    metadata,
)
from knowledge.store import (
    Store,
    Work,
    audit,
    communities,
    confirmations,
    deliveries,
    digests,
    job_times,
    links,
    lookalikes,
    members,
    notices,
    questions,
    sign_ins,
    tips,
    vectors,
)
from knowledge.store.filing import NewTip
from knowledge.store.history import Told
from knowledge.store.levels import Counted
from knowledge.store.published import Lines
from knowledge.store.questions import Asked
from knowledge.store.ties import Asked as AskedInRoom
from knowledge.store.ties import Seen
from knowledge.store.unnaming import Person
from knowledge.store.vectors import Vectors
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MODULES = tuple(import_module(f"{store.__name__}.{each.name}") for each in iter_modules(store.__path__))
SECRET = "seldom-heard-word"


@dataclass(frozen=True)
class Theirs:
    """What the first community holds: ids, numbers and keys that the second one tries."""

    community: int
    member: int
    tip: int
    draft: int
    notice: int


NO_LINES = Lines({}, (), np.zeros(0, np.int64))
OUTSIDE = {"open_community", "list_communities", "community_of_space", "options_now", "communities_with_due"}
OUTSIDE |= {"take_lease", "give_back", "take_turn", "write_once", "add_once"}
OUTSIDE |= {"due_jobs", "newest_community", "backlog"}
OUTSIDE |= {"look_before_saying", "begin_from"}
OUTSIDE |= {"end_every_session"}
OUTSIDE |= {"forget_again", "wipe", "read_tombstones", "add_tombstones"}
"""Functions of the installation: they take the store and give ids, names and options of communities only."""

CALLS: dict[str, Callable[[Theirs], tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "connect_space": lambda t: (("room:second",), {}),
    "options": lambda t: ((), {}),
    "choose": lambda t: ((), {"keep_emoji": "star"}),
    "next_tip_number": lambda t: ((), {}),
    "next_question_number": lambda t: ((), {}),
    "next_meetup_number": lambda t: ((), {}),
    "began": lambda t: ((), {}),
    "next_change": lambda t: ((), {}),
    "last_change": lambda t: ((), {}),
    "remember_channel": lambda t: (("room:second:general", "general"), {}),
    "channels": lambda t: ((), {}),
    "set_offers": lambda t: (("room:second:general", True), {}),
    "confirm_tip": lambda t: ((t.tip, t.member, Outcome.WORKED), {"note": "mine"}),
    "comment_on": lambda t: ((t.tip, t.member, "mine"), {}),
    "needing_a_look": lambda t: ((), {"before": datetime(2030, 1, 1, tzinfo=UTC)}),
    "doubted": lambda t: ((), {}),
    "check_tip": lambda t: ((t.tip, NOW), {}),
    "count_needing_a_look": lambda t: ((), {"before": datetime(2030, 1, 1, tzinfo=UTC)}),
    "uses_since": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "answer_request": lambda t: ((t.draft, t.member), {"yes": True}),
    "note_delivered": lambda t: ((t.draft, t.member), {}),
    "is_unsent": lambda t: ((t.draft,), {}),
    "request_consent": lambda t: ((t.draft,), {}),
    "set_named": lambda t: ((t.tip, t.member), {"named": False}),
    "waiting_for": lambda t: ((t.draft,), {}),
    "parts_refused": lambda t: ((t.draft,), {}),
    "forget_refusals": lambda t: ((t.draft,), {}),
    "to_repeat": lambda t: ((), {}),
    "asked_twice": lambda t: ((), {}),
    "begin_again": lambda t: ((t.draft,), {}),
    "cut_short": lambda t: ((t.draft,), {}),
    "lapse": lambda t: ((), {}),
    "take_delivery": lambda t: (("second:1",), {}),
    "finish_delivery": lambda t: (("first:1",), {}),
    "claim_run": lambda t: (("job", "2026-W10"), {}),
    "add_jobs": lambda t: ((["job"],), {}),
    "take_job": lambda t: (("job",), {}),
    "set_next": lambda t: (("job",), {"rule": "mine", "at": NOW}),
    "ask_again": lambda t: ((), {}),
    "member_of": lambda t: (("room:second:ann", "Ann"), {}),
    "add_member": lambda t: (("room:second:bob", "Bob"), {}),
    "find_account": lambda t: (("room:first:ravi",), {}),
    "find_member": lambda t: ((t.member,), {}),
    "find_members": lambda t: (([t.member],), {}),
    "find_by_name": lambda t: ((SECRET,), {}),
    "accounts_of": lambda t: ((t.member,), {}),
    "list_members": lambda t: ((), {}),
    "spaces": lambda t: ((), {}),
    "offer_code": lambda t: (("room:first:ravi", "CODE2345"), {}),
    "who_offered": lambda t: (("CODE7777",), {}),
    "link": lambda t: (("CODE7777", "room:first:ravi"), {}),
    "unlink": lambda t: (("room:first:ravi",), {}),
    "note_zones": lambda t: (({"room:first:ravi": "Asia/Tokyo"},), {}),
    "practices_and_places": lambda t: ((), {}),
    "mark_left": lambda t: (("room:first:ravi",), {}),
    "mark_joined": lambda t: (("room:second:cy", "Cy"), {}),
    "describe": lambda t: ((t.member,), {"place": "elsewhere"}),
    "set_core": lambda t: ((t.member,), {"is_core": True}),
    "was_forgotten": lambda t: (("room:first:gone",), {}),
    "who_is": lambda t: (("room:second:ann", "Ann"), {}),
    "forget_member": lambda t: ((t.member,), {"keep_tips": False}),
    "let_go_of_tips": lambda t: ((t.member,), {"keep_tips": False}),
    "take_out": lambda t: ((Person(t.member, ("room:first:ravi",), frozenset({SECRET})),), {}),
    "quoting": lambda t: ((Person(t.member, ("room:first:ravi",), frozenset({SECRET})),), {}),
    "unquote": lambda t: ((Person(t.member, ("room:first:ravi",), frozenset({SECRET})),), {"keep_tips": False}),
    "posts_that_show": lambda t: ((Person(t.member, ("room:first:ravi",), frozenset({SECRET})),), {}),
    "note_forgotten": lambda t: (("room:first:ravi",), {"tips_kept": True}),
    "forgotten_among": lambda t: ((["room:first:gone"],), {}),
    "when_forgotten": lambda t: ((["room:first:gone"],), {}),
    "forgettings": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "tips_were_kept": lambda t: ((NOW,), {}),
    "everything_about": lambda t: ((t.member,), {}),
    "sweep": lambda t: ((), {}),
    "roll_up": lambda t: ((), {}),
    "tallied": lambda t: ((t.member,), {}),
    "let_go_of_ties": lambda t: ((t.member,), {}),
    "note_ties": lambda t: (
        ([Seen("m9:reply", TieKind.REPLY, "room:second:ann", "room:second:bob", "room:second:general", NOW)],),
        {},
    ),
    "practices": lambda t: ((), {}),
    "places": lambda t: ((), {}),
    "add_askings": lambda t: (([(t.member, AskedInRoom("m9", "room:first:ravi", "room:second:general", NOW))],), {}),
    "list_ties": lambda t: ((), {}),
    "counted_before": lambda t: ((SECRET,), {}),
    "looked_at": lambda t: ((SECRET, SECRET), {}),
    "name_core": lambda t: (("room:first", ["ravi"]), {}),
    "core_members": lambda t: ((), {}),
    "add": lambda t: ((t.member,), {"by": None}),
    "remove": lambda t: ((t.member,), {"by": None}),
    "sync_group": lambda t: (("room:first:core", {"room:first:ravi": "Ravi"}), {}),
    "set_groups": lambda t: ((["room:second:core"],), {"by": None}),
    "add_to_months": lambda t: (({},), {}),
    "counted_months": lambda t: ((), {}),
    "is_of_another": lambda t: (("room:first",), {}),
    "write_history": lambda t: ((SECRET, [Told(SECRET, 1, "room:second:ann", "Ann", NOW)]), {}),
    "voices": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "owe": lambda t: (("capture.consent", t.member, {"tip": t.tip}), {"once": "first"}),
    "due_notices": lambda t: ((), {}),
    "take_notice": lambda t: ((t.notice,), {}),
    "settle_notice": lambda t: ((taken(t),), {"message": "room:second:general:m9"}),
    "hold_notice": lambda t: ((taken(t),), {"until": NOW, "why": "mine"}),
    "retry_notice": lambda t: ((taken(t),), {"at": NOW, "why": "mine"}),
    "drop_notice": lambda t: ((taken(t),), {"why": "mine"}),
    "still_owed": lambda t: (("capture.consent",), {}),
    "unasked_since": lambda t: ((t.member, datetime(2000, 1, 1, tzinfo=UTC)), {}),
    "unasked_of": lambda t: (([t.member], datetime(2000, 1, 1, tzinfo=UTC)), {}),
    "message_of": lambda t: (("announced:1",), {}),
    "count_owed": lambda t: (("capture.consent", t.member, "first"), {}),
    "note_answered": lambda t: ((t.member,), {}),
    "reconsider": lambda t: ((t.member,), {}),
    "last_sent": lambda t: (("capture.consent", t.member), {}),
    "was_met": lambda t: ((t.member,), {}),
    "deeds_since": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {"members": [t.member]}),
    "about_since": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "people_counted": lambda t: ((), {}),
    "moved": lambda t: ((), {}),
    "news": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {"checked_before": datetime(2030, 1, 1, tzinfo=UTC)}),
    "tags_that_touch": lambda t: ((t.member,), {}),
    "find_questions": lambda t: (([1],), {}),
    "digest_for": lambda t: (("2026-W09",), {}),
    "find_digest": lambda t: ((1,), {}),
    "last_posted": lambda t: ((), {}),
    "readers": lambda t: ((), {}),
    "write_question": lambda t: ((t.member, Asked("mine", tips=())), {}),
    "find_question": lambda t: ((1,), {}),
    "question_posted_as": lambda t: (("room:first:general:m1",), {}),
    "open_questions": lambda t: ((), {}),
    "open_question": lambda t: ((1,), {"named": True}),
    "note_post": lambda t: ((1, "room:second:general:m9", "room:second:general"), {}),
    "reopen": lambda t: ((1,), {}),
    "rest_question": lambda t: ((1,), {}),
    "rouse_question": lambda t: ((1,), {}),
    "told_of": lambda t: (([1],), {}),
    "solve_question": lambda t: ((1,), {"answerer": t.member, "tip": None}),
    "votes": lambda t: ((), {}),
    "not_asked": lambda t: (([t.tip],), {}),
    "note_said": lambda t: ((1, t.tip, "worked"), {}),
    "tell_peers": lambda t: ((1, [t.member]), {}),
    "pass_on": lambda t: ((1, t.member), {}),
    "told_lately": lambda t: ((), {"days": 7}),
    "keep_tip": lambda t: ((TipForm("mine"),), {"kept_by": None}),
    "add_author": lambda t: ((t.tip, t.member), {}),
    "publish_tip": lambda t: ((t.draft,), {"by": None}),
    "revise_tip": lambda t: ((t.tip, TipForm("mine")), {"by": None}),
    "set_state": lambda t: ((t.tip, TipState.RETIRED), {"by": None}),
    "merge_tip": lambda t: ((t.tip,), {"into": 2, "by": None}),
    "mark_variation": lambda t: ((t.tip, 1), {}),
    "drop_tip": lambda t: ((t.draft,), {}),
    "undo_change": lambda t: ((t.tip,), {"by": None}),
    "history": lambda t: ((t.tip,), {}),
    "find_tip": lambda t: ((1,), {}),
    "find_tips": lambda t: (([t.tip, t.draft],), {}),
    "find_imported": lambda t: ((["ext-1"],), {}),
    "set_external_id": lambda t: ((t.tip, "mine"), {}),
    "from_source": lambda t: (("room:first:general:m1",), {}),
    "drafts_holding": lambda t: (("room:first:general:m1",), {}),
    "publish_new": lambda t: (([NewTip(TipForm("mine"))],), {}),
    "numbered_like": lambda t: ((1,), {}),
    "browse": lambda t: ((), {}),
    "live_tips": lambda t: ((), {}),
    "number_of": lambda t: ((t.tip,), {}),
    "tips_by": lambda t: ((t.member,), {}),
    "open_questions_of": lambda t: ((t.member,), {}),
    "drafts_for": lambda t: ((t.member,), {}),
    "withdrawn_before": lambda t: ((datetime(2030, 1, 1, tzinfo=UTC),), {}),
    "words_in_use": lambda t: ((), {}),
    "changed_since": lambda t: ((0,), {}),
    "assemble": lambda t: (([],), {}),
    "tags_of": lambda t: (([t.tip],), {}),
    "read_vectors": lambda t: ((0, 1_000_000, "encoder"), {}),
    "read_states": lambda t: (([t.tip], "encoder"), {}),
    "name_of": lambda t: ((), {}),
    "accounts_in": lambda t: (("room:first", [t.member]), {}),
    "has_namesake": lambda t: ((_member_of(t),), {}),
    "count_here": lambda t: ((), {}),
    "spaces_of": lambda t: (([t.member],), {}),
    "owed_of": lambda t: ((["capture.consent"], [t.member]), {}),
    "take_back": lambda t: (("first",), {}),
    "try_again": lambda t: ((["capture.consent"], t.member), {}),
    "owed_since": lambda t: (("capture.consent", datetime(2000, 1, 1, tzinfo=UTC)), {}),
    "note_welcomed": lambda t: ((t.member, t.member + 1), {"once": "mine"}),
    "note_met": lambda t: ((t.member, [t.member + 1]), {"once": "mine"}),
    "tied_pairs": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "begin_way": lambda t: ((t.member,), {"look_at": NOW}),
    "find_newcomer": lambda t: ((t.member,), {}),
    "due_newcomers": lambda t: ((), {"since": datetime(2000, 1, 1, tzinfo=UTC)}),
    "on_the_way": lambda t: ((), {}),
    "change_way": lambda t: ((t.member,), {"state": WayState.DONE, "named_at": None}),
    "named_since": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "steps_of": lambda t: (([t.member],), {}),
    "note_step": lambda t: ((t.member, Step.LISTEN, StepState.PASSED), {}),
    "describe_step": lambda t: ((t.member, Step.LISTEN), {"about": "mine"}),
    "awaited": lambda t: ((), {}),
    "count_steps": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "note_first_word": lambda t: ((FirstWord(**_word_of(t) | {"id": None, "member_id": t.member + 1}), [t.member]), {}),
    "first_word_of": lambda t: ((t.member,), {}),
    "words_of": lambda t: (([t.member],), {}),
    "answerers": lambda t: (([t.member, t.member + 1],), {}),
    "find_first_word": lambda t: ((1,), {}),
    "waiting_words": lambda t: ((), {}),
    "note_first_answer": lambda t: ((FirstWord(**_word_of(t)), _member_of(t), NOW), {}),
    "settle": lambda t: ((FirstWord(**_word_of(t)),), {}),
    "wait_again": lambda t: ((FirstWord(**_word_of(t)),), {}),
    "peers_of": lambda t: (([1],), {}),
    "tell_peer": lambda t: ((FirstWord(**_word_of(t)), t.member + 1), {}),
    "note_brought": lambda t: ((1,), {}),
    "drop_word": lambda t: ((FirstWord(**_word_of(t)),), {}),
    "unname_answers": lambda t: ((t.member + 1,), {}),
    "pass_on_word": lambda t: ((1, t.member + 1), {}),
    "told_of_words": lambda t: ((), {"days": 7}),
    "first_answers": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "companions": lambda t: ((), {}),
    "loads": lambda t: ((), {}),
    "pairs_of": lambda t: (([t.member],), {}),
    "shown_round_by": lambda t: ((t.member + 1,), {}),
    "find_pair": lambda t: ((1,), {}),
    "name_companion": lambda t: ((t.member, t.member + 1), {}),
    "change_pair": lambda t: ((Pair(**_pair_of(t)), PairState.ENDED), {"room": "mine"}),
    "unsettled": lambda t: ((), {}),
    "note_spoke": lambda t: ((t.member, SECRET, SECRET, NOW), {}),
    "relied_on": lambda t: ((), {"practice": SECRET}),
    "talks_since": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "open_gap": lambda t: ((t.member,), {}),
    "propose": lambda t: (("mine",), {"state": MeetupState.POLLING, "host_id": t.member}),
    "find_meetup": lambda t: ((1,), {"lock": True}),
    "of_id": lambda t: ((1,), {}),
    "meetups_in": lambda t: ((*MeetupState,), {}),
    "due_meetups": lambda t: ((), {}),
    "last_began": lambda t: ((), {}),
    "evidence_of": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "guests_of": lambda t: ((1,), {}),
    "find_guest": lambda t: ((1, t.member), {}),
    "guest_for": lambda t: ((1, t.member), {}),
    "invite": lambda t: ((1, t.member, "mine"), {}),
    "note_reply": lambda t: ((1, t.member, Reply.PASSES), {}),
    "set_times": lambda t: ((1, [NOW]), {}),
    "times_of": lambda t: ((1,), {}),
    "votes_of": lambda t: ((1,), {}),
    "vote": lambda t: ((1, 0, t.member), {}),
    "past": lambda t: ((), {name: datetime(2000, 1, 1, tzinfo=UTC) for name in ("met_since", "since")}),
    "is_hosting": lambda t: ((t.member,), {}),
    "count_coming": lambda t: (([1],), {}),
    "note_win": lambda t: ((1, t.member, "mine", Showing.NAMED), {}),
    "find_win": lambda t: ((1,), {"lock": True}),
    "shown_wins": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {}),
    "wins_of": lambda t: ((1,), {}),
    "signals_since": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC),), {"at_most": 9}),
    "newest_vectors": lambda t: (("encoder",), {"at_most": 9}),
    "read_network": lambda t: ((datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)), {}),
    "counted_of": lambda t: ((t.member, datetime(2000, 1, 1, tzinfo=UTC)), {}),
    "happened": lambda t: (
        (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)),
        {"checked_before": datetime(2100, 1, 1, tzinfo=UTC)},
    ),
    "people_behind": lambda t: ((["question:1", "tip:1"],), {}),
    "offer_link": lambda t: (("room:first:ravi", "second link"), {}),
    "whose_link": lambda t: (("their link",), {}),
    "begin_session": lambda t: (("their link", "mine"), {}),
    "find_session": lambda t: (("their session",), {}),
    "note_seen": lambda t: (("their session",), {}),
    "end_session": lambda t: (("their session",), {}),
    "end_sessions_by": lambda t: ((["room:first:ravi"],), {}),
    "end_sessions_of": lambda t: ((t.member,), {}),
    "let_go_of_browsers": lambda t: ((t.member,), {}),
    "offer_feed": lambda t: ((t.member, "my feed"), {}),
    "has_feed": lambda t: ((t.member,), {}),
    "whose_feed": lambda t: (("their feed",), {}),
    "note": lambda t: (("tip.edited", t.member), {"tip": 1}),
    "find_entry": lambda t: ((1,), {}),
    "trail": lambda t: ((), {}),
    "standing": lambda t: (("tip.edited", datetime(2000, 1, 1, tzinfo=UTC)), {}),
    "changed_lately": lambda t: ((), {"at_most": 9}),
    "note_not_same": lambda t: ((t.tip, t.draft), {}),
    "take_back_not_same": lambda t: ((t.tip, t.draft), {}),
    "not_same": lambda t: (([t.tip],), {}),
    "posted": lambda t: ((QuestionState.OPEN,), {}),
    "count": lambda t: (({"practice": NO_LINES, "place": NO_LINES},), {}),
    "show": lambda t: ((Counted({}), {"practice": NO_LINES, "place": NO_LINES}), {}),
    "who_counts": lambda t: ((), {}),
    "write_vectors": lambda t: (("encoder", {t.tip: Vectors("digest", None, b"mine", b"pieces")}), {}),
}


REFUSED: defaultdict[str, type[Exception]] = defaultdict(lambda: NoResultFound, drop_word=InvalidRequestError)
"""How a function says that what it was called for is none of the community's: that it is not there, or not in hand."""


def taken(theirs: Theirs) -> Notice:
    """Their notice as the process that took it holds it."""
    row = Notice(id=theirs.notice, community_id=theirs.community, name="capture.consent", once="first", tries=1)
    row.state = NoticeState.SENDING
    return row


def _member_of(theirs: Theirs) -> Member:
    """Their member, as the one who read them holds them."""
    return Member(id=theirs.member, community_id=theirs.community, name=SECRET, joined_at=NOW)


def _word_of(theirs: Theirs) -> dict[str, Any]:
    """The first words of their newcomer, as the one who read them holds them."""
    where = {"message": SECRET, "room": SECRET, "thread": SECRET}
    return {"id": 1, "community_id": theirs.community, "member_id": theirs.member, "at": NOW, **where}


def _pair_of(theirs: Theirs) -> dict[str, Any]:
    """Their newcomer and companion, as the one who read them holds them."""
    two = {"newcomer_id": theirs.member, "companion_id": theirs.member + 1, "began_at": NOW, "at": NOW}
    where = {"state": PairState.AGREED, "room": SECRET, "thread": SECRET}
    return {"id": 1, "community_id": theirs.community, **two, **where}


def functions() -> list[tuple[ModuleType, str]]:
    """Every public coroutine of the store's modules."""
    return [
        (module, name)
        for module in MODULES
        for name, value in vars(module).items()
        if inspect.iscoroutinefunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    ]


def test_every_function_of_the_store_is_walked() -> None:
    names = {name for _, name in functions()}
    assert names - OUTSIDE == set(CALLS)


class _TakenBackError(Exception):
    """Ends a transaction so that nothing of it stays."""


@pytest.mark.parametrize("module", MODULES)
async def test_a_second_community_neither_sees_nor_changes_anything(store: Store, module: ModuleType) -> None:
    """Each function of a module, in a transaction that is taken back: the first community stays as it was."""
    theirs = await _first_community(store)
    second = await communities.open_community(store, "Second", NOW)
    async with store.read(second, NOW) as work:
        before = await _rows_of(work, theirs.community)
    for name in [name for of, name in functions() if of is module and name not in OUTSIDE]:
        arguments, named = CALLS[name](theirs)
        with suppress(_TakenBackError, REFUSED[name]):
            async with store.write(second, NOW) as work:
                returned = await getattr(module, name)(work, *arguments, **named)
                await work.session.flush()
                assert SECRET not in repr(returned), f"{name} gives away what another community holds"
                assert await _rows_of(work, theirs.community) == before, f"{name} changes another community"
                raise _TakenBackError


async def test_functions_without_a_community_give_ids_and_names_only(store: Store) -> None:
    theirs = await _first_community(store)
    assert await communities.list_communities(store) == [(theirs.community, "First")]
    assert await communities.community_of_space(store, "room:first") == theirs.community
    assert await communities.community_of_space(store, "room:unknown") is None
    assert await notices.communities_with_due(store, NOW) == [theirs.community]


async def test_a_space_belongs_to_one_community(store: Store) -> None:
    await _first_community(store)
    second = await communities.open_community(store, "Second", NOW)
    with pytest.raises(ValueError, match="another community"):
        async with store.write(second, NOW) as work:
            await communities.connect_space(work, "room:first")


async def test_every_query_on_a_community_s_table_asks_for_the_community(store: Store) -> None:
    """Watches the statements of all functions: each that reads such a table names its community."""
    theirs = await _first_community(store)
    second = await communities.open_community(store, "Second", NOW)
    said: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        said.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", listen)
    for module, name in functions():
        if name in OUTSIDE or name in ("connect_space",):
            continue
        arguments, named = CALLS[name](theirs)
        try:
            async with store.write(second, NOW) as work:
                await getattr(module, name)(work, *arguments, **named)
        except REFUSED[name]:
            continue
    reads = [each for each in said if each.startswith("SELECT") and "FROM community" not in each]
    assert reads
    assert [each for each in reads if "community_id" not in each.split("FROM", 1)[1]] == []


async def _first_community(store: Store) -> Theirs:
    first = await communities.open_community(store, "First", NOW)
    async with store.write(first, NOW) as work:
        await communities.connect_space(work, "room:first")
        await communities.remember_channel(work, "room:first:general", SECRET)
        ravi = await members.add_member(work, "room:first:ravi", SECRET)
        ben = await members.add_member(work, "room:first:ben", "Ben")
        member, other = members.member_id(ravi), members.member_id(ben)
        await members.describe(work, member, practice=SECRET, place=SECRET)
        form = TipForm(f"works {SECRET}", title=SECRET, tags=(SECRET,))
        tip = await tips.keep_tip(work, form, kept_by=member)
        await tips.add_author(work, tip, member)
        await tips.set_external_id(work, tip, "ext-1")
        await tips.publish_tip(work, tip, by=member)
        await confirmations.confirm_tip(work, tip, other, Outcome.WORKED, note=SECRET)
        await confirmations.comment_on(work, tip, other, SECRET)
        await vectors.write_vectors(work, "encoder", {tip: Vectors(SECRET, None, b"v", b"p", b"s")})
        draft = await tips.keep_tip(work, form, kept_by=other, source="room:first:general:m1")
        await tips.add_author(work, draft, member, consent=Consent.ASKED)
        asked = await questions.write_question(work, other, Asked(SECRET, tips=(tip,)))
        await questions.open_question(work, asked.number, named=True)
        await questions.note_post(work, asked.number, "room:first:general:m1", "room:first:general")
        await questions.tell_peers(work, asked.number, [member])
        await notices.owe(work, "capture.consent", member, {"tip": tip, "word": SECRET}, once="first")
        await job_times.add_jobs(work, ["job"])
        await deliveries.take_delivery(work, "first:1")
        digest = await digests.digest_for(work, "2026-W09")
        digest.opening, digest.state = SECRET, DigestState.POSTED
        await links.offer_code(work, "room:first:ben", "CODE7777")
        due = await notices.due_notices(work)
        await notices.owe(work, "capture.consent", member, {}, once="second")
        await notices.take_notice(work, due[0].id or 0)
        await sign_ins.offer_link(work, "room:first:ravi", "their link")
        await sign_ins.begin_session(work, "their link", "their session")
        await sign_ins.offer_link(work, "room:first:ravi", "their link")
        await sign_ins.offer_feed(work, member, "their feed")
        await audit.note(work, "core.added", member, member=member)
        await lookalikes.note_not_same(work, tip, draft)
        await _welcome(work, member, other, tip)
        await _meet(work, member, other)
    assert due[0].id is not None
    return Theirs(first, member, tip, draft, due[0].id)


async def _welcome(work: Work, newcomer: int, companion: int, tip: int) -> None:
    """Somebody of theirs on the way in, with first words and a companion, and what they are shown."""
    of: dict[str, Any] = {"community_id": work.community}
    theirs = Theirs(work.community, newcomer, tip, 0, 0)
    asked: dict[str, Any] = {
        "text": SECRET,
        "state": QuestionState.PARKED,
        "gap": True,
        "confidence": 0.0,
        "asked_at": NOW,
    }
    solved: dict[str, Any] = {
        "state": QuestionState.ANSWERED,
        "post": SECRET,
        "answered_at": NOW,
        "answerer_id": companion,
    }
    work.session.add_all(
        [
            Newcomer(**of, member_id=newcomer, named_at=NOW, began_at=NOW, look_at=NOW),
            StepTaken(**of, member_id=newcomer, step=Step.LISTEN, state=StepState.OFFERED, about=SECRET, at=NOW),
            FirstWord(**_word_of(theirs), answered_at=NOW, answerer_id=companion),
            Pair(**_pair_of(theirs)),
            ImportPart(**of, source=SECRET, part=SECRET, done=7, counted=["2024-03"], done_at=NOW),
            Asking(**of, asker_id=newcomer, channel=SECRET, once=SECRET, at=NOW),
            Tie(**of, from_id=companion, to_id=newcomer, kind=TieKind.WELCOMED, channel="", once="welcomed:1", at=NOW),
            Question(**of, number=8, asker_id=newcomer, **asked),
            Question(**of, number=9, asker_id=newcomer, **asked | solved),
        ]
    )
    await work.session.flush()
    work.session.add(FirstWordPeer(**of, first_word_id=1, member_id=companion, knows=True, told_at=NOW))
    await members.describe(work, companion, shows_round=True)
    await confirmations.confirm_tip(work, tip, newcomer, Outcome.WORKED)


async def _meet(work: Work, host: int, guest: int) -> None:
    """A meetup of theirs with who was there, a time that suits, a quick win and the announcement in their room."""
    of: dict[str, Any] = {"community_id": work.community}
    words = {"problem": SECRET, "detail": SECRET, "place": SECRET, "evidence": [SECRET]}
    people = {"teller_id": host, "host_id": host}
    meetup = Meetup(**of, **words, **people, number=1, state=MeetupState.BOOKED, created_at=NOW, starts_at=NOW)
    sent = {"nudge": SECRET, "state": NoticeState.SENT, "message": SECRET, "due_at": NOW, "sent_at": NOW}
    announced = Notice(
        **of, **sent, name="meetups.announced", member_id=host, once="announced:1", subject={"meetup": 1}
    )
    work.session.add_all([meetup, announced])
    await work.session.flush()
    here = {**of, "meetup_id": meetup.id}
    time = MeetupTime(**here, position=0, starts_at=NOW)
    came = {"because": SECRET, "reply": Reply.COMES, "invited_at": NOW, "was_there_at": NOW}
    win = QuickWin(**here, member_id=host, text=SECRET, showing=Showing.NAMED, at=NOW)
    work.session.add_all([time, win, *(Guest(**here, **came, member_id=each) for each in (host, guest))])
    await work.session.flush()
    work.session.add(MeetupVote(**of, time_id=time.id, member_id=host))
    await work.session.flush()


async def _rows_of(work: Work, community: int) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name, table in metadata.tables.items():
        if name == "lease":
            continue
        column = table.c["id"] if name == "community" else table.c["community_id"]
        rows = (await (await work.session.connection()).execute(select(table).where(column == community))).all()
        found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def test_work_knows_its_community() -> None:
    assert list(inspect.signature(Work).parameters) == ["session", "community", "now"]
