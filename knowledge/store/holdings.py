"""Where a person stands in the tables, and what becomes of it when they are forgotten.

One description for `forget`, which empties these places, and `everything`, which shows them. A test walks all tables
and fails where a column that names a member, or that can hold words, names or keys, is not described here.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, or_

from knowledge.models import metadata


class Fate(StrEnum):
    """What becomes of a place when somebody is forgotten.

    `GOES`: the row is deleted. `NOBODY`: the row stays and names nobody. `CHOSEN`: words of their tips, which stay
    without a name or go. `CLEANED`: the row is somebody else's; what is about the person is taken out of it.
    """

    GOES = "goes"
    NOBODY = "nobody"
    CHOSEN = "chosen"
    CLEANED = "cleaned"


MEMBERS = {
    "account.member_id": Fate.GOES,
    "asking.asker_id": Fate.GOES,
    "auditentry.member_id": Fate.NOBODY,
    "browsersession.member_id": Fate.GOES,
    "calendarfeed.member_id": Fate.GOES,
    "comment.member_id": Fate.GOES,
    "confirmation.member_id": Fate.GOES,
    "digest.member_id": Fate.GOES,
    "firstword.answerer_id": Fate.NOBODY,
    "firstword.member_id": Fate.GOES,
    "firstwordpeer.member_id": Fate.GOES,
    "guest.member_id": Fate.GOES,
    "linkcode.member_id": Fate.GOES,
    "meetup.host_id": Fate.NOBODY,
    "meetup.teller_id": Fate.NOBODY,
    "meetupvote.member_id": Fate.GOES,
    "newcomer.member_id": Fate.GOES,
    "notice.member_id": Fate.GOES,
    "pair.companion_id": Fate.GOES,
    "pair.newcomer_id": Fate.GOES,
    "question.answerer_id": Fate.NOBODY,
    "question.asker_id": Fate.GOES,
    "questionpeer.member_id": Fate.GOES,
    "quickwin.member_id": Fate.GOES,
    "signin.member_id": Fate.GOES,
    "steptaken.member_id": Fate.GOES,
    "tie.from_id": Fate.GOES,
    "tie.to_id": Fate.GOES,
    "tiemonth.from_id": Fate.GOES,
    "tiemonth.to_id": Fate.GOES,
    "tip.kept_by": Fate.NOBODY,
    "tipauthor.member_id": Fate.NOBODY,
    "tipversion.member_id": Fate.NOBODY,
}
"""Every column that names a member."""

WORDS = {
    "account.brought": Fate.GOES,
    "account.key": Fate.GOES,
    "account.name": Fate.GOES,
    "asking.channel": Fate.GOES,
    "asking.once": Fate.GOES,
    "auditentry.subject": Fate.CLEANED,
    "browsersession.account": Fate.GOES,
    "browsersession.digest": Fate.GOES,
    "calendarfeed.digest": Fate.GOES,
    "comment.text": Fate.CLEANED,
    "confirmation.note": Fate.CLEANED,
    "confirmation.place": Fate.GOES,
    "confirmation.practice": Fate.GOES,
    "delivery.key": Fate.CLEANED,
    "digest.once": Fate.GOES,
    "digest.opening": Fate.CLEANED,
    "firstword.message": Fate.GOES,
    "firstword.room": Fate.GOES,
    "firstword.thread": Fate.GOES,
    "linkcode.account": Fate.GOES,
    "linkcode.digest": Fate.GOES,
    "meetup.detail": Fate.CLEANED,
    "meetup.place": Fate.CLEANED,
    "meetup.problem": Fate.CLEANED,
    "member.language": Fate.GOES,
    "member.name": Fate.GOES,
    "member.place": Fate.GOES,
    "member.practice": Fate.GOES,
    "member.time_zone": Fate.GOES,
    "notice.edits": Fate.GOES,
    "notice.message": Fate.GOES,
    "notice.once": Fate.CLEANED,
    "notice.room": Fate.GOES,
    "notice.subject": Fate.CLEANED,
    "pair.room": Fate.GOES,
    "pair.thread": Fate.GOES,
    "question.heard": Fate.GOES,
    "question.post": Fate.GOES,
    "question.room": Fate.GOES,
    "question.text": Fate.CLEANED,
    "quickwin.text": Fate.GOES,
    "shown.said": Fate.GOES,
    "signin.account": Fate.GOES,
    "signin.digest": Fate.GOES,
    "steptaken.about": Fate.GOES,
    "tie.channel": Fate.GOES,
    "tie.once": Fate.GOES,
    "tiemonth.channel": Fate.GOES,
    "tip.context": Fate.CHOSEN,
    "tip.external_id": Fate.CHOSEN,
    "tip.situation": Fate.CHOSEN,
    "tip.source": Fate.NOBODY,
    "tip.source_link": Fate.NOBODY,
    "tip.title": Fate.CHOSEN,
    "tip.why": Fate.CHOSEN,
    "tip.works": Fate.CHOSEN,
    "tipauthor.name": Fate.NOBODY,
    "tipauthor.source": Fate.NOBODY,
    "tiptag.tag": Fate.CHOSEN,
    "tipvector.digest": Fate.CHOSEN,
    "tipvector.pieces": Fate.CHOSEN,
    "tipvector.states": Fate.CHOSEN,
    "tipvector.text_vector": Fate.CHOSEN,
    "tipvector.title_vector": Fate.CHOSEN,
    "tipversion.form": Fate.CHOSEN,
}
"""Every column that can hold somebody's words or name, or a key that leads to them."""

IMPERSONAL = frozenset(
    {
        *("auditentry.did", "member.core_from"),
        *("channel.key", "channel.name", "community.name", "community.options", "space.key"),
        *(
            "forgotten.digest",
            "digest.items",
            "digest.left_out",
            "jobrun.job",
            "jobrun.period",
            "jobtime.job",
            "jobtime.rule",
        ),
        *(
            "guest.because",
            "importpart.counted",
            "importpart.part",
            "importpart.source",
            "lease.holder",
            "lease.name",
            "meetup.event",
            "meetup.evidence",
            "meetup.room",
            "meetup.space",
            "notice.held",
            "notice.name",
            "notice.nudge",
            "publishedtable.body",
            "publishedtable.month",
            "publishedtable.name",
            "steptaken.because",
            "tiemonth.month",
        ),
        *("tipauthor.part", "tipversion.action", "tipvector.encoder"),
    }
)
"""The other columns of text: they say something of the community or of the bot."""

ABOUT_MEMBERS = frozenset({"by", "member"})
"""Under which names the subject of a notice holds ids of members; a test looks at all that is owed."""


def places(*fates: Fate) -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that names a member and has one of these fates (any unless given), later tables first."""
    for table in reversed(metadata.sorted_tables):
        for column in table.columns:
            fate = MEMBERS.get(f"{table.name}.{column.name}")
            if fate is not None and fate in (fates or tuple(Fate)):
                yield table, column


def named_in(key: Any, account: str) -> ColumnElement[bool]:
    """Whether a column with keys of events names an account: some platforms' do."""
    space, _, id = account.rpartition(":")
    inside, at_end = key.contains(f":{id}:", autoescape=True), key.endswith(f":{id}", autoescape=True)
    return and_(key.startswith(f"{space}:", autoescape=True), or_(inside, at_end))
