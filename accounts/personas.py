"""The people whom a visitor of the demonstration can be, by the address they sign in with."""

from enum import StrEnum

from accounts.models import User


class Persona(StrEnum):
    EMPLOYER = "employer"
    NATIONAL_PROVIDER = "national_provider"
    CAREERS_LEADER = "careers_leader"
    SPECIAL_SCHOOL = "special_school"
    BROKER = "broker"
    NATIONAL_TEAM = "national_team"


ADDRESSES: dict[Persona, str] = {
    Persona.EMPLOYER: "employer@wrekinbakehouse.example.org",
    Persona.NATIONAL_PROVIDER: "national.provider@opendoor.example.org",
    Persona.CAREERS_LEADER: "careers.leader@abbeyforegate.example.org",
    Persona.SPECIAL_SCHOOL: "special.school@brambles.example.org",
    Persona.BROKER: "broker@marcheshub.example.org",
    Persona.NATIONAL_TEAM: "national.team@marketplace.example.org",
}


def find(persona: Persona) -> User | None:
    """The person, once the demonstration has been told."""
    return User.objects.filter(email=ADDRESSES[persona], is_active=True).first()
