"""Addresses that our mail does not reach, and those who can mend them."""

from accounts import invitations
from accounts.models import Role
from tests.factories import (
    EmployerFactory,
    HeldMessageFactory,
    HostFactory,
    MemberFactory,
    UserFactory,
)


def set_in(scene):
    for name in ("corrects", "corrects_plainly"):
        ours = EmployerFactory(name=f"Joinery that {name.replace('_', ' ')}")
        scene.enters(name, HostFactory(organisation=ours))
        scene.place(name, ours.name)
    lead = scene.enters("mends", HostFactory(organisation=EmployerFactory(name="Clun Joinery")))
    invitation = invitations.invite("jo@mistyped.invalid", role=Role.COLLEAGUE, by=lead)
    typed = {"kind": "invitation", "subject": str(invitation.pk), "email": invitation.email}
    scene.place("came_back", HeldMessageFactory(entered_by=lead.organisation, **typed).pk)
    scene.place("asked_for_there", HeldMessageFactory().pk)
    scene.place("own_came_back", _of(lead))
    scene.place("never_came_in", _of(_colleague(lead, confirmed_at=None)))
    elsewhere = _colleague(lead, email=f"sam.{'longname' * 6}@mistyped.invalid")
    MemberFactory(user=elsewhere.user)
    scene.place("acts_elsewhere", _of(elsewhere))


def _colleague(lead, **person):
    return MemberFactory(organisation=lead.organisation, user=UserFactory(**person))


def _of(member):
    return HeldMessageFactory(recipient=member.user, email=member.user.email).pk
