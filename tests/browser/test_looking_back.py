"""What is asked when a placement is over: of each student by a code, of the host by its mail."""

import re

import pytest

from tests.browser.visiting import address
from tests.browser.window import PHONE, Window

ASK = """
from accounts import outbox, postman
from accounts.models import User
from placements.models import Booking
host = User.objects.get(email="{host}")
outbox.post("debrief_to_host", to=host, about=Booking.objects.get(pk="{booking}"))
postman.deliver_due()
"""
ASK_FOUND = """
from accounts import outbox, postman
from placements.models import Booking
outbox.post("found_debrief", to="{employer}", about=Booking.objects.get(pk="{booking}"))
postman.deliver_due()
"""
DID = "I priced flowers, and made a bunch that somebody bought."
MOST_LOADS = 6


WAYS = ["scripts", "plain"]


@pytest.fixture
def window(come, axe):
    """A window of somebody, or of a visitor without an account."""

    def begin(way, who="", **how):
        scripts = way == "scripts"
        page = come(who and f"{who}_{way}", javascript=scripts, **how)
        return Window(page, axe if scripts else None)

    return begin


@pytest.mark.parametrize("way", WAYS)
def test_a_student_looks_back_by_a_code_on_a_phone_without_an_account(window, scene, way):
    school = window(way, "was_there")
    school.open(address(scene, "ratings:reflections", f"just_over_{way}"))
    assert school.shows("0 of 3 students have looked back")
    school.press("Make links and a sheet")
    sheet = school.page.locator("article").filter(has=school.page.get_by_text("Aisha"))
    code = sheet.locator(".govuk-body-l").inner_text()

    student = window(way, width=PHONE)
    student.open("/reflect/")
    student.fill({"Your code": code})
    student.press("Continue")
    assert student.heading.endswith("How was your work experience?")
    student.press("Send to my school")
    assert student.shows("There is a problem", "Say what you did")
    student.fill({"What did you do?": DID, "What did you learn?": "To ask before I guess."})
    for question, answer in (
        ("Before it: how interested", "2"),
        ("Now: how interested", "4"),
        ("Before it: how sure", "3"),
        ("Now: how sure", "4"),
    ):
        student.choose(question, answer)
    for question in ("Has it changed your mind?", "Did you reach the aims"):
        group = student.page.get_by_role("group", name=question)
        group.get_by_role("radio").first.check()
    student.press("Send to my school")
    assert student.heading == "Your school has your answers"

    student.open("/reflect/")
    student.fill({"Your code": code})
    student.press("Continue")
    assert student.shows("This code is not known, or was used before.")

    school.open(address(scene, "ratings:reflections", f"just_over_{way}"))
    assert school.shows("1 of 3 students have looked back", DID)


@pytest.mark.parametrize("way", WAYS)
def test_a_host_says_who_came_and_how_it_went_in_a_few_pages_without_signing_in(
    window, site, scene, way
):
    [booking], [reader] = scene["places"][f"just_over_{way}"], scene["places"][f"hosted_{way}"]
    site.manage("shell", "-v0", "-c", ASK.format(host=reader, booking=booking))
    [text] = site.sql('SELECT text FROM accounts_sentmail WHERE "to" = %s', reader)[0]
    link = re.search(r"Look back: (http\S+)", text)[1]
    host, loads = window(way, width=PHONE), []
    host.page.on(
        "response",
        lambda answer: (
            loads.append(answer.url)
            if answer.request.resource_type == "document" and answer.status != 302
            else None
        ),
    )

    host.open(link)
    assert host.shows("You need not sign in", "Aisha")
    assert not any(name in host.words for name in ("Ben", "Cora"))
    host.press("All 3 came")
    assert host.shows("We have noted who came.")
    host.fill({"What went well?": "They asked good questions."})
    host.choose("Would you host students again?", "Yes")
    host.press("Send")
    assert host.heading == "Thank you for looking back"
    assert len(loads) <= MOST_LOADS, loads

    answer = host.page.goto(link)
    assert answer.status == 410

    school = window(way, "was_there")
    school.open(address(scene, "ratings:debrief", f"just_over_{way}"))
    assert school.shows("They asked good questions.", "3")


@pytest.mark.parametrize("way", WAYS)
def test_an_employer_that_a_student_found_looks_back_on_a_phone_without_an_account(
    window, site, scene, way
):
    [booking], reader = scene["places"][f"found_over_{way}"], f"{way}@garage.example.org"
    site.manage("shell", "-v0", "-c", ASK_FOUND.format(employer=reader, booking=booking))
    [text] = site.sql('SELECT text FROM accounts_sentmail WHERE "to" = %s', reader)[0]
    link = re.search(r"Look back: (http\S+)", text)[1]
    employer = window(way, width=PHONE)

    employer.open(link)
    assert employer.heading.endswith("Did the student come?")
    assert employer.shows("You need no account.", "This page names nobody.")
    assert "Aisha" not in employer.words
    employer.press("The student came")
    assert employer.shows("We have noted who came.")
    employer.press("Send")
    assert employer.shows("There is a problem", "Say what went well")
    employer.fill({"What went well?": "She asked good questions."})
    employer.choose("Would you host students again?", "Yes")
    employer.press("Send")
    assert employer.heading == "Thank you for looking back"

    answer = employer.page.goto(link)
    assert answer.status == 410

    school = window(way, "found_it")
    school.open(address(scene, "ratings:debrief", f"found_over_{way}"))
    assert school.shows("She asked good questions.", "1 of 1 student came.")
