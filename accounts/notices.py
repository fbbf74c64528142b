"""What the mails about people and their way in say, and whether they still hold.

A link's token is made here, when the mail is written: a message waiting to be sent
holds nothing that would let anybody in.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts import clock, invitations, letters, links
from accounts.letters import Entered, Letter, Terms
from accounts.models import Client, Invitation, Member, MemberState, Message, Role, User

Words = Mapping[str, Any]


def _person(message: Message) -> User | None:
    return User.objects.filter(pk=message.subject, is_active=True).first()


def _member(message: Message) -> Member | None:
    members = Member.objects.select_related("user", "organisation")
    return members.filter(pk=message.subject).first()


def _link_words(route: str, purpose: str) -> Callable[[Message], Words]:
    """A link of one purpose for the person whom the message is about."""

    def words(message: Message) -> Words:
        person = User.objects.get(pk=message.subject)
        token = links.make(purpose, email=message.email, subject=str(person.pk), user=person)
        return {"name": person.name, "link": letters.link_to(route, token)}

    return words


def _name_words(message: Message) -> Words:
    return {"name": User.objects.get(pk=message.subject).name}


def _no_words(_: Message) -> Words:
    return {}


def _member_words(message: Message) -> Words:
    member = Member.objects.select_related("user", "organisation").get(pk=message.subject)
    return {"member": member, "organisation": member.organisation}


def _confirm_words(message: Message) -> Words:
    member = Member.objects.select_related("user", "organisation").get(pk=message.subject)
    token = links.make(
        links.CONFIRM_ADDRESS, email=message.email, subject=str(member.pk), user=member.user
    )
    return {
        "name": member.user.name,
        "organisation": member.organisation,
        "link": letters.link_to("accounts:open-confirm", token),
    }


def _invitation_words(message: Message) -> Words:
    invitations_known = Invitation.objects.select_related("organisation", "invited_by__user")
    invitation = invitations_known.get(pk=message.subject)
    token = links.make(
        links.INVITATION,
        email=invitation.email,
        subject=str(invitation.pk),
        lives=invitation.expires_at - clock.now(),
    )
    return {
        "invitation": invitation,
        "link": letters.link_to("accounts:open-invitation", token),
    }


def _may_sign_in(message: Message) -> bool:
    """They are there, and the address is still theirs."""
    person = _person(message)
    return person is not None and person.email == message.email


def _is_there(message: Message) -> bool:
    return _person(message) is not None


def _waits_to_confirm(message: Message) -> bool:
    member = _member(message)
    return (
        member is not None and member.state == MemberState.PENDING and not member.user.is_confirmed
    )


def _waits_for_approval(message: Message) -> bool:
    member = _member(message)
    return member is not None and member.state == MemberState.PENDING


def _is_in(message: Message) -> bool:
    member = _member(message)
    return member is not None and member.state == MemberState.ACTIVE


def _is_out(message: Message) -> bool:
    member = _member(message)
    return member is not None and member.state == MemberState.REFUSED


def _inviting(message: Message) -> UUID | None:
    invitation = Invitation.objects.select_related("invited_by").filter(pk=message.subject).first()
    return invitation.invited_by.organisation_id if invitation else None


def _invite_elsewhere(message: Message, email: str) -> None:
    invitations.readdress(
        Invitation.objects.select_related("organisation").get(pk=message.subject), email
    )


def _where_people_are(_: Message) -> str:
    return reverse("accounts:people")


def _is_open(message: Message) -> bool:
    known = Invitation.objects.select_related("invited_by__user", "invited_by__organisation")
    invitation = known.filter(pk=message.subject).first()
    return invitation is not None and invitations.is_open(invitation)


def _client(message: Message) -> Client:
    found: Client = Client.objects.select_related("acts_as__organisation").get(pk=message.subject)
    return found


def _client_words(message: Message) -> Words:
    client = _client(message)
    return {"client": client, "platform": client.acts_as, "organisation": client.organisation}


def _still_leads(message: Message) -> bool:
    leads = Member.objects.active().filter(role=Role.LEAD, user=message.recipient)
    return leads.filter(organisation=_client(message).organisation).exists()


def _is_connected_still(message: Message) -> bool:
    return _client(message).revoked_at is None and _still_leads(message)


YOU = "whoever asked"
AT_ONCE = "somebody waits for it, or it guards an account"
_way_in = partial(Terms, "Signing in", urgent=AT_ONCE)
_people = partial(Terms, "Who acts for an organisation")

LETTERS = (
    Letter(
        "sign_in_link",
        _link_words("accounts:open-sign-in", links.SIGN_IN),
        _may_sign_in,
        terms=_way_in(YOU, "somebody asks for a link to sign in"),
        is_waited_for=True,
    ),
    Letter(
        "reset_password",
        _link_words("accounts:open-reset", links.RESET_PASSWORD),
        _may_sign_in,
        terms=_way_in(YOU, "somebody asks to choose a new password"),
        is_waited_for=True,
    ),
    Letter(
        "change_address",
        _link_words("accounts:open-change-address", links.CHANGE_ADDRESS),
        _is_there,
        terms=_way_in(
            "the new address", "somebody asks to use another address; it works once it is confirmed"
        ),
    ),
    Letter(
        "confirm_address",
        _confirm_words,
        _waits_to_confirm,
        terms=_way_in(YOU, "somebody registers to act for an organisation"),
    ),
    Letter(
        "invitation",
        _invitation_words,
        _is_open,
        terms=_people(
            "whoever is invited",
            "a lead invites somebody, or invites them again",
            until="it runs out",
            urgent="the two are often in one room",
        ),
        entered=Entered(_inviting, _invite_elsewhere, by_leads=True, page=_where_people_are),
    ),
    Letter(
        "already_registered",
        _name_words,
        _is_there,
        terms=_way_in(
            "whose address it is",
            "somebody registers an address, or moves to one, that has an account",
        ),
    ),
    Letter(
        "no_account",
        _no_words,
        terms=_way_in(
            "the address given", "somebody asks for a link, and the address has no account"
        ),
    ),
    Letter(
        "password_changed",
        _name_words,
        _is_there,
        terms=_way_in("whose account it is", "their password has changed"),
    ),
    Letter(
        "second_factor_off",
        _name_words,
        _is_there,
        terms=_way_in(
            "whose account it is", "the national team turns two-step sign-in off for them"
        ),
    ),
    Letter(
        "address_changed",
        _name_words,
        _is_there,
        terms=_way_in("the old address", "an account has moved to a new one"),
    ),
    Letter(
        "membership_asked",
        _member_words,
        _waits_for_approval,
        terms=_people("its leads", "somebody with a confirmed address asks to act for it"),
    ),
    Letter(
        "membership_approved",
        _member_words,
        _is_in,
        terms=_people(YOU, "they are approved"),
    ),
    Letter(
        "membership_refused",
        _member_words,
        _is_out,
        terms=_people(YOU, "they are refused"),
    ),
    Letter(
        "member_joined",
        _member_words,
        _is_in,
        terms=_people("who invited them", "an invitation is accepted", may_be_stopped=True),
    ),
    Letter(
        "platform_connected",
        _client_words,
        _is_connected_still,
        terms=_people("its other leads", "a lead connects a platform", urgent=AT_ONCE),
    ),
    Letter(
        "platform_cut_off",
        _client_words,
        _still_leads,
        terms=_people("its other leads", "a lead cuts a platform off"),
    ),
)


def register() -> None:
    for letter in LETTERS:
        letters.register(letter)
