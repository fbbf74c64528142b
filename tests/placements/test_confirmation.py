"""The employer's yes to what a broker wrote for them."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import letters, links
from accounts.models import Message, OneTimeLink, Organisation, Role, Standing, Workplace
from placements import confirmation, desks, listings, moderation, on_behalf, revisions, sections
from placements.models import Placement
from placements.states import PlacementState
from placements.words import Kind, Mode
from placements.written import CONFIRM, CONFIRM_WITHIN
from tests.factories import (
    BrokerFactory,
    DraftFactory,
    EmployerFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

EMPLOYER = "owner@mill.example.org"


@pytest.fixture
def broker(monkeypatch):
    member = BrokerFactory()
    monkeypatch.setattr(desks, "_finders", [lambda placement: member.organisation])
    return member


@pytest.fixture
def written(broker):
    """As a broker has just sent it in for an employer."""
    placement = DraftFactory(written_by=broker, confirmation_asked_of=EMPLOYER)
    SlotFactory(placement=placement)
    return listings.submit(placement, by=broker)


def told(kind):
    return list(Message.objects.filter(kind=kind).values_list("email", flat=True))


def link_to(placement):
    token = links.make(CONFIRM, email=EMPLOYER, subject=str(placement.pk), lives=CONFIRM_WITHIN)
    return token, links.open(token, CONFIRM)


def test_the_employer_is_asked_before_the_desk(written):
    assert told("listing_confirm") == [EMPLOYER]
    assert told("listing_waiting") == []


def test_without_the_employers_yes_nothing_is_published(written, broker, refused):
    with refused("not_confirmed"):
        moderation.publish(written, by=broker)


def test_with_the_employers_yes_the_desk_publishes(written, broker):
    confirmation.confirm_by_link(link_to(written)[1])
    moderation.publish(written, by=broker)

    written.refresh_from_db()
    assert written.state == PlacementState.PUBLISHED
    assert told("listing_waiting") == [broker.user.email]


def test_a_link_is_used_once(written, refused):
    link = link_to(written)[1]
    confirmation.confirm_by_link(link)

    with refused("link_spent"):
        confirmation.confirm_by_link(link)


def test_a_yes_makes_every_other_link_worthless(written):
    token, _ = link_to(written)

    confirmation.confirm_by_link(link_to(written)[1])

    assert links.open(token, CONFIRM) is None


def test_a_no_brings_the_listing_back_to_whoever_wrote_it(written, broker):
    confirmation.refuse_by_link(link_to(written)[1], words="We close on Mondays.")

    written.refresh_from_db()
    note = written.review_notes.get()
    assert written.state == PlacementState.SENT_BACK
    assert (note.words, note.by, note.section) == ("We close on Mondays.", None, "")
    assert told("listing_not_confirmed") == [broker.user.email]


@pytest.mark.parametrize("words", ["", "   ", "x" * 501])
def test_a_no_says_what_is_wrong(written, refused, words):
    link = link_to(written)[1]

    with refused("invalid"):
        confirmation.refuse_by_link(link, words=words)

    assert OneTimeLink.objects.get(pk=link.pk).used_at is None


def test_what_the_broker_changes_afterwards_is_confirmed_anew(written, broker, refused):
    confirmation.confirm_by_link(link_to(written)[1])
    moderation.send_back(written, notes={"what": "Shorter, please"}, by=broker)
    listings.write(written, sections.WHAT, {"title": "At the mill"}, by=broker)
    listings.submit(written, by=broker)

    with refused("not_confirmed"):
        moderation.publish(written, by=broker)

    assert told("listing_confirm") == [EMPLOYER] * 2


def test_a_change_that_a_broker_makes_later_is_confirmed_too(broker, refused):
    placement = PlacementFactory(written_by=broker, confirmation_asked_of=EMPLOYER)
    SlotFactory(placement=placement)
    listings.write(placement, sections.WHAT, {"title": "At the mill"}, by=broker)
    revision = revisions.submit(revisions.open_for(placement), by=broker)

    with refused("not_confirmed"):
        moderation.approve_revision(revision, by=broker)
    confirmation.confirm_by_link(link_to(placement)[1])
    moderation.approve_revision(revision, by=broker)

    placement.refresh_from_db()
    assert placement.title == "At the mill"


def test_a_no_to_a_later_change_leaves_what_is_published(broker):
    placement = PlacementFactory(written_by=broker, confirmation_asked_of=EMPLOYER)
    SlotFactory(placement=placement)
    listings.write(placement, sections.WHAT, {"title": "At the mill"}, by=broker)
    revisions.submit(revisions.open_for(placement), by=broker)

    confirmation.refuse_by_link(link_to(placement)[1], words="It is a bakery.")

    placement.refresh_from_db()
    assert placement.state == PlacementState.PUBLISHED
    assert placement.revisions.get().state == "sent_back"


def test_somebody_must_be_there_to_confirm(broker, refused):
    placement = DraftFactory(written_by=broker)
    SlotFactory(placement=placement)

    with refused("nobody_to_confirm"):
        listings.submit(placement, by=broker)


def test_the_employers_own_people_may_say_yes_themselves(written):
    confirmation.confirm(written, by=HostFactory(organisation=written.provider))

    written.refresh_from_db()
    assert written.confirmed_by_employer_at is not None


@pytest.mark.parametrize("role", [Role.VIEWER])
def test_others_say_no_yes_for_them(written, broker, role):
    viewer = MemberFactory(organisation=written.provider, role=role)

    for member in (viewer, broker, HostFactory()):
        with pytest.raises(PermissionDenied):
            confirmation.confirm(written, by=member)


def test_there_is_nothing_to_confirm_twice(written, refused):
    host = HostFactory(organisation=written.provider)
    confirmation.confirm(written, by=host)

    with refused("not_waiting"):
        confirmation.confirm(written, by=host)


def test_an_employer_that_a_broker_wrote_down_counts_once_it_has_confirmed(written):
    Organisation.objects.filter(pk=written.provider_id).update(standing=Standing.UNVERIFIED)

    confirmation.confirm_by_link(link_to(written)[1])

    assert Organisation.objects.get(pk=written.provider_id).standing == Standing.GOOD


def test_what_an_employer_sends_in_itself_needs_no_link(broker):
    host = HostFactory()
    placement = DraftFactory(provider=host.organisation)
    SlotFactory(placement=placement)

    listings.submit(placement, by=host)

    assert told("listing_confirm") == []
    assert told("listing_waiting") == [broker.user.email]


def test_the_lead_of_a_known_employer_is_asked_where_no_address_is_named(broker):
    lead = HostFactory()

    placement = listings.start(
        by=broker, on_behalf_of=lead.organisation, kind=Kind.VISIT, mode=Mode.IN_PERSON
    )

    assert placement.confirmation_asked_of == lead.user.email
    assert placement.contact_email == ""


def test_only_brokers_write_for_others():
    with pytest.raises(PermissionDenied):
        listings.start(
            by=HostFactory(), on_behalf_of=EmployerFactory(), kind=Kind.TALK, mode=Mode.VIRTUAL
        )


def test_nobody_writes_for_a_school(broker, refused):
    school = MemberFactory(organisation=BrokerFactory().organisation).organisation

    with refused("not_an_employer"):
        listings.start(by=broker, on_behalf_of=school, kind=Kind.TALK, mode=Mode.VIRTUAL)


def test_another_hub_does_not_write_in_it(written):
    with pytest.raises(PermissionDenied):
        listings.copy(written, by=BrokerFactory())
    assert not Placement.objects.kept_by(BrokerFactory()).exists()


def test_a_broker_writes_an_employer_down_with_its_workplace(broker):
    workplace = Workplace(name="Mill", kind="workshop", address="1 Weir", town="Ludlow")
    workplace.postcode = "SY1 1AA"

    employer = on_behalf.write_down(
        Organisation(kind="employer", name="The Mill"), workplace, by=broker
    )

    assert employer.standing == Standing.UNVERIFIED
    assert employer.workplaces.get().easting > 0


def test_only_brokers_write_employers_down():
    with pytest.raises(PermissionDenied):
        on_behalf.write_down(Organisation(kind="employer", name="The Mill"), by=HostFactory())


def test_a_broker_writes_down_employers_and_nothing_else(broker, refused):
    with refused("kind_not_allowed"):
        on_behalf.write_down(Organisation(kind="hub", name="Mine"), by=broker)


# --- on its pages


def test_the_letter_leads_to_a_page_that_only_shows_and_a_button_that_confirms(client, written):
    mail = letters.write(Message.objects.get(kind="listing_confirm"))
    path = re.search(r"http://testserver(\S+)", mail.text)[1]

    opened = client.get(path, follow=True)
    shown = Placement.objects.get().confirmed_by_employer_at
    confirmed = client.post(reverse("placements:confirm-page"), {"answer": "yes"}, follow=True)

    assert opened.status_code == 200
    assert path.split("/")[-2] not in opened.request["PATH_INFO"]
    assert shown is None
    assert "You have confirmed it" in confirmed.content.decode()
    assert Placement.objects.get().confirmed_by_employer_at is not None


def test_a_no_on_the_page_needs_words_and_keeps_them(client, written):
    client.get(reverse("placements:confirm-listing", args=[link_to(written)[0]]))
    page = reverse("placements:confirm-page")

    without = client.post(page, {"answer": "no", "words": ""})
    too_long = client.post(page, {"answer": "no", "words": "wrong " * 100})
    client.post(page, {"answer": "no", "words": "We close on Mondays."})

    assert "Enter what must change" in without.content.decode()
    assert "wrong wrong" in too_long.content.decode()
    assert Placement.objects.get().state == PlacementState.SENT_BACK


@pytest.mark.parametrize("page", ["confirm-page", "confirmed-listing"])
def test_without_a_link_there_is_nothing_to_see(client, written, page):
    assert client.get(reverse(f"placements:{page}")).status_code == 410


def test_an_invented_link_opens_nothing(client, written):
    assert client.get(reverse("placements:confirm-listing", args=["x" * 40])).status_code == 410


def test_a_broker_finds_an_employer_and_writes_for_them(client, broker):
    employer = EmployerFactory(name="Ludlow Mill")
    EmployerFactory(name="Another")
    client.force_login(broker.user)

    found = client.get(reverse("placements:start-for-employer"), {"name": "mill"})
    client.post(
        reverse("placements:start-for", args=[employer.pk]),
        {"kind": "talk", "mode": "virtual", "confirm_with": EMPLOYER},
    )

    placement = Placement.objects.get()
    assert "Ludlow Mill" in found.content.decode()
    assert "Another" not in found.content.decode()
    assert placement.provider == employer
    assert placement.confirmation_asked_of == EMPLOYER


def test_a_broker_writes_a_new_employer_down_on_one_page(client, broker):
    client.force_login(broker.user)
    page = reverse("placements:new-employer")
    told = {
        "name": "The Mill",
        "ownership": "private",
        "size_band": "5-9",
        "sector": "catering_hospitality",
        "workplace_name": "Mill",
        "workplace_kind": "workshop",
        "address": "1 Weir",
        "town": "Ludlow",
        "postcode": "ZZ99 9ZZ",
        "risk_band": "low",
    }

    wrong = client.post(page, told)
    right = client.post(page, {**told, "postcode": "SY1 1AA"})

    employer = Organisation.objects.get(name="The Mill")
    assert "Enter a full postcode" in wrong.content.decode()
    assert 'value="ZZ99 9ZZ"' in wrong.content.decode()
    assert right.url == reverse("placements:start-for", args=[employer.pk])


def test_a_broker_adds_a_workplace_of_the_employer(client, broker):
    placement = DraftFactory(written_by=broker)
    client.force_login(broker.user)

    client.post(
        reverse("placements:employer-workplace", args=[placement.pk]),
        {
            "workplace_name": "Second mill",
            "workplace_kind": "workshop",
            "address": "2 Weir",
            "town": "Ludlow",
            "postcode": "SY1 1AA",
            "risk_band": "higher",
        },
    )

    assert placement.provider.workplaces.filter(name="Second mill").exists()


@pytest.mark.parametrize("page", ["start-for-employer", "new-employer"])
def test_these_pages_are_for_brokers(client, page):
    client.force_login(HostFactory().user)

    assert client.get(reverse(f"placements:{page}")).status_code == 403
