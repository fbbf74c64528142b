"""The state machines of the market: their states, and the moves between them.

Everything that changes a state goes through `placements.lifecycle.move`, which
refuses whatever is not listed here.
"""

from django.db.models import TextChoices


class PlacementState(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "With the broker"
    SENT_BACK = "sent_back", "Sent back to you"
    DECLINED = "declined", "Declined"
    PUBLISHED = "published", "Published"
    PAUSED = "paused", "Paused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


PLACEMENT_MOVES: dict[str, set[str]] = {
    PlacementState.DRAFT: {PlacementState.SUBMITTED, PlacementState.WITHDRAWN},
    PlacementState.SUBMITTED: {
        PlacementState.PUBLISHED,
        PlacementState.SENT_BACK,
        PlacementState.DECLINED,
        PlacementState.WITHDRAWN,
    },
    PlacementState.SENT_BACK: {PlacementState.SUBMITTED, PlacementState.WITHDRAWN},
    PlacementState.DECLINED: set(),
    # Back to the desk, when its workplace has become one that a broker must decide on.
    PlacementState.PUBLISHED: {
        PlacementState.SUBMITTED,
        PlacementState.PAUSED,
        PlacementState.WITHDRAWN,
        PlacementState.EXPIRED,
    },
    PlacementState.PAUSED: {
        PlacementState.SUBMITTED,
        PlacementState.PUBLISHED,
        PlacementState.WITHDRAWN,
        PlacementState.EXPIRED,
    },
    PlacementState.WITHDRAWN: set(),
    PlacementState.EXPIRED: {
        PlacementState.SUBMITTED,
        PlacementState.PUBLISHED,
        PlacementState.WITHDRAWN,
    },
}

# While a listing is in one of these its provider edits it freely, page by page.
BEING_WRITTEN = (PlacementState.DRAFT, PlacementState.SENT_BACK)
# Once a broker has approved it, a change that matters goes back to the desk first.
APPROVED = (PlacementState.PUBLISHED, PlacementState.PAUSED, PlacementState.EXPIRED)


# For good.
CLOSED = (PlacementState.WITHDRAWN, PlacementState.DECLINED)


class RevisionState(TextChoices):
    WRITING = "writing", "being written"
    SUBMITTED = "submitted", "with the broker"
    SENT_BACK = "sent_back", "sent back"
    APPROVED = "approved", "approved"
    DISCARDED = "discarded", "discarded"


REVISION_MOVES: dict[str, set[str]] = {
    RevisionState.WRITING: {RevisionState.SUBMITTED, RevisionState.DISCARDED},
    RevisionState.SUBMITTED: {
        RevisionState.APPROVED,
        RevisionState.SENT_BACK,
        RevisionState.DISCARDED,
    },
    RevisionState.SENT_BACK: {RevisionState.SUBMITTED, RevisionState.DISCARDED},
    RevisionState.APPROVED: set(),
    RevisionState.DISCARDED: set(),
}

OPEN_REVISION = (RevisionState.WRITING, RevisionState.SUBMITTED, RevisionState.SENT_BACK)


class SlotState(TextChoices):
    """*Full*, *closed* and *past* are not states: they follow from places and dates."""

    OPEN = "open", "Open"
    CANCELLED = "cancelled", "Cancelled"


SLOT_MOVES: dict[str, set[str]] = {
    SlotState.OPEN: {SlotState.CANCELLED},
    SlotState.CANCELLED: set(),
}


class BookingState(TextChoices):
    REQUESTED = "requested", "Requested"
    WAITING = "waiting", "On the waiting list"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Lapsed"
    CANCELLED = "cancelled", "Cancelled"
    NOT_ATTENDED = "not_attended", "Not attended"


BOOKING_MOVES: dict[str, set[str]] = {
    BookingState.REQUESTED: {
        BookingState.ACCEPTED,
        BookingState.DECLINED,
        BookingState.LAPSED,
        BookingState.CANCELLED,
    },
    BookingState.WAITING: {
        BookingState.OFFERED,
        BookingState.LAPSED,
        BookingState.CANCELLED,
    },
    # Where the host answers each request, a school's yes to an offer asks the host. A host that
    # has room for fewer takes an offer back, and the group has its turn again.
    BookingState.OFFERED: {
        BookingState.WAITING,
        BookingState.REQUESTED,
        BookingState.ACCEPTED,
        BookingState.LAPSED,
        BookingState.CANCELLED,
    },
    BookingState.ACCEPTED: {
        BookingState.CONFIRMED,
        BookingState.COMPLETED,
        BookingState.NOT_ATTENDED,
        BookingState.CANCELLED,
    },
    BookingState.CONFIRMED: {
        BookingState.COMPLETED,
        BookingState.NOT_ATTENDED,
        BookingState.CANCELLED,
    },
    # A host may say the day after that nobody came, and may put a mistake right.
    BookingState.COMPLETED: {BookingState.NOT_ATTENDED},
    BookingState.NOT_ATTENDED: {BookingState.COMPLETED},
    BookingState.DECLINED: set(),
    BookingState.LAPSED: set(),
    BookingState.CANCELLED: set(),
}

# These count in `slot.taken`; a waiting group holds nothing yet.
HOLDS_PLACES = (
    BookingState.REQUESTED,
    BookingState.OFFERED,
    BookingState.ACCEPTED,
    BookingState.CONFIRMED,
)
# A group on the waiting list of a slot, or one of them that has been offered places.
ON_LIST = (BookingState.WAITING, BookingState.OFFERED)
# Both sides have said yes, and it has not ended yet.
AGREED = (BookingState.ACCEPTED, BookingState.CONFIRMED)
# A school may give some of its places back.
MAY_SHRINK = (BookingState.REQUESTED, *AGREED)
# A school has at most one of these for a slot.
LIVE = (*HOLDS_PLACES, BookingState.WAITING)
# It did not go ahead: nothing more passes between the two sides.
CALLED_OFF = (BookingState.DECLINED, BookingState.LAPSED, BookingState.CANCELLED)
# The two sides know each other's contact details in these, and not before.
IN_TOUCH = (
    BookingState.ACCEPTED,
    BookingState.CONFIRMED,
    BookingState.COMPLETED,
    BookingState.NOT_ATTENDED,
)


class EnquiryState(TextChoices):
    OPEN = "open", "Open"
    OVER = "over", "Time is up"
    CLOSED = "closed", "Closed"


ENQUIRY_MOVES: dict[str, set[str]] = {
    EnquiryState.OPEN: {EnquiryState.OVER, EnquiryState.CLOSED},
    # A school that has decided says so, also after the last answer came.
    EnquiryState.OVER: {EnquiryState.CLOSED},
    EnquiryState.CLOSED: set(),
}


class AnswerState(TextChoices):
    """How far one provider's part of an enquiry has come."""

    ASKED = "asked", "Waiting for an answer"
    YES = "yes", "Yes"
    NO = "no", "No"
    LAPSED = "lapsed", "Not answered in time"
    WITHDRAWN = "withdrawn", "Taken back by the school"


ANSWER_MOVES: dict[str, set[str]] = {
    AnswerState.ASKED: {
        AnswerState.YES,
        AnswerState.NO,
        AnswerState.LAPSED,
        AnswerState.WITHDRAWN,
    },
    AnswerState.YES: set(),
    AnswerState.NO: set(),
    AnswerState.LAPSED: set(),
    AnswerState.WITHDRAWN: set(),
}


class ConcernState(TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
