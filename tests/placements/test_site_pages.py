"""What a national employer sees and does with one listing at many workplaces."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role, Workplace
from placements import bookings, sites, withdrawals
from placements.models import Placement, Slot
from placements.states import PlacementState
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)
from tests.placements.test_site_files import workbook
from tests.placements.test_sites import HEADINGS, a_line, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def listing(host):
    workplace = WorkplaceFactory(organisation=host.organisation, name="Head office")
    placement = PlacementFactory(provider=host.organisation, workplace=workplace)
    SlotFactory(placement=placement)
    return placement


@pytest.fixture
def page(client, host):
    client.force_login(host.user)
    return client


def address(name, listing):
    return reverse(f"placements:{name}", args=[listing.pk])


def send(page, listing, *lines, wrong="nothing", **more):
    typed = "\n".join([HEADINGS, *lines])
    sent = {"rows": typed, "wrong": wrong, "alike": "on", **more}
    return page.post(address("add-sites", listing), sent, follow=True)


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_rows_are_pasted_and_every_workplace_is_on_one_page(page, listing):
    answer = send(page, listing, a_line(1), a_line(2))

    assert "2 rows added, 0 changed, 0 as they were." in text(answer)
    assert "Branch 1, Shrewsbury" in text(answer)
    assert "3 of 3" in text(answer)
    assert Placement.objects.published().count() == 3


def test_the_same_list_again_says_that_nothing_changed(page, listing):
    send(page, listing, a_line(1))

    assert "0 rows added, 0 changed, 1 as they were." in text(send(page, listing, a_line(1)))


def test_wrong_rows_are_said_by_line_and_column_and_nothing_is_taken(page, listing):
    answer = send(page, listing, a_line(1), a_line(2, postcode="nowhere"), a_line(3, start=-1))

    assert "2 things must be put right. No row was taken." in text(answer)
    assert "3 Postcode Not a full postcode, like SY1 1AA nowhere" in text(answer)
    assert "4 First day Too soon: schools could not book any more" in text(answer)
    assert "1 High Street" in answer.content.decode()
    assert not listing.sites.exists()


def test_the_good_rows_are_taken_where_somebody_wants_that(page, listing):
    answer = send(page, listing, a_line(1), a_line(2, postcode="nowhere"), wrong="good")

    assert "1 row added, 0 changed, 0 as they were." in text(answer)
    assert "3 Postcode" in text(answer)
    assert listing.sites.count() == 1


def test_where_no_row_is_good_none_is_taken(page, listing):
    answer = send(page, listing, a_line(1, postcode="nowhere"), wrong="good")

    assert "No row was taken." in text(answer)


def test_the_employer_says_that_the_workplaces_are_alike(page, listing):
    answer = send(page, listing, a_line(1), alike="")

    assert "Confirm that the workplaces are alike" in text(answer)
    assert not listing.sites.exists()


def test_more_faults_than_anybody_reads_are_counted(page, listing):
    answer = send(page, listing, *(a_line(n, postcode="x") for n in range(203)))

    assert "And 3 more." in text(answer)


def test_a_listing_that_no_broker_has_read_says_what_comes_first(page, host):
    draft = PlacementFactory(
        provider=host.organisation, state=PlacementState.DRAFT, published_at=None
    )

    answer = page.get(address("add-sites", draft))

    assert "Publish the listing at its own workplace first" in text(answer)
    assert "Publish the listing" in text(send(page, draft, a_line(1)))
    assert not draft.sites.exists()


def test_the_template_can_be_filled_in(page, listing):
    answer = page.get(address("sites-template", listing))

    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == HEADINGS


def test_a_list_from_before_the_listing_counted_groups_is_not_taken_as_groups(page, listing):
    send(page, listing, a_line(1, places=60))
    slots = Slot.objects.filter(placement__in=[listing, *listing.sites.all()])
    Placement.objects.filter(pk__in=slots.values("placement")).update(largest_group=30)
    slots.update(places=2, largest_group=30)

    answer = text(send(page, listing, a_line(1, places=60), a_line(2, places=60), wrong="good"))

    assert "2 Places This listing counts groups. Call the column Groups" in answer
    assert "The last column is called “Groups”, not “Places”" in answer
    assert {slot.places for slot in slots.all()} == {2}
    headings = HEADINGS.replace("Places", "Groups")
    template = page.get(address("sites-template", listing)).content.decode("utf-8-sig")
    assert template.splitlines()[0] == headings

    typed = "\n".join([headings, a_line(1, places=3), a_line(2, places=4)])
    answer = send(page, listing, rows=typed)

    assert "1 row added, 1 changed, 0 as they were." in text(answer)
    made = Slot.objects.filter(placement__text_of=listing)
    assert {(slot.places, slot.largest_group) for slot in made} == {(3, 30), (4, 30)}


def test_a_place_for_a_group_is_counted_as_its_students(page, listing):
    send(page, listing, a_line(1, places=4))
    Placement.objects.filter(text_of=listing).update(largest_group=30)
    Slot.objects.filter(placement__text_of=listing).update(
        places=4, largest_group=30, taken=1, in_groups=12
    )

    assert "90 of 120" in text(page.get(address("sites", listing)))


def test_groups_are_not_taken_as_places(page, listing):
    typed = "\n".join([HEADINGS.replace("Places", "Groups"), a_line(1)])

    answer = text(send(page, listing, rows=typed))

    assert "2 Groups This listing counts places. Call the column Places" in answer
    assert not listing.sites.exists()


def test_all_are_paused_and_shown_again(page, listing):
    send(page, listing, a_line(1))

    assert "2 listings paused." in text(page.post(address("pause-sites", listing), follow=True))
    assert not Placement.objects.published().exists()
    assert "2 listings shown again." in text(
        page.post(address("resume-sites", listing), follow=True)
    )


def test_what_cannot_be_shown_again_is_counted(page, listing):
    send(page, listing, a_line(1))
    page.post(address("pause-sites", listing))
    Workplace.objects.filter(name="Branch 1").update(kind="private_home")

    said = text(page.post(address("resume-sites", listing), follow=True))

    assert "1 listing shown again. 1 still paused" in said


@pytest.mark.parametrize(
    ("asked", "found"),
    [("q=branch+1", 1), ("q=SY1", 2), ("q=nothing", 0), ("state=paused", 1), ("state=x", 3)],
)
def test_workplaces_are_filtered(page, listing, asked, found):
    send(page, listing, a_line(1, name="Branch 1"), a_line(2, name="Branch 2"))
    listing.workplace.postcode = "HR1 1AA"
    listing.workplace.save()
    Placement.objects.filter(workplace__name="Branch 2").update(state=PlacementState.PAUSED)

    content = page.get(f"{address('sites', listing)}?{asked}").content.decode()

    assert content.count('<th scope="row"') == found


def test_a_site_says_where_its_text_is_changed(page, listing):
    send(page, listing, a_line(1))

    answer = page.get(address("listing", listing.sites.get()))

    assert "This listing shares its text with other workplaces." in text(answer)
    assert address("listing", listing) in answer.content.decode()


def test_a_viewer_reads_and_changes_nothing(client, host, listing):
    viewer = HostFactory(organisation=host.organisation, role=Role.VIEWER)
    client.force_login(viewer.user)

    assert "Pause all" not in text(client.get(address("sites", listing)))
    assert client.get(address("add-sites", listing)).status_code == 403
    assert client.post(address("pause-sites", listing)).status_code == 403


def test_another_employers_listing_is_not_there(page):
    other = PlacementFactory()

    for name in ("sites", "add-sites", "sites-template"):
        assert page.get(address(name, other)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_workplace_and_three(
    page, host, listing, number, django_assert_num_queries
):
    sites.spread(listing, read(*(a_line(one) for one in range(number))), by=host)
    assert Slot.objects.exclude(reference="").count() == number
    page.get(address("sites", listing))

    with django_assert_num_queries(8):
        page.get(address("sites", listing))


def test_one_text_is_one_row_of_its_providers_list(page, host, listing):
    sites.spread(listing, read(a_line(1), a_line(2), a_line(3)), by=host)
    for branch in listing.sites.all()[:2]:
        bookings.request(branch.slots.get(), places=1, by=CareersLeaderFactory())

    answer = page.get(reverse("placements:listings"))

    shown = text(answer)
    assert answer.content.decode().count("app-card__title") == 1
    assert "At 4 workplaces" in shown
    assert address("sites", listing) in answer.content.decode()
    assert "4 dates to come, next on" in shown
    assert "2 requests to answer" in shown
    assert "1 published" in shown


def test_its_row_says_in_which_states_the_workplaces_are(page, host, listing):
    sites.spread(listing, read(a_line(1), a_line(2), a_line(3)), by=host)
    first, second, _ = listing.sites.all()
    Placement.objects.filter(pk=first.pk).update(state="paused")
    Placement.objects.filter(pk=second.pk).update(state="withdrawn")

    shown = text(page.get(reverse("placements:listings")))
    assert "At 3 workplaces" in shown
    assert ": 2 published and 1 paused" in shown
    assert "1 published 1 paused" in shown


def test_its_row_is_that_of_its_sites_where_the_texts_own_place_has_ended(page, host, listing):
    sites.spread(listing, read(a_line(1), a_line(2)), by=host)
    other = PlacementFactory(provider=host.organisation, state="paused")
    Placement.objects.filter(pk=listing.pk).update(state="withdrawn")

    answer = page.get(reverse("placements:listings"))

    first, second = (answer.content.decode().index(str(one.pk)) for one in (listing, other))
    assert first < second
    assert "At 2 workplaces" in text(answer)
    assert ">Published</strong>" in answer.content.decode()
    assert ">Withdrawn</strong>" not in answer.content.decode()
    gone = page.get(reverse("placements:listings"), {"state": "withdrawn"})
    assert ">Withdrawn</strong>" in gone.content.decode()


def test_dates_that_are_over_at_the_texts_own_place_are_not_over_at_its_sites(page, host, listing):
    sites.spread(listing, read(a_line(1), a_line(2)), by=host)
    listing.slots.all().delete()
    Placement.objects.filter(pk=listing.pk).update(state="expired")

    shown = text(page.get(reverse("placements:listings")))

    assert "2 dates to come, next on" in shown
    assert "Its dates are over" not in shown
    listing.sites.update(state="expired")
    Slot.objects.update(state="cancelled")
    assert "Its dates are over" in text(page.get(reverse("placements:listings")))


def test_a_list_of_one_state_leads_to_the_workplaces_in_it(page, host, listing):
    sites.spread(listing, read(a_line(1), a_line(2), a_line(3)), by=host)
    Placement.objects.filter(pk__in=listing.sites.all()[:2]).update(state="paused")

    answer = page.get(reverse("placements:listings"), {"state": "paused"})

    assert "At 2 workplaces" in text(answer)
    assert address("sites", listing) + "?state=paused" in answer.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_text_and_three_at_one_workplace_and_three(
    page, host, number, django_assert_num_queries
):
    for _ in range(number):
        workplace = WorkplaceFactory(organisation=host.organisation)
        placement = PlacementFactory(provider=host.organisation, workplace=workplace)
        sites.spread(placement, read(*(a_line(one) for one in range(number))), by=host)
    page.get(reverse("placements:listings"))

    with django_assert_num_queries(9):
        answer = page.get(reverse("placements:listings"))

    assert text(answer).count(f"At {number + 1} workplaces") == number


def test_the_listings_own_page_leads_to_all_of_its_workplaces(page, host, listing):
    assert "Offer it at many workplaces" in text(page.get(address("listing", listing)))

    sites.spread(listing, read(a_line(1), a_line(2)), by=host)

    shown = text(page.get(address("listing", listing)))
    assert "Offered at 3 workplaces: see and act on all of them" in shown


def test_that_it_cannot_become_virtual_is_said_beside_the_question(page, listing):
    send(page, listing, a_line(1))
    Placement.objects.filter(pk=listing.pk).update(state="sent_back")
    question = reverse("placements:listing-section", args=[listing.pk, "kind"])

    answer = page.post(question, {"kind": listing.kind, "mode": "virtual"})

    assert "so it cannot take place online" in text(answer)
    assert "mode-error" in answer.content.decode()


def upload(page, listing, content, name="branches.xlsx", **more):
    sent = {"file": SimpleUploadedFile(name, content), "rows": "", "wrong": "nothing", **more}
    return page.post(address("add-sites", listing), sent, follow=True)


def test_a_file_is_taken_like_rows_that_are_pasted(page, listing):
    book = workbook(HEADINGS.split(","), a_line(1).split(","), a_line(2).split(","))

    answer = upload(page, listing, book, alike="on")

    assert "2 rows added, 0 changed, 0 as they were." in text(answer)


def test_what_is_wrong_in_a_file_is_said_and_its_rows_come_back_in_the_box(page, listing):
    rows = "\r\n".join([HEADINGS, a_line(1), a_line(2, postcode="nowhere")])

    answer = upload(page, listing, rows.encode(), "list.csv", alike="on", rows="what was there")

    assert "1 thing must be put right. No row was taken." in text(answer)
    assert a_line(2, postcode="nowhere") in html.unescape(answer.content.decode())
    assert "what was there" not in text(answer)
    assert not listing.sites.exists()


def test_a_box_that_was_not_ticked_loses_no_rows_of_the_file(page, listing):
    answer = upload(page, listing, "\n".join([HEADINGS, a_line(1)]).encode(), "list.csv")

    assert "Confirm that the workplaces are alike" in text(answer)
    assert a_line(1) in text(answer)


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"", b"\0"])
def test_what_is_no_list_is_said_beside_the_file(page, listing, content):
    answer = upload(page, listing, content, alike="on")

    assert answer.status_code == 200
    assert "file-error" in answer.content.decode()
    assert "rows-error" not in answer.content.decode()


def test_neither_a_file_nor_rows_is_said_beside_the_rows(page, listing):
    answer = page.post(address("add-sites", listing), {"wrong": "nothing", "alike": "on"})

    assert "Choose a file, or paste the rows of your list" in text(answer)


def test_all_are_taken_down_and_the_page_says_how_far_calling_off_is(page, listing, monkeypatch):
    monkeypatch.setattr(withdrawals, "AT_ONCE", 1)
    send(page, listing, a_line(1), a_line(2))
    bookings.request(Slot.objects.get(reference="R2"), places=1, by=CareersLeaderFactory())
    where = address("withdraw-sites", listing)

    asked = page.get(where)
    done = page.post(where, {"reason": "staffing"}, follow=True)

    assert "1 school will lose 1 booking" in text(asked)
    assert "This withdraws 3 listings" in text(asked)
    assert "3 listings withdrawn." in text(done)
    assert "2 sets of dates with" in text(done)
    withdrawals.go_on()
    assert "We are calling off" not in text(page.get(address("sites", listing)))
    assert "All of them have been withdrawn." in text(page.get(where))


def test_taking_all_down_without_a_reason_is_said_beside_it(page, listing):
    where = address("withdraw-sites", listing)

    assert "Choose a reason" in text(page.post(where, {}))
    answer = page.post(where, {"reason": "other"})
    assert "comment-error" in answer.content.decode()
    assert listing.state == PlacementState.PUBLISHED


def test_an_untouched_form_says_nothing_of_errors(page, listing):
    answer = page.get(address("add-sites", listing)).content.decode()

    assert "govuk-error-summary" not in answer
    assert 'value="nothing" checked' in answer


def test_what_is_too_long_to_look_for_is_said_beside_it_and_on_top(page, listing):
    shown = page.get(address("sites", listing), {"q": "x" * 81}).content.decode()

    assert "govuk-error-summary" in shown
    assert 'href="#id_q"' in shown
    assert shown.count("must be 80 characters or fewer") == 2
