"""Mail that came back, for whoever signs in to mend the address: what somebody mistyped."""

from datetime import timedelta

from accounts import clock, invitations, postman
from accounts.models import Role
from marketplace.demo.papering import BEGUN
from marketplace.demo.settling import Cast
from marketplace.demo.story import Story
from placements import consents, students


def mistype(story: Story) -> None:
    """A school, an employer and the national team have each invited somebody who does not hear
    of it; the school has asked a parent as well."""
    with clock.as_of(clock.now() - timedelta(days=2)):
        _invite(story.cast)
        _ask_a_parent(story)
        postman.deliver_due()


def _invite(cast: Cast) -> None:
    for lead, email in (
        (cast.careers_leaders["abbey"], "d.pryce@abbeyforgate.invalid"),
        (cast.hosts["bakehouse"], "bakery.office@wrekinbakehous.invalid"),
        (cast.national, "sam.lowe@marketplce.invalid"),
    ):
        invitations.invite(email, role=Role.COLLEAGUE, by=lead)


def _ask_a_parent(story: Story) -> None:
    school = story.cast.careers_leaders["abbey"]
    booking = story.booking(BEGUN[0], "abbey")
    students.name(booking, lines="Eve R", by=school)
    student = booking.students.get(first_name="Eve")
    consents.ask_by_mail(student, email="parent@home.invalid", by=school)
