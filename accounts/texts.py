"""Texts to a mobile, for those who asked for them, where mail leaves by a service that sends both.

A text is a message like any other: owed, leased, asked about by its reference. What is different
is that it says little, goes to a number that its reader gave for that and may take away, and never
at night. The number stands in no message: what is owed goes where its reader wants it by then.
"""

import unicodedata
from datetime import datetime

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from accounts import clock
from accounts.models import (
    LISTS_PLACEMENTS,
    Member,
    MemberState,
    Message,
    OrganisationKind,
    Role,
    TextNumber,
    User,
)

# Of the alphabet in which 160 characters are one text (3GPP TS 23.038); what needs two is not.
ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ROOM = 160
# What word processors make of plain signs.
PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--")
CUT = "..."
WHERE_IT_STARTS = (OrganisationKind.SCHOOL, *LISTS_PLACEMENTS)
COUNTRY = "GB"
NOT_A_MOBILE = "Enter a UK mobile number, like 07400 123456"


def are_sent() -> bool:
    """Whether this marketplace can send any, and so offers them."""
    # By its name: a transport knows of letters, and these of texts.
    transport = import_string(settings.MAIL_TRANSPORT)
    return getattr(transport, "sends_texts", False) and bool(settings.NOTIFY_TEXT_TEMPLATE_ID)


def are_for(person: User) -> bool:
    """Whether something may start where they work of which we would text them.

    Viewers are told nothing, and with hubs and the national team nothing starts: from all others
    a number would be kept for nothing.
    """
    acting = Member.objects.active().exclude(role=Role.VIEWER).filter(user=person)
    return are_sent() and acting.filter(organisation__kind__in=WHERE_IT_STARTS).exists()


def mobile(written: str) -> str:
    """A number as somebody writes it, as the whole world dials it."""
    refusal = ValidationError(NOT_A_MOBILE, code="not_a_mobile")
    try:
        number = phonenumbers.parse(written, COUNTRY)
    except NumberParseException as fault:
        raise refusal from fault
    is_mobile = (
        # Jersey, Guernsey and the Isle of Man share the code 44: there a text goes abroad.
        phonenumbers.region_code_for_number(number) == COUNTRY
        and not number.extension
        and phonenumbers.number_type(number) == PhoneNumberType.MOBILE
    )
    if not is_mobile:
        raise refusal
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def as_written(number: str) -> str:
    """07400 123456"""
    known = phonenumbers.parse(number, COUNTRY)
    return phonenumbers.format_number(known, PhoneNumberFormat.NATIONAL)


def of(person: User) -> TextNumber | None:
    return TextNumber.objects.filter(user=person).first()


def have_failed(person: User) -> bool:
    """Whether its owner should correct the number."""
    number = of(person) if are_sent() else None
    return number is not None and number.failed_at is not None and are_for(person)


def choose(person: User, written: str) -> None:
    """Text them there from now on, also where the number failed before."""
    told = {"number": mobile(written), "chosen_at": clock.now(), "failed_at": None}
    TextNumber.objects.update_or_create(user=person, defaults=told)


def remove(person: User) -> None:
    """No more texts, and the number is kept no longer."""
    TextNumber.objects.filter(user=person).delete()


def forget_unneeded() -> None:
    """However somebody came to act for nobody: left, refused, or taken over by an invitation."""
    live = (MemberState.PENDING, MemberState.ACTIVE)
    TextNumber.objects.exclude(user__memberships__state__in=live).delete()


def reach(message: Message) -> str:
    """The number to which a text goes; nothing, where its reader wants none or it takes none."""
    if message.recipient_id is None or not are_sent():
        return ""
    works = TextNumber.objects.filter(user=message.recipient_id, failed_at=None)
    return works.values_list("number", flat=True).first() or ""


def failed(message: Message, *, sent_at: datetime) -> None:
    """It takes no texts; but what was given since may."""
    there = TextNumber.objects.filter(user=message.recipient_id, chosen_at__lte=sent_at)
    there.update(failed_at=clock.now())


def fitted(words: str) -> str:
    """In the alphabet of texts, and no longer than one."""
    plain = "".join(map(_plain, " ".join(words.split()).translate(PLAIN)))
    return shortened(plain, ROOM)


def shortened(words: str, room: int) -> str:
    return words if len(words) <= room else words[: room - len(CUT)].rstrip() + CUT


def _plain(sign: str) -> str:
    """The sign, or what is left of it without its accent."""
    if sign in ALPHABET:
        return sign
    bare = unicodedata.normalize("NFKD", sign)[0]
    return bare if bare in ALPHABET else "?"
