"""One-time links: made when a mail is sent, opened by looking, used by a button.

Only the hash of a token is kept. Opening changes nothing, because a mail scanner follows
every link in a mail before its reader does; using locks the row, so it happens once.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import clock
from accounts.models import OneTimeLink, User

CONFIRM_ADDRESS = "confirm_address"
CHANGE_ADDRESS = "change_address"
SIGN_IN = "sign_in"
RESET_PASSWORD = "reset_password"  # noqa: S105 -- the name of a purpose.
INVITATION = "invitation"
# Its subject is a kind of message, which the link's person hears of no more.
STOP_KIND = "stop_kind"

# Letters and digits of which none looks like another.
UNMISTAKABLE = "23456789abcdefghjkmnpqrstuvwxyz"

LIVES: dict[str, timedelta] = {
    CONFIRM_ADDRESS: timedelta(days=3),
    CHANGE_ADDRESS: timedelta(hours=24),
    SIGN_IN: timedelta(minutes=15),
    RESET_PASSWORD: timedelta(hours=1),
    STOP_KIND: timedelta(days=365),
}


def make(
    purpose: str,
    *,
    email: str,
    subject: str = "",
    user: User | None = None,
    lives: timedelta | None = None,
    token: str = "",
) -> str:
    """A new token for one purpose, one address and one subject. It is told only once."""
    token = token or long_token()
    lives = lives or LIVES[purpose]
    link = _link(token, purpose, email=email.lower(), subject=subject, user=user, lives=lives)
    link.save(force_insert=True)
    return token


def make_all(
    purpose: str, *, subjects: Sequence[str], lives: timedelta, new: Callable[[], str] | None = None
) -> list[str]:
    """One for each subject, for whoever hands them out, in the same order."""
    tokens = [(new or long_token)() for _ in subjects]
    OneTimeLink.objects.bulk_create(
        _link(token, purpose, subject=subject, lives=lives)
        for token, subject in zip(tokens, subjects, strict=True)
    )
    return tokens


def long_token() -> str:
    return secrets.token_urlsafe(32)


def short_token() -> str:
    """One that is typed from a sheet of paper: 59 bits, which nobody guesses while it lives."""
    return "".join(secrets.choice(UNMISTAKABLE) for _ in range(12))


def as_made(typed: str) -> str:
    """A short token as it was made: in small letters, and without what groups them."""
    return "".join(letter for letter in typed.lower() if letter.isalnum())


def open(token: str, purpose: str) -> OneTimeLink | None:  # noqa: A001 -- called as links.open().
    """The live link that the token belongs to. Looking at it does not use it."""
    live = OneTimeLink.objects.live().select_related("user")
    return live.filter(token_hash=_hashed(token), purpose=purpose).first()


def find(pk: int, purpose: str) -> OneTimeLink | None:
    """The live link that a browser has opened before; its session holds the number only."""
    return OneTimeLink.objects.live().select_related("user").filter(pk=pk, purpose=purpose).first()


def known(token: str, purpose: str) -> OneTimeLink | None:
    """The link of the token, used or not, while it has neither run out nor been revoked: for a
    page that also shows what was said by it."""
    kept = OneTimeLink.objects.filter(revoked_at__isnull=True, expires_at__gt=clock.now())
    return kept.filter(token_hash=_hashed(token), purpose=purpose).first()


def ever(token: str, purpose: str) -> OneTimeLink | None:
    """The link of the token, whatever has become of it: for saying why it is good no more."""
    return OneTimeLink.objects.filter(token_hash=_hashed(token), purpose=purpose).first()


@transaction.atomic
def use(link: OneTimeLink) -> OneTimeLink:
    """Use the link up, or refuse: of two who press the button at once, one is too late."""
    locked = OneTimeLink.objects.live().select_for_update().filter(pk=link.pk).first()
    if locked is None:
        raise ValidationError("This link has already been used or has run out.", code="link_spent")
    locked.used_at = clock.now()
    locked.save(update_fields=["used_at"])
    return locked


def revoke(purpose: str, *, subject: str) -> int:
    """Make every unused link about this subject worthless; say how many there were."""
    return _live_about(purpose, [subject]).update(revoked_at=clock.now())


def revoke_sent_to(email: str, *, subjects: Iterable[str]) -> int:
    """Make worthless what went to an address that was the wrong one: somebody may be at it."""
    live = OneTimeLink.objects.live().filter(user=None, email__iexact=email)
    return live.filter(subject__in=list(subjects)).update(revoked_at=clock.now())


@transaction.atomic
def revoke_all(purpose: str, *, subjects: Iterable[str]) -> set[str]:
    """Make every unused link about these subjects worthless; say which of them had any."""
    live = _live_about(purpose, subjects)
    had_any = set(live.select_for_update().values_list("subject", flat=True))
    if had_any:
        live.update(revoked_at=clock.now())
    return had_any


def _link(
    token: str,
    purpose: str,
    *,
    subject: str,
    lives: timedelta,
    email: str = "",
    user: User | None = None,
) -> OneTimeLink:
    now = clock.now()
    return OneTimeLink(
        purpose=purpose,
        token_hash=_hashed(token),
        email=email,
        subject=subject,
        user=user,
        made_at=now,
        expires_at=now + lives,
    )


def _live_about(purpose: str, subjects: Iterable[str]) -> "QuerySet[OneTimeLink]":
    return OneTimeLink.objects.live().filter(purpose=purpose, subject__in=list(subjects))


def forget(purpose: str, *, subject: str) -> None:
    """Wipe the addresses to which links about this subject went."""
    OneTimeLink.objects.filter(purpose=purpose, subject=subject).update(email="")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
