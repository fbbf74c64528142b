import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Message, MessageState, Standing
from brokers import organisations
from brokers.models import Decision, Verdict
from placements.models import Placement
from tests.factories import (
    BrokerFactory,
    HostFactory,
    HubFactory,
    PlacementFactory,
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
