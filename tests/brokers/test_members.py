import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import MemberState, Role
from brokers import members
from brokers.models import Decision, Verdict
from tests.factories import BrokerFactory, CareersLeaderFactory, HostFactory

pytestmark = pytest.mark.django_db


def asking(**facts):
    return CareersLeaderFactory(state=MemberState.PENDING, **facts)


@pytest.mark.parametrize(
    ("verb", "state", "verdict"),
    [
        (members.approve, MemberState.ACTIVE, Verdict.MEMBER_APPROVED),
        (members.refuse, MemberState.REFUSED, Verdict.MEMBER_REFUSED),
    ],
)
def test_the_hub_of_the_school_decides_who_acts_for_it(broker, verb, state, verdict):
    person = asking()

    verb(person, by=broker)

    person.refresh_from_db()
    assert person.state == state
    decision = Decision.objects.get()
    assert (decision.verdict, decision.member, decision.by) == (verdict, person, broker)


@pytest.mark.parametrize("verb", [members.approve, members.refuse])
def test_nobody_else_does(broker, stranger, national, refused, verb):
    person = asking()
    viewer = BrokerFactory(organisation=broker.organisation, role=Role.VIEWER)

    for other in (stranger, viewer, HostFactory(), CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            verb(person, by=other)
    with refused("reason_needed"):
        verb(person, by=national)

    person.refresh_from_db()
    assert person.state == MemberState.PENDING
    assert not Decision.objects.exists()


def test_the_national_team_steps_in_when_it_says_why(broker, national):
    person = asking()

    members.approve(person, by=national, because="The hub is closed.")

    assert Decision.objects.get().words == "The hub is closed."


def test_what_was_decided_is_not_decided_again(broker, refused):
    person = asking()
    members.refuse(person, by=broker)

    with refused("move_not_allowed"):
        members.approve(person, by=broker)

    assert Decision.objects.count() == 1
