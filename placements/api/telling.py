"""What the API tells of a placement, field by field.

No contact, no address and nobody's name is among it: those pass between the two
sides of a booking, and not before it is accepted.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from placements import badges
from placements.models import Placement, Slot
from placements.search import Found, Results
from placements.verdicts import Verdict, Verdicts

Told = dict[str, Any]

# Told as they stand.
PLAIN = (
    *("id", "title", "summary", "mode", "kind", "sector", "year_groups"),
    *("days", "adjustments", "last_confirmed_on"),
)
PLAIN_IN_FULL = (
    *("self_paced", "takes_part", "activities", "objectives", "curriculum", "two_way_contact"),
    *("audience", "not_suitable_for", "adjustments_notes", "pattern", "starts_at", "ends_at"),
    *("lunch", "dress", "equipment", "travel", "it_access", "confidentiality", "charge"),
    *("supervision", "confirms_at_once", "most_places_per_school"),
    "fewest_places_per_school",
)

PLACES = ("places", "places_left", "counted_in", "largest_group", "groups_left")


def page_of(name: str, key: object) -> str:
    """The page that a person opens; its host is ours, whatever a request claims."""
    return f"{settings.SITE_ADDRESS}{reverse(name, args=[key])}"


def of_results(found: Results) -> Told:
    told: Told = {
        "items": [of_found(item) for item in found.found],
        "next": found.next,
        "total": found.total,
    }
    if found.notice:
        told["notice"] = found.notice
    if found.facets is not None:
        told["facets"] = found.facets
    if not found.total:
        told["suggestions"] = found.suggestions
    return told


def of_found(found: Found) -> Told:
    placement = found.placement
    return {
        **{name: getattr(placement, name) for name in PLAIN},
        "url": page_of("placements:placement", placement.pk),
        "provider": of_provider(placement),
        "place": whereabouts(placement, found.distance_miles),
        "next_slot": found.next_slot,
        "rating": score(placement),
    }


def in_full(found: Found, slots: QuerySet[Slot]) -> Told:
    placement, names = found.placement, badges.names()
    return {
        **of_found(found),
        **{name: getattr(placement, name) for name in PLAIN_IN_FULL},
        "criteria": [
            {"code": code.value, "name": code.label, "met": met, "how": how}
            for code, met, how in placement.seven_criteria
        ],
        "slots": [of_slot(slot) for slot in slots],
        "badges": [{"code": code, "name": names[code]} for code in placement.badges],
    }


def of_slot(slot: Slot) -> Told:
    """When it opens, and for whom it opens or keeps places before others."""
    dates = ("id", "starts_on", "ends_on", "opens_on", "closes_on")
    rule, is_early = slot.priority, slot.early_days and not slot.is_open_to_all
    return {
        **{name: getattr(slot, name) for name in (*dates, *PLACES, "note")},
        "opens_at": slot.opening,
        "opens_early": {"at": slot.first_opening, "whom": rule} if is_early else None,
        "kept": {
            "places": slot.kept_now,
            "until": slot.reserved_until,
            "share": slot.reserved_share,
            "whom": rule,
        }
        if slot.kept_now
        else None,
    }


def of_provider(placement: Placement) -> Told:
    provider = placement.provider
    url = page_of("placements:provider", provider.pk)
    return {"id": provider.pk, "url": url, "name": provider.name, "badges": placement.badges}


def whereabouts(placement: Placement, distance_miles: float | None) -> Told | None:
    if placement.is_virtual or placement.workplace is None:
        return None
    distance = {} if distance_miles is None else {"distance_miles": distance_miles}
    return {"town": placement.workplace.town, **distance}


def score(placement: Placement) -> Told | None:
    if placement.rating_average is None:
        return None
    return {"average": placement.rating_average, "count": placement.rating_count}


def of_verdicts(verdicts: Verdicts, shown: list[Verdict], following: str | None) -> Told:
    enough = verdicts.average is not None
    return {
        "items": [of_verdict(verdict) for verdict in shown],
        "next": following,
        "total": len(verdicts.ratings),
        "rating": {"average": verdicts.average, "count": verdicts.count} if enough else None,
    }


def of_verdict(verdict: Verdict) -> Told:
    reply = {"words": verdict.reply, "replied_at": verdict.replied_at} if verdict.reply else None
    names = ("id", "side", "said_by", "rated_at", "average", "marks", "would_use_again", "comment")
    return {**{name: getattr(verdict, name) for name in names}, "reply": reply}
