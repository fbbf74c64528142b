"""Joining: a person registers a school or an employer, shows that the address is theirs,
and is admitted, or waits for somebody's decision.

Nobody learns from registering whether an address has an account: whoever asks is told
to read their mail, and the mail differs. Until an address is confirmed nothing that was
registered with it counts, no password is kept, and others may register it too.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import authority, clock, links, outbox, workplaces
from accounts.models import (
    Member,
    MemberState,
    OneTimeLink,
    Organisation,
    OrganisationKind,
    Role,
    School,
    Standing,
    User,
    Workplace,
)

HubTeller = Callable[[Member], None]
_tellers: list[HubTeller] = []


def tell_hub_with(teller: HubTeller) -> None:
    """Have the hubs told who waits for them. Called at start-up, by those who know hubs."""
    if teller not in _tellers:
        _tellers.append(teller)


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Whoever registers: with an account already (`user`), or by name and address."""

    email: str = ""
    name: str = ""
    job_title: str = ""
    phone: str = ""
    user: User | None = None


@transaction.atomic
def register_employer(
    organisation: Organisation, *, applicant: Applicant, workplace: Workplace | None = None
) -> Member | None:
    """A new employer or provider with its first lead; None if the address has an account."""
    if not organisation.lists_placements:
        raise ValidationError("Choose employer or provider.", code="kind_not_allowed")
    person = _person(applicant)
    if person is None:
        return None
    organisation.standing = Standing.UNVERIFIED
    organisation.save(force_insert=True)
    if workplace is not None:
        workplaces.lay_down(workplace, organisation=organisation)
    member = _pending(person, organisation, applicant, role=Role.LEAD)
    return _admit_or_ask(member)


@transaction.atomic
def register_school(school: School, *, applicant: Applicant) -> Member | None:
    """Somebody's first step into a school; None if the address has an account already."""
    if school.closed_on is not None:
        raise ValidationError("This school has closed.", code="school_closed")
    person = _person(applicant)
    if person is None:
        return None
    organisation = _organisation_of(school)
    known = _live_membership(person, organisation)
    if known is not None and person.is_confirmed:
        raise ValidationError(
            "You already belong to this school, or have asked to.", code="already_member"
        )
    role = Role.COLLEAGUE if _has_a_lead(organisation) else Role.LEAD
    return _admit_or_ask(known or _pending(person, organisation, applicant, role=role))


@transaction.atomic
def confirm(link: OneTimeLink, *, password: str = "") -> Member:
    """The address is theirs: what they registered counts from now on."""
    links.use(link)
    member = _locked(link.subject)
    if member.state != MemberState.PENDING:
        raise ValidationError("This link has already been used or has run out.", code="link_spent")
    _confirm_person(member.user, password=password)
    _refuse_what_was_never_confirmed(member)
    _admit(member)
    return member


@transaction.atomic
def approve_member(member: Member, *, by: Member) -> Member:
    """Somebody who knows them lets them in."""
    member = _decided(member, by=by)
    _activate(member)
    outbox.post("membership_approved", to=member.user, about=member)
    return member


@transaction.atomic
def refuse_member(member: Member, *, by: Member) -> Member:
    member = _decided(member, by=by)
    _end(member, MemberState.REFUSED)
    outbox.post("membership_refused", to=member.user, about=member)
    return member


def ask_to_confirm(member: Member) -> None:
    """Owe the mail that shows whose address it is; each asking is an occasion of its own."""
    outbox.post("confirm_address", to=member.user, about=member, key=uuid.uuid4().hex)


def _person(applicant: Applicant) -> User | None:
    """The user who registers; None, and a mail, where the address has an account."""
    if applicant.user is not None:
        return applicant.user
    email = applicant.email.strip().lower()
    person, _ = User.objects.get_or_create(
        email=email, defaults={"name": applicant.name, "password": "!"}
    )
    if person.is_confirmed:
        outbox.post("already_registered", to=person, about=person, key=uuid.uuid4().hex)
        return None
    person.name = applicant.name
    person.save(update_fields=["name"])
    return person


def _organisation_of(school: School) -> Organisation:
    """The school's one organisation, locked: two who come first come one after the other."""
    organisation, _ = Organisation.objects.get_or_create(
        school=school, defaults={"kind": OrganisationKind.SCHOOL, "name": school.name}
    )
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def _live_membership(person: User, organisation: Organisation) -> Member | None:
    live = (MemberState.PENDING, MemberState.ACTIVE)
    return Member.objects.filter(user=person, organisation=organisation, state__in=live).first()


def _pending(
    person: User, organisation: Organisation, applicant: Applicant, *, role: Role
) -> Member:
    return Member.objects.create(
        user=person,
        organisation=organisation,
        role=role,
        state=MemberState.PENDING,
        job_title=applicant.job_title,
        phone=applicant.phone,
    )


def _admit_or_ask(member: Member) -> Member:
    if member.user.is_confirmed:
        _admit(member)
    else:
        ask_to_confirm(member)
    return member


def _admit(member: Member) -> None:
    """Let a confirmed person in at once where the rules do, or tell who decides."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(
        pk=member.organisation_id
    )
    if not organisation.is_school:
        _activate(member)
    elif _has_a_lead(organisation):
        _tell_leads(member)
    elif is_at_the_school(member):
        _activate(member, role=Role.LEAD)
    else:
        for tell in _tellers:
            tell(member)


def is_led(school: School) -> bool:
    """Whether somebody leads there already, and so decides who else comes in."""
    organisation = Organisation.objects.filter(school=school).first()
    return organisation is not None and _has_a_lead(organisation)


def is_at_the_school(member: Member) -> bool:
    """Whether the address is at the school's own domain: exactly there.

    A domain below it may well be the students'.
    """
    school = member.organisation.school
    _, _, domain = member.user.email.rpartition("@")
    return school is not None and "." in school.domain and domain == school.domain.lower()


def _has_a_lead(organisation: Organisation) -> bool:
    return Member.objects.active().filter(organisation=organisation, role=Role.LEAD).exists()


def _tell_leads(member: Member) -> None:
    leads = Member.objects.active().filter(organisation=member.organisation_id, role=Role.LEAD)
    for lead in leads.select_related("user").order_by("pk"):
        outbox.post("membership_asked", to=lead.user, about=member)


def _activate(member: Member, *, role: str | None = None) -> None:
    member.state = MemberState.ACTIVE
    member.role = role or member.role
    member.save(update_fields=["state", "role"])
    Organisation.objects.filter(pk=member.organisation_id, standing=Standing.UNVERIFIED).update(
        standing=Standing.GOOD
    )
    member.organisation.refresh_from_db(fields=["standing"])


def _end(member: Member, state: MemberState) -> None:
    member.state = state
    member.ended_at = clock.now()
    member.save(update_fields=["state", "ended_at"])


def _confirm_person(person: User, *, password: str) -> None:
    person.confirmed_at = person.confirmed_at or clock.now()
    if password:
        person.set_password(password)
    person.save(update_fields=["confirmed_at", "password"])


def _refuse_what_was_never_confirmed(member: Member) -> None:
    """What somebody else registered with this address before its owner came."""
    others = Member.objects.pending().filter(user=member.user).exclude(pk=member.pk)
    for other in others.select_for_update(of=("self",)):
        _end(other, MemberState.REFUSED)


def _locked(pk: int | str) -> Member:
    members = Member.objects.select_related("user", "organisation__school")
    return members.select_for_update(of=("self",)).get(pk=pk)


def _decided(member: Member, *, by: Member) -> Member:
    member = _locked(member.pk)
    if member.state != MemberState.PENDING:
        raise ValidationError("This has been decided already.", code="move_not_allowed")
    if not authority.may_approve(by, member):
        raise PermissionDenied
    if not member.user.is_confirmed:
        raise ValidationError(
            "They have not confirmed their email address yet.", code="address_not_confirmed"
        )
    return member
