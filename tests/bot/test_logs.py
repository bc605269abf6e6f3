"""Log lines say what went wrong and where, and never what somebody wrote, whoever logs it and however."""

import asyncio
import gc
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from listening import Log, listening

from adapters.port import PlatformRefused, Refused
from bot import errors, logs

SECRET = "lukewarm water for bed seven"
OURS = logging.getLogger("tacit.test")
THEIRS = logging.getLogger("aiohttp.server")


@pytest.fixture
def log() -> Iterator[Log]:
    with listening() as heard:
        yield heard


def fail(words: str) -> None:
    raise ValueError(words)


def test_a_line_of_ours_is_json_with_its_level_and_time(log: Log) -> None:
    OURS.debug("kept number=%d", 12)
    (line,) = log.lines
    assert (line["event"], line["level"], line["logger"]) == ("kept number=12", "debug", "tacit.test")
    assert line["timestamp"].endswith("Z")


def test_what_goes_on_stands_on_each_line_and_nowhere_else(log: Log) -> None:
    with logs.speaking_of(platform="slack", kind="CommandUsed", community=None):
        OURS.info("before it is known where")
        logs.also_of(community=3)
        OURS.info("after")
    OURS.info("outside")
    before, after, outside = log.lines
    assert (before["platform"], before["kind"]) == ("slack", "CommandUsed") and "community" not in before
    assert after["community"] == 3
    assert not {"platform", "kind", "community"} & set(outside)


def test_a_failure_is_said_by_code_kind_and_place(log: Log) -> None:
    try:
        fail(SECRET)
    except ValueError as error:
        code = errors.report(error, "job tips.thanks", OURS)
    (line,) = log.lines
    assert (line["code"], line["where"], line["error"]) == (code, "job tips.thanks", "ValueError")
    assert "test_logs.py" in line["event"] and ":fail" in line["event"] and SECRET not in log.text


@pytest.mark.parametrize("reason", list(Refused))
def test_a_refusal_names_what_is_missing_and_nobody(log: Log, reason: Refused) -> None:
    errors.report_refusal(PlatformRefused(reason, "U123 or im:write"), "slack", OURS)
    (line,) = log.lines
    names_somebody = reason in (Refused.NO_DIRECT_MESSAGES, Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert str(reason) in line["event"] and ("U123" not in line["event"]) is names_somebody


def in_the_text() -> None:
    THEIRS.warning(f"can't read {SECRET}")


def as_a_value() -> None:
    THEIRS.warning("can't read %s of %5.2f {}", SECRET, 1.0)


def as_an_error() -> None:
    THEIRS.error(ValueError(SECRET))


def as_a_field() -> None:
    THEIRS.error("can't read", extra={"text": SECRET})


def with_a_traceback() -> None:
    try:
        fail(SECRET)
    except ValueError:
        THEIRS.exception("can't read")


def with_what_it_came_from() -> None:
    try:
        try:
            fail(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError:
        OURS.error("can't read", exc_info=True, stack_info=True)


def with_too_few_values() -> None:
    THEIRS.warning("%s %s", SECRET)


def in_a_thread() -> None:
    thread = threading.Thread(target=fail, args=(SECRET,))
    thread.start()
    thread.join()


def in_a_task() -> None:
    async def work() -> None:
        async def inner() -> None:
            fail(SECRET)

        task = asyncio.create_task(inner())
        await asyncio.wait((task,))
        del task
        gc.collect()

    asyncio.run(work())


def where_nobody_can_catch_it() -> None:
    class Last:
        def __del__(self) -> None:
            fail(SECRET)

    Last()
    gc.collect()


WAYS = [
    in_the_text,
    as_a_value,
    as_an_error,
    as_a_field,
    with_a_traceback,
    with_what_it_came_from,
    with_too_few_values,
    in_a_thread,
    in_a_task,
    where_nobody_can_catch_it,
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("as_json", [True, False])
def test_what_somebody_wrote_is_in_no_line(
    way: Callable[[], None], as_json: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(as_json=as_json) as log:
        way()
    said = log.text + "".join(capfd.readouterr())
    assert SECRET not in said
    assert log.text or way is with_too_few_values


def test_a_sentence_of_a_library_is_shown_without_its_values(log: Log) -> None:
    as_a_value()
    assert log.lines[0]["event"] == "can't read … of … …"


def test_an_error_of_a_library_is_shown_by_kind_and_place(log: Log) -> None:
    with_a_traceback()
    (line,) = log.lines
    assert (line["event"], line["error"]) == ("can't read", "ValueError") and ":fail" in line["at"]


def test_a_line_that_is_not_shown_says_where_it_came_from(log: Log) -> None:
    in_the_text()
    (line,) = log.lines
    assert line["event"] == logs.HIDDEN and "test_logs.py" in line["at"] and "in_the_text" in line["at"]


def test_a_library_is_heard_from_warnings_on(log: Log) -> None:
    THEIRS.setLevel(logging.DEBUG)
    try:
        THEIRS.info("not this")
        THEIRS.warning("but this")
    finally:
        THEIRS.setLevel(logging.NOTSET)
    assert [line["event"] for line in log.lines] == ["but this"]


def test_the_level_is_for_our_own_lines() -> None:
    with listening(level="warning", as_json=False) as log:
        OURS.info("not this")
        OURS.warning("but this")
    assert "but this" in log.text and "not this" not in log.text
