"""The pages that ask whether listings are still right: signed in, and by the link in a mail."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Q
from django.urls import reverse

from accounts import clock, letters, links
from accounts.models import MemberState, Message, OneTimeLink, Role
from accounts.phrases import long_date
from placements import freshness, listings, still_right_links
from placements.freshness_notices import LINK_LIVES
from placements.models import Placement, StillRight
from placements.states import PlacementState
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

DUE = reverse("placements:to-confirm")


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def due(host):
    return [asked_about(host) for _ in range(3)]


@pytest.fixture
def link(host, due):
    """The address in the mail."""
    return link_of(host)


def asked_about(host, **question):
    placement = PlacementFactory(
        provider=host.organisation,
        last_confirmed_on=days_ahead(-31),
        contact_name="Sam Baker",
        contact_email="canary@example.org",
    )
    SlotFactory(placement=placement)
    StillRight.objects.create(
        placement=placement, confirmed_on=days_ahead(-31), asked_on=days_ahead(-1), **question
    )
    return placement


def link_of(member):
    told = {"due_at": clock.now(), "email": member.user.email, "recipient": member.user}
    subject = str(member.organisation_id)
    message = Message(kind="still_right", subject=subject, **told)
    return re.search(r"http://testserver(/listings/still-right/\S+)", letters.write(message).text)[
        1
    ]


def shown(placements):
    return [str(one.pk) for one in placements]


def confirmed(placements):
    """How many of them were confirmed today."""
    rows = Placement.objects.filter(pk__in=[one.pk for one in placements])
    return rows.filter(last_confirmed_on=clock.today()).count()


def state(placement):
    placement.refresh_from_db()
    return placement.state


def spent(client, link):
    answer = client.get(link)
    return answer.status_code == 410 and "nothing left to answer" in answer.content.decode()


# --- By the link


def test_opening_the_link_shows_each_listing_and_changes_nothing(client, due, link):
    for _ in range(2):
        answer = client.get(link)
        assert answer.status_code == 200

    page = answer.content.decode()
    assert all(one.title in page for one in due)
    assert "1 date to come" in page
    assert "Years 10 to 13" in page
    assert confirmed(due) == 0
    assert OneTimeLink.objects.live().count() == 1


def test_whoever_holds_the_link_sees_no_contact(client, due, link):
    page = client.get(link).content.decode()

    assert "S. B." in page
    assert "Baker" not in page
    assert "canary@example.org" not in page


def test_one_click_confirms_all_and_uses_every_link_up(client, host, due, link):
    colleague = link_of(HostFactory(organisation=host.organisation))

    answer = client.post(link, {"all": "all", "shown": shown(due)}, follow=True)

    assert "You have confirmed 3 listings." in answer.content.decode()
    assert confirmed(due) == 3
    assert spent(client, link)
    assert spent(client, colleague)


def test_what_was_not_on_the_page_is_not_confirmed_with_it(client, host, due, link):
    later = asked_about(host)

    client.post(link, {"all": "all", "shown": shown(due)})

    assert confirmed(due) == 3
    assert confirmed([later]) == 0
    assert client.get(link).status_code == 200


def test_each_is_answered_for_itself_and_the_last_uses_the_link_up(client, host, due, link):
    first, second, third = due
    client.post(link, {"right": str(first.pk)})
    page = client.post(link, {"pause": str(second.pk)}, follow=True).content.decode()

    assert "is paused. Bookings stand." in page
    assert (confirmed(due), state(second)) == (1, PlacementState.PAUSED)
    assert second.moves.last().by == host
    client.post(link, {"right": str(third.pk)})
    assert confirmed(due) == 2
    assert spent(client, link)


def test_what_a_colleague_did_meanwhile_is_told_kindly(client, host, due, link):
    listings.pause(due[0], by=host)

    answer = client.post(link, {"all": "all", "shown": shown(due)}, follow=True)

    page = answer.content.decode()
    assert "You have confirmed 2 listings." in page
    assert "1 listing had been answered already" in page
    assert state(due[0]) == PlacementState.PAUSED


def test_a_listing_that_paused_by_itself_is_not_confirmed_by_a_late_click(client, due, link):
    Placement.objects.filter(pk=due[0].pk).update(state=PlacementState.PAUSED)

    client.post(link, {"right": str(due[0].pk)})

    assert confirmed(due) == 0


def test_the_link_touches_nobody_elses_listings(client, due, link):
    theirs = asked_about(HostFactory())

    client.post(link, {"all": "all", "shown": shown([theirs])})
    client.post(link, {"pause": str(theirs.pk)})

    assert confirmed([theirs]) == 0
    assert state(theirs) == PlacementState.PUBLISHED


def test_an_invented_or_run_out_link_says_so_kindly(client, due, link):
    assert spent(client, reverse("placements:to-confirm-by-link", args=["invented"]))
    with clock.as_of(clock.now() + LINK_LIVES + timedelta(seconds=1)):
        assert spent(client, link)
        assert client.post(link, {"all": "all", "shown": shown(due)}).status_code == 410
    assert confirmed(due) == 0


@pytest.mark.parametrize("change", [{"state": MemberState.LEFT}, {"role": Role.VIEWER}])
def test_the_link_of_somebody_who_may_not_answer_any_more_answers_nothing(
    client, host, due, link, change
):
    for name, value in change.items():
        setattr(host, name, value)
    host.save(update_fields=list(change))

    answer = client.post(link, {"all": "all", "shown": shown(due)})

    assert answer.status_code in (403, 410)
    assert confirmed(due) == 0


def test_a_link_made_for_something_else_opens_nothing(client, host, due):
    told = {"subject": str(host.organisation_id), "user": host.user, "lives": LINK_LIVES}
    token = links.make("answer_booking", email=host.user.email, **told)

    assert spent(client, reverse("placements:to-confirm-by-link", args=[token]))


@pytest.mark.parametrize("nonsense", [{"right": "x"}, {"all": "all", "shown": ["1", ""]}, {}])
def test_a_made_up_answer_changes_nothing(client, due, link, nonsense):
    assert client.post(link, nonsense).status_code in (302, 409)

    assert confirmed(due) == 0


def test_there_is_a_page_to_thank_whoever_answered(client):
    assert client.get(reverse("placements:said-still-right")).status_code == 200


# --- Signed in


def test_a_provider_is_led_from_its_listings_to_what_is_asked(client, host, due):
    client.force_login(host.user)

    overview = client.get(reverse("placements:listings")).content.decode()
    assert f'href="{DUE}">Say whether 3 listings are still right</a>' in overview
    page = client.get(DUE).content.decode()
    assert all(one.title in page for one in due)
    assert "Sam Baker" in page


def test_signed_in_one_click_confirms_all(client, host, due):
    client.force_login(host.user)

    answer = client.post(DUE, {"all": "all", "shown": shown(due)}, follow=True)

    assert "You have confirmed 3 listings." in answer.content.decode()
    assert confirmed(due) == 3
    assert "Nothing to confirm" in client.get(DUE).content.decode()


def test_signed_in_one_is_paused_and_another_confirmed(client, host, due):
    client.force_login(host.user)

    client.post(DUE, {"pause": str(due[0].pk)})
    client.post(DUE, {"right": str(due[1].pk)})

    assert state(due[0]) == PlacementState.PAUSED
    assert confirmed(due) == 1


def test_others_do_not_find_the_question(client, due):
    assert client.get(DUE).status_code == 302
    reader = HostFactory(organisation=due[0].provider, role=Role.VIEWER)
    for member in (CareersLeaderFactory(), reader):
        client.force_login(member.user)
        assert client.get(DUE).status_code == 403
        assert client.post(DUE, {"all": "all", "shown": shown(due)}).status_code == 403
    client.force_login(HostFactory().user)
    assert "Nothing to confirm" in client.get(DUE).content.decode()
    client.post(DUE, {"all": "all", "shown": [*shown(due), str(uuid4())]})
    assert confirmed(due) == 0


def test_a_paused_listing_says_why_it_paused(client, host, due):
    StillRight.objects.update(warned_on=days_ahead(-9), pauses_on=days_ahead(-1))
    freshness.pause_all()
    client.force_login(host.user)

    page = client.get(reverse("placements:listing", args=[due[0].pk])).content.decode()

    assert "It paused by itself" in page
    assert "Put it up again" in page


# --- A text at many workplaces


def asked_at(host, sites):
    """A listing that is asked about at so many workplaces."""
    whole = asked_about(host)
    for _ in range(sites - 1):
        site = asked_about(host)
        workplace = WorkplaceFactory(organisation=host.organisation)
        Placement.objects.filter(pk=site.pk).update(text_of=whole, workplace=workplace)
    return whole


def sites_of(whole):
    return list(Placement.objects.filter(Q(pk=whole.pk) | Q(text_of=whole)).order_by("pk"))


@pytest.fixture
def whole(host):
    return asked_at(host, 12)


def test_a_text_at_many_workplaces_is_asked_about_once(client, host, whole):
    link = link_of(host)
    for page in (client.get(link).content.decode(), shown_signed_in(client, host)):
        assert page.count("<article") == 1
        assert "At 12 workplaces" in page
        assert page.count("Main bakery, Shrewsbury, SY1 1AA") == 12
        assert "12 dates to come" in page
    assert (
        "Say whether 1 listing is still right"
        in client.get(reverse("placements:listings")).content.decode()
    )


def shown_signed_in(client, host):
    client.force_login(host.user)
    return client.get(DUE).content.decode()


def test_one_answer_is_for_all_of_its_workplaces(client, host, whole):
    link = link_of(host)

    client.post(link, {"right": str(whole.pk)})

    assert confirmed(sites_of(whole)) == 12
    assert spent(client, link)


def test_all_of_its_workplaces_are_paused_at_once(client, host, whole):
    link = link_of(host)

    page = client.post(link, {"pause": str(whole.pk)}, follow=True).content.decode()

    assert "is paused at 12 workplaces. Bookings stand." in page
    assert {site.state for site in sites_of(whole)} == {PlacementState.PAUSED}
    assert {site.moves.last().by for site in sites_of(whole)} == {host}


@pytest.mark.parametrize("signed_in", [True, False])
def test_it_pauses_where_it_is_over_and_is_confirmed_elsewhere(client, host, whole, signed_in):
    address = DUE if signed_in else link_of(host)
    client.force_login(host.user)
    over, others = sites_of(whole)[:2], sites_of(whole)[2:]

    answer = client.post(
        address, {"some": str(whole.pk), f"{whole.pk}-over": shown(over)}, follow=True
    )

    page = answer.content.decode()
    assert "is paused at 2 workplaces. Bookings stand." in page
    assert "You have confirmed 10 listings." in page
    assert {state(site) for site in over} == {PlacementState.PAUSED}
    assert (confirmed(over), confirmed(others)) == (0, 10)
    assert {state(site) for site in others} == {PlacementState.PUBLISHED}


def test_whoever_chooses_no_workplace_reads_so_beside_the_question(client, host, whole):
    link = link_of(host)

    page = client.post(link, {"some": str(whole.pk)}).content.decode()

    assert f'<a href="#id_{whole.pk}-over' in page
    assert "Choose the workplaces at which it is over" in page
    assert confirmed(sites_of(whole)) == 0


def test_nobody_elses_workplace_can_be_chosen(client, host, whole):
    theirs = asked_about(HostFactory())
    link = link_of(host)

    client.post(link, {"some": str(whole.pk), f"{whole.pk}-over": str(theirs.pk)})
    client.post(link, {"some": str(theirs.pk), f"{theirs.pk}-over": str(theirs.pk)})

    assert state(theirs) == PlacementState.PUBLISHED
    assert confirmed(sites_of(whole)) == 0


def test_what_was_answered_at_one_workplace_is_asked_at_the_others(client, host, whole):
    """Also if that is the one to which the text belongs."""
    freshness.confirm([whole.pk], by=host)
    link = link_of(host)

    page = client.get(link).content.decode()
    client.post(link, {"all": "all", "shown": re.findall(r'name="shown" value="([^"]+)"', page)})

    assert "At 11 workplaces" in page
    assert confirmed(sites_of(whole)) == 12
    assert spent(client, link)


def test_more_workplaces_than_anybody_chooses_from_are_paused_where_all_of_them_are(
    client, host, whole, monkeypatch
):
    monkeypatch.setattr("placements.views.still_right.CHOSEN_FROM", 11)

    page = shown_signed_in(client, host)

    assert f"{whole.pk}-over" not in page
    assert reverse("placements:sites", args=[whole.pk]) in page


def test_a_text_is_named_once_in_the_mail(host, whole):
    told = {"due_at": clock.now(), "email": host.user.email, "recipient": host.user}
    mail = letters.write(Message(kind="still_right", subject=str(host.organisation_id), **told))

    assert mail.title == f"Still right? {whole.title}"
    assert f"- {whole.title}, at 12 workplaces: last confirmed on" in mail.text


def test_the_workplace_that_pauses_first_decides_when_its_text_is_shown_to_pause(client, host):
    later = asked_about(host, warned_on=days_ahead(-3), pauses_on=days_ahead(6))
    whole = asked_at(host, 3)
    StillRight.objects.filter(placement=sites_of(whole)[-1]).update(
        warned_on=days_ahead(-3), pauses_on=days_ahead(5)
    )

    page = shown_signed_in(client, host)

    assert f"Pauses on {long_date(days_ahead(5))}" in page
    assert page.index(whole.title) < page.index(f'value="{later.pk}" data')


@pytest.mark.parametrize("rows", [1, 3])
def test_texts_at_many_workplaces_cost_the_same_however_many(
    client, host, rows, django_assert_num_queries
):
    for _ in range(rows):
        asked_at(host, 2 * rows)
    link = link_of(host)
    client.get(link)

    with django_assert_num_queries(6):
        client.get(link)
    client.force_login(host.user)
    client.get(DUE)
    with django_assert_num_queries(6):
        client.get(DUE)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_however_many(client, host, rows, django_assert_num_queries):
    for _ in range(rows):
        BookingFactory(slot=asked_about(host).slots.get())
    link = link_of(host)
    client.get(link)

    with django_assert_num_queries(5):
        client.get(link)
    client.force_login(host.user)
    client.get(DUE)
    with django_assert_num_queries(5):
        client.get(DUE)


def is_up(placement):
    return state(placement) == PlacementState.PUBLISHED


def boxes(page, name):
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("button", ["all", "right"])
def test_where_it_is_over_is_not_confirmed_whichever_button_is_pressed(
    client, host, whole, button, signed_in
):
    beside = asked_at(host, 3)
    address = DUE if signed_in else link_of(host)
    client.force_login(host.user)
    over, others = sites_of(whole)[0], sites_of(whole)[1:]
    pressed = {"all": "all"} if button == "all" else {"right": str(beside.pk)}
    rows = boxes(client.get(address).content.decode(), "shown")

    client.post(address, {**pressed, "shown": rows, f"{whole.pk}-over": shown([over])})

    assert state(over) == PlacementState.PAUSED
    assert (confirmed([over]), confirmed(others), confirmed(sites_of(beside))) == (0, 11, 3)


def test_what_is_ticked_on_one_listing_counts_when_another_is_paused(client, host, whole):
    beside = asked_at(host, 3)

    page = client.post(
        link_of(host),
        {"pause": str(beside.pk), f"{whole.pk}-over": shown(sites_of(whole)[:2])},
        follow=True,
    ).content.decode()

    assert "is paused at 2 workplaces." in page
    assert "is paused at 3 workplaces." in page
    assert confirmed(sites_of(whole)) == 10
    assert {state(site) for site in sites_of(beside)} == {PlacementState.PAUSED}


def test_whoever_pauses_a_listing_everywhere_needs_no_ticks_for_it(client, host, whole):
    told = {"pause": str(whole.pk), f"{whole.pk}-over": shown(sites_of(whole)[:1])}

    client.post(link_of(host), told)

    assert {state(site) for site in sites_of(whole)} == {PlacementState.PAUSED}


def test_what_is_ticked_stays_so_while_another_answer_has_to_be_mended(client, host, whole):
    beside = asked_at(host, 3)
    over = sites_of(whole)[4]

    page = client.post(
        link_of(host), {"some": str(beside.pk), f"{whole.pk}-over": shown([over])}
    ).content.decode()

    assert "Choose the workplaces at which it is over" in page
    assert re.search(rf'value="{over.pk}"[^>]* checked', page)
    assert page.count(" open>") == 2
    assert state(over) == PlacementState.PUBLISHED
    assert confirmed(sites_of(whole)) == 0


def test_the_enter_key_answers_nothing_and_keeps_what_is_ticked(client, host, whole):
    """It presses the first button of a form."""
    page = shown_signed_in(client, host)
    form = page[page.index('<form method="post" novalidate') :]
    assert form[form.index("<button") :].startswith('<button name="enter" value="enter" hidden>')
    over = sites_of(whole)[4]
    told = {"enter": "enter", "shown": boxes(page, "shown")}

    client.post(DUE, told)
    page = client.post(DUE, {**told, f"{whole.pk}-over": shown([over])}).content.decode()

    assert re.search(rf'value="{over.pk}"[^>]* checked', page)
    assert state(over) == PlacementState.PUBLISHED
    assert confirmed(sites_of(whole)) == 0


@pytest.mark.parametrize("button", ["right", "all", "some", "pause"])
def test_a_workplace_asked_about_since_the_page_was_made_is_not_answered_with_it(
    client, host, button
):
    whole = asked_at(host, 3)
    link = link_of(host)
    page = client.get(link).content.decode()
    before = sites_of(whole)
    later = asked_about(host)
    Placement.objects.filter(pk=later.pk).update(text_of=whole)
    ticks = {f"{whole.pk}-over": shown(before[:1])} if button == "some" else {}

    client.post(
        link,
        {
            button: str(whole.pk),
            "shown": boxes(page, "shown"),
            "sites": boxes(page, "sites"),
            **ticks,
        },
    )

    assert confirmed([later]) == 0
    assert state(later) == PlacementState.PUBLISHED
    assert all(site.last_confirmed_on == clock.today() for site in before if is_up(site))
    assert client.get(link).status_code == 200


def test_a_listing_whose_other_workplaces_are_confirmed_is_not_said_to_have_been_answered(
    client, host
):
    """Its row stands for one of them, which a colleague answered meanwhile."""
    whole = asked_at(host, 4)
    freshness.confirm([whole.pk], by=host)
    link = link_of(host)
    page = client.get(link).content.decode()
    [row] = boxes(page, "shown")
    freshness.confirm([row], by=HostFactory(organisation=host.organisation))

    answer = client.post(link, {"right": row, "sites": boxes(page, "sites")}, follow=True)

    assert confirmed(sites_of(whole)) == 4
    assert "answered already" not in answer.content.decode()


def test_a_workplace_that_a_colleague_answered_for_meanwhile_is_said_to_be_so(client, host, whole):
    link = link_of(host)
    answered = sites_of(whole)[3]
    freshness.confirm([answered.pk], by=HostFactory(organisation=host.organisation))

    page = client.post(
        link, {"some": str(whole.pk), f"{whole.pk}-over": shown([answered])}
    ).content.decode()

    assert "Somebody has answered for one of these meanwhile. Choose again." in page
    assert "is not one of the available choices" not in page
    assert confirmed(sites_of(whole)) == 1


def test_what_is_ticked_is_answered_although_the_row_has_come_to_stand_for_another(client, host):
    """The workplace by which the listing was shown was answered while the page stood open."""
    whole = asked_at(host, 4)
    freshness.confirm([whole.pk], by=host)
    link = link_of(host)
    page = client.get(link).content.decode()
    [row] = boxes(page, "shown")
    freshness.confirm([row], by=host)
    told = {"some": row, f"{whole.pk}-over": [row]}
    page = client.post(link, told).content.decode()
    assert "Somebody has answered for one of these meanwhile." in page
    [shown_now] = boxes(page, "shown")
    assert shown_now != row
    assert f'name="{whole.pk}-over"' in page
    over = boxes(page, "sites")[0].split()[-1]

    client.post(link, {"some": shown_now, f"{whole.pk}-over": [over]})

    assert Placement.objects.get(pk=over).state == PlacementState.PAUSED
    assert confirmed(sites_of(whole)) == 3


def test_a_link_that_a_colleague_used_up_meanwhile_pauses_what_it_still_can(client, host, whole):
    colleague = HostFactory(organisation=host.organisation)
    opened = still_right_links.opened(link_of(host).split("/")[-2])
    over, *others = [site.pk for site in sites_of(whole)]
    freshness.confirm(others, by=colleague)

    answered = still_right_links.answer(opened, over=[over], right=others)

    assert ([one.pk for one in answered.paused], answered.confirmed) == ([over], 0)
    again = still_right_links.answer(opened, over=[over], right=others)
    assert (again.paused, again.confirmed) == ([], 0)
