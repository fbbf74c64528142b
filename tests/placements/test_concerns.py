import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import clock
from accounts.models import MemberState, Role, Standing
from placements import concerns
from placements.models import Concern
from placements.states import ConcernState, PlacementState
from placements.words import ConcernKind
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    EmployerFactory,
    HostFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return CareersLeaderFactory()


@pytest.fixture
def told():
    before, seen = concerns._tellers[:], []
    concerns.tell_with(seen.append)
    yield seen
    concerns._tellers[:] = before


def test_a_concern_about_a_listing_is_kept_and_told(teacher, told):
    placement = PlacementFactory()

    concern = concerns.report(
        placement, kind=ConcernKind.SAFETY, words=" The stairs have no rail. ", by=teacher
    )

    kept = Concern.objects.get()
    assert (kept.placement, kept.organisation) == (placement, placement.provider)
    assert (kept.kind, kept.words) == (ConcernKind.SAFETY, "The stairs have no rail.")
    assert (kept.reported_by, kept.state) == (teacher, ConcernState.OPEN)
    assert told == [concern]


def test_a_concern_about_an_organisation_names_no_listing(teacher, told):
    provider = PlacementFactory().provider

    concern = concerns.report(provider, kind=ConcernKind.CONDUCT, words="Rude.", by=teacher)

    assert (concern.placement, concern.organisation) == (None, provider)


def test_whoever_only_reads_may_report_too(told):
    viewer = CareersLeaderFactory(role=Role.VIEWER)

    concerns.report(PlacementFactory(), kind=ConcernKind.OTHER, words="Hm.", by=viewer)

    assert len(told) == 1


def test_nobody_reports_through_a_membership_that_is_not_active(told):
    pending = CareersLeaderFactory(state=MemberState.PENDING)

    with pytest.raises(PermissionDenied):
        concerns.report(PlacementFactory(), kind=ConcernKind.OTHER, words="Hm.", by=pending)

    assert told == []


@pytest.mark.parametrize(
    "facts",
    [
        {"state": PlacementState.DRAFT},
        {"state": PlacementState.SUBMITTED},
        {"suspended_at": "now"},
        {"provider__standing": Standing.SUSPENDED, "provider__suspended_at": "now"},
    ],
)
def test_nobody_reports_what_they_cannot_see(teacher, facts):
    now = {name: clock.now() if value == "now" else value for name, value in facts.items()}
    placement = PlacementFactory(**now)

    with pytest.raises(PermissionDenied):
        concerns.report(placement, kind=ConcernKind.OTHER, words="Hm.", by=teacher)
    with pytest.raises(PermissionDenied):
        concerns.report(placement.provider, kind=ConcernKind.OTHER, words="Hm.", by=teacher)


def test_a_school_may_report_what_it_once_asked_for_though_it_is_no_longer_shown(teacher):
    booking = BookingFactory(
        school=teacher.organisation, slot__placement__state=PlacementState.WITHDRAWN
    )

    placement = booking.slot.placement
    concerns.report(placement, kind=ConcernKind.SAFETY, words="Afterwards.", by=teacher)
    concerns.report(placement.provider, kind=ConcernKind.CONDUCT, words="Also.", by=teacher)

    assert Concern.objects.count() == 2


def test_a_host_may_report_a_school_that_asked_for_its_places_and_no_other():
    booking = BookingFactory()
    host = HostFactory(organisation=booking.slot.placement.provider)
    stranger = HostFactory()

    concerns.report(booking.school, kind=ConcernKind.CONDUCT, words="Nobody came.", by=host)
    with pytest.raises(PermissionDenied):
        concerns.report(booking.school, kind=ConcernKind.CONDUCT, words="Hm.", by=stranger)


def test_nobody_reports_their_own_organisation(told):
    placement = PlacementFactory()
    host = HostFactory(organisation=placement.provider)

    with pytest.raises(PermissionDenied):
        concerns.report(placement.provider, kind=ConcernKind.OTHER, words="Us.", by=host)


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("gossip", "Something.", "invalid"),
        (ConcernKind.SAFETY, "  ", "say_what"),
        (ConcernKind.SAFETY, "x" * 3001, "invalid"),
    ],
)
def test_an_unclear_concern_is_refused(teacher, told, kind, words, code):
    with pytest.raises(ValidationError) as refusal:
        concerns.report(PlacementFactory(), kind=kind, words=words, by=teacher)

    assert refusal.value.code == code
    assert told == []


def test_a_second_click_reports_nothing_more(teacher, told):
    placement = PlacementFactory()
    concerns.report(placement, kind=ConcernKind.SAFETY, words="No rail.", by=teacher)

    with pytest.raises(ValidationError) as refusal:
        concerns.report(placement, kind=ConcernKind.SAFETY, words="No rail.", by=teacher)

    assert refusal.value.code == "reported_already"
    assert len(told) == 1


def test_an_employer_nobody_lists_with_is_not_there_to_report(teacher):
    with pytest.raises(PermissionDenied):
        concerns.report(EmployerFactory(), kind=ConcernKind.OTHER, words="Hm.", by=teacher)
