"""Everybody and everything that the table of who may see what is asked with.

One of each kind of person; and of each kind of thing one in every state. What must not get
about is written in words that begin with `hush-`: the words say whose business they are,
and `READERS` who may come across them.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.contrib import admin
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import clients, clock, links, outbox
from accounts.models import Invitation, MemberState, OrganisationKind, Role, Standing
from brokers import boundaries
from brokers.models import Area, Coverage, Decision, DeskProfile, Verdict
from placements import calendar_feeds, needs, saved_searches, wants
from placements.change_notices import CHANGED
from placements.check_notices import ASSESS
from placements.consent_notices import CONSENT
from placements.enquiry_notices import ANSWER as ENQUIRY
from placements.found_notices import EMPLOYER
from placements.freshness_notices import STILL_RIGHT
from placements.models import (
    BookingMove,
    BookingNote,
    Frequency,
    PlacementMove,
    ReviewNote,
    Revision,
    StillRight,
)
from placements.notices import ANSWER, OFFER
from placements.search import kept
from placements.search_notices import RENEW, STOP
from placements.states import (
    HOLDS_PLACES,
    IN_TOUCH,
    ON_LIST,
    BookingState,
    ConcernState,
    EnquiryState,
    PlacementState,
    RevisionState,
    SlotState,
)
from placements.views.search_links import KEPT as KEPT_AS
from placements.words import ConcernKind, Mode
from placements.written import CONFIRM
from ratings.models import Award
from ratings.notices import LOOK_BACK
from ratings.reflections import REFLECT
from tests.factories import (
    BadgeFactory,
    BookingChangeFactory,
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    CheckRequestFactory,
    ClientFactory,
    CohortFactory,
    ConcernFactory,
    DebriefFactory,
    EmployerFactory,
    EnquiryAnswerFactory,
    EnquiryFactory,
    GivenUpMessageFactory,
    HeldMessageFactory,
    HostFactory,
    MemberFactory,
    NamedStudentFactory,
    NationalFactory,
    OrganisationFactory,
    PlacementFactory,
    RatingFactory,
    RatingReportFactory,
    ReplyFactory,
    SchoolFactory,
    SchoolOrganisationFactory,
    SelfFoundFactory,
    SentMailFactory,
    SlotFactory,
    UserFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.partner import token_of

# --- Kinds of person

SCHOOL = ("leader", "teacher", "school_viewer")
PROVIDER = ("host", "host_colleague", "host_viewer")
HUB = ("broker", "guardian", "broker_viewer")
NATIONAL = ("national", "national_colleague", "national_viewer")
OTHERS = (
    *("other_leader", "other_host", "other_broker", "accreditor", "partner"),
    *("suspended_leader", "suspended_host", "suspended_broker"),
)
MEMBERS = (*SCHOOL, *PROVIDER, *HUB, *NATIONAL, *OTHERS)
# Those of one organisation, whoever may do most there first; and one of each organisation.
ORGANISED = (SCHOOL, PROVIDER, HUB, NATIONAL)
ORGANISATIONS = (
    *("leader", "host", "broker", "national", "other_leader", "other_host", "other_broker"),
    *("accreditor", "partner"),
)
# Signed in and acting for nobody: never joined, not approved yet, or gone.
OUTSIDE = ("nobody", "waiting", "former")
SIGNED_IN = (*MEMBERS, *OUTSIDE)
PEOPLE = ("visitor", *SIGNED_IN)

# Platforms that act through the API for one of those: by token, and with no session anywhere.
CLIENTS = {"school_client": "leader", "host_client": "host", "other_client": "other_leader"}

# --- What must not get about, and who may come across it

HUSH = re.compile(rb"hush-([a-z-]+[a-z])", re.IGNORECASE)
DESK = (*HUB, *NATIONAL)
BOTH = (*SCHOOL, *PROVIDER)
READERS: dict[str, tuple[str, ...]] = {
    # Listings that are not on show
    "title-draft": PROVIDER,
    "title-sent": (*PROVIDER, *DESK),
    "title-asked": (*BOTH, *DESK),
    "title-by-desk": HUB,
    "title-by-desk-sent": (*HUB, *NATIONAL),
    "title-for-host": (*PROVIDER, *DESK),
    "title-suspended": ("suspended_host", *DESK),
    "title-elsewhere": ("other_host", "other_broker", *NATIONAL),
    "title-by-suspended-desk": ("suspended_broker",),
    "proposal": (*PROVIDER, *DESK),
    "review-note": (*PROVIDER, *DESK),
    # How to reach people, and where they are
    "contact": (*PROVIDER, *DESK),
    "contact-agreed": (*BOTH, *DESK),
    "address": (*PROVIDER, *DESK),
    "address-agreed": (*BOTH, *DESK),
    "asker": (*SCHOOL, *NATIONAL),
    "asker-agreed": (*BOTH, *NATIONAL),
    "invited": ("host", *NATIONAL),
    "applicant": ("host", *NATIONAL),
    "waiting": ("waiting", "leader", *HUB, *NATIONAL),
    "question": BOTH,
    # A host knows of a student whose parent has agreed, and of no other
    "student": SCHOOL,
    "student-agreed": BOTH,
    "search": ("leader",),
    "cohort": SCHOOL,
    # What passes between two sides, or is for the desk alone
    "note": BOTH,
    "message": BOTH,
    "change": BOTH,
    "debrief": BOTH,
    "private-note": DESK,
    "hidden-comment": DESK,
    "report": DESK,
    "decision": DESK,
    "concern": DESK,
    "safeguarding": ("guardian",),
    "safeguarding-elsewhere": ("national",),
}
# The console shows the national team's people what no other page does, but neither
# concerns nor what passes between two sides.
IN_THE_CONSOLE = {
    *("asker", "asker-agreed", "invited", "applicant", "waiting", "address", "address-agreed"),
    *("debrief", "private-note", "hidden-comment", "report", "decision"),
    *("title-suspended", "title-elsewhere", "title-by-desk-sent", "title-sent", "title-asked"),
    *("title-draft", "title-by-desk", "title-for-host", "title-by-suspended-desk", "proposal"),
    *("contact", "contact-agreed"),
}
# Whoever holds a link from a mail reads what the mail is about, and needs no other right.
BY_LINK = {
    links.INVITATION: {"invited"},
    CONFIRM: {"title-by-desk-sent"},
    ANSWER: {"note", "message"},
    OFFER: {"note"},
    CHANGED: {"note", "change", "address-agreed"},
    ENQUIRY: {"question"},
    STOP: {"search"},
    RENEW: {"search"},
    # Both sides know where it is; a feed's owner has given its address to their calendar.
    "calendar": {"address-agreed"},
    CONSENT: {"student", "address-agreed"},
    ASSESS: {"address-agreed"},
    LOOK_BACK: {"student-agreed"},
    REFLECT: {"student"},
}

# What somebody's codes are made from.
SECRET = "JBSWY3DPEHPK3PXP"
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Thing:
    """Something an address can name."""

    address: dict = field(default_factory=dict)
    query: str = ""
    row: object = None

    @property
    def absent(self):
        """The same address, naming nothing."""
        nothing = {str: "nothing", int: 999_999_999, UUID: NOWHERE}
        address = {name: nothing[type(value)] for name, value in self.address.items()}
        about = self.query.partition("=")[0]
        return Thing(address, f"{about}={NOWHERE}" if about else "")


def named(row):
    return Thing({"pk": row.pk}, row=row)


@dataclass
class Cast:
    people: dict
    things: dict = field(default_factory=dict)
    # What a browser that followed a link from a mail keeps.
    links: dict = field(default_factory=dict)
    # The tokens of platforms, and a client with its secret.
    tokens: dict = field(default_factory=dict)
    issued: object = None

    def user(self, person):
        who = self.people[person]
        return getattr(who, "user", who)


def gather():
    """Everybody and everything, written to the database."""
    cast = Cast(people())
    at_the_desk(cast)
    listings(cast)
    listings_of_others(cast)
    bookings(cast)
    cohorts(cast)
    said_afterwards(cast)
    concerns(cast)
    asked_beforehand(cast)
    looked_for(cast)
    about_people(cast)
    places_and_desks(cast)
    from_mail(cast)
    platforms(cast)
    in_the_console(cast)
    return cast


# --- People


def people():
    suspended = {
        "organisation__standing": Standing.SUSPENDED,
        "organisation__suspended_at": clock.now(),
    }
    leader = person("leader", CareersLeaderFactory, email="hush-asker-agreed@example.org")
    host = person("host", HostFactory)
    broker = person("broker", BrokerFactory)
    national = person("national", NationalFactory)
    found = {
        "visitor": None,
        "leader": leader,
        "teacher": colleague(leader, "teacher", email="hush-asker@example.org"),
        "school_viewer": colleague(leader, "school_viewer", role=Role.VIEWER),
        "host": host,
        "host_colleague": colleague(host, "host_colleague"),
        "host_viewer": colleague(host, "host_viewer", role=Role.VIEWER),
        "broker": broker,
        "guardian": colleague(broker, "guardian"),
        "broker_viewer": colleague(broker, "broker_viewer", role=Role.VIEWER),
        "national": national,
        "national_colleague": colleague(national, "national_colleague"),
        "national_viewer": colleague(national, "national_viewer", role=Role.VIEWER),
        "other_leader": person("other_leader", CareersLeaderFactory),
        "other_host": person("other_host", HostFactory),
        "other_broker": person("other_broker", BrokerFactory),
        "accreditor": of_a_body("accreditor", OrganisationKind.ACCREDITOR),
        "partner": of_a_body("partner", OrganisationKind.PARTNER),
        "suspended_leader": person("suspended_leader", CareersLeaderFactory, **suspended),
        "suspended_host": person("suspended_host", HostFactory, **suspended),
        "suspended_broker": person("suspended_broker", BrokerFactory, **suspended),
        "nobody": UserFactory(email="nobody@example.org"),
        "waiting": colleague(
            leader, "waiting", state=MemberState.PENDING, email="hush-waiting@example.org"
        ),
        "former": colleague(host, "former", state=MemberState.LEFT, role=Role.LEAD),
    }
    for name in NATIONAL:
        found[name].user.is_staff = True
        found[name].user.save(update_fields=["is_staff"])
    return found


def person(name, factory, *, email="", **facts):
    email = email or f"{name}@example.org"
    return factory(user__name=name.replace("_", " "), user__email=email, **facts)


def colleague(of, name, *, role=Role.COLLEAGUE, **facts):
    return person(name, MemberFactory, organisation=of.organisation, role=role, **facts)


def of_a_body(name, kind):
    return person(name, MemberFactory, organisation=OrganisationFactory(kind=kind))


# --- Desks


def at_the_desk(cast):
    """Two hubs with an area each; the first has named who reads safeguarding concerns."""
    national = cast.people["national"]
    for name, authority, person in (
        ("The Marches", "E06000051", "broker"),
        ("Elsewhere", "E06000019", "other_broker"),
    ):
        hub = cast.people[person].organisation
        boundaries.found_area(name, hub=hub, by=national, authorities=[authority])
        DeskProfile.objects.get_or_create(organisation=hub)
    profile = DeskProfile.objects.get(organisation=cast.people["broker"].organisation)
    profile.safeguarding_leads.set([cast.people["guardian"]])


# --- Listings

ON_SHOW = ("published", "revised", "revising", "agreed")
SENT_IN = (
    *("submitted", "sent_back", "declined", "published", "paused", "withdrawn", "expired"),
    *("suspended", "revised", "revising", "agreed", "asked_for", "once_booked"),
)


def listings(cast):
    """The host's, in every state; with changes waiting, and under a concern."""
    host = cast.people["host"]
    workplace = WorkplaceFactory(organisation=host.organisation, address="hush-address")
    agreed = WorkplaceFactory(
        organisation=host.organisation, name="Mill", address="hush-address-agreed"
    )
    WorkplaceFactory(organisation=host.organisation, name="Old shop", is_active=False)
    own = {"provider": host.organisation, "workplace": workplace, "written_by": host}
    made = {state.value: listing(state=state, **own) for state in PlacementState}
    made |= {
        "suspended": listing(suspended_at=clock.now(), **own),
        "revised": listing(**own),
        "revising": listing(**own),
        "agreed": listing(
            **{**own, "workplace": agreed},
            told="hush-contact-agreed",
            last_confirmed_on=days_ahead(-40),
        ),
        "once_booked": listing(
            **{**own, "workplace": agreed},
            state=PlacementState.WITHDRAWN,
            told="hush-contact-agreed",
            title="hush-title-asked",
        ),
        "asked_for": listing(state=PlacementState.PAUSED, title="hush-title-asked", **own),
    }
    for name in ("revised", "revising"):
        submitted = name == "revised"
        Revision.objects.create(
            placement=made[name],
            changes={"summary": "hush-proposal"},
            state=RevisionState.SUBMITTED if submitted else RevisionState.WRITING,
            submitted_at=clock.now() if submitted else None,
            made_by=host,
        )
    StillRight.objects.create(
        placement=made["agreed"],
        confirmed_on=made["agreed"].last_confirmed_on,
        asked_on=clock.today(),
    )
    ReviewNote.objects.create(
        placement=made["sent_back"],
        section="what",
        words="hush-review-note",
        by=cast.people["broker"],
        written_at=clock.now(),
    )
    Decision.objects.create(
        desk=cast.people["broker"].organisation,
        by=cast.people["broker"],
        at=clock.now(),
        verdict=Verdict.SUSPENDED,
        placement=made["suspended"],
        words="hush-decision",
    )
    put_listings(cast, "listing", made)
    narrow(cast, "sent_in", "listing", SENT_IN)
    # Where the school has a booking that was agreed.
    narrow(cast, "booked", "listing", ["agreed"])
    narrow(cast, "on_show", "listing", ON_SHOW)
    narrow(cast, "off_show", "listing", set(made) - set(ON_SHOW))
    narrow(cast, "draft", "listing", ["draft"])
    narrow(cast, "slot_on_show", "slot", ON_SHOW)
    narrow(cast, "slot_off_show", "slot", set(made) - set(ON_SHOW))
    called_off = SlotFactory(
        placement=made["published"], starts_on=days_ahead(90), state=SlotState.CANCELLED
    )
    cast.things["slot_off_show"]["called_off"] = slot_at(called_off)


def of_others(title, **facts):
    """One whose contact is as much between others as its title."""
    return listing(title=title, told=title, **facts)


def listing(*, state=PlacementState.PUBLISHED, told="hush-contact", **facts):
    """A listing with a date to come, and a title that tells no stranger that it is there."""
    sent = state != PlacementState.DRAFT
    hushed = state != PlacementState.PUBLISHED or facts.get("suspended_at")
    given = {
        "contact_name": told,
        "contact_email": f"{told}@example.org",
        "contact_phone": told,
        "joining_instructions": f"Ask for {told}.",
    }
    if hushed:
        given["title"] = "hush-title-sent" if sent else "hush-title-draft"
    if not sent:
        given |= {"submitted_at": None, "published_at": None, "last_confirmed_on": None}
    made = PlacementFactory(state=state, **given | facts)
    PlacementMove.objects.create(placement=made, went_to=state, at=clock.now())
    SlotFactory(placement=made)
    return made


def listings_of_others(cast):
    """Written by a desk for an employer; of another area, of nobody's area, of the suspended."""
    newcomer = EmployerFactory(standing=Standing.UNVERIFIED)
    place = WorkplaceFactory(organisation=newcomer)
    broker, shut = cast.people["broker"], cast.people["suspended_broker"]
    theirs = {"provider": newcomer, "workplace": place}
    asked = {"confirmation_asked_of": "employer@example.org"}
    put_listings(
        cast,
        "by_desk",
        {
            "draft": of_others(
                "hush-title-by-desk",
                state=PlacementState.DRAFT,
                written_by=broker,
                **theirs,
                **asked,
            ),
            "submitted": of_others(
                "hush-title-by-desk-sent",
                state=PlacementState.SUBMITTED,
                written_by=broker,
                **theirs,
                **asked,
            ),
        },
    )
    narrow(cast, "draft_by_desk", "by_desk", ["draft"])
    narrow(cast, "sent_by_desk", "by_desk", ["submitted"])
    host = cast.people["host"]
    for_host = of_others(
        "hush-title-for-host",
        state=PlacementState.SUBMITTED,
        written_by=broker,
        provider=host.organisation,
        workplace=cast.things["listing"]["published"].row.workplace,
        **asked,
    )
    put_listings(cast, "for_host", {"submitted": for_host})
    put_listings(
        cast,
        "by_suspended_desk",
        {
            "draft": of_others(
                "hush-title-by-suspended-desk",
                state=PlacementState.DRAFT,
                written_by=shut,
                **theirs,
            )
        },
    )
    own_of_suspended = {"provider": cast.people["suspended_host"].organisation}
    own_of_suspended["workplace"] = WorkplaceFactory(organisation=own_of_suspended["provider"])
    put_listings(
        cast,
        "of_suspended",
        {
            state.value: of_others("hush-title-suspended", state=state, **own_of_suspended)
            for state in (PlacementState.PUBLISHED, PlacementState.PAUSED)
        },
    )
    away = {"provider": cast.people["other_host"].organisation}
    away["workplace"] = WorkplaceFactory(organisation=away["provider"], authority="E06000019")
    put_listings(
        cast,
        "elsewhere",
        {
            state.value: of_others("hush-title-elsewhere", state=state, **away)
            for state in (PlacementState.SUBMITTED, PlacementState.PAUSED)
        },
    )
    virtual = listing(
        state=PlacementState.SUBMITTED,
        mode=Mode.VIRTUAL,
        two_way_contact="Questions are answered every day.",
        provider=host.organisation,
        workplace=None,
    )
    put_listings(cast, "virtual", {"submitted": virtual})


def put_listings(cast, family, made):
    cast.things[family] = {state: named(one) for state, one in made.items()}
    slots = {state: slot_at(one.slots.get()) for state, one in made.items()}
    cast.things["slot" if family == "listing" else f"slot_{family}"] = slots


def slot_at(slot):
    return Thing({"pk": slot.placement_id, "slot": slot.pk}, row=slot)


def narrow(cast, family, wider, states):
    cast.things[family] = {
        state: thing for state, thing in cast.things[wider].items() if state in states
    }


# --- Bookings


def bookings(cast):
    """The school's at the host's, in every state: what was agreed at a listing of its own."""
    people, school = cast.people, cast.people["leader"].organisation
    apart = (BookingState.REQUESTED, BookingState.WAITING, BookingState.OFFERED)
    ended = (BookingState.DECLINED, BookingState.LAPSED, BookingState.CANCELLED)
    made = {}
    for day, state in enumerate(BookingState):
        before = state in (*apart, *ended)
        slot = SlotFactory(
            placement=cast.things["listing"]["published" if before else "agreed"].row,
            starts_on=days_ahead(day + (100 if before else -40)),
            taken=2 if state in HOLDS_PLACES else 0,
            waiting=1 if state in ON_LIST else 0,
        )
        made[state.value] = booking(
            slot, school, state, by=people["teacher" if before else "leader"]
        )
    coming = SlotFactory(
        placement=cast.things["listing"]["agreed"].row, starts_on=days_ahead(40), taken=2
    )
    made["agreed"] = booking(coming, school, BookingState.ACCEPTED, by=people["leader"])
    # Those that can still be called off: a school is asked once more before it is.
    cast.things["booking"] = {state: named(one) for state, one in made.items()}
    who_comes(cast)
    narrow(cast, "agreed", "booking", {"agreed", *IN_TOUCH})
    narrow(cast, "not_agreed", "booking", set(BookingState) - set(IN_TOUCH))
    moved = SlotFactory(
        placement=cast.things["listing"]["agreed"].row, starts_on=days_ahead(70), taken=2
    )
    changed = booking(moved, school, BookingState.ACCEPTED, by=people["leader"])
    BookingChangeFactory(booking=changed, by=people["host"], comment="hush-change")
    cast.things["changed"] = {"asked": named(changed)}
    cast.things["slot_booked"] = {"agreed": slot_at(moved)}
    asked = cast.things["listing"]["asked_for"].row.slots.get()
    booking(asked, school, BookingState.REQUESTED, by=people["teacher"])
    cast.things["asked_for"] = {"paused": named(asked.placement)}


def who_comes(cast):
    """Students of what was ever agreed; a parent of one has said yes, where there is room."""
    leader = cast.people["leader"]
    for name in IN_TOUCH:
        over = cast.things["booking"][name].row
        NamedStudentFactory(booking=over, first_name="hush-student", named_by=leader)
        NamedStudentFactory(
            booking=over, first_name="hush-student-agreed", named_by=leader, agreed=True
        )
    coming = cast.things["booking"]["agreed"].row
    named = NamedStudentFactory(booking=coming, first_name="hush-student", named_by=leader)
    address = {"pk": coming.pk, "student": named.pk}
    cast.things["student"] = {"unanswered": Thing(address, row=named)}
    found_by_students(cast)
    asked = CheckRequestFactory(placement=coming.slot.placement, asked_by=leader)
    cast.things["check_request"] = {"open": Thing({"pk": asked.pk}, row=asked)}


def found_by_students(cast):
    """One whose employer has not answered, one that may be told of, and one that the hub knows."""
    ours = {"booking__school": cast.people["leader"].organisation, "made_by": cast.people["leader"]}
    ours["booking__asked_by"] = cast.people["leader"]
    kinds = {
        "found_asked": {"booking__state": "requested", "may_be_offered_at": None},
        "found_agreed": {},
        "found_told": {"offered_at": clock.now()},
    }
    for name, facts in kinds.items():
        one = SelfFoundFactory(**ours, **{"offered_at": None} | facts)
        cast.things[name] = {"one": Thing({"pk": one.pk}, row=one)}


def booking(slot, school, state, *, by):
    made = BookingFactory(
        slot=slot,
        school=school,
        state=state,
        asked_by=by,
        note="hush-note",
        reason="illness" if state == BookingState.CANCELLED else "",
    )
    BookingMove.objects.create(booking=made, went_to=state, at=clock.now())
    BookingNote.objects.create(booking=made, by=by, words="hush-message", written_at=clock.now())
    return made


def said_afterwards(cast):
    """Ratings on show, hidden, and of what is no longer listed."""
    people = cast.people
    completed = {"school": people["leader"].organisation, "by": people["leader"]}
    on_show = cast.things["listing"]["agreed"].row
    shown = {
        name: rated(on_show, day=-100 - day, **completed)
        for day, name in enumerate(("plain", "replied", "reported"))
    }
    ReplyFactory(rating=shown["replied"], by=people["host"])
    RatingReportFactory(rating=shown["reported"], by=people["other_leader"], words="hush-report")
    hidden = rated(
        on_show,
        day=-130,
        comment="hush-hidden-comment",
        hidden_at=clock.now(),
        hidden_because="hush-decision",
        hidden_by=people["broker"],
        **completed,
    )
    unlisted = rated(cast.things["listing"]["once_booked"].row, day=-140, **completed)
    DebriefFactory(booking=shown["plain"].booking, by=people["leader"], went_well="hush-debrief")
    cast.things["rating"] = {name: named(one) for name, one in shown.items()}
    cast.things["debriefed"] = {"completed": named(shown["plain"].booking)}
    cast.things["hidden_rating"] = {"hidden": named(hidden)}
    cast.things["unlisted_rating"] = {"withdrawn": named(unlisted)}
    cast.things["rating_at_desk"] = {
        **cast.things["rating"],
        **cast.things["hidden_rating"],
        **cast.things["unlisted_rating"],
    }


def rated(placement, *, day, school, by, **facts):
    slot = SlotFactory(placement=placement, starts_on=days_ahead(day))
    past = booking(slot, school, BookingState.COMPLETED, by=by)
    return RatingFactory(booking=past, by=by, private_note="hush-private-note", **facts)


# --- Concerns


def concerns(cast):
    """Ordinary ones, open and closed; and where a student may be at risk."""
    broker, by = cast.people["broker"], cast.people["other_leader"]
    published = cast.things["listing"]["published"].row
    about = {"placement": published, "organisation": published.provider, "reported_by": by}
    away = cast.things["elsewhere"]["paused"].row
    closed = {
        "state": ConcernState.CLOSED,
        "closed_by": broker,
        "closed_at": clock.now(),
        "outcome": "hush-concern",
    }
    cast.things["concern"] = {
        "open": named(ConcernFactory(words="hush-concern", **about)),
        "closed": named(ConcernFactory(words="hush-concern", **about, **closed)),
        "of_organisation": named(
            ConcernFactory(words="hush-concern", **{**about, "placement": None})
        ),
    }
    at_risk = {"kind": ConcernKind.SAFEGUARDING, "words": "hush-safeguarding"}
    cast.things["safeguarding"] = {"open": named(ConcernFactory(**about, **at_risk))}
    cast.things["safeguarding_elsewhere"] = {
        "open": named(
            ConcernFactory(
                placement=away,
                organisation=away.provider,
                reported_by=by,
                kind=ConcernKind.SAFEGUARDING,
                words="hush-safeguarding-elsewhere",
            )
        )
    }


def cohorts(cast):
    leader = cast.people["leader"]
    planned = CohortFactory(school=leader.organisation, made_by=leader, name="hush-cohort")
    cast.things["cohort"] = {"planned": named(planned)}
    full = SlotFactory(places=1)
    miss = planned.misses.create(slot=full, places=2, why="Full.", missed_at=planned.made_at)
    address = {"pk": planned.pk, "slot": full.pk}
    cast.things["cohort_miss"] = {"missed": Thing(address, row=miss)}
    instead = cast.things["slot_on_show"]["published"].row
    cast.things["cohort_instead"] = {"free": Thing({**address, "other": instead.pk}, row=miss)}


# --- Enquiries


def asked_beforehand(cast):
    """The school's to the host, in every state."""
    teacher, published = cast.people["teacher"], cast.things["listing"]["published"].row
    about = {"school": teacher.organisation, "asked_by": teacher, "question": "hush-question"}
    asked = {state.value: EnquiryFactory(state=state, **about) for state in EnquiryState}
    # A school waits for two answers of one provider at most, and is to ask once more.
    waits = EnquiryAnswerFactory(
        enquiry=asked["open"], provider=published.provider, placements=[published]
    )
    cast.things["enquiry"] = {state: named(one) for state, one in asked.items()}
    cast.things["asked"] = {"open": named(waits)}


# --- What is looked for


def looked_for(cast):
    people = cast.people
    search = saved_searches.keep(
        "q=bread", name="hush-search", frequency=Frequency.DAILY, by=people["leader"]
    )
    need = needs.tell(wants.of(kept.asked("sector=digital").chosen), places=4, by=people["teacher"])
    cast.things |= {
        "saved_search": {"kept": named(search)},
        "need": {"open": named(need)},
        "shortlisted": {"published": cast.things["listing"]["published"]},
    }


# --- People and organisations


def about_people(cast):
    people = cast.people
    applicant = colleague(
        people["host"], "applicant", state=MemberState.PENDING, email="hush-applicant@example.org"
    )
    invited = Invitation.objects.create(
        organisation=people["host"].organisation,
        email="hush-invited@example.org",
        role=Role.COLLEAGUE,
        invited_by=people["host"],
        made_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )
    held = HeldMessageFactory(
        kind="invitation",
        subject=str(invited.pk),
        email=invited.email,
        entered_by=people["host"].organisation,
    )
    people["waiting_at_hub"] = colleague(
        people["broker"], "waiting_at_hub", state=MemberState.PENDING
    )
    elsewhere = SchoolOrganisationFactory(school__authority="E06000019")
    cast.things |= {
        "colleague": {"colleague": named(people["host_colleague"])},
        "applicant": {"pending": named(applicant)},
        "applicant_at_school": {"pending": named(people["waiting"])},
        "applicant_at_hub": {"pending": named(people["waiting_at_hub"])},
        "invitation": {"live": named(invited)},
        "came_back": {"held": named(held)},
        "message": {"given_up": named(GivenUpMessageFactory())},
        "membership": {"active": named(people["host_colleague"])},
        "organisation_here": {
            "school": named(people["leader"].organisation),
            "provider": named(people["host"].organisation),
        },
        "organisation_elsewhere": {"school": named(elsewhere)},
        "lists_here_from_elsewhere": {"provider": named(lists_here_from_elsewhere())},
        "suspended_provider": {"listing": named(people["suspended_host"].organisation)},
        "desk_itself": {"hub": named(people["broker"].organisation)},
        "suspended_desk": {"hub": named(people["suspended_broker"].organisation)},
        "national_team": {"team": named(people["national"].organisation)},
        "provider": {"good": named(people["host"].organisation)},
        "no_provider": {
            "suspended": named(people["suspended_host"].organisation),
            "school": named(people["leader"].organisation),
            "hub": named(people["broker"].organisation),
        },
        "hub": {"hub": named(people["broker"].organisation)},
        "no_hub": {
            "suspended": named(people["suspended_broker"].organisation),
            "school": named(people["leader"].organisation),
        },
        "known_employer": {"good": named(people["host"].organisation)},
        "no_employer": {
            "suspended": named(people["suspended_host"].organisation),
            "school": named(people["leader"].organisation),
        },
    }


def lists_here_from_elsewhere():
    """A provider of the other hub's area that has a shop, and a listing, in the first one's."""
    provider = EmployerFactory()
    WorkplaceFactory(organisation=provider, authority="E06000019")
    PlacementFactory(provider=provider, workplace=WorkplaceFactory(organisation=provider))
    return provider


def places_and_desks(cast):
    own = cast.people["host"].organisation.workplaces
    cast.things |= {
        "workplace": {
            "used": named(own.get(name="Main bakery")),
            "retired": named(own.get(name="Old shop")),
        },
        "area": {"area": named(Area.objects.get(name="The Marches"))},
        "coverage": {"on": named(Coverage.objects.get(code="E06000051"))},
        "mail": {"sent": named(SentMailFactory())},
        "kind_of_message": {"stoppable": Thing({"kind": "rating_received"})},
        "urn": {"open": Thing({"urn": SchoolFactory().urn})},
        "starter": {"ready": Thing({"code": "week-office"})},
        "desk": {"of_the_marches": desk_of(cast, "broker")},
        "other_desk": {"of_elsewhere": desk_of(cast, "other_broker")},
        "problem": {"known": Thing({"code": "not_found"})},
        "about_listing": {
            state: Thing(query=f"placement={thing.row.pk}", row=thing.row)
            for state, thing in cast.things["on_show"].items()
        },
        "about_unlisted": {
            state: Thing(query=f"placement={thing.row.pk}", row=thing.row)
            for state, thing in cast.things["off_show"].items()
            if state not in ("asked_for", "once_booked")
        },
        "about_asked_for": {
            "paused": Thing(query=f"placement={cast.things['asked_for']['paused'].row.pk}")
        },
        "about_provider": {"host": about(cast, "host")},
        "about_former_host": {"host": Thing(query=f"organisation={former_host(cast).pk}")},
        "about_school": {"leader": about(cast, "leader")},
        "about_nobody": {
            person: about(cast, person)
            for person in ("other_leader", "other_host", "broker", "national", "suspended_host")
        },
    }


def former_host(cast):
    """A provider that has had the school's students, and lists nothing any more."""
    provider = EmployerFactory()
    closed = PlacementFactory(
        provider=provider,
        workplace=WorkplaceFactory(organisation=provider),
        state=PlacementState.WITHDRAWN,
    )
    slot = SlotFactory(placement=closed, starts_on=days_ahead(-60))
    leader = cast.people["leader"]
    booking(slot, leader.organisation, BookingState.COMPLETED, by=leader)
    return provider


def about(cast, person):
    return Thing(query=f"organisation={cast.people[person].organisation_id}")


def desk_of(cast, person):
    return Thing(query=f"desk={cast.people[person].organisation_id}")


# --- Links from mails


def from_mail(cast):
    nobody, host = cast.people["nobody"], cast.people["host"].user
    request = cast.things["booking"]["requested"].row
    offer = cast.things["booking"]["offered"].row
    changed = cast.things["changed"]["asked"].row.changes.get()
    owed = cast.things["sent_by_desk"]["submitted"].row
    invited = cast.things["invitation"]["live"].row
    search = cast.things["saved_search"]["kept"].row
    newcomer = person("newcomer", HostFactory, state=MemberState.PENDING)
    came = cast.things["booking"]["completed"].row.students.get(first_name="hush-student")
    mails = {
        links.SIGN_IN: {"user": nobody, "subject": str(nobody.pk)},
        links.RESET_PASSWORD: {"user": nobody, "subject": str(nobody.pk)},
        links.CHANGE_ADDRESS: {"user": nobody, "subject": str(nobody.pk)},
        links.CONFIRM_ADDRESS: {"user": newcomer.user, "subject": str(newcomer.pk)},
        links.INVITATION: {"subject": str(invited.pk), "email": invited.email},
        ANSWER: {"user": host, "subject": str(request.pk)},
        OFFER: {"user": cast.user("leader"), "subject": str(offer.pk)},
        CHANGED: {"user": cast.user("leader"), "subject": str(changed.pk)},
        ENQUIRY: {"user": host, "subject": str(cast.things["asked"]["open"].row.pk)},
        CONFIRM: {"subject": str(owed.pk)},
        CONSENT: {"subject": str(cast.things["student"]["unanswered"].row.pk)},
        EMPLOYER: {
            "subject": str(cast.things["found_asked"]["one"].row.pk),
            "email": "boss@garage.example.org",
        },
        ASSESS: {"subject": str(cast.things["check_request"]["open"].row.pk)},
        STILL_RIGHT: {"user": host, "subject": str(cast.people["host"].organisation_id)},
        LOOK_BACK: {"user": host, "subject": str(cast.things["booking"]["completed"].row.pk)},
        REFLECT: {"subject": str(came.pk), "token": links.short_token()},
        STOP: {"user": cast.user("leader"), "subject": str(search.pk)},
        links.STOP_KIND: {"user": cast.user("leader"), "subject": "rating_replied"},
        RENEW: {"user": cast.user("leader"), "subject": str(search.pk)},
    }
    usual = {"email": "fresh@example.org", "lives": timedelta(hours=1)}
    for purpose, mail in mails.items():
        token = links.make(purpose, **{**usual, **mail})
        cast.things[f"link_{purpose}"] = {"live": Thing({"token": token})}
        cast.links[purpose] = followed(token, purpose)
    secret = calendar_feeds.make(cast.user("leader"))
    cast.things["link_calendar"] = {"live": Thing({"secret": secret})}
    invitations_to_nobody(cast)


def followed(token, purpose):
    """What a browser keeps."""
    return {KEPT_AS.get(purpose, f"opened_{purpose}"): links.open(token, purpose).pk}


def invitations_to_nobody(cast):
    """One that holds; and those that nobody may have sent, or may send any more."""
    people = cast.people
    hub = people["broker"].organisation
    for name, by, to in (
        ("from a lead", "host", people["host"].organisation),
        ("from a colleague", "host_colleague", people["host"].organisation),
        ("from elsewhere", "host", hub),
        ("from the national team", "national", hub),
        ("from a national viewer", "national_viewer", hub),
        ("from the national team to a school", "national", people["leader"].organisation),
    ):
        invited = Invitation.objects.create(
            organisation=to,
            email="nobody@example.org",
            role=Role.COLLEAGUE,
            invited_by=people[by],
            made_at=clock.now(),
            expires_at=clock.now() + timedelta(days=7),
        )
        token = links.make(
            links.INVITATION,
            subject=str(invited.pk),
            email=invited.email,
            lives=timedelta(hours=1),
        )
        cast.links[name] = followed(token, links.INVITATION)


# --- Platforms


def platforms(cast):
    """One for each side of the bookings, and one for a school that has none of them."""
    for name, whose in CLIENTS.items():
        client = ClientFactory(
            acts_as__organisation=cast.people[whose].organisation,
            acts_as__platform=name.replace("_", " "),
        )
        cast.tokens[name] = token_of(client)
        cast.things[name] = {"live": named(client)}
    host_client = cast.things["host_client"]["live"].row
    cast.things["platform"] = {"active": named(host_client.acts_as)}
    cast.issued = clients.issue(
        cast.people["leader"].organisation, name="Issued", scopes=["bookings:read"], by=None
    )


# --- The console


def in_the_console(cast):
    """One row of each kind that the console shows."""
    holder = cast.people["host"].organisation
    Award.objects.create(
        badge=BadgeFactory(accreditor=cast.people["accreditor"].organisation),
        holder=holder,
        during=DateRange(clock.today(), days_ahead(300), "[]"),
    )
    outbox.post("no_account", to="new@example.org", about="", key="new")
    for model in admin.site._registry:
        row = model.objects.order_by("pk").first()
        family = f"row_{model._meta.app_label}_{model._meta.model_name}"
        cast.things[family] = {"first": Thing({"object_id": str(row.pk)}, row=row)}
