"""How a nation is told from what is real: by its identifiers, and by nothing else.

Each begins with the six letters of "nation" and is of version 8, which the standard leaves
to whoever makes it and which nothing else here uses. So no column or table has to be kept
for it, one range of a primary key is the whole nation, and search cannot tell. A school of
the register has a letter in its number, a badge the word in its code, and the one person
an address that cannot be.
"""

from random import Random
from uuid import UUID

from django.db import models

from accounts.models import Organisation, School, User, Workplace
from placements.models import Booking, Placement, SearchBadge, Slot

_LETTERS = b"nation".hex()
_BEGINS = f"{_LETTERS[:8]}-{_LETTERS[8:]}-8"

# Everything between these is a nation's.
FIRST = UUID(f"{_BEGINS}000-8000-000000000000")
LAST = UUID(f"{_BEGINS}fff-bfff-ffffffffffff")
# No mail can be delivered there: the name is reserved for what does not exist.
DOMAIN = "nation.invalid"
NOBODY = f"nobody@{DOMAIN}"
SCHOOL, BADGE = "N", "nation-"
MARKED: tuple[type[models.Model], ...] = (Organisation, Workplace, Placement, Slot, Booking)


def identifier(dice: Random) -> str:
    """The next identifier, as text: what COPY wants."""
    bits = dice.getrandbits(74)
    return f"{_BEGINS}{bits & 0xFFF:03x}-{0x8000 | bits >> 12 & 0x3FFF:04x}-{bits >> 26:012x}"


def on(model: type[models.Model]) -> list[str]:
    """As conditions of SQL, what tells a nation's rows of a table from all others."""
    if model in MARKED:
        return [f"id BETWEEN '{FIRST}' AND '{LAST}'"]
    if model is School:
        # A real number has no letter in it.
        return [f"urn LIKE '{SCHOOL}_____'"]
    if model is SearchBadge:
        return [f"code LIKE '{BADGE}%'"]
    return [f"email = '{NOBODY}'"] if model is User else []
