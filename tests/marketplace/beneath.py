"""The verbs beneath the pages, asked by every member as if no page stood before them.

A page finds only what somebody may see, and so never asks a verb what its own query has kept
from them. Here nothing is kept: whoever is not named beside the verb is refused by it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clients, invitations, membership, registration
from accounts.models import Member
from brokers import authority, concerns, decisions, demand, hubs, reading
from placements import (
    bookings,
    changes,
    cohorts,
    confirmation,
    enquiries,
    listings,
    lowering,
    needs,
    redating,
    saved_searches,
    waiting,
)
from placements.cohorts import Group
from placements.models import Frequency
from ratings import rating
from tests.factories import SlotFactory, days_ahead
from tests.marketplace.access import (
    HOST_WRITES,
    HUB_WRITES,
    NATIONAL_WRITES,
    REACHED,
    SCHOOL_WRITES,
    WHY,
)
from tests.marketplace.cast import HUB, MEMBERS, NATIONAL, Thing

SUSPENDED = ("suspended_leader", "suspended_host", "suspended_broker")
DESKS = (*HUB_WRITES, *NATIONAL_WRITES)
AT_A_DESK = (*HUB, *NATIONAL, "other_broker")


@dataclass(frozen=True, eq=False)
class Verb:
    """Something to be done to one thing, and who may do it."""

    name: str
    do: Callable
    allowed: tuple[str, ...]
    of: str = ""
    sends: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.name} {self.of}".rstrip()


def looked_at(query):
    """A query as a verb: whoever finds nothing has been refused."""

    def look(*, by):
        if not query(by).exists():
            raise PermissionDenied

    return look


def asked(predicate):
    def ask(thing, *, by):
        if not predicate(by, thing):
            raise PermissionDenied

    return ask


def booked_for(cohort, *, by):
    """Nothing is wanted, which the rules refuse once everybody else has been."""
    group = Group(name="Year 10", students=9, year_group=10)
    try:
        cohorts.book_all([], group=group, by=by, together=True, once=cohort.once, cohort=cohort)
    except ValidationError as refusal:
        assert refusal.code == "empty"  # noqa: PT017 -- whoever is refused has no answer at all.


def booked_instead(miss, *, by):
    return cohorts.book_instead(miss, SlotFactory(places=9), by=by)


def none_of_them(slot, *, by):
    held = lowering.holding_places(slot)
    lost = dict.fromkeys([booking.pk for booking in held], 0)
    return lowering.lower(
        slot, places=1, keep=lost, seen=lowering.mark(held), reason="staffing", by=by
    )


VERBS = (
    Verb(
        "vouch for",
        registration.approve_member,
        ("leader", *DESKS, "other_broker", "suspended_broker"),
        of="applicant_at_school:pending",
    ),
    Verb("remove", membership.remove, ("host",), of="colleague:colleague"),
    Verb(
        "make captain",
        membership.change_role,
        (),
        of="colleague:colleague",
        sends={"role": "captain"},
    ),
    Verb("give a new secret to", clients.rotate, ("host",), of="host_client:live"),
    Verb("cut off", clients.revoke, ("leader",), of="school_client:live"),
    Verb("withdraw the invitation", invitations.revoke, ("host",), of="invitation:live"),
    Verb(
        "cancel",
        bookings.cancel,
        (*SCHOOL_WRITES, *HOST_WRITES),
        of="booking:agreed",
        sends={"reason": "illness"},
    ),
    Verb(
        "write on",
        bookings.ask,
        (*SCHOOL_WRITES, *HOST_WRITES),
        of="booking:requested",
        sends={"words": "Is lunch there?"},
    ),
    Verb(
        "give back of",
        bookings.give_back,
        SCHOOL_WRITES,
        of="booking:agreed",
        sends={"places": 1},
    ),
    Verb("take up", waiting.take_up, SCHOOL_WRITES, of="booking:offered"),
    Verb("keep", changes.keep, SCHOOL_WRITES, of="changed:asked"),
    Verb("leave", changes.leave, SCHOOL_WRITES, of="changed:asked"),
    Verb("lower", none_of_them, HOST_WRITES, of="slot_booked:agreed"),
    Verb(
        "move",
        redating.move,
        HOST_WRITES,
        of="slot_booked:agreed",
        sends={"starts_on": days_ahead(90), "ends_on": days_ahead(91), "reason": "staffing"},
    ),
    Verb("accept", bookings.accept, HOST_WRITES, of="booking:requested"),
    Verb(
        "book more for",
        booked_for,
        SCHOOL_WRITES,
        of="cohort:planned",
    ),
    Verb("book instead for", booked_instead, SCHOOL_WRITES, of="cohort_miss:missed"),
    Verb("confirm", confirmation.confirm, HOST_WRITES, of="for_host:submitted"),
    Verb("withdraw", listings.withdraw, HUB_WRITES, of="by_desk:submitted"),
    Verb("withdraw", listings.withdraw, ("other_host",), of="elsewhere:paused"),
    Verb("close", enquiries.close, SCHOOL_WRITES, of="enquiry:open"),
    Verb(
        "say no to", enquiries.say_no, HOST_WRITES, of="asked:open", sends={"reason": "no_capacity"}
    ),
    Verb("take back", needs.take_back, SCHOOL_WRITES, of="need:open"),
    Verb(
        "save a search",
        partial(saved_searches.keep, "q=cake", name="Cake", frequency=Frequency.DAILY),
        MEMBERS,
    ),
    Verb("reply to", rating.reply, HOST_WRITES, of="rating:plain", sends={"words": "Thank you."}),
    Verb(
        "report",
        rating.report,
        tuple(one for one in MEMBERS if one not in SUSPENDED),
        of="rating:plain",
        sends={"words": "It names her."},
    ),
    Verb("decide at", decisions.desk_deciding, DESKS, of="desk_itself:hub", sends=WHY),
    Verb("decide at", decisions.desk_deciding, NATIONAL_WRITES, of="suspended_desk:hub", sends=WHY),
    Verb("decide at no desk", partial(asked(authority.may_decide_at), None), NATIONAL_WRITES),
    Verb(
        "describe",
        hubs.describe,
        ("broker", *NATIONAL_WRITES),
        of="desk_itself:hub",
        sends={**REACHED, "safeguarding_leads": ()},
    ),
    Verb("see listings", looked_at(reading.listings_of), AT_A_DESK),
    Verb("see organisations", looked_at(reading.organisations_of), AT_A_DESK),
    Verb("see concerns", looked_at(concerns.visible_to), (*HUB, *NATIONAL)),
    Verb("see needs", looked_at(demand.needs_visible_to), (*HUB, *NATIONAL)),
)


def complaint(cast, verb, person):
    """What is wrong with what this verb answers this member; nothing, if it is as it should be."""
    family, _, state = verb.of.partition(":")
    thing = cast.things[family][state] if family else Thing()
    cache.clear()
    with transaction.atomic():
        told = answer(verb, thing, member(cast, person))
        transaction.set_rollback(True)
    expected = "done" if person in verb.allowed else "refused"
    return "" if told == expected else f"{person}: {verb}: {told}, and not {expected}"


def answer(verb, thing, by):
    given = [thing.row._meta.model.objects.get(pk=thing.row.pk)] if thing.row else []
    try:
        verb.do(*given, by=by, **verb.sends)
    except PermissionDenied:
        return "refused"
    except Exception as fault:
        return f"broke with {fault!r}"
    return "done"


def member(cast, person):
    found = Member.objects.select_related("user", "organisation__school")
    return found.get(pk=cast.people[person].pk)


def askers(cast):
    """Everybody who acts for an organisation, or did once, or waits to."""
    return [name for name, one in cast.people.items() if isinstance(one, Member)]
