"""People, organisations, where they work, and the messages we owe them."""

from accounts.models.clients import Client, KeptAnswer
from accounts.models.links import Invitation, OneTimeLink
from accounts.models.messages import Message, MessageState, SentMail
from accounts.models.organisations import (
    LISTS_PLACEMENTS,
    Organisation,
    OrganisationKind,
    Ownership,
    ProviderCategory,
    SizeBand,
    Standing,
)
from accounts.models.people import Member, MemberState, Role, User
from accounts.models.postcodes import Outcode, Postcode
from accounts.models.preferences import StoppedKind
from accounts.models.schools import School
from accounts.models.texts import TextNumber
from accounts.models.wording import Wording
from accounts.models.workplaces import RiskBand, Workplace, WorkplaceKind

__all__ = [
    "LISTS_PLACEMENTS",
    "Client",
    "Invitation",
    "KeptAnswer",
    "Member",
    "MemberState",
    "Message",
    "MessageState",
    "OneTimeLink",
    "Organisation",
    "OrganisationKind",
    "Outcode",
    "Ownership",
    "Postcode",
    "ProviderCategory",
    "RiskBand",
    "Role",
    "School",
    "SentMail",
    "SizeBand",
    "Standing",
    "StoppedKind",
    "TextNumber",
    "User",
    "Wording",
    "Workplace",
    "WorkplaceKind",
]
