import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import clock
from placements import listings
from placements.words import Kind, Mode
from ratings import badges
from ratings.models import Award
from tests.factories import (
    BadgeFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def accreditor(badge):
    return MemberFactory(organisation=badge.accreditor)


@pytest.fixture
def placement():
    return PlacementFactory()


def award(badge, holder, *, by, starts=0, ends=365):
    return badges.award(
        badge, holder, starts_on=days_ahead(starts), ends_on=days_ahead(ends), by=by
    )


def shown(placement):
    placement.refresh_from_db()
    return placement.badges


def test_a_badge_shows_on_everything_that_its_holder_lists(badge, accreditor, placement):
    another = PlacementFactory(provider=placement.provider)
    stranger = PlacementFactory()

    award(badge, placement.provider, by=accreditor)

    assert shown(placement) == shown(another) == [badge.code]
    assert shown(stranger) == []


def test_a_new_listing_shows_what_its_provider_holds_already(badge, accreditor):
    host = HostFactory()
    award(badge, host.organisation, by=accreditor)

    fresh = listings.start(by=host, kind=Kind.TALK, mode=Mode.VIRTUAL)
    copied = listings.copy(fresh, by=host)

    assert shown(fresh) == shown(copied) == [badge.code]


def test_a_badge_shows_from_its_first_day_to_its_last(badge, accreditor, placement):
    award(badge, placement.provider, by=accreditor, starts=10, ends=20)
    seen = []

    for day in (9, 10, 20, 21):
        with clock.as_of(clock.now() + (days_ahead(day) - clock.today())):
            badges.show_what_is_in_force()
            seen.append(bool(shown(placement)))

    assert seen == [False, True, True, False]


def test_the_national_team_awards_any_badge(badge, national, placement):
    assert award(badge, placement.provider, by=national)


@pytest.mark.parametrize("stranger", [HostFactory, CareersLeaderFactory])
def test_nobody_vouches_for_a_badge_that_is_not_theirs(badge, stranger, placement):
    with pytest.raises(PermissionDenied):
        award(badge, placement.provider, by=stranger())


def test_a_provider_does_not_vouch_for_itself(badge, placement):
    with pytest.raises(PermissionDenied):
        award(badge, placement.provider, by=HostFactory(organisation=placement.provider))


def test_a_school_holds_no_badge(refused, badge, accreditor):
    with refused("invalid"):
        award(badge, CareersLeaderFactory().organisation, by=accreditor)


def test_a_period_is_in_order(refused, badge, accreditor, placement):
    with refused("invalid"):
        award(badge, placement.provider, by=accreditor, starts=10, ends=9)


def test_a_badge_is_held_once_at_a_time(refused, badge, accreditor, placement):
    held = award(badge, placement.provider, by=accreditor)

    with refused("already_held"):
        award(badge, placement.provider, by=accreditor, starts=365, ends=400)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(badge=badge, holder=placement.provider, during=held.during)


def test_a_badge_that_ran_out_shows_again_when_it_is_renewed(refused, badge, accreditor, placement):
    held = award(badge, placement.provider, by=accreditor, starts=-30, ends=-1)
    before = shown(placement)

    badges.renew(held, ends_on=days_ahead(30), by=accreditor)

    assert before == []
    assert shown(placement) == [badge.code]
    held.refresh_from_db()
    with refused("too_early"):
        badges.renew(held, ends_on=days_ahead(29), by=accreditor)


def test_a_badge_that_was_taken_away_shows_no_more_and_is_not_renewed(
    refused, badge, accreditor, placement
):
    held = award(badge, placement.provider, by=accreditor)

    badges.revoke(held, by=accreditor)

    assert shown(placement) == []
    with refused("revoked"):
        badges.renew(held, ends_on=days_ahead(700), by=accreditor)
    assert award(badge, placement.provider, by=accreditor)


@pytest.mark.parametrize("verb", ["renew", "revoke"])
def test_a_stranger_changes_no_badge(badge, accreditor, placement, verb):
    held = award(badge, placement.provider, by=accreditor)
    words = {"ends_on": days_ahead(700)} if verb == "renew" else {}

    with pytest.raises(PermissionDenied):
        getattr(badges, verb)(held, by=HostFactory(), **words)
