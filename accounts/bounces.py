"""Mail that does not arrive: what the mail service says of it, and who mends the address.

Nothing goes to an address that is known to take no mail. What is owed to it waits, seen by
those who can mend it: the leads of whoever should have read it, the people who typed it for
somebody without an account, and the national team.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Max, Q, Window

from accounts import clock, letters, links, outbox, people, texts, timeliness
from accounts.models import Member, MemberState, Message, MessageState
from accounts.models.messages import ON_THE_WAY, MessageQuerySet

log = structlog.get_logger(__name__)

HAS_ACCOUNT = (
    "%(email)s already has an account: remove this person and invite that address. What waits for"
    " the old one is not sent there."
)
# What is mended at once: one address of one reader, or as one organisation typed it.
ONE_ADDRESS = ("email", "recipient_id", "entered_by_id")


@transaction.atomic
def receive(reference: UUID, *, known_as: str, status: str) -> bool:
    """Write down what became of a mail; False, while its sender has not said that it went."""
    kept = Message.objects.of_mail(reference).filter(is_forgotten=False).exclude(email="")
    said = list(kept.select_for_update().order_by("pk"))
    if any(message.state in ON_THE_WAY for message in said):
        return False
    for message in said:
        is_of_this_sending = message.provider_id in ("", known_as)
        if message.state == MessageState.SENT and is_of_this_sending and status in BECAME:
            by_text = letters.of_kind(message.kind).by_text
            (OF_A_TEXT if by_text else BECAME)[status](message, status)
            message.save(update_fields=["state", *TOLD])
    return True


TOLD = ("delivered_at", "bounced_at", "bounce_reason", "entered_by", "last_error")


def _arrived(message: Message, _status: str) -> None:
    """The address takes mail, whatever came back from it before this went."""
    message.delivered_at = clock.now()
    there = Message.objects.to_address(message.email)
    last = there.bounced().aggregate(last=Max("bounced_at"))["last"]
    if last and message.sent_at and last < message.sent_at:
        outbox.release(there)


def _came_back(message: Message, status: str) -> None:
    """It waits for whoever can mend the address. Where nobody can, or where it has been said
    elsewhere or need not be said any more, that it came back is known."""
    message.bounced_at, message.bounce_reason, message.delivered_at = clock.now(), status, None
    message.entered_by_id = letters.of_kind(message.kind).entered.by(message)
    waits = message.can_be_mended and _is_worth_sending(message)
    message.state = MessageState.HELD if waits else MessageState.EXPIRED


def _is_worth_sending(message: Message) -> bool:
    try:
        return timeliness.over(message) is None
    except ObjectDoesNotExist:
        # What it was about is no more.
        return False


def _failed(message: Message, status: str) -> None:
    """Days of trying, or the service's own fault: the national team sees it, and may try again."""
    message.state, message.last_error = MessageState.FAILED, status


def _text_arrived(message: Message, _status: str) -> None:
    message.delivered_at = clock.now()


def _number_failed(message: Message, status: str) -> None:
    """Its owner sees it where the number was given. What was said by mail as well is not said
    again, and nobody need decide about it."""
    texts.failed(message, sent_at=message.sent_at or clock.now())
    _text_failed(message, status)


def _text_failed(message: Message, status: str) -> None:
    message.state, message.last_error, message.delivered_at = MessageState.EXPIRED, status, None


BECAME: dict[str, Callable[[Message, str], None]] = {
    "delivered": _arrived,
    "permanent-failure": _came_back,
    "temporary-failure": _failed,
    "technical-failure": _failed,
}
OF_A_TEXT: dict[str, Callable[[Message, str], None]] = {
    "delivered": _text_arrived,
    "permanent-failure": _number_failed,
    "temporary-failure": _text_failed,
    "technical-failure": _text_failed,
}


def end_what_waits_in_vain() -> int:
    """What nobody would read any more, though the address were mended, waits no longer; say how
    many there were."""
    too_late = Q(expires_at__lte=clock.now())
    nobody_mends_it = Q(recipient=None, entered_by=None)
    over = Message.objects.held().filter(too_late | nobody_mends_it)
    return over.update(state=MessageState.EXPIRED)


def visible_to(member: Member) -> MessageQuerySet:
    """What waits for an address that this member can mend."""
    held = Message.objects.held().exclude(email="")
    if not member.may_write:
        return held.none()
    if member.organisation.is_national_team:
        return held if member.leads else held.exclude(kind__in=letters.mended_by_leads())
    ours = Q(entered_by=member.organisation_id)
    if not member.leads:
        to_them = Q(recipient=member.user_id, recipient__isnull=False)
        return held.filter(to_them | ours & ~Q(kind__in=letters.mended_by_leads()))
    # Asked first: no index helps either half of an OR whose one half asks another table.
    colleagues = Member.objects.active().filter(organisation=member.organisation_id)
    them = list(colleagues.values_list("user", flat=True))
    return held.filter(ours | Q(recipient__in=them))


def by_address(member: Member) -> MessageQuerySet:
    """One for each address, the longest due; each says how many wait with it, and since when."""
    waiting = visible_to(member).annotate(
        waiting=Window(Count("pk"), partition_by=ONE_ADDRESS),
        last_tried_at=Window(Max("bounced_at"), partition_by=ONE_ADDRESS),
    )
    one = waiting.order_by(*ONE_ADDRESS, "due_at", "pk").distinct(*ONE_ADDRESS)
    return one.select_related("recipient", "entered_by")


def about(member: Member, records: Iterable[models.Model]) -> dict[str, Message]:
    """Of those records, by their number, the ones of which a mail did not arrive."""
    subjects = [str(record.pk) for record in records]
    waiting = visible_to(member).filter(subject__in=subjects, recipient=None)
    return {message.subject: message for message in waiting.order_by("-due_at", "pk")}


def page_of(message: Message, member: Member) -> str:
    """The address of the page of what it is about, where its reader is one who typed it."""
    if message.entered_by_id != member.organisation_id:
        return ""
    return letters.of_kind(message.kind).entered.page(message)


def addresses(member: Member) -> int:
    """How many addresses this member could mend."""
    found: int = visible_to(member).values(*ONE_ADDRESS).distinct().count()
    return found


def may_correct(by: Member, message: Message) -> bool:
    """A person's way in is theirs: a lead changes it only where nobody else relies on it."""
    person = message.recipient
    if person is None:
        # What somebody asked to be sent to an address of their own, they ask for again. Whom an
        # organisation lets in, nobody else says.
        theirs = message.entered_by_id == by.organisation_id
        by_leads = letters.of_kind(message.kind).entered.by_leads
        return message.entered_by_id is not None and (theirs or not by_leads)
    if not person.is_confirmed or person.pk == by.user_id:
        # They never came in by it, and register again with the right one; or they are asked who
        # they are first, where one changes one's own.
        return False
    acting = Member.objects.active().filter(user=person)
    if by.organisation.is_national_team:
        is_a_colleague = acting.filter(organisation__kind=by.organisation.kind).exists()
        return by.leads or not (person.is_staff or is_a_colleague)
    elsewhere = acting.exclude(organisation=by.organisation_id)
    return not (person.is_staff or elsewhere.exists())


@transaction.atomic
def send_again(message: Message, *, by: Member) -> None:
    """The address works after all, or so they say: let go everything that waits for it."""
    message = _locked(message, by)
    outbox.release(Message.objects.to_address(message.email))


@transaction.atomic
def correct(message: Message, *, email: str, by: Member) -> None:
    """Write to another address from now on; a person with an account confirms it there."""
    message = _locked(message, by)
    email = email.strip().lower()
    if not may_correct(by, message):
        raise PermissionDenied
    if email == message.email.lower():
        raise ValidationError("This is the address that does not work.", code="same_address")
    if message.recipient is not None and _is_known_to_have_account(email, by):
        raise ValidationError(HAS_ACCOUNT, code="address_taken", params={"email": email})
    log.info("address_corrected", member=by.pk, message=str(message.pk), kind=message.kind)
    if message.recipient is not None:
        people.ask_to_change_address(message.recipient, email)
        return
    theirs = visible_to(by).to_address(message.email)
    theirs = theirs.filter(recipient=None, entered_by=message.entered_by_id)
    corrected = [one for one in theirs if may_correct(by, one)]
    for one in corrected:
        letters.of_kind(one.kind).entered.correct(one, email)
    subjects = [one.subject for one in corrected]
    links.revoke_sent_to(message.email, subjects=subjects)
    outbox.release(theirs.filter(pk__in=[one.pk for one in corrected]), to=email)
    outbox.readdress(subjects, before=message.email, to=email)


def _is_known_to_have_account(email: str, by: Member) -> bool:
    """Of anybody else's address nobody is told whether it has one."""
    belonged = Member.objects.filter(state__in=(MemberState.ACTIVE, MemberState.LEFT))
    ours = belonged.visible_to(by).filter(user__email=email)
    return ours.exists() and people.has_account(email)


def _locked(message: Message, by: Member) -> Message:
    if not visible_to(by).filter(pk=message.pk).exists():
        raise PermissionDenied
    # Not its recipient, who may be signing in this very moment.
    return (
        Message.objects.select_for_update(of=("self",))
        .select_related("recipient")
        .get(pk=message.pk)
    )
