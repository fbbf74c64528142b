import pytest
from django.test import RequestFactory

from accounts.models import Member, Organisation, OrganisationKind
from marketplace import navigation


def offered(kind, *, at="/"):
    request = RequestFactory().get(at)
    if kind:
        request.member = Member(organisation=Organisation(kind=kind))
    return navigation.entries(request)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (None, ["Find placements", "Shortlist", "For schools", "For employers"]),
        (
            OrganisationKind.SCHOOL,
            ["Overview", "Find placements", "Shortlist", "Enquiries", "Bookings", "Debriefs"],
        ),
        (
            OrganisationKind.EMPLOYER,
            ["Overview", "Your listings", "Enquiries", "Bookings", "Debriefs"],
        ),
        (
            OrganisationKind.PROVIDER,
            ["Overview", "Your listings", "Enquiries", "Bookings", "Debriefs"],
        ),
        (OrganisationKind.HUB, ["Overview", "Desk", "Debriefs", "Find placements"]),
        (OrganisationKind.ACCREDITOR, ["Find placements"]),
    ],
)
def test_each_kind_of_member_is_led_to_their_own_work(kind, texts):
    assert [entry["text"] for entry in offered(kind)] == texts


def test_the_part_of_the_site_one_is_in_is_marked():
    entries = offered(OrganisationKind.SCHOOL, at="/bookings/0192/")

    assert [entry["text"] for entry in entries if entry["active"]] == ["Bookings"]
