"""What lies on a hub's desk, and how its area was drawn."""

from accounts import clock
from accounts.models import MemberState, Standing, WorkplaceKind
from brokers import boundaries, hubs
from placements.states import ConcernState, PlacementState
from placements.words import ConcernKind
from tests.browser.scene.market import changes_at_the_desk
from tests.factories import (
    ConcernFactory,
    EmployerFactory,
    MemberFactory,
    PlacementFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    WorkplaceFactory,
)


def set_in(scene):
    broker, national = scene.members["broker"], scene.members["national"]
    area = boundaries.found_area(
        "The Marches", hub=broker.organisation, by=national, authorities=["E06000051"]
    )
    scene.place("area", area.pk)
    scene.place("coverage", area.coverage.first().pk)
    scene.place("no_area", 0)
    hubs.describe(
        broker.organisation,
        by=broker,
        contact_name="Bo Broker",
        contact_email="desk@example.org",
        contact_phone="01743 000000",
        service_promise="We read every listing within five working days.",
        safeguarding_leads=[broker],
    )
    scene.place("hub", broker.organisation_id)
    scene.place("quiet_hub", scene.members["quiet"].organisation_id)
    queue(scene)
    concerns(scene, broker)


def queue(scene):
    host = scene.members["host"]
    for _ in range(21):
        PlacementFactory(
            state=PlacementState.SUBMITTED, provider=host.organisation, published_at=None
        )
    scene.place("to_read", waiting(host).pk)
    scene.place("risky", waiting(host, kind=WorkplaceKind.PRIVATE_HOME).pk)
    thin = PlacementFactory(
        provider=EmployerFactory(), state=PlacementState.SUBMITTED, activities="", criteria={}
    )
    scene.place("thin", thin.pk)
    changed = PlacementFactory(provider=host.organisation)
    changes_at_the_desk(changed, host)
    scene.place("changed_at_desk", changed.pk)
    applicant = MemberFactory(
        organisation=SchoolOrganisationFactory(), state=MemberState.PENDING, job_title="Teacher"
    )
    scene.place("applicant", applicant.pk)
    scene.place("approved", scene.members["leader"].pk)
    scene.place("organisation", host.organisation_id)
    bad = EmployerFactory(standing=Standing.SUSPENDED, suspended_at=clock.now())
    PlacementFactory(provider=bad, workplace=WorkplaceFactory(organisation=bad))
    scene.place("suspended_organisation", bad.pk)


def waiting(host, **of_its_place):
    place = WorkplaceFactory(organisation=host.organisation, **of_its_place)
    placement = PlacementFactory(
        provider=host.organisation,
        workplace=place,
        state=PlacementState.SUBMITTED,
        published_at=None,
    )
    SlotFactory(placement=placement)
    return placement


def concerns(scene, broker):
    placement = PlacementFactory(provider=scene.members["host"].organisation)
    of_it = {"placement": placement, "organisation": placement.provider}
    scene.place("concern", ConcernFactory(**of_it).pk)
    scene.place("safeguarding", ConcernFactory(kind=ConcernKind.SAFEGUARDING, **of_it).pk)
    closed = ConcernFactory(
        state=ConcernState.CLOSED,
        closed_by=broker,
        closed_at=clock.now(),
        outcome="A rail was put up.",
        **of_it,
    )
    scene.place("closed_concern", closed.pk)
    ConcernFactory.create_batch(21, **of_it)
