"""What the mails about people and their way in say, and whether they still hold.

A link's token is made here, when the mail is written: a message waiting to be sent
holds nothing that would let anybody in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from accounts import clock, invitations, letters, links
from accounts.models import Invitation, Member, MemberState, Message, User

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


def _is_open(message: Message) -> bool:
    known = Invitation.objects.select_related("invited_by__user", "invited_by__organisation")
    invitation = known.filter(pk=message.subject).first()
    return invitation is not None and invitations.is_open(invitation)


LETTERS = (
    letters.Letter(
        "sign_in_link", _link_words("accounts:open-sign-in", links.SIGN_IN), _may_sign_in
    ),
    letters.Letter(
        "reset_password", _link_words("accounts:open-reset", links.RESET_PASSWORD), _may_sign_in
    ),
    letters.Letter(
        "change_address",
        _link_words("accounts:open-change-address", links.CHANGE_ADDRESS),
        _is_there,
    ),
    letters.Letter("confirm_address", _confirm_words, _waits_to_confirm),
    letters.Letter("invitation", _invitation_words, _is_open),
    letters.Letter("already_registered", _name_words, _is_there),
    letters.Letter("no_account", _no_words),
    letters.Letter("password_changed", _name_words, _is_there),
    letters.Letter("second_factor_off", _name_words, _is_there),
    letters.Letter("address_changed", _name_words, _is_there),
    letters.Letter("membership_asked", _member_words, _waits_for_approval),
    letters.Letter("membership_approved", _member_words, _is_in),
    letters.Letter("membership_refused", _member_words, _is_out),
    letters.Letter("member_joined", _member_words, _is_in),
)


def register() -> None:
    for letter in LETTERS:
        letters.register(letter)
