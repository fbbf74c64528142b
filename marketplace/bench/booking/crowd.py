"""Who books in the benchmark, and what: schools with a person each, one host, fresh slots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

from accounts import clock
from accounts.models import Member, Organisation, OrganisationKind, Role, School, Standing, User
from accounts.words import Sector
from placements.models import Placement, Slot
from placements.states import PlacementState
from placements.words import Kind, Mode, Pattern

SCHOOLS = 1_000
# A slot holds no more, by its constraint.
MOST_PLACES = 1_000


@dataclass(frozen=True)
class Crowd:
    """Everybody's membership, by its number, and the host's placement."""

    schools: list[int]
    placement: UUID


def gather(number: int = SCHOOLS) -> Crowd:
    """Schools that may book, each with a careers leader, and a host with one person."""
    now = clock.now()
    register = School.objects.bulk_create(
        School(urn=f"{200_000 + n}", name=f"School {n}", postcode="SY1 2AB", loaded_at=now)
        for n in range(number)
    )
    schools = [
        Organisation(
            kind=OrganisationKind.SCHOOL,
            name=school.name,
            standing=Standing.GOOD,
            school=school,
            registered_at=now,
        )
        for school in register
    ]
    host = Organisation(
        kind=OrganisationKind.EMPLOYER, name="Host", standing=Standing.GOOD, registered_at=now
    )
    everybody = Organisation.objects.bulk_create([*schools, host])
    users = User.objects.bulk_create(
        User(email=f"person{n}@example.org", name=f"Person {n}", confirmed_at=now)
        for n in range(number + 1)
    )
    members = Member.objects.bulk_create(
        Member(user=user, organisation=organisation, role=Role.LEAD)
        for user, organisation in zip(users, everybody, strict=True)
    )
    placement = Placement.objects.create(
        provider=everybody[-1],
        written_by=members[-1],
        state=PlacementState.PUBLISHED,
        published_at=now,
        last_confirmed_on=clock.today(),
        kind=Kind.WEEK_PLACEMENT,
        mode=Mode.VIRTUAL,
        title="A week that everybody wants",
        summary="Five days with a host who has more visitors than places.",
        sector=Sector.DIGITAL,
        year_from=7,
        year_to=13,
        days=5,
        pattern=Pattern.BLOCK,
    )
    return Crowd([member.pk for member in members[:number]], placement.pk)


def slots(crowd: Crowd, number: int, *, places: int) -> list[UUID]:
    """New dates of the host's, each with so many places and nobody on them."""
    made = Slot.objects.bulk_create(islice(_slots(crowd, places), number), batch_size=1_000)
    return [slot.pk for slot in made]


def _slots(crowd: Crowd, places: int) -> Iterator[Slot]:
    today = clock.today()
    while True:
        yield Slot(
            placement_id=crowd.placement,
            starts_on=today + timedelta(days=90),
            ends_on=today + timedelta(days=94),
            opens_on=today,
            closes_on=today + timedelta(days=60),
            places=places,
        )
