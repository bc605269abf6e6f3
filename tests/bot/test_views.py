"""Whatever a tip, a question or a name holds, what is said about it can be built, and so be sent."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import NOW, forms, names, questions, remarks, tips, words

from adapters.port import Account, Mention, Message, Space, plain
from bot import cards
from bot.features.ask import views as ask
from bot.features.capture import views as capture
from bot.features.help import views as help_views
from bot.features.me import views as me
from bot.features.review import items
from bot.features.review import rules as review_rules
from bot.features.review import views as review
from bot.features.tips import views as tip_views
from bot.features.welcome import choices
from bot.features.welcome import views as welcome
from bot.tip_form import tip_form
from bot.wiring import FEATURES
from bot.words import Words
from knowledge.models import Account as Linked
from knowledge.models import Member, Pair, PairState, Step, TipVersion
from knowledge.participation import Level
from knowledge.peers import Peer
from knowledge.personal import personal_in
from knowledge.practice import Asker
from knowledge.store.communities import Options
from knowledge.store.first_words import FirstAnswer
from knowledge.store.newcomers import StepCount
from knowledge.tips import uses_of

SAY = Words()
ASKER = Asker(1, "nurse", "")
few = settings(max_examples=60, deadline=None)


@few
@given(tips, st.booleans())
def test_every_tip_can_be_shown(known, may_edit) -> None:
    assert isinstance(tip_views.tip(SAY, known, may_edit=may_edit), Message)
    assert isinstance(capture.kept(SAY, known, named=may_edit), Message)
    assert isinstance(capture.ask_again(SAY, known), Message)
    assert isinstance(tip_views.done(SAY, "tips.edited", known), Message)
    for action in ("changed", "nothere", "comment"):
        tip_views.note_form(SAY, known, action, ["1", "2"])
    tip_views.details_form(SAY, known)


@few
@given(st.lists(tips, max_size=7), words)
def test_every_list_and_answer_can_be_shown(found, label) -> None:
    found = [replace(each, number=each.number % 10**8 * 10 + index) for index, each in enumerate(found)]
    assert isinstance(tip_views.tips(SAY, found, label=label, offset=0, filter_id=label), Message)
    assert isinstance(capture.drafts(SAY, found), Message)
    if found:
        assert isinstance(ask.answer(SAY, found[:3], ASKER, question=123_456_789), Message)
        assert isinstance(capture.looks_like(SAY, found[0], found), Message)
    assert isinstance(ask.not_sure(SAY, found[:2], question=7), Message)


@few
@given(tips, names, st.booleans())
def test_every_request_can_be_sent(known, keeper, again) -> None:
    assert isinstance(capture.request(SAY, known, keeper=keeper, again=again), Message)
    assert isinstance(capture.waiting(SAY, known, [keeper, keeper]), Message)


@few
@given(questions, names, tips)
def test_every_question_can_be_put(question, name, known) -> None:
    asker = Mention(Account(Space("room", "x"), "ann", name))
    for who in (asker, None):
        assert isinstance(ask.posted(SAY, question, asker=who), Message)
        assert isinstance(ask.settled(SAY, question, asker=who, answerer=name), Message)
    assert isinstance(ask.peer(SAY, question, title=name[:60], link="http://127.0.0.1/#a/m1"), Message)
    assert isinstance(ask.open_questions(SAY, [(question, name, "http://127.0.0.1/#a/m1")] * 12), Message)
    assert isinstance(ask.which_reply(SAY, 7, [(str(at), name, question.text) for at in range(5)]), Message)
    assert isinstance(ask.offer(SAY, known, channel="C" * 20, message="1" * 20), Message)
    member = Member(community_id=1, name=name)
    assert isinstance(ask.who_knows(SAY, [Peer(member, known, wrote=True)], [known], question=7), Message)


@few
@given(forms)
def test_every_tip_fits_its_form(form) -> None:
    tip_form(SAY, form, "tips:edit:1")
    found = personal_in(form)
    if found:
        assert isinstance(cards.personal(SAY, "capture", form, found, "t" * 16), Message)


@few
@given(names, st.lists(tips, max_size=13, unique_by=lambda known: known.number), st.lists(questions, max_size=7))
def test_every_member_can_be_shown(name, written, asked) -> None:
    described = " ".join(name.split())[:80]
    member = Member(community_id=1, name=name, practice=described, place=described)
    keys = ("slack:T1:U1", "discord:1234567890123456789:1234567890123456789", "room:demo:ann")
    accounts = [Linked(key=key, community_id=1, member_id=1, name=name) for key in keys]
    for takes, most in ((True, None), (False, 0), (False, 3)):
        switched = dict.fromkeys(me.SWITCHES, takes) | {"is_counted": takes, "nudges_a_week": most}
        member = Member(**{**member.model_dump(), **switched, "paused_until": None if takes else NOW})
        page = me.Page(Options(), NOW - timedelta(days=1), written[::2], asked, written[1::2], accounts, can_link=True)
        assert isinstance(me.me(SAY, member, page), Message)
        assert isinstance(me.bringing(SAY, member, page.options, page.now), Message)
    for each in accounts:
        assert isinstance(me.ask_back(SAY, each, "ABCD2345"), Message)
        assert isinstance(me.was_linked(SAY, each), Message) and isinstance(me.linked(SAY, each), Message)
    me.edit_form(SAY, member)


@few
@given(tips, st.lists(remarks, min_size=1, max_size=3))
def test_history_can_be_shown(known, people) -> None:
    versions = [
        (TipVersion(community_id=1, tip_id=1, action="edited", at=each.at, form={}), each.name) for each in people
    ]
    assert isinstance(tip_views.history(SAY, known, versions * 4), Message)


@few
@given(tips)
def test_nobody_s_words_become_markup_of_ours(known) -> None:
    title = "**bold** [x](http://evil) <!channel> @everyone"
    shown = cards.whole(SAY, replace(known, form=replace(known.form, title=title, context=title)))
    assert plain(shown.text).count("http://evil") <= 2 + str(known.form).count("http://evil")
    assert shown.title.endswith(title)


def test_the_menu_and_every_command_can_be_shown() -> None:
    from bot.feature import surface_of

    surface = surface_of(FEATURES, SAY)
    assert isinstance(help_views.commands(SAY, surface.commands), Message)
    assert isinstance(help_views.menu(SAY, [], surface.shortcuts), Message)


said_words = names.map(lambda name: " ".join(name.split())[:80])


@few
@given(names, said_words, said_words, st.lists(tips, max_size=3, unique_by=lambda known: known.number), tips, questions)
def test_the_way_in_can_be_shown(name, practice, place, known, tip, question) -> None:
    who = Member(id=1, community_id=1, name=name, practice=practice, place=place, joined_at=NOW)
    other = Member(id=2, community_id=1, name=name, practice=place, place="", joined_at=NOW, shows_round=True)
    chosen, named = [choices.Chosen(each, "practice") for each in known], welcome.Named(10**9, other)
    shown = [
        welcome.hello(SAY, welcome.Place(name, count, [name, "general"]), chosen, guide)
        for count, guide in ((3, None), (400, named))
    ]
    shown += [welcome.introduced(SAY, who, near, guide) for near, guide in ((chosen, named), ([], None))]
    frames = [welcome.Frame(who, because, is_last=True) for because in ("practice", "place", "both", "gap", "later")]
    for frame in frames:
        shown += [welcome.match(SAY, tip, frame), welcome.ask(SAY, question, frame), welcome.come(SAY, named, frame)]
        shown += [welcome.tell(SAY, frame), welcome.welcome_next(SAY, frame)]
        shown.append(welcome.listen(SAY, welcome.Heard(tip.title, 40, "http://x/" + "y" * 600), frame))
    pair = Pair(id=10**9, community_id=1, newcomer_id=1, companion_id=2, began_at=NOW, at=NOW, state=PairState.AGREED)
    theirs = [pair.model_copy(update={"id": id, "newcomer_id": id, "companion_id": 1}) for id in (3, 4)]
    people = welcome.People((pair, other), [(each, other) for each in theirs])
    shown += [welcome.way(SAY, list(Step), people, each, is_going=False) for each in (None, shown[-1])]
    named_now = welcome.People((pair.model_copy(update={"id": 2, "state": PairState.NAMED}), other))
    coming = welcome.come(SAY, welcome.Named(2, other), frames[0])
    shown += [welcome.way(SAY, [], named_now, each, is_going=True) for each in (None, coming)]
    shown += [welcome.not_new(SAY, each, people) for each in (who, other)]
    waiting = welcome.Waiting(10**9, NOW, "w " * 20_000, "http://127.0.0.1/#general/m1")
    reasons = ("knows", "practice", "place", "both", "about", "here")
    shown += [welcome.alone(SAY, who, waiting, because) for because in reasons]
    rows = [(who, replace(waiting, id=id)) for id in range(9)]
    shown += [welcome.left_alone(SAY, rows[:1]), welcome.left_alone(SAY, rows, more=5)]
    shown += [welcome.request(SAY, 10**9, who), welcome.agreed_to(SAY, 10**9, name), welcome.agreed(SAY, 10**9, name)]
    shown += [welcome.come(SAY, named, welcome.Frame(who, because)) for because in ("recent", "willing")]
    shown += [welcome.away(SAY, name), welcome.away(SAY, ""), welcome.would_you(SAY, is_recent=True)]
    steps = {step: StepCount(9, 20) for step in Step}
    answers = [FirstAnswer(waited, True) for waited in [timedelta(hours=2)] * 6 + [None] * 5]
    numbers = review_rules.numbers(40, steps, answers, {(Level.PERIPHERAL, Level.ACTIVE): 7})
    shown += _reviews(numbers, "n" * 200)
    assert all(isinstance(each, Message) for each in shown)
    welcome.introduce_form(SAY, who, named=True)


def _reviews(numbers: review_rules.Numbers, name: str) -> list[Message]:
    """A review of each sort alone and of all, at its longest, wherever it begins, with and without what was done."""
    id, title, link = 10**9 - 1, "t" * 120, "http://127.0.0.1/#general/m1"
    sorts: list[list[items.Item]] = [
        [items.LeftAlone(id - at, name, NOW, at == 0, "m") for at in range(9)],
        [items.Unanswered(id - at, "q" * 200, name if at else "", NOW, "p") for at in range(9)],
        [items.Silent(id - at, (name, name), "room" if at else "", NOW, may_ask=at > 1) for at in range(9)],
        [items.Doubtful(id - at, title, why, uses_of(()), NOW) for at, why in enumerate(review_rules.Doubt)],
        [items.Alike(7, title, id - at, title) for at in range(9)],
        [items.Hot(f"question:{id - at}", title) for at in range(9)],
    ]
    done = items.Done("review.did.left", {"problem": title}, id)
    found = []
    for these in [[], *sorts, [each for sort in sorts for each in sort]]:
        for start in range(0, len(these) + 1, 3):
            for is_undo, has_pages in product((True, False), repeat=2):
                places = review_rules.shown_of(len(these), start, is_undo=is_undo, is_foot=has_pages)
                shown = review.Shown(places, dict.fromkeys(places, link), has_pages)
                found.append(review.review(SAY, items.Review(tuple(these), numbers), shown, done if is_undo else None))
    return found
