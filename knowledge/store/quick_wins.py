"""Quick wins: what members try after meetups, and whether it held. Shown to others only as their teller chose."""

from datetime import datetime

from sqlmodel import col, select

from knowledge.models import QuickWin, Showing, WinState
from knowledge.store.engine import write_once
from knowledge.store.work import Work


async def note_win(work: Work, meetup: int, member: int, text: str, showing: Showing) -> QuickWin:
    """Notes what a member will try; a later word takes the place of an earlier one, and what became of that goes.

    Raises:
        NoResultFound: their word stands with another community.
    """
    row = QuickWin(community_id=work.community, meetup_id=meetup, member_id=member, text=text, at=work.now)
    await write_once(work.session, row)
    query = select(QuickWin).where(QuickWin.community_id == work.community, QuickWin.meetup_id == meetup)
    found = (await work.session.exec(query.where(QuickWin.member_id == member))).one()
    if found.text != text and found.state is not WinState.KEPT:
        found.state, found.checked_at = WinState.TRYING, None
    found.text, found.showing = text, showing
    await work.session.flush()
    return found


async def find_win(work: Work, win: int, *, lock: bool = False) -> QuickWin | None:
    """Finds a quick win by id; with `lock`, who else asks so waits until this work is over."""
    query = select(QuickWin).where(QuickWin.community_id == work.community, QuickWin.id == win)
    return (await work.session.exec(query.with_for_update() if lock else query)).first()


async def shown_wins(work: Work, since: datetime) -> list[QuickWin]:
    """Lists the quick wins since then that may be shown to everybody, the newest first; none that did not hold."""
    query = select(QuickWin).where(QuickWin.community_id == work.community, QuickWin.at > since)
    query = query.where(QuickWin.showing != Showing.PRIVATE, QuickWin.state != WinState.NOT_HELD)
    return list((await work.session.exec(query.order_by(col(QuickWin.at).desc(), col(QuickWin.id).desc()))).all())


async def wins_of(work: Work, meetup: int) -> list[QuickWin]:
    """Lists the quick wins of a meetup, the oldest first."""
    query = select(QuickWin).where(QuickWin.community_id == work.community, QuickWin.meetup_id == meetup)
    return list((await work.session.exec(query.order_by(col(QuickWin.id)))).all())


def win_id(win: QuickWin) -> int:
    """The id of a quick win that has been written."""
    assert win.id is not None
    return win.id
