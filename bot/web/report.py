"""The report: the words that chat has, pictures by practice or by place, tables that say the same, files to take along.

It is worked out beside the event loop (`reckoning`) and shown from there; while it isn't ready the page says how far it
is. Everybody sees the same. Nothing in it follows a single person, whatever times are held side by side (`sides`).
"""

import asyncio
import json
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.features.reports import figures, rules, views
from bot.web.reckoning import Reckoning, Wanted
from bot.web.report_drawn import Drawn, draw
from bot.web.report_times import LAST, Chosen, chosen_from, months_offered
from bot.web.visit import Visit

PATIENCE_SECONDS = 25.0
"""How long a picture or a file waits for what it is made from (ours: proxies give up after 30)."""

KEPT_SECONDS = 3_600
"""How long browsers keep a picture, whose address changes with the report (ours)."""

EXACT_FROM = 500
"""From so many ties on a share is given in hundredths, below in tenths: either is of five ties or more."""

PICTURE_RULES = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a picture may do that is opened by itself: nothing."""


async def shown(visit: Visit) -> Response:
    """`/report?days=90&by=place`: the report, or how far it is; the script on the page asks again each second."""
    chosen = _chosen(visit)
    if chosen.period is None:
        return _page(visit, chosen, None, status=422)
    found = await _find(visit, chosen)
    if not visit.is_part:
        return _page(visit, chosen, found)
    if found.is_over:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    return visit.show("report_progress.html", chosen=chosen, found=found)


async def anew(visit: Visit) -> Response:
    """*Bring it up to date*, or *Try again*; what is a minute old is shown as it is."""
    chosen = chosen_from(await visit.fields(), visit.context.now, visit.zone)
    if chosen.period is not None:
        await _find(visit, chosen, anew=True)
    return visit.go(f"/report?{chosen.query}&by={chosen.by}")


async def map_picture(visit: Visit) -> Response:
    """`/report/map.svg`: who has ties with whom."""
    return await _picture(visit, "map")


async def trends_picture(visit: Visit) -> Response:
    """`/report/trends.svg`: month by month."""
    return await _picture(visit, "trends")


async def matrix_picture(visit: Visit) -> Response:
    """`/report/matrix.svg`: who turns to whom."""
    return await _picture(visit, "matrix")


async def figures_file(visit: Visit) -> Response:
    """`/report/figures.json`: the figures, for whoever computes with them."""
    told = (await _drawn(visit)).told
    ties = told.now.lateral.ties if told is not None else 0
    values = _rounded(figures.figures(told), 2 if ties >= EXACT_FROM else 1)
    body = json.dumps(values, ensure_ascii=False, indent=2, default=str)
    return Response(body, media_type="application/json", headers=_saved_as("report.json"))


async def sheet_file(visit: Visit) -> Response:
    """`/report/sheet.pdf`: one page with all of it, for a wall."""
    sheet = (await _drawn(visit)).sheet
    if sheet is None:
        raise HTTPException(404)
    return Response(sheet.content, media_type=sheet.media_type, headers=_saved_as("report.pdf"))


def _chosen(visit: Visit) -> Chosen:
    return chosen_from(visit.request.query_params, visit.context.now, visit.zone)


async def _find(visit: Visit, chosen: Chosen, *, anew: bool = False) -> Reckoning[Drawn]:
    """The report on a time in the reader's language, begun where it is not known."""
    context, period = visit.context, chosen.period
    assert period is not None
    clock = "" if "days" in chosen.fields else visit.zone.key
    today = "" if chosen.is_past else f"{context.now:%Y-%m-%d}"
    what = f"{chosen.query} {clock} {today} {await visit.who_counts()}"
    wanted = Wanted(context.community, context.words.language, what, chosen.is_past)
    make = partial(draw, context, period)
    return visit.reckoners.reports.find(wanted, make, who=context.who, now=context.now, anew=anew)


async def _drawn(visit: Visit) -> Drawn:
    """What is ready, or will be in a moment: a picture may be asked of another process than its page."""
    chosen = _chosen(visit)
    if chosen.period is None:
        raise HTTPException(404)
    found = await _find(visit, chosen)
    if found.task is not None and not found.is_over:
        await asyncio.wait([found.task], timeout=PATIENCE_SECONDS)
    if found.found is None:
        raise HTTPException(503)
    return found.found


async def _picture(visit: Visit, name: str) -> Response:
    picture = (await _drawn(visit)).picture(name, _chosen(visit).by)
    if picture is None:
        raise HTTPException(404)
    headers = {
        "Content-Security-Policy": PICTURE_RULES,
        "Cache-Control": f"private, max-age={KEPT_SECONDS}",
        "Vary": "Cookie",
    }
    return Response(picture.content, media_type=picture.media_type, headers=headers)


def _page(visit: Visit, chosen: Chosen, found: Reckoning[Drawn] | None, *, status: int = 200) -> Response:
    drawn = found.found if found is not None else None
    told = drawn.told if drawn is not None else None
    words, by = visit.context.words, None
    message = None
    if drawn is not None:
        message = views.too_little(words, drawn.period)
    if drawn is not None and told is not None:
        message, by = views.report(words, told, is_core=visit.is_core), drawn.by[chosen.by]
        message = replace(message, sections=message.sections[1:])
    return visit.show(
        "report.html",
        status=status,
        chosen=chosen,
        found=found,
        drawn=drawn,
        told=told,
        message=message,
        of=views.period(words, drawn.period) if drawn is not None else (),
        by=by,
        last=LAST,
        months=[(f"{each:%Y-%m}", words.month(each)) for each in months_offered(visit.context.now)],
        stamp=f"{found.as_of:%Y%m%d%H%M%S}" if found is not None else "",
        month=lambda each: words.month(each.since),
        in_ten=rules.in_ten,
    )


def _rounded(value: Any, places: int) -> Any:
    match value:
        case float():
            return round(value, places)
        case dict():
            return {key: _rounded(each, places) for key, each in value.items()}
        case list() | tuple():
            return [_rounded(each, places) for each in value]
        case _:
            return value


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
