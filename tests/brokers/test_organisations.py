import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import MemberState, Message, MessageState, Standing
from brokers import organisations
from brokers.models import Decision, Verdict
from placements import bookings, withdrawals
from placements.models import Placement
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    HubFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db


def test_everything_that_a_suspended_organisation_lists_is_gone_at_once(broker):
    placement = PlacementFactory()
    kept = PlacementFactory()
    host = HostFactory(organisation=placement.provider)

    organisations.suspend(placement.provider, because="A complaint.", by=broker)

    assert list(Placement.objects.published()) == [kept]
    assert Message.objects.get(kind="organisation_suspended").recipient == host.user
    decision = Decision.objects.get()
    assert (decision.verdict, decision.words) == (Verdict.ORGANISATION_SUSPENDED, "A complaint.")


def test_a_lifted_suspension_brings_everything_back(broker):
    placement = PlacementFactory()
    HostFactory(organisation=placement.provider)
    organisations.suspend(placement.provider, because="A complaint.", by=broker)

    organisations.lift(placement.provider, because="It was unfounded.", by=broker)

    placement.provider.refresh_from_db()
    assert (placement.provider.standing, placement.provider.suspended_at) == (Standing.GOOD, None)
    assert list(Placement.objects.published()) == [placement]
    # The first mail, if it has not gone, is not true any more.
    assert Message.objects.get(kind="organisation_suspended").state == MessageState.CANCELLED
    assert Message.objects.filter(kind="organisation_lifted").exists()


@pytest.mark.parametrize("verb", [organisations.suspend, organisations.lift])
def test_only_the_accountable_desk_or_the_explaining_national_team_suspends(verb, broker, national):
    provider = WorkplaceFactory().organisation
    if verb is organisations.lift:
        organisations.suspend(provider, because="A complaint.", by=broker)

    for other in (BrokerFactory(), HostFactory(organisation=provider)):
        with pytest.raises(PermissionDenied):
            verb(provider, because="Mischief.", by=other)
    for by in (broker, national):
        with pytest.raises(ValidationError) as refusal:
            verb(provider, because="", by=by)
        assert refusal.value.code == "reason_needed"
    verb(provider, because="It must be.", by=national)


def test_nobody_suspends_the_national_team_or_as_a_hub_another_hub(broker, national):
    other = HubFactory()

    with pytest.raises(PermissionDenied):
        organisations.suspend(national.organisation, because="Revolt.", by=national)
    with pytest.raises(PermissionDenied):
        organisations.suspend(other, because="Rivalry.", by=broker)
    organisations.suspend(other, because="It closed.", by=national)

    other.refresh_from_db()
    assert other.standing == Standing.SUSPENDED


def test_what_is_suspended_is_not_suspended_again_nor_lifted_twice(broker):
    provider = WorkplaceFactory().organisation

    with pytest.raises(ValidationError) as not_suspended:
        organisations.lift(provider, because="Why not.", by=broker)
    organisations.suspend(provider, because="A complaint.", by=broker)
    with pytest.raises(ValidationError) as not_good:
        organisations.suspend(provider, because="Another.", by=broker)

    assert not_suspended.value.code == "not_suspended"
    assert not_good.value.code == "not_in_good_standing"


TOLD = {"reason": "safety", "comment": ""}


def test_all_that_was_booked_at_a_suspended_provider_is_called_off_in_one_act(broker):
    slots = SlotFactory.create_batch(2, placement=PlacementFactory())
    slots.append(SlotFactory(placement__provider=slots[0].placement.provider))
    provider = slots[0].placement.provider
    booked = [bookings.request(slot, places=1, by=CareersLeaderFactory()) for slot in slots]
    organisations.suspend(provider, because="A complaint.", by=broker)

    assert organisations.call_off_all(provider, **TOLD, because="It is true.", by=broker) == 2
    withdrawals.go_on()

    for booking in booked:
        booking.refresh_from_db()
        assert (booking.state, booking.reason) == ("cancelled", "safety")
        assert Message.objects.filter(
            kind="booking_cancelled", subject=str(booking.pk), email=booking.asked_by.user.email
        ).exists()
    decision = Decision.objects.get(verdict=Verdict.ORGANISATION_WITHDRAWN)
    assert (decision.by, decision.words) == (broker, "It is true.")


def test_nothing_is_called_off_over_the_head_of_somebody_who_is_there(broker, refused):
    placement = PlacementFactory()
    host = HostFactory(organisation=placement.provider)

    with refused("still_there"):
        organisations.call_off_all(host.organisation, **TOLD, because="Haste.", by=broker)


def test_what_nobody_acts_for_any_more_is_called_off(broker):
    placement = PlacementFactory()
    HostFactory(organisation=placement.provider, state=MemberState.LEFT)

    provider = placement.provider
    assert organisations.call_off_all(provider, **TOLD, because="They left.", by=broker) == 1


def test_only_its_desk_or_the_national_team_calls_off(broker, national, refused):
    provider = PlacementFactory().provider

    for other in (BrokerFactory(), HostFactory(organisation=provider)):
        with pytest.raises(PermissionDenied):
            organisations.call_off_all(provider, **TOLD, because="Mischief.", by=other)
    with refused("reason_needed"):
        organisations.call_off_all(provider, **TOLD, because=" ", by=broker)


def test_the_desk_sees_what_it_would_end_and_ends_it(client, broker):
    slot = SlotFactory()
    provider = slot.placement.provider
    bookings.request(slot, places=1, by=CareersLeaderFactory())
    organisations.suspend(provider, because="A complaint.", by=broker)
    client.force_login(broker.user)
    where = reverse("brokers:call-off", args=[provider.pk])

    asked = client.get(where).content.decode()
    wrong = client.post(where, {"reason_code": "other", "because": "So."}).content.decode()
    done = client.post(where, {"reason_code": "safety", "because": "So."}, follow=True)

    assert "1 school loses 1 booking" in asked
    assert "comment-error" in wrong
    assert "1 listing of" in done.content.decode()
    assert where not in done.content.decode()
    assert not withdrawals.left().exists()
