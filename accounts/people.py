"""A person and their way in: addresses, passwords, links, sessions.

Whoever asks for a link is answered the same whether the address is known or not; what
differs is the mail, and one is owed in every case.
"""

import uuid

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import authority, clock, links, outbox, registration
from accounts.models import Member, Message, OneTimeLink, User


def find(email: str) -> User | None:
    """The person with this address who may sign in."""
    known = User.objects.filter(email=email.strip().lower(), is_active=True)
    return known.filter(confirmed_at__isnull=False).first()


def has_account(email: str) -> bool:
    return _with_account(email) is not None


def _with_account(email: str) -> User | None:
    """Whose confirmed address it is, also if they may not sign in any more."""
    return User.objects.filter(email=email, confirmed_at__isnull=False).first()


@transaction.atomic
def ask_for_sign_in_link(email: str) -> None:
    _ask("sign_in_link", email)


@transaction.atomic
def ask_for_new_password(email: str) -> None:
    _ask("reset_password", email)


def _ask(kind: str, email: str) -> None:
    """Owe the link; or another mail, to somebody who has no account or never confirmed it."""
    email = email.strip().lower()
    person = find(email)
    waiting = Member.objects.pending().filter(user__email=email, user__confirmed_at__isnull=True)
    if person is not None:
        outbox.post(kind, to=person, about=person, key=uuid.uuid4().hex)
    elif member := waiting.select_related("user").order_by("-pk").first():
        registration.ask_to_confirm(member)
    else:
        outbox.post("no_account", to=email, about="", key=uuid.uuid4().hex)


@transaction.atomic
def sign_in_by(link: OneTimeLink) -> User:
    """Use a sign-in link up, with every other one that the person still has."""
    person = _owner(links.use(link))
    links.revoke(links.SIGN_IN, subject=str(person.pk))
    return person


@transaction.atomic
def reset_password(link: OneTimeLink, *, password: str) -> User:
    """Set a password by mail: all sessions end, and so does every link sent before."""
    person = _owner(links.use(link))
    links.revoke(links.RESET_PASSWORD, subject=str(person.pk))
    links.revoke(links.SIGN_IN, subject=str(person.pk))
    set_password(person, password)
    return person


@transaction.atomic
def set_password(person: User, password: str) -> None:
    """A new password ends every session that was made with the old one."""
    person.set_password(password)
    person.save(update_fields=["password"])
    outbox.post("password_changed", to=person, about=person, key=uuid.uuid4().hex)


@transaction.atomic
def ask_to_change_address(person: User, email: str) -> None:
    """Owe a link to the new address, which stays unused until that link is."""
    email = email.strip().lower()
    links.revoke(links.CHANGE_ADDRESS, subject=str(person.pk))
    outbox.unsay("change_address", about=person)
    taken = _with_account(email)
    if taken is None:
        outbox.post("change_address", to=email, about=person, key=uuid.uuid4().hex)
    else:
        outbox.post("already_registered", to=taken, about=taken, key=uuid.uuid4().hex)


@transaction.atomic
def change_address(link: OneTimeLink) -> User:
    """The new address is theirs: sign in with it, and tell the old one."""
    person = _owner(links.use(link))
    _free(link.email)
    before, person.email = person.email, link.email
    person.save(update_fields=["email"])
    for purpose in (links.SIGN_IN, links.RESET_PASSWORD):
        links.revoke(purpose, subject=str(person.pk))
    if not Message.objects.bounced().to_address(before).exists():
        outbox.post("address_changed", to=before, about=person, key=uuid.uuid4().hex)
    outbox.follow(person, before=before)
    return person


def rename(person: User, name: str) -> None:
    person.name = name
    person.save(update_fields=["name"])


@transaction.atomic
def end_sessions(person: User) -> None:
    """Sign out everywhere: every session and every unused link is worthless now."""
    person = User.objects.select_for_update().get(pk=person.pk)
    person.sessions_ended += 1
    person.save(update_fields=["sessions_ended"])
    links.revoke(links.SIGN_IN, subject=str(person.pk))


@transaction.atomic
def switch_off(person: User, *, by: Member) -> None:
    """Let nobody in with this account, from this moment on."""
    person = _supported(person, by=by)
    person.is_active = False
    person.sessions_ended += 1
    person.save(update_fields=["is_active", "sessions_ended"])


@transaction.atomic
def switch_on(person: User, *, by: Member) -> None:
    person = _supported(person, by=by)
    person.is_active = True
    person.save(update_fields=["is_active"])


@transaction.atomic
def forget_second_factor(person: User, *, by: Member) -> None:
    """For a phone that is lost, with the recovery codes: they sign in by one step again."""
    person = _supported(person, by=by)
    Authenticator.objects.filter(user=person).delete()
    person.sessions_ended += 1
    person.save(update_fields=["sessions_ended"])
    outbox.post("second_factor_off", to=person, about=person, key=uuid.uuid4().hex)


def _supported(person: User, *, by: Member) -> User:
    """The person, locked, for those whom the national team looks after; nobody themselves."""
    if not authority.may_support_people(by) or by.user_id == person.pk:
        raise PermissionDenied
    return User.objects.select_for_update().get(pk=person.pk)


def _owner(link: OneTimeLink) -> User:
    """The person a link was made for, while they may sign in; locked."""
    mine = User.objects.select_for_update(of=("self",)).filter(links=link, is_active=True)
    person = mine.filter(confirmed_at__isnull=False).first()
    if person is None:
        raise ValidationError("This link has already been used or has run out.", code="link_spent")
    return person


def _free(email: str) -> None:
    """Refuse an address that has become somebody's; set aside one that nobody confirmed."""
    holder = User.objects.select_for_update().filter(email=email).first()
    if holder is None:
        return
    if holder.is_confirmed:
        raise ValidationError("This address is in use already.", code="address_taken")
    holder.email = f"unconfirmed-{uuid.uuid4().hex}@invalid.invalid"
    holder.is_active = False
    holder.save(update_fields=["email", "is_active"])
    Member.objects.pending().filter(user=holder).update(state="refused", ended_at=clock.now())
