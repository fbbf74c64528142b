"""A school writes down what a student found; the employer, a parent and the hub follow by links."""

from datetime import timedelta

import pytest

from accounts import clock
from tests.browser.mailbox import Mailbox
from tests.browser.window import PHONE, Window

EMPLOYER = "boss@frankwell-motors.example.org"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_a_student_finds_an_employer_and_in_the_end_the_hub_knows_of_it(
    arrive, visit, site, scene, axe, javascript
):
    def window(who="", *, phone=True):
        page, _ = arrive(who, javascript=javascript)
        if phone:
            page.set_viewport_size({"width": PHONE, "height": 900})
        return Window(page, axe if javascript else None)

    name = "Frankwell Motors" if javascript else "Frankwell Motors and Sons"
    mailbox = Mailbox(visit(site))
    school = window("finder", phone=False)
    school.open("/bookings/self-found/new/")
    write_down(school, name)
    school.press("Ask the employer to confirm it")
    assert school.shows("We have asked the employer to confirm it", name, "Wants to be a mechanic.")
    page_of_it = school.page.url

    employer = window()
    site.manage("shell", "-v0", "-c", "from accounts import postman; postman.deliver_due()")
    mail = mailbox.waits_for(EMPLOYER, "Please confirm work experience", name)
    employer.open(mailbox.link(mail, "Read what the school wrote, and answer"))
    assert employer.shows("9 Quarry Lane", "Helps to change tyres.")
    assert not employer.shows("Wants to be a mechanic.")
    employer.fill({"Who looks after the student?": "The foreman."})
    employer.choose("How risky is the work there?", "Low: everyday risks, like an office or shop")
    employer.choose("Will one adult be alone with the student?", "No, others are about")
    employer.fill(
        {
            "We agree to all of this": True,
            "The Careers Hub may learn of us, and write to us about other schools": True,
        }
    )
    employer.press("Yes, we take the student")
    assert employer.heading == "Thank you, it is confirmed"

    school.open(page_of_it)
    school.follow("Name the student")
    school.follow("Name your students")
    school.fill({"Add students": "Aisha K"})
    school.press("Add to the list")
    school.press("Make links to hand out")
    parent = window()
    parent.open(school.page.locator("article p").first.inner_text())
    assert parent.shows("Aisha K", name, "9 Quarry Lane", "The foreman.")
    parent.choose("Do you agree?", "Yes, I agree")
    parent.press("Send my answer")
    assert parent.heading == "You have said yes"

    school.open(page_of_it)
    school.press("Tell our hub of this employer")
    assert school.shows("You told your hub of this employer")
    broker = window("broker", phone=False)
    broker.open("/desk/found/")
    assert broker.shows(name, EMPLOYER)


def write_down(school, name):
    first_day = clock.today() + timedelta(days=60)
    school.fill(
        {
            "Name of the employer": name,
            "The work, day by day": "Helps to change tyres.",
            "Why does it fit what the student is interested in?": "Wants to be a mechanic.",
            "Street address": "9 Quarry Lane",
            "Town": "Shrewsbury",
            "Postcode": "SY1 1AA",
            "Who at the employer agreed?": "Pat Boss",
            "Their email address": EMPLOYER,
        }
    )
    school.choose("What will the student do?", "Engineering and manufacturing")
    school.choose("How did the student find it?", "The student asked, knowing nobody there")
    school.choose("Year group", "Year 10")
    school.choose("What kind of workplace is it?", "Workshop or factory")
    school.fill_date("First day", first_day)
    school.fill_date("Last day", first_day + timedelta(days=4))
