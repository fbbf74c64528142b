"""What both sides see of a booking, and what they can press."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts import clock, phrases
from accounts.models import Role
from placements import bookings
from placements.models import Booking, Slot
from placements.states import BookingState, PlacementState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

SECRETS = ("Sam Baker", "sam@example.org", "Ask for Sam at the back door.", "1 Pride Hill")


@pytest.fixture
def leader():
    return CareersLeaderFactory(user__name="Priya Shah", user__email="priya@school.example.org")


@pytest.fixture
def slot():
    return SlotFactory(places=6, placement__joining_instructions="Ask for Sam at the back door.")


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def asked(slot, leader):
    return bookings.request(slot, places=4, by=leader, year_group=10, note="We come by bus.")


@pytest.fixture
def as_(client):
    """The browser of whoever acts; `None` signs out."""

    def signed_in(member):
        client.logout()
        if member:
            client.force_login(member.user)
        return client

    return signed_in


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def book_page(slot):
    return page("book", slot.placement_id, slot.pk)


def words_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def listed(response):
    """The bookings of a list, in its order."""
    return [
        UUID(found)
        for found in re.findall(r'href="/bookings/([0-9a-f-]{36})/"', words_of(response))
    ]


# Asking


def test_the_form_shows_the_dates_and_what_happens_next(as_, leader, slot):
    shown = words_of(as_(leader).get(book_page(slot)))

    assert slot.placement.title in shown
    assert "What happens next" in shown
    assert "They have until" in shown
    assert "Do not name students" in shown
    assert not any(secret in shown for secret in SECRETS)


def test_a_careers_leader_asks_and_is_told_what_happens_next(as_, leader, slot):
    typed = {
        "once": str(uuid4()),
        "places": "3",
        "year_group": "11",
        "adjustments": ["step_free", "quiet_space"],
        "note": "We come by bus.",
    }

    response = as_(leader).post(book_page(slot), typed, follow=True)

    booking = Booking.objects.get()
    assert response.redirect_chain == [(page("booking-sent", booking.pk), 302)]
    assert (booking.places, booking.year_group) == (3, 11)
    assert (booking.adjustments, booking.note) == (["step_free", "quiet_space"], "We come by bus.")
    assert "Request sent" in words_of(response)


def test_a_double_click_books_once(as_, leader, slot):
    typed = {"once": str(uuid4()), "places": "3", "year_group": "11"}

    first = as_(leader).post(book_page(slot), typed)
    second = as_(leader).post(book_page(slot), typed)

    assert first.url == second.url
    assert Booking.objects.count() == 1


def hidden_days(shown):
    return dict(re.findall(r'name="((?:starts|ends)_on)" value="([^"]+)"', shown))


def test_dates_that_moved_since_the_form_was_opened_are_booked_by_one_more_click(as_, leader, slot):
    browser = as_(leader)
    before = hidden_days(words_of(browser.get(book_page(slot))))
    typed = {"once": str(uuid4()), "places": "4", "year_group": "10", "note": "By bus."}
    Slot.objects.filter(pk=slot.pk).update(starts_on=days_ahead(70), ends_on=days_ahead(71))
    slot.refresh_from_db()

    again = words_of(browser.post(book_page(slot), typed | before))

    now = phrases.date_range(slot.starts_on, slot.ends_on)
    assert f"The dates have changed to {now} since you looked." in again
    assert "By bus." in again
    assert not Booking.objects.exists()
    after = hidden_days(again)
    assert after == {"starts_on": str(slot.starts_on), "ends_on": str(slot.ends_on)}

    browser.post(book_page(slot), typed | after)

    assert Booking.objects.get().places == 4


@pytest.mark.parametrize("wrong", ["", "soon", "2027-02-30", "\x00"])
def test_a_day_that_is_none_was_not_seen_and_the_booking_is_made(as_, leader, slot, wrong):
    typed = {"places": "4", "year_group": "10", "starts_on": wrong, "ends_on": wrong}

    assert as_(leader).post(book_page(slot), typed).status_code == 302


def test_the_token_on_the_form_is_another_each_time_it_is_shown(as_, leader, slot):
    tokens = {
        re.search(r'name="once" value="([^"]+)"', words_of(as_(leader).get(book_page(slot))))[1]
        for _ in range(2)
    }

    assert len(tokens) == 2


def test_a_tampered_token_is_none_and_the_booking_is_made(as_, leader, slot):
    typed = {"once": "' OR 1=1", "places": "3", "year_group": "11"}

    assert as_(leader).post(book_page(slot), typed).status_code == 302
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("places", "error"),
    [
        ("", "Enter how many places you need"),
        ("0", "must be"),
        ("-3", "must be"),
        ("a few", "must be a number"),
        ("1000001", "must be"),
        ("7", "Only 6 places are left on these dates."),
    ],
)
def test_a_wrong_number_of_places_is_said_beside_it_and_what_was_typed_stays(
    as_, leader, slot, places, error
):
    typed = {"places": places, "year_group": "11", "note": "Ten of us, maybe."}

    shown = words_of(as_(leader).post(book_page(slot), typed))

    assert error in shown
    assert 'href="#id_places"' in shown
    assert f'value="{places}"' in shown or places == ""
    assert "Ten of us, maybe." in shown
    assert "<title>Error: " in shown.replace("<title> ", "<title>")
    assert Booking.objects.count() == 0


def test_a_note_that_is_too_long_or_holds_markup_is_shown_again_harmlessly(as_, leader, slot):
    typed = {"places": "1", "year_group": "11", "note": "<script>alert(1)</script>" + "x" * 1000}

    shown = words_of(as_(leader).post(book_page(slot), typed))

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert Booking.objects.count() == 0


def test_a_full_slot_says_so_instead_of_asking(as_, slot, asked):
    bookings.request(slot, places=2, by=CareersLeaderFactory())

    shown = words_of(as_(CareersLeaderFactory()).get(book_page(slot)))

    assert "Every place on these dates is taken." in shown
    assert 'name="places"' not in shown


def test_a_school_that_has_booked_is_led_to_its_booking(as_, leader, slot, asked):
    shown = words_of(as_(leader).get(book_page(slot)))

    assert page("booking", asked.pk) in shown
    assert 'name="places"' not in shown


def test_what_is_not_published_is_not_there_to_book(as_, leader, slot):
    slot.placement.state = PlacementState.PAUSED
    slot.placement.save(update_fields=["state"])

    assert as_(leader).get(book_page(slot)).status_code == 404


def test_a_slot_is_booked_under_its_own_listing_only(as_, leader, slot):
    other = PlacementFactory()

    assert as_(leader).get(page("book", other.pk, slot.pk)).status_code == 404


def test_only_schools_are_asked_how_many_places_they_need(as_, slot, host):
    assert as_(host).get(book_page(slot)).status_code == 403
    assert as_(BrokerFactory()).get(book_page(slot)).status_code == 403
    assert as_(CareersLeaderFactory(role=Role.VIEWER)).get(book_page(slot)).status_code == 403
    assert as_(None).get(book_page(slot)).status_code == 302


def test_an_instant_booking_leads_to_the_contact(as_, leader):
    slot = SlotFactory(placement__confirms_at_once=True)

    response = as_(leader).post(book_page(slot), {"places": "2", "year_group": "10"}, follow=True)

    assert "the places are yours" in words_of(response)


# One booking


def test_contact_details_pass_on_acceptance_and_not_before(as_, leader, host, asked):
    before_school = words_of(as_(leader).get(page("booking", asked.pk)))
    before_host = words_of(as_(host).get(page("booking", asked.pk)))
    assert not any(secret in before_school for secret in SECRETS)
    assert "priya@school.example.org" not in before_host
    assert "Priya Shah" not in before_host

    bookings.accept(asked, by=host)

    after_school = words_of(as_(leader).get(page("booking", asked.pk)))
    after_host = words_of(as_(host).get(page("booking", asked.pk)))
    assert all(secret in after_school for secret in SECRETS)
    assert "priya@school.example.org" in after_host


def test_contact_details_are_gone_again_once_it_is_cancelled(as_, leader, host, asked):
    bookings.accept(asked, by=host)
    bookings.cancel(asked, reason="illness", by=host)

    shown = words_of(as_(leader).get(page("booking", asked.pk)))

    assert not any(secret in shown for secret in SECRETS)
    assert "Reason: Illness" in shown


STEPS = ["booking", "booking-sent", "accept-booking", "decline-booking", "cancel-booking"]
PRESSED = ["write-on-booking", "booking-not-attended", "booking-attended"]


@pytest.mark.parametrize("state", list(BookingState))
def test_a_booking_in_any_state_is_not_there_for_a_stranger(as_, asked, state):
    Booking.objects.filter(pk=asked.pk).update(state=state)

    for stranger in (HostFactory(), CareersLeaderFactory(), BrokerFactory()):
        client = as_(stranger)
        assert {client.get(page(name, asked.pk)).status_code for name in STEPS} == {404}
        assert {client.post(page(name, asked.pk)).status_code for name in PRESSED} == {404}


@pytest.mark.parametrize("state", list(BookingState))
def test_both_sides_can_read_a_booking_in_any_state(as_, leader, host, asked, state):
    Booking.objects.filter(pk=asked.pk).update(state=state)

    assert as_(leader).get(page("booking", asked.pk)).status_code == 200
    assert as_(host).get(page("booking", asked.pk)).status_code == 200


def test_the_school_is_not_offered_to_answer_its_own_request(as_, leader, host, asked):
    assert page("accept-booking", asked.pk) not in words_of(
        as_(leader).get(page("booking", asked.pk))
    )
    assert as_(leader).get(page("accept-booking", asked.pk)).status_code == 403
    assert as_(leader).post(page("decline-booking", asked.pk)).status_code == 403
    assert page("accept-booking", asked.pk) in words_of(as_(host).get(page("booking", asked.pk)))


def test_a_viewer_reads_and_changes_nothing(as_, leader, asked):
    viewer = CareersLeaderFactory(organisation=leader.organisation, role=Role.VIEWER)
    client = as_(viewer)

    shown = words_of(client.get(page("booking", asked.pk)))

    assert "We come by bus." in shown
    assert page("cancel-booking", asked.pk) not in shown
    assert client.get(page("cancel-booking", asked.pk)).status_code == 403
    assert client.post(page("write-on-booking", asked.pk), {"words": "Hello"}).status_code == 403


def test_a_host_accepts_some_of_the_places(as_, host, asked, slot):
    response = as_(host).post(page("accept-booking", asked.pk), {"accept-places": "2"}, follow=True)

    asked.refresh_from_db()
    assert (asked.state, asked.places) == (BookingState.ACCEPTED, 2)
    assert "You have accepted 2 places." in words_of(response)
    assert "2 of the 4 asked for" in words_of(response)


def test_more_places_than_were_asked_for_are_refused_beside_the_field(as_, host, asked):
    shown = words_of(as_(host).post(page("accept-booking", asked.pk), {"accept-places": "5"}))

    assert "Accept between 1 place and the 4 they asked for." in shown
    assert 'href="#id_accept-places"' in shown


def test_a_host_declines_with_a_reason(as_, host, asked):
    client = as_(host)
    without = client.post(page("decline-booking", asked.pk), {"decline-comment": "No."})
    assert "Choose why you decline" in words_of(without)
    assert "No." in words_of(without)

    client.post(
        page("decline-booking", asked.pk),
        {"decline-reason": "other", "decline-comment": "We are closed."},
    )

    asked.refresh_from_db()
    assert (asked.state, asked.comment) == (BookingState.DECLINED, "We are closed.")


def test_another_reason_wants_words(as_, host, asked):
    shown = words_of(as_(host).post(page("decline-booking", asked.pk), {"decline-reason": "other"}))

    assert "Say what the other reason is." in shown
    assert 'href="#id_decline-comment"' in shown


def test_a_school_takes_its_request_back(as_, leader, asked):
    response = as_(leader).post(
        page("cancel-booking", asked.pk), {"reason": "dates_clash"}, follow=True
    )

    asked.refresh_from_db()
    assert asked.state == BookingState.CANCELLED
    assert "The booking is cancelled." in words_of(response)


def test_a_school_gives_places_back_and_the_host_reads_who_has_how_many(
    as_, leader, host, asked, delivered
):
    shown = words_of(
        as_(leader).post(page("give-places-back", asked.pk), {"places": "3"}, follow=True)
    )

    assert "You keep 1 place. The host has been told." in shown
    assert "3 places given back" in shown
    assert "It now has 1 place" in delivered("places_given_back").text


@pytest.mark.parametrize(("typed", "said"), [("4", "Give back between 1 and 3"), ("", "Enter how")])
def test_too_many_to_give_back_is_said_beside_the_field(as_, leader, asked, typed, said):
    shown = words_of(as_(leader).post(page("give-places-back", asked.pk), {"places": typed}))

    assert said in shown


def test_an_answer_that_comes_too_late_is_told_on_the_form(as_, leader, host, asked):
    bookings.cancel(asked, reason="dates_clash", by=leader)

    shown = words_of(as_(host).post(page("accept-booking", asked.pk), {"accept-places": "4"}))

    assert "cannot become accepted" in shown


def test_questions_and_answers_stay_on_the_page(as_, leader, host, asked):
    as_(host).post(page("write-on-booking", asked.pk), {"words": "Is <b>lunch</b> needed?"})

    shown = words_of(as_(leader).get(page("booking", asked.pk)))

    assert "Is &lt;b&gt;lunch&lt;/b&gt; needed?" in shown


def test_an_empty_message_is_refused_on_the_page(as_, host, asked):
    shown = words_of(as_(host).post(page("write-on-booking", asked.pk), {"words": " "}))

    assert "Write your question or answer" in shown
    assert asked.notes.count() == 0


def test_the_host_says_that_nobody_came_and_puts_it_right(as_, host, slot, asked):
    bookings.accept(asked, by=host)

    with clock.as_of(clock.now() + timedelta(days=61)):
        client = as_(host)
        client.post(page("booking-not-attended", asked.pk))
        asked.refresh_from_db()
        assert asked.state == BookingState.NOT_ATTENDED

        client.post(page("booking-attended", asked.pk))
        asked.refresh_from_db()
        assert asked.state == BookingState.COMPLETED


# All bookings


def test_what_waits_for_an_answer_is_first_for_the_host_and_says_until_when(as_, host, slot):
    coming = bookings.request(slot, places=1, by=CareersLeaderFactory())
    bookings.accept(coming, by=host)
    waiting = bookings.request(slot, places=1, by=CareersLeaderFactory())

    response = as_(host).get(page("bookings"))

    assert listed(response) == [waiting.pk, coming.pk]
    assert "1 booking on this page waits for you" in words_of(response)
    assert "Answer by" in words_of(response)


def test_a_question_of_the_host_brings_the_booking_to_the_top_for_the_school(as_, leader, host):
    later = SlotFactory(placement__provider=host.organisation)
    first = bookings.request(SlotFactory(), places=1, by=leader)
    questioned = bookings.request(later, places=1, by=leader)
    bookings.ask(questioned, words="Which year group?", by=host)

    response = as_(leader).get(page("bookings"))
    assert listed(response) == [questioned.pk, first.pk]
    assert "Answer their message" in words_of(response)

    bookings.ask(questioned, words="Year 10.", by=leader)
    response = as_(leader).get(page("bookings"))
    assert "Answer their message" not in words_of(response)


def test_each_view_holds_the_bookings_of_its_states(as_, leader):
    made = {}
    for state in BookingState:
        booking = bookings.request(SlotFactory(), places=1, by=leader)
        Booking.objects.filter(pk=booking.pk).update(state=state)
        made[booking.pk] = str(state)
    client = as_(leader)

    def shown(view):
        return {made[pk] for pk in listed(client.get(page("bookings"), {"show": view}))}

    assert shown("unanswered") == {"requested", "waiting", "offered"}
    assert shown("coming") == {"accepted", "confirmed"}
    assert shown("finished") == {"completed", "not_attended"}
    assert shown("ended") == {"declined", "lapsed", "cancelled"}
    assert shown("") == shown("nonsense") == set(made.values())


def test_one_sees_the_bookings_of_ones_own_side_only(as_, leader, host, asked):
    others = bookings.request(SlotFactory(), places=1, by=CareersLeaderFactory())

    assert listed(as_(leader).get(page("bookings"))) == [asked.pk]
    assert listed(as_(host).get(page("bookings"))) == [asked.pk]
    assert listed(as_(others.asked_by).get(page("bookings"))) == [others.pk]


@pytest.mark.parametrize("address", ["bookings", "bookings-on-paper", "bookings-as-sheet"])
@pytest.mark.parametrize("how_many", [1, 3])
def test_a_list_costs_the_same_however_long(
    as_, leader, address, how_many, django_assert_num_queries
):
    for _ in range(how_many):
        booking = bookings.request(SlotFactory(), places=1, by=leader)
        host = HostFactory(organisation=booking.slot.placement.provider)
        bookings.ask(booking, words="Hello?", by=host)
        bookings.accept(booking, by=host)
    client = as_(leader)
    client.get(page(address))

    expected = {"bookings": 6, "bookings-on-paper": 4, "bookings-as-sheet": 4}[address]
    with django_assert_num_queries(expected):
        b"".join(client.get(page(address)))


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_booking_costs_the_same_however_much_was_written(
    as_, leader, host, asked, how_many, django_assert_num_queries
):
    for _ in range(how_many):
        bookings.ask(asked, words="Hello?", by=host)
    client = as_(leader)
    client.get(page("booking", asked.pk))
    what_the_host_changed = 1

    with django_assert_num_queries(6 + what_the_host_changed):
        client.get(page("booking", asked.pk))


@pytest.mark.parametrize("who", [CareersLeaderFactory, HostFactory, BrokerFactory])
def test_an_empty_list_says_what_to_do(as_, who):
    response = as_(who()).get(page("bookings"))

    assert response.status_code == 200
    assert "No bookings" in words_of(response)


def test_a_page_holds_twenty(as_, leader):
    for _ in range(21):
        bookings.request(SlotFactory(), places=1, by=leader)
    client = as_(leader)

    assert len(listed(client.get(page("bookings")))) == 20
    last = client.get(page("bookings"), {"page": 2})
    assert len(listed(last)) == 1
    assert "(page 2 of 2)" in words_of(last)


# Paper and spreadsheet


def sheet(client, **query):
    response = client.get(page("bookings-as-sheet"), query)
    text = b"".join(response).decode("utf-8-sig")
    return response, text, list(csv.reader(io.StringIO(text, newline="")))


def test_the_spreadsheet_is_what_the_standard_says(as_, leader, host, asked):
    Booking.objects.filter(pk=asked.pk).update(answer_by=asked.answer_by)
    asked.slot.placement.title = 'A "week", in a\nbakery'
    asked.slot.placement.save(update_fields=["title"])
    bookings.accept(asked, places=3, by=host)

    response, text, rows = sheet(as_(leader))

    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"].startswith('attachment; filename="bookings-')
    assert text.endswith("\r\n")
    assert len(rows) == 2
    assert {len(row) for row in rows} == {15}
    found = dict(zip(*rows, strict=True))
    assert found["Placement"] == 'A "week", in a\nbakery'
    assert (found["Places"], found["Places asked for"], found["State"]) == ("3", "4", "Accepted")
    assert found["Host contact"] == "Sam Baker sam@example.org"
    assert found["School contact"] == "Priya Shah priya@school.example.org"


def test_the_spreadsheet_tells_no_contact_before_acceptance(as_, host, asked):
    _, text, rows = sheet(as_(host))

    assert rows[1][-2:] == ["", ""]
    assert "priya" not in text


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_runs_nothing_that_somebody_typed(as_, leader, asked, title):
    asked.slot.placement.title = title
    asked.slot.placement.save(update_fields=["title"])

    _, _, rows = sheet(as_(leader))

    assert rows[1][1] == f"'{title}"


def test_the_spreadsheet_and_the_paper_hold_what_the_view_holds(as_, leader, asked):
    other = bookings.request(SlotFactory(), places=1, by=leader)
    bookings.cancel(other, reason="dates_clash", by=leader)
    client = as_(leader)

    _, _, rows = sheet(client, show="ended")
    paper = words_of(client.get(page("bookings-on-paper"), {"show": "ended"}))

    assert [row[0] for row in rows[1:]] == [str(other.pk)]
    assert other.slot.placement.title in paper
    assert asked.slot.placement.title not in paper


def test_the_paper_has_the_contacts_of_what_is_accepted(as_, leader, host, asked):
    assert "sam@example.org" not in words_of(as_(leader).get(page("bookings-on-paper")))

    bookings.accept(asked, by=host)

    assert "sam@example.org" in words_of(as_(leader).get(page("bookings-on-paper")))
    assert "priya@school.example.org" in words_of(as_(host).get(page("bookings-on-paper")))


def test_the_paper_of_nobody_says_so(as_):
    assert "No bookings to print" in words_of(as_(HostFactory()).get(page("bookings-on-paper")))
