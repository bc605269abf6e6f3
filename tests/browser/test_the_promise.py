"""What the project promises first: a tip out of a conversation, with its author's yes, found in other words."""

import re

import pytest
from browser.window import Demo, Windows
from playwright.async_api import expect

pytestmark = pytest.mark.browser

QUESTION = "her famly has bougt a bed that is much too low. How do we lift it?"


async def test_a_tip_is_kept_with_its_authors_yes_and_found_in_other_words(demo: Demo, windows: Windows) -> None:
    owen = await windows.open(demo, "owen", room="going-home")
    esther = await windows.open(demo, "esther", room="going-home")

    await owen.messages.filter(has_text="already bought the wrong bed").locator(".replies").click()
    await owen.chooses("Keep as know-how", owen.thread.filter(has_text="Bed raisers"))
    await expect(owen.form.locator("[name=works]")).to_have_value(re.compile("^Bed raisers"))
    await expect(owen.form.locator("[name=situation]")).to_have_value(re.compile("the wrong bed"))
    await owen.presses("Save", within=owen.form)
    await expect(owen.form).to_have_count(0)
    await owen.sees("I've asked Esther Nwosu", within=owen.private)

    await esther.goes_to("Tacit")
    await esther.sees("Owen Price would like to keep what you wrote")
    await esther.presses("Yes, with my name")
    await esther.sees("Kept as #")
    await owen.goes_to("Tacit")
    await owen.sees("said yes")

    ravi = await windows.open(demo, "ravi", room="rehab")
    await esther.goes_to("rehab")
    await ravi.writes(f"@Tacit {QUESTION}")
    await esther.messages.filter(has_text=QUESTION).get_by_text("1 reply").click()
    for window in (ravi, esther):
        answer = window.thread.filter(has_text="Bed raisers, if the legs are square.")
        await expect(answer).to_contain_text("Esther Nwosu")
    await ravi.presses("Worked for me")
    await ravi.sees("worked for you", within=ravi.private)
