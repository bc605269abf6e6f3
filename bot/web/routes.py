"""Every page and every action, and for whom it is: the one table that is served, tested and walked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from bot.web import (
    audit,
    door,
    exports,
    me,
    meetups,
    newcomers,
    overview,
    participation,
    press,
    questions,
    report,
    settings,
    texts,
    tips,
)
from bot.web.door import Door
from bot.web.visit import Handler, Whom


@dataclass(frozen=True, slots=True)
class Row:
    """A page (`GET`) or an action (`POST`): its path from the prefix on, for whom it is, and what answers.

    What is for anybody is answered by `outside`, everything else by `handler`.
    """

    method: str
    path: str
    whom: Whom
    handler: Handler | None = None
    outside: Callable[[Door], Awaitable[Response]] | None = None


def page(path: str, handler: Handler, whom: Whom = Whom.MEMBERS) -> Row:
    """A row for a page."""
    return Row("GET", path, whom, handler)


def act(path: str, handler: Handler, whom: Whom = Whom.MEMBERS) -> Row:
    """A row for an action."""
    return Row("POST", path, whom, handler)


ROUTES: tuple[Row, ...] = (
    Row("GET", "/in/{link}", Whom.ANYBODY, outside=door.ask),
    Row("POST", "/in/{link}", Whom.ANYBODY, outside=door.sign_in),
    Row("GET", "/out", Whom.ANYBODY, outside=door.is_out),
    act("/out", door.sign_out),
    act("/out/everywhere", door.sign_out_everywhere),
    act("/press", press.press),
    act("/form", press.submit),
    page("/", overview.overview),
    page("/review", overview.review, Whom.COORDINATORS),
    page("/questions", questions.listed),
    page("/questions/{number:int}/there", questions.there),
    page("/meetups", meetups.listed),
    act("/calendar", meetups.make_feed),
    Row("GET", "/calendar/{link}.ics", Whom.ANYBODY, outside=meetups.feed),
    page("/participation", participation.shown),
    act("/participation/anew", participation.anew),
    page("/newcomers", newcomers.listed, Whom.COORDINATORS),
    page("/newcomers/{number:int}/there", newcomers.there, Whom.COORDINATORS),
    page("/me", me.me),
    page("/core", me.core),
    page("/settings", settings.shown, Whom.COORDINATORS),
    act("/settings", settings.save, Whom.COORDINATORS),
    act("/settings/undo", settings.undo, Whom.COORDINATORS),
    page("/settings/when", settings.when, Whom.COORDINATORS),
    page("/settings/digest", settings.digest_now, Whom.COORDINATORS),
    page("/settings/words", texts.listed, Whom.COORDINATORS),
    act("/settings/words/undo", texts.put_back, Whom.COORDINATORS),
    page("/settings/words/{key}", texts.one, Whom.COORDINATORS),
    act("/settings/words/{key}", texts.save, Whom.COORDINATORS),
    page("/settings/words/{key}/preview", texts.preview, Whom.COORDINATORS),
    page("/audit", audit.trail, Whom.COORDINATORS),
    page("/exports", exports.offered, Whom.COORDINATORS),
    act("/exports", exports.take, Whom.COORDINATORS),
    page("/tips", tips.listed),
    page("/tips/{number:int}", tips.shown),
    page("/tips/{number:int}/edit", tips.edit),
    act("/tips/{number:int}/edit", tips.edited),
    act("/tips/{number:int}/retire", tips.retire),
    act("/tips/{number:int}/restore", tips.restore),
    act("/tips/{number:int}/undo", tips.undo),
    page("/tips/{number:int}/merge", tips.merging),
    act("/tips/{number:int}/merge", tips.merge),
    act("/tips/{number:int}/apart", tips.not_same, Whom.COORDINATORS),
    page("/report", report.shown),
    act("/report/anew", report.anew),
    page("/report/map.svg", report.map_picture),
    page("/report/trends.svg", report.trends_picture),
    page("/report/matrix.svg", report.matrix_picture),
    page("/report/figures.json", report.figures_file),
    page("/report/sheet.pdf", report.sheet_file),
)
