import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import MemberState, Role
from brokers import concerns
from brokers.models import Decision, DeskProfile, Verdict
from placements.models import Concern
from placements.states import ConcernState
from placements.words import ConcernKind, Mode
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    ConcernFactory,
    EmployerFactory,
    HostFactory,
    NationalFactory,
    PlacementFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db

HEREFORDSHIRE = "E06000019"


def name_leads(desk, *leads):
    profile, _ = DeskProfile.objects.get_or_create(organisation=desk)
    profile.safeguarding_leads.set(leads)


def at_the_marches(**facts):
    placement = PlacementFactory()
    return ConcernFactory(placement=placement, organisation=placement.provider, **facts)


def read_by(member):
    return set(concerns.visible_to(member))


def test_an_ordinary_concern_is_read_at_its_desk_and_by_the_national_team_only(
    broker, stranger, national
):
    concern = at_the_marches()

    assert read_by(broker) == read_by(national) == {concern}
    for other in (stranger, CareersLeaderFactory(), HostFactory(organisation=concern.organisation)):
        assert read_by(other) == set()


def test_a_safeguarding_concern_is_read_by_the_desks_named_leads_only(broker, stranger, national):
    lead = BrokerFactory(organisation=broker.organisation)
    name_leads(broker.organisation, lead)
    concern = at_the_marches(kind=ConcernKind.SAFEGUARDING)

    assert read_by(lead) == {concern}
    assert concerns.leads_for(concern) == [lead]
    for other in (broker, stranger, national, concern.reported_by):
        assert read_by(other) == set()


def test_where_a_desk_named_nobody_the_national_leads_read_it(broker, national):
    lead = NationalFactory(organisation=national.organisation, role=Role.COLLEAGUE)
    name_leads(national.organisation, lead)
    concern = at_the_marches(kind=ConcernKind.SAFEGUARDING)

    assert concerns.leads_for(concern) == [lead]
    assert read_by(lead) == {concern}
    assert read_by(national) == read_by(broker) == set()


def test_where_nobody_at_all_is_named_whoever_leads_the_national_team_reads_it(broker, national):
    colleague = NationalFactory(organisation=national.organisation, role=Role.COLLEAGUE)
    concern = at_the_marches(kind=ConcernKind.SAFEGUARDING)

    assert concerns.leads_for(concern) == [national]
    assert read_by(national) == {concern}
    assert read_by(colleague) == set()


def test_a_lead_who_has_left_or_works_elsewhere_reads_nothing(broker, national):
    left = BrokerFactory(organisation=broker.organisation, state=MemberState.LEFT)
    elsewhere = BrokerFactory()
    name_leads(broker.organisation, left, elsewhere)
    concern = at_the_marches(kind=ConcernKind.SAFEGUARDING)

    assert concerns.leads_for(concern) == [national]
    assert read_by(left) == read_by(elsewhere) == set()
    assert read_by(national) == {concern}


def test_a_virtual_listings_concern_lies_on_the_national_desk(broker, national):
    placement = PlacementFactory(mode=Mode.VIRTUAL)
    concern = ConcernFactory(placement=placement, organisation=placement.provider)

    assert concerns.desk_of(concern) == national.organisation
    assert set(concerns.on_desk(national.organisation)) == {concern}
    assert read_by(broker) == set()


def test_asking_for_one_concern_and_for_many_gives_the_same_desk(broker, stranger, national):
    at_the_marches()
    ConcernFactory(organisation=WorkplaceFactory().organisation)
    ConcernFactory(organisation=WorkplaceFactory(authority=HEREFORDSHIRE).organisation)
    ConcernFactory(organisation=EmployerFactory())
    # The listing's own desk counts, not its provider's.
    away = PlacementFactory(workplace__authority=HEREFORDSHIRE)
    WorkplaceFactory(organisation=away.provider)
    ConcernFactory(placement=away, organisation=away.provider)

    for member in (broker, stranger, national):
        desk = member.organisation
        one_by_one = {one for one in Concern.objects.all() if concerns.desk_of(one) == desk}

        assert set(concerns.on_desk(desk)) == one_by_one
        assert one_by_one


def test_a_closed_concern_says_what_came_of_it_and_who_closed_it(broker):
    concern = at_the_marches()

    concerns.close(concern, outcome=" A rail has been put up. ", by=broker)

    concern.refresh_from_db()
    assert (concern.state, concern.outcome) == (ConcernState.CLOSED, "A rail has been put up.")
    assert concern.closed_by == broker
    decision = Decision.objects.get()
    assert (decision.verdict, decision.concern) == (Verdict.CONCERN_CLOSED, concern)
    assert decision.desk == broker.organisation


def test_who_may_not_read_a_concern_may_not_close_it(broker, stranger):
    concern = at_the_marches(kind=ConcernKind.SAFEGUARDING)
    viewer = BrokerFactory(organisation=broker.organisation, role=Role.VIEWER)
    name_leads(broker.organisation, viewer)

    # The named lead reads it, but only reads.
    assert read_by(viewer) == {concern}
    for other in (broker, stranger, viewer, concern.reported_by):
        with pytest.raises(PermissionDenied):
            concerns.close(concern, outcome="Settled.", by=other)


@pytest.mark.parametrize("outcome", ["", "  ", "x" * 2001])
def test_a_concern_is_not_closed_without_saying_what_came_of_it(broker, outcome):
    with pytest.raises(ValidationError) as refusal:
        concerns.close(at_the_marches(), outcome=outcome, by=broker)

    assert refusal.value.code == "say_what"


def test_a_concern_is_closed_once(broker):
    concern = at_the_marches()
    concerns.close(concern, outcome="Settled.", by=broker)

    with pytest.raises(ValidationError) as refusal:
        concerns.close(concern, outcome="Again.", by=broker)

    assert refusal.value.code == "move_not_allowed"
