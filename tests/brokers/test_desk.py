import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role, Standing, WorkplaceKind
from brokers import desk
from brokers.models import Decision, Verdict
from placements import revisions
from placements.models import Placement
from placements.states import PlacementState, RevisionState
from placements.words import ListingRefusal
from tests.factories import (
    BrokerFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db

WHY = "The hub asked us to."


def waiting(**facts):
    placement = PlacementFactory(state=PlacementState.SUBMITTED, published_at=None, **facts)
    SlotFactory(placement=placement)
    return placement


def changed(placement=None):
    placement = placement or PlacementFactory()
    SlotFactory(placement=placement)
    revision = revisions.propose(
        placement, {"title": "Another title"}, by=HostFactory(organisation=placement.provider)
    )
    return revisions.submit(revision, by=revision.made_by)


VERBS = {
    "publish": lambda p, by, because: desk.publish(p, by=by, because=because),
    "send_back": lambda p, by, because: desk.send_back(
        p, notes={"what": "Say more."}, by=by, because=because
    ),
    "decline": lambda p, by, because: desk.decline(
        p, reason=ListingRefusal.SALES, comment="", by=by, because=because
    ),
    "suspend": lambda p, by, because: desk.suspend(p, by=by, because=because),
    "lift": lambda p, by, because: desk.lift(p, by=by, because=because),
}
CHANGES = {
    "approve": lambda r, by, because: desk.approve_changes(r, by=by, because=because),
    "send_back": lambda r, by, because: desk.send_back_changes(
        r, notes={"what": "Say more."}, by=by, because=because
    ),
}


def test_a_hub_publishes_what_lies_on_its_desk(broker):
    placement = desk.publish(waiting(), by=broker)

    assert placement.state == PlacementState.PUBLISHED
    assert Placement.objects.published().get() == placement
    decision = Decision.objects.get()
    assert (decision.verdict, decision.by) == (Verdict.PUBLISHED, broker)
    assert (decision.desk, decision.placement) == (broker.organisation, placement)


def test_a_hub_sends_back_with_notes_beside_their_sections(broker):
    placement = desk.send_back(waiting(), notes={"what": "Say more.", "who": ""}, by=broker)

    assert placement.state == PlacementState.SENT_BACK
    assert list(placement.review_notes.values_list("section", "words")) == [("what", "Say more.")]
    assert Decision.objects.get().verdict == Verdict.SENT_BACK


def test_a_hub_declines_for_a_coded_reason(broker):
    placement = desk.decline(waiting(), reason=ListingRefusal.SALES, comment="", by=broker)

    assert placement.state == PlacementState.DECLINED
    assert placement.moves.get().reason == ListingRefusal.SALES
    assert Decision.objects.get().verdict == Verdict.DECLINED


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_but_the_accountable_desk_decides(verb, broker, stranger, national):
    placement = waiting()
    viewer = BrokerFactory(organisation=broker.organisation, role=Role.VIEWER)
    host = HostFactory(organisation=placement.provider)

    for other in (stranger, viewer, host):
        with pytest.raises(PermissionDenied):
            VERBS[verb](placement, other, WHY)

    placement.refresh_from_db()
    assert placement.state == PlacementState.SUBMITTED
    assert placement.suspended_at is None
    assert not Decision.objects.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_the_national_team_decides_anywhere_when_it_says_why(verb, broker, national):
    placement = waiting()

    with pytest.raises(ValidationError) as refusal:
        VERBS[verb](placement, national, "  ")
    VERBS[verb](placement, national, WHY)

    assert refusal.value.code == "reason_needed"
    decision = Decision.objects.get()
    assert (decision.desk, decision.by) == (broker.organisation, national)
    assert decision.words == WHY


def test_the_national_team_need_not_explain_itself_at_its_own_desk(national):
    desk.publish(waiting(workplace__authority=""), by=national)

    assert Decision.objects.get().desk == national.organisation


@pytest.mark.parametrize("facts", [{"kind": WorkplaceKind.PRIVATE_HOME}, {"lone_adult": True}])
def test_a_private_home_or_a_lone_adult_needs_the_brokers_own_words(broker, facts):
    placement = waiting(**{f"workplace__{name}": value for name, value in facts.items()})

    with pytest.raises(ValidationError) as refusal:
        desk.publish(placement, by=broker)
    placement.refresh_from_db()
    desk.publish(placement, by=broker, accepting_risk="I have been there; two adults are in.")

    assert refusal.value.code == "risk_not_accepted"
    placement.refresh_from_db()
    assert (placement.state, placement.risk_accepted_by) == (PlacementState.PUBLISHED, broker)
    accepted = Decision.objects.get(verdict=Verdict.RISK_ACCEPTED)
    assert accepted.words == "I have been there; two adults are in."


def test_a_risk_is_not_accepted_where_there_is_none(broker):
    with pytest.raises(ValidationError) as refusal:
        desk.publish(waiting(), by=broker, accepting_risk="Just in case.")

    assert refusal.value.code == "no_risk_to_accept"


def test_a_refused_publication_leaves_no_accepted_risk_behind(broker):
    placement = waiting(workplace__lone_adult=True, objectives="")

    with pytest.raises(ValidationError):
        desk.publish(placement, by=broker, accepting_risk="Two adults are in.")

    placement.refresh_from_db()
    assert placement.risk_accepted_by is None
    assert not Decision.objects.exists()


def test_what_is_suspended_is_gone_at_once_and_back_when_lifted(broker):
    placement = PlacementFactory()

    desk.suspend(placement, because="A parent rang.", by=broker)
    hidden = not Placement.objects.published().exists()
    desk.lift(placement, because="It was another bakery.", by=broker)

    assert hidden
    assert Placement.objects.published().get() == placement
    assert list(Decision.objects.order_by("pk").values_list("verdict", "words")) == [
        (Verdict.SUSPENDED, "A parent rang."),
        (Verdict.LIFTED, "It was another bakery."),
    ]


def test_nothing_is_suspended_or_lifted_without_a_reason(broker):
    placement = PlacementFactory()

    for verb in (desk.suspend, desk.lift):
        with pytest.raises(ValidationError) as refusal:
            verb(placement, because=" ", by=broker)

        assert refusal.value.code == "reason_needed"


def test_a_reason_has_its_length(broker):
    with pytest.raises(ValidationError) as refusal:
        desk.suspend(PlacementFactory(), because="x" * 1001, by=broker)

    assert refusal.value.code == "invalid"


def test_approved_changes_become_the_listings_own(broker):
    revision = changed()

    placement = desk.approve_changes(revision, by=broker)

    assert placement.title == "Another title"
    assert Decision.objects.get().verdict == Verdict.CHANGES_APPROVED


def test_changes_sent_back_leave_the_approved_version_up(broker):
    revision = changed()

    desk.send_back_changes(revision, notes={"what": "The old title was better."}, by=broker)

    revision.refresh_from_db()
    assert revision.state == RevisionState.SENT_BACK
    assert Placement.objects.published().get().title != "Another title"
    assert Decision.objects.get().verdict == Verdict.CHANGES_SENT_BACK


@pytest.mark.parametrize("verb", CHANGES)
def test_changes_are_decided_by_the_accountable_desk_or_the_explaining_national_team(
    verb, broker, stranger, national
):
    revision = changed()

    for other in (stranger, HostFactory(organisation=revision.placement.provider)):
        with pytest.raises(PermissionDenied):
            CHANGES[verb](revision, other, WHY)
    with pytest.raises(ValidationError) as refusal:
        CHANGES[verb](revision, national, "")
    CHANGES[verb](revision, national, WHY)

    assert refusal.value.code == "reason_needed"
    assert Decision.objects.get().words == WHY


def test_a_suspended_hub_decides_nothing(broker, national):
    broker.organisation.standing = Standing.SUSPENDED
    placement = waiting()

    with pytest.raises(PermissionDenied):
        desk.publish(placement, by=broker)
