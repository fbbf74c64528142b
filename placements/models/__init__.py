"""The market's records: placements, their slots, and what schools keep, ask and book."""

from placements.models.bookings import Booking, BookingNote
from placements.models.calendars import CalendarFeed
from placements.models.changes import BookingChange
from placements.models.check_requests import CheckRequest
from placements.models.cohorts import Cohort, CohortMiss
from placements.models.enquiries import Enquiry, EnquiryAnswer
from placements.models.freshness import StillRight
from placements.models.history import (
    BookingMove,
    EnquiryAnswerMove,
    EnquiryMove,
    PlacementMove,
    SlotMove,
)
from placements.models.index import SearchBadge, SearchBits, SearchRow, SearchWord
from placements.models.paperwork import Briefing, HostAgreement, PaperRule, WorkplaceCheck
from placements.models.placements import Placement
from placements.models.priority import PriorityRule
from placements.models.reviews import Concern, ReviewNote, Revision
from placements.models.saved_searches import Frequency, News, SavedSearch
from placements.models.self_found import SelfFound
from placements.models.shortlists import Shortlisted
from placements.models.slots import Slot
from placements.models.students import Consent, NamedStudent
from placements.models.waiting import PassedOver
from placements.models.wants import Need, Searched, Want
from placements.models.workplace_days import WorkplaceDay

__all__ = [
    "Booking",
    "BookingChange",
    "BookingMove",
    "BookingNote",
    "Briefing",
    "CalendarFeed",
    "CheckRequest",
    "Cohort",
    "CohortMiss",
    "Concern",
    "Consent",
    "Enquiry",
    "EnquiryAnswer",
    "EnquiryAnswerMove",
    "EnquiryMove",
    "Frequency",
    "HostAgreement",
    "NamedStudent",
    "Need",
    "News",
    "PaperRule",
    "PassedOver",
    "Placement",
    "PlacementMove",
    "PriorityRule",
    "ReviewNote",
    "Revision",
    "SavedSearch",
    "SearchBadge",
    "SearchBits",
    "SearchRow",
    "SearchWord",
    "Searched",
    "SelfFound",
    "Shortlisted",
    "Slot",
    "SlotMove",
    "StillRight",
    "Want",
    "WorkplaceCheck",
    "WorkplaceDay",
]
