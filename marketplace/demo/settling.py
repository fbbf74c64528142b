"""The first chapter: the national team, a hub and its area, and everybody who joins."""

import csv
import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from accounts import (
    clock,
    founding,
    invitations,
    links,
    registration,
    school_register,
    workplaces,
)
from accounts.models import (
    Invitation,
    Member,
    Organisation,
    OrganisationKind,
    Role,
    School,
    User,
    Workplace,
)
from accounts.personas import ADDRESSES, Persona
from accounts.registration import Applicant
from brokers import boundaries, hubs
from marketplace.demo import rows
from marketplace.demo.rows import Lister, SchoolRow, Site
from ratings import badges

HUB = "Marches Careers Hub"
AREA = "The Marches"
# Shropshire, Telford and Wrekin, and Herefordshire, and the postcode areas that stand for them
# until a postcode directory is loaded.
AUTHORITIES = ("E06000051", "E06000020", "E06000019")
POSTCODE_AREAS = ("SY", "TF", "HR", "WV")

NATIONAL_TEAM = "National Work Experience Team"
NATIONAL = ("Anwen Clarke", ADDRESSES[Persona.NATIONAL_TEAM])
BROKER = ("Rosa Whitfield", ADDRESSES[Persona.BROKER])
SECOND_BROKER = ("Callum Reid", "c.reid@marcheshub.example.org")


@dataclass
class Cast:
    """Everybody of the story, by the short names that its tables use."""

    # The day on which the story is told: dates of listings count from it.
    today: date
    national: Member
    broker: Member
    second_broker: Member
    careers_leaders: dict[str, Member] = field(default_factory=dict)
    hosts: dict[str, Member] = field(default_factory=dict)


def settle(today: date) -> Cast:
    cast = _found(today)
    _load_register()
    for row in rows.schools():
        cast.careers_leaders[row.key] = _join_school(row)
    for lister in rows.listers():
        cast.hosts[lister.key] = _join_lister(lister)
    _award_badges(cast)
    return cast


def _found(today: date) -> Cast:
    name, email = NATIONAL
    national = founding.found_national_team(NATIONAL_TEAM, email=email, person=name)
    hub = hubs.found(HUB, lead_email=BROKER[1], by=national)
    broker = _accept(hub, BROKER)
    boundaries.found_area(
        AREA, hub=hub, by=national, authorities=AUTHORITIES, postcode_areas=POSTCODE_AREAS
    )
    invitations.invite(SECOND_BROKER[1], role=Role.COLLEAGUE, by=broker)
    second = _accept(hub, SECOND_BROKER)
    hubs.describe(
        hub,
        contact_name=BROKER[0],
        contact_email="hello@marcheshub.example.org",
        contact_phone="01743 000000",
        service_promise=(
            "We answer employers within two working days, read new listings within five, "
            "and visit every new workplace that a school is unsure about."
        ),
        safeguarding_leads=[broker],
        by=broker,
    )
    hubs.describe(
        national.organisation,
        contact_name=name,
        contact_email="desk@workexperience.example.org",
        contact_phone="",
        service_promise="We read virtual and national listings within five working days.",
        safeguarding_leads=[national],
        by=national,
    )
    return Cast(today=today, national=national, broker=broker, second_broker=second)


def _award_badges(cast: Cast) -> None:
    accreditor = founding.found(
        OrganisationKind.ACCREDITOR, "Institute for Careers Quality", by=cast.national
    )
    badge = badges.introduce(
        "careers-quality",
        "Careers Quality mark",
        meaning="Visited and assessed against the seven criteria in the last three years.",
        accreditor=accreditor,
        by=cast.national,
    )
    for key in ("opendoor", "council", "bakehouse"):
        badges.award(
            badge,
            cast.hosts[key].organisation,
            starts_on=clock.today(),
            ends_on=cast.today + timedelta(days=600),
            by=cast.national,
        )


def _accept(organisation: Organisation, who: tuple[str, str]) -> Member:
    name, email = who
    invitation = Invitation.objects.live().get(organisation=organisation, email=email)
    return invitations.accept_as_new(invitation, name=name)


REGISTER_HEADINGS = {
    "URN": "urn",
    "EstablishmentName": "name",
    "TypeOfEstablishment (code)": "type_code",
    "TypeOfEstablishment (name)": "type_name",
    "EstablishmentTypeGroup (code)": "type_group",
    "PhaseOfEducation (name)": "phase",
    "StatutoryLowAge": "low_age",
    "StatutoryHighAge": "high_age",
    "PercentageFSM": "meals",
    "Town": "town",
    "Postcode": "postcode",
}
FIRST_URN = 990001


def _load_register() -> None:
    """Demonstration schools come in through the loader, like real ones."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.csv"
        with file.open("w", encoding="cp1252", newline="") as out:
            writer = csv.DictWriter(out, _register_row(0, rows.schools()[0]).keys())
            writer.writeheader()
            for number, school in enumerate(rows.schools()):
                writer.writerow(_register_row(number, school))
        school_register.load(file)


def _register_row(number: int, school: SchoolRow) -> dict[str, object]:
    row: dict[str, object] = {
        heading: getattr(school, name)
        for heading, name in REGISTER_HEADINGS.items()
        if name != "urn"
    }
    domain = school.email.rpartition("@")[2]
    return {
        "URN": FIRST_URN + number,
        "LA (code)": "893",
        "EstablishmentNumber": str(4000 + number),
        "EstablishmentStatus (code)": "1",
        "SchoolWebsite": f"https://www.{domain}/",
        **row,
    }


def _join_school(row: SchoolRow) -> Member:
    school = School.objects.get(name=row.name)
    applicant = Applicant(email=row.email, name=row.person, job_title="Careers leader")
    return confirmed(registration.register_school(school, applicant=applicant))


def _join_lister(lister: Lister) -> Member:
    organisation = Organisation(
        kind=lister.kind,
        name=lister.name,
        sector=lister.sector,
        description=lister.description,
        ownership=lister.ownership,
        size_band=lister.size_band,
        provider_category=lister.category,
    )
    first = _workplace(lister.sites[0]) if lister.sites else None
    applicant = Applicant(email=lister.email, name=lister.person)
    member = confirmed(
        registration.register_employer(organisation, applicant=applicant, workplace=first)
    )
    for site in lister.sites[1:]:
        workplaces.add(_workplace(site), by=member)
    return member


def _workplace(site: Site) -> Workplace:
    return Workplace(
        name=site.name,
        kind=site.kind,
        address=site.address,
        town=site.town,
        postcode=site.postcode,
        risk_band=site.risk_band,
        lone_adult=site.lone_adult,
        insurer="Severn Mutual",
        insured_until=clock.today() + timedelta(days=700),
        first_aid="A trained first-aider is on every shift.",
        access_notes=site.access_notes,
        most_a_day=site.most_a_day,
    )


def confirmed(member: Member | None) -> Member:
    """Follow the link that the registration brought."""
    if member is None:
        raise RuntimeError("Somebody of the story has registered before.")
    user: User = member.user
    token = links.make(links.CONFIRM_ADDRESS, email=user.email, subject=str(member.pk), user=user)
    link = links.open(token, links.CONFIRM_ADDRESS)
    if link is None:
        raise RuntimeError("A link just made is not live.")
    return registration.confirm(link)
