import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from ratings.models import DIMENSIONS, Debrief, Rating, Reply
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    DebriefFactory,
    HostFactory,
    MemberFactory,
    PastBookingFactory,
    RatingFactory,
    RatingReportFactory,
    ReplyFactory,
)

pytestmark = pytest.mark.django_db

MARKS = {**dict.fromkeys(DIMENSIONS, "4"), "would_use_again": "yes", "comment": "Busy all week."}
DEBRIEF = {"students_came": "2", "outcomes_met": "yes", "went_well": "The welcome."}


@pytest.fixture
def as_(client):
    def sign_in(member):
        client.force_login(member.user)
        return client

    return sign_in


def page(answer):
    return answer.content.decode()


def test_a_school_rates_from_a_page(as_, booking, leader):
    answer = as_(leader).post(reverse("ratings:rate", args=[booking.pk]), MARKS, follow=True)

    assert "now stands on the listing" in page(answer)
    assert Rating.objects.get().comment == "Busy all week."


def test_what_was_typed_is_kept_when_a_mark_is_missing(as_, booking, leader):
    given = {**MARKS, "quality": ""}

    answer = as_(leader).post(reverse("ratings:rate", args=[booking.pk]), given)

    assert "Choose a mark for what students did" in page(answer)
    assert "Busy all week." in page(answer)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("mark", ["0", "6", "five", "4\x00"])
def test_a_mark_that_is_none_is_refused_beside_the_question(as_, booking, leader, mark):
    answer = as_(leader).post(
        reverse("ratings:rate", args=[booking.pk]), {**MARKS, "support": mark}
    )

    assert answer.status_code == 200
    assert not Rating.objects.exists()


def test_a_booking_that_was_rated_is_not_asked_about_again(as_, booking, leader):
    RatingFactory(booking=booking)

    answer = as_(leader).get(reverse("ratings:rate", args=[booking.pk]))

    assert "Each booking is rated once" in page(answer)
    assert "<textarea" not in page(answer)


@pytest.mark.parametrize("name", ["rate", "debrief"])
def test_strangers_find_no_page_for_a_booking(as_, booking, name):
    for stranger in (CareersLeaderFactory(), HostFactory()):
        answer = as_(stranger).get(reverse(f"ratings:{name}", args=[booking.pk]))
        assert answer.status_code == 404


def test_each_side_is_asked_its_own_questions(as_, booking, leader, host):
    school = page(as_(leader).get(reverse("ratings:debrief", args=[booking.pk])))
    provider = page(as_(host).get(reverse("ratings:debrief", args=[booking.pk])))

    assert "outcomes_met" in school
    assert "would_host_again" not in school
    assert "would_host_again" in provider
    assert "outcomes_met" not in provider


def test_a_debrief_is_written_and_both_sides_read_it(as_, booking, leader, host):
    where = reverse("ratings:debrief", args=[booking.pk])

    as_(leader).post(where, DEBRIEF)

    assert Debrief.objects.get().students_came == 2
    assert "The welcome." in page(as_(leader).get(where))
    assert "The welcome." in page(as_(host).get(where))


def test_a_debrief_leads_the_school_alone_to_its_rating(as_, booking, leader, host):
    where = reverse("ratings:debrief", args=[booking.pk])
    rate = reverse("ratings:rate", args=[booking.pk])

    as_(leader).post(where, DEBRIEF)

    assert rate in page(as_(leader).get(where))
    assert rate not in page(as_(host).get(where))


def test_more_students_than_places_is_said_beside_the_question(as_, booking, leader):
    answer = as_(leader).post(
        reverse("ratings:debrief", args=[booking.pk]), {**DEBRIEF, "students_came": "1000000"}
    )

    assert "No more students can have come than had a place: 2." in page(answer)
    assert 'href="#id_students_came"' in page(answer)


def test_a_viewer_reads_and_is_asked_nothing(as_, booking, leader):
    viewer = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)
    DebriefFactory(booking=booking)

    answer = as_(viewer).get(reverse("ratings:debrief", args=[booking.pk]))

    assert "The welcome on the first day." in page(answer)
    assert "<textarea" not in page(answer)


def test_what_is_over_is_listed_with_what_is_still_to_do_first(as_, booking, leader):
    done = PastBookingFactory(school=leader.organisation, slot__placement__title="All done")
    RatingFactory(booking=done)
    DebriefFactory(booking=done)
    BookingFactory(school=leader.organisation, slot__placement__title="Still to come")

    answer = page(as_(leader).get(reverse("ratings:debriefs")))

    assert answer.index(booking.slot.placement.title) < answer.index("All done")
    assert "Still to come" not in answer


def test_the_desk_is_shown_what_it_could_rate(as_, booking, broker):
    answer = page(as_(broker).get(reverse("ratings:debriefs")))

    assert reverse("ratings:rate", args=[booking.pk]) in answer
    assert reverse("ratings:debrief", args=[booking.pk]) not in answer


def test_a_provider_answers_from_a_page(as_):
    rated = RatingFactory()
    host = HostFactory(organisation=rated.booking.slot.placement.provider)

    answer = as_(host).post(
        reverse("ratings:reply", args=[rated.pk]), {"words": "Thank you."}, follow=True
    )

    assert Reply.objects.get().words == "Thank you."
    assert "<textarea" not in page(answer)


def test_another_provider_finds_nothing_to_answer(as_):
    answer = as_(HostFactory()).get(reverse("ratings:reply", args=[RatingFactory().pk]))

    assert answer.status_code == 404


def test_anybody_signed_in_reports_a_published_rating(as_):
    rated = RatingFactory()

    answer = as_(HostFactory()).post(
        reverse("ratings:report", args=[rated.pk]), {"words": "It names somebody."}, follow=True
    )

    assert rated.reports.get().words == "It names somebody."
    assert "You have reported this" in page(answer)


def test_who_fears_for_a_student_is_led_from_a_rating_to_the_listing_of_its_concern(as_):
    rated = RatingFactory()
    listing = rated.booking.slot.placement_id
    reporter = as_(CareersLeaderFactory())

    shown = page(reporter.get(reverse("ratings:report", args=[rated.pk])))

    [where] = re.findall(r'href="([^"]*)">report a concern<', shown)
    assert where == f"{reverse('placements:report-concern')}?placement={listing}"
    assert reporter.get(where).status_code == 200


def test_the_desk_sees_what_was_reported_and_decides(as_, broker):
    report = RatingReportFactory()
    where = reverse("ratings:reports")

    before = page(as_(broker).get(where))
    as_(broker).post(reverse("ratings:hide", args=[report.rating_id]), {"because": "It names her."})
    after = page(as_(broker).get(where))

    assert "It names a member of staff." in before
    assert "Nothing is waiting" in after
    assert Rating.objects.get().hidden_because == "It names her."


def test_the_desk_keeps_what_was_reported(as_, broker):
    report = RatingReportFactory()

    as_(broker).post(reverse("ratings:keep", args=[report.rating_id]))

    report.refresh_from_db()
    assert report.upheld is False


def test_the_desk_hides_an_answer(as_, broker):
    answer = ReplyFactory()

    as_(broker).post(reverse("ratings:hide-reply", args=[answer.rating_id]))

    answer.refresh_from_db()
    assert answer.hidden_at


def test_the_desk_alone_reads_the_private_note(as_, broker, leader):
    RatingFactory(private_note="The lift was broken.")

    assert "The lift was broken." in page(as_(broker).get(reverse("ratings:ratings")))
    assert as_(leader).get(reverse("ratings:ratings")).status_code == 403


def test_a_desk_sees_nothing_of_another_desk(as_, broker):
    rated = RatingFactory(booking__slot__placement__workplace__authority="E06000019")
    RatingReportFactory(rating=rated)

    assert "Nothing is waiting" in page(as_(broker).get(reverse("ratings:reports")))
    assert as_(broker).get(reverse("ratings:hide", args=[rated.pk])).status_code == 404


def test_the_national_team_sees_every_desks_reports(as_, broker, national):
    RatingReportFactory()

    assert "It names a member of staff." in page(as_(national).get(reverse("ratings:reports")))


def test_a_rating_reported_twice_is_listed_once(as_, broker):
    rated = RatingFactory()
    RatingReportFactory.create_batch(2, rating=rated)

    answer = page(as_(broker).get(reverse("ratings:reports")))

    assert answer.count("Keep it") == 1


@pytest.mark.parametrize("name", ["ratings", "reports", "debriefs"])
def test_each_list_costs_the_same_however_long(as_, broker, name, django_assert_num_queries):
    client = as_(broker)
    RatingReportFactory(rating=ReplyFactory().rating)
    client.get(reverse(f"ratings:{name}"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(reverse(f"ratings:{name}"))

    for _ in range(2):
        RatingReportFactory(rating=ReplyFactory().rating)
    with django_assert_num_queries(len(for_one)):
        answer = client.get(reverse(f"ratings:{name}"))

    assert page(answer).count('class="app-card"') == 3
