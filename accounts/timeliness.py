"""Whether a message is worth sending, and when it may leave: asked anew each time it has its turn."""

from datetime import datetime

from accounts import clock, gathering_mail, letters, preferences, quiet_hours, texts
from accounts.models import Message, MessageState


def over(message: Message) -> MessageState | None:
    """What becomes of it unsent; nothing, while it is worth sending."""
    if message.expires_at and message.expires_at <= clock.now():
        return MessageState.EXPIRED
    return None if _still_holds(message) else MessageState.CANCELLED


def _still_holds(message: Message) -> bool:
    if message.is_forgotten:
        return False
    recipient = message.recipient
    if recipient is not None and not recipient.is_active:
        return False
    letter = letters.of_kind(message.kind)
    if preferences.is_stopped(message) or (letter.by_text and not texts.reach(message)):
        return False
    return letter.still_holds(message)


def waits_until(message: Message) -> datetime | None:
    """When it may leave, if it is not urgent: in quiet hours, or just after its like."""
    letter = letters.of_kind(message.kind)
    if letter.by_text:
        return quiet_hours.text_waits_until()
    if letter.is_urgent(message):
        return None
    if morning := quiet_hours.wait_until():
        return morning
    ends = gathering_mail.waits_until(message)
    # A wait of some minutes is none for the night, or for the weekend.
    return None if ends and quiet_hours.is_quiet(ends) else ends
