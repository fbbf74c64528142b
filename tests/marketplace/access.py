"""Who gets what at each address: a row for every route, an answer for every kind of person.

A route without a row fails, and so does a row without a route. To add one:

1. Find the rule below that says who is let in (`SIDES`, `HOSTS`, `AT_THE_DESK` ...), or write
   one with `only(...)`: whoever is not named in it finds nothing there (404), whoever acts for
   no organisation is refused (403), and a visitor is asked to sign in.
2. Add a line to `TABLE`: `page` is read, `button` is pressed, `form` is both. `of` names the
   family of things in its address and the state in which it succeeds (`of="booking:requested"`);
   the row is asked with every other state of the family as well. `sends` is what a form
   must be sent to succeed.
3. What a verb refuses though no page would ever ask it is a line in `beneath.py`.
4. New kinds of things, and words that nobody else may read, go to `cast.py`.

Everybody whom a rule lets in must succeed, so no row can pass because all are turned away.
Where two kinds of thing behave differently, a route has a row for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.totp.internal import auth as totp

from accounts import clock, letter_texts, links
from placements import lowering, site_rows
from placements.change_notices import CHANGED
from placements.check_notices import ASSESS
from placements.consent_notices import CONSENT
from placements.enquiry_notices import ANSWER as ENQUIRY
from placements.found_notices import EMPLOYER
from placements.freshness_notices import STILL_RIGHT
from placements.guided_checks import QUESTIONS
from placements.models import PriorityRule
from placements.notices import ANSWER, OFFER
from placements.search_notices import RENEW, STOP
from placements.written import CONFIRM
from ratings.models.reflections import OUT_OF_FIVE
from ratings.notices import LOOK_BACK
from ratings.reflections import REFLECT
from tests.factories import PriorityRuleFactory
from tests.marketplace.cast import (
    CLIENTS,
    HUB,
    MEMBERS,
    NATIONAL,
    OUTSIDE,
    PEOPLE,
    PROVIDER,
    SCHOOL,
    SECRET,
    SIGNED_IN,
)

# --- What somebody may get

IN = "let in"
# Answered like the others, and nothing is done.
IN_VAIN = "let in, in vain"
SIGN_IN = "asked to sign in"
NO_TOKEN, REFUSED, ABSENT, NOT_ANSWERED, SPENT = 401, 403, 404, 405, 410

Rule = Mapping[str, object]


def only(*groups, refused=(), in_vain=(), others=ABSENT, outside=REFUSED, visitor=SIGN_IN) -> Rule:
    """Those groups are let in, and everybody else gets what the rule says."""
    rule = {"visitor": visitor, **dict.fromkeys(OUTSIDE, outside), **dict.fromkeys(MEMBERS, others)}
    for answer, people in ((REFUSED, refused), (IN_VAIN, in_vain), (IN, groups)):
        rule |= dict.fromkeys(names(people), answer)
    return rule


def by_token(*clients, refused=()) -> Rule:
    """Those platforms are let in; the others find nothing, and no session opens anything."""
    rule = dict.fromkeys(PEOPLE, NO_TOKEN) | dict.fromkeys(CLIENTS, ABSENT)
    return rule | dict.fromkeys(refused, REFUSED) | dict.fromkeys(clients, IN)


def names(groups):
    return [name for one in groups for name in ([one] if isinstance(one, str) else one)]


ANYBODY = dict.fromkeys(PEOPLE, IN)
VISITORS = only("visitor", outside=REFUSED, others=REFUSED)
NOBODY = only()
GONE = dict.fromkeys(PEOPLE, SPENT)
# Whoever is signed in already has no code to give.
HALF_WAY_IN = dict.fromkeys(PEOPLE, IN_VAIN) | {"visitor": IN}
THEMSELVES = only(SIGNED_IN)
MEMBER = only(MEMBERS)

# Writers are those who do not only read.
SCHOOL_WRITES = ("leader", "teacher")
HOST_WRITES = ("host", "host_colleague")
HUB_WRITES = ("broker", "guardian")
NATIONAL_WRITES = ("national", "national_colleague")
LEADS = (
    *("leader", "host", "broker", "national", "other_leader", "other_host", "other_broker"),
    *("accreditor", "partner", "suspended_leader", "suspended_host", "suspended_broker"),
)

# Through the API
# Where something starts, whoever may write may be told of it the day before.
TEXTED = only(
    *(SCHOOL_WRITES, "other_leader", "suspended_leader"),
    *(HOST_WRITES, "other_host", "suspended_host"),
    outside=ABSENT,
)
BOTH_CLIENTS = ("school_client", "host_client")
BOTH_SIDES = by_token(*BOTH_CLIENTS)
HOSTS_SIDE = by_token("host_client", refused=["school_client"])

# Messages that could not be sent
WATCHES_MAIL = only(NATIONAL, others=REFUSED)
DECIDES_ON_MAIL = WATCHES_MAIL | {"national_viewer": REFUSED}
# An invitation's address is the business of the leads who could have sent it; the national team's
# see that it waits, and lead it nowhere else.
SEES_THAT_IT_WAITS = only("host", "national")
MENDS = only("host", refused=["national"])

# An organisation's own affairs
LED = only(LEADS, others=REFUSED)
KEEPS_WORKPLACES = only(HOST_WRITES, "other_host", "suspended_host", others=REFUSED)
OWN_WORKPLACE = only(HOST_WRITES, refused=["host_viewer"])
OWN_LEAD = only("host", refused=["host_colleague", "host_viewer"])
SCHOOL_LEAD = only("leader", refused=["teacher", "school_viewer"])
HUB_LEAD = only("broker", refused=["guardian", "broker_viewer"])
# Whoever has another address is told so; a visitor is asked to sign in first, on the page.
INVITED = dict.fromkeys(PEOPLE, REFUSED) | {"visitor": IN, "nobody": IN}
ACCEPTS = INVITED | {"visitor": IN_VAIN}
ACCEPTS_IN_VAIN = ACCEPTS | {"nobody": SPENT}
ONLY_THEMSELVES = only("host_colleague", outside=ABSENT)

# Listings
LISTS = only(HOST_WRITES, "other_host", others=REFUSED)
LISTS_FOR_OTHERS = only(HUB_WRITES, NATIONAL_WRITES, "other_broker", others=REFUSED)
HAS_LISTINGS = only(
    *(PROVIDER, HUB_WRITES, NATIONAL_WRITES, "other_host", "other_broker", "suspended_host"),
    others=REFUSED,
)
CONFIRMS = only(
    *(HOST_WRITES, HUB_WRITES, NATIONAL_WRITES, "other_host", "other_broker"), others=REFUSED
)
OWNER = only(PROVIDER)
OWNER_WRITES = only(HOST_WRITES, refused=["host_viewer"])
WRITER = only(HUB)
WRITER_WRITES = only(HUB_WRITES, refused=["broker_viewer"])
ADDS_A_WORKPLACE = only(HUB_WRITES, others=REFUSED) | dict.fromkeys(
    [*NATIONAL_WRITES, "other_broker"], ABSENT
)
OWNER_OR_WRITER = only(PROVIDER, HUB)
OWNER_OR_WRITER_WRITES = only(HOST_WRITES, HUB_WRITES, refused=["host_viewer", "broker_viewer"])
OWNER_CONFIRMS = only(HOST_WRITES, refused=["host_viewer", *HUB])
OTHER_OWNER = only("other_host")
SUSPENDED_OWNER = only("suspended_host")
SUSPENDED_OWNER_REFUSED = only(refused=["suspended_host"])
SUSPENDED_WRITER = only("suspended_broker")
SUSPENDED_WRITER_REFUSED = only(refused=["suspended_broker"])
PREVIEWS = only(PROVIDER, outside=ABSENT, visitor=ABSENT)
WRITER_PREVIEWS = only(HUB, outside=ABSENT, visitor=ABSENT)
WRITER_AND_OWNER_PREVIEW = only(HUB, PROVIDER, outside=ABSENT, visitor=ABSENT)
SUSPENDED_PREVIEWS = only("suspended_host", outside=ABSENT, visitor=ABSENT)
NOBODY_FINDS = dict.fromkeys(PEOPLE, ABSENT)

# Bookings
BOOKS = only(SCHOOL_WRITES, "other_leader", others=REFUSED)
OWN_DATES = only(refused=PROVIDER)
OWN_COHORT = only(SCHOOL)
PLANS = only(SCHOOL_WRITES, refused=["school_viewer"])
SIDES = only(SCHOOL, PROVIDER)
SIDES_WRITE = only(SCHOOL_WRITES, HOST_WRITES, refused=["school_viewer", "host_viewer"])
HOSTS = only(HOST_WRITES, refused=["host_viewer", *SCHOOL])
TAKES_UP = only(SCHOOL_WRITES, refused=["school_viewer", *PROVIDER])
BRIEFS = only(SCHOOL_WRITES, refused=["school_viewer", *PROVIDER])
KNOWS_CHECKS = only(SCHOOL, PROVIDER, HUB)
CHECKS = only(*(SCHOOL_WRITES, HUB_WRITES), refused=["school_viewer", "broker_viewer", *PROVIDER])

# Its provider keeps places of a listing on show, and the hub on whose desk it lies.
KEEPS_PLACES = only(HOST_WRITES, HUB_WRITES, others=REFUSED)

# Enquiries
ASKED_IT = only(SCHOOL)
CLOSES_IT = only(SCHOOL_WRITES, refused=["school_viewer"])
IS_ASKED = only(PROVIDER)
ANSWERS_IT = only(HOST_WRITES, refused=["host_viewer"])

# What is looked for
OWN_SEARCH = only("leader")
SAYS_WHAT_IS_NEEDED = BOOKS
OWN_NEED = only(SCHOOL_WRITES, refused=["school_viewer"])
# Those who act for a school keep a shortlist with us; all others in their session alone.
SHORTLISTS = dict.fromkeys(PEOPLE, IN_VAIN) | dict.fromkeys(
    [*SCHOOL_WRITES, "other_leader", "suspended_leader"], IN
)

# The desk
SEES_A_DESK = only(HUB, NATIONAL, "other_broker", others=REFUSED)
DESK_READS = only(HUB, NATIONAL, "other_broker", others=REFUSED)
AT_THE_DESK = only(HUB, NATIONAL, others=REFUSED) | {"other_broker": ABSENT}
DECIDES = AT_THE_DESK | dict.fromkeys(["broker_viewer", "national_viewer"], REFUSED)
NATIONAL_READS = only(NATIONAL, others=REFUSED) | dict.fromkeys([*HUB, "other_broker"], ABSENT)
NATIONAL_DECIDES = NATIONAL_READS | {"national_viewer": REFUSED}
OTHER_LISTS_HERE = NATIONAL_READS | dict.fromkeys([*HUB, "other_broker"], IN)
OTHER_LISTS_HERE_DECIDES = OTHER_LISTS_HERE | dict.fromkeys([*HUB, "national_viewer"], REFUSED)
OTHER_DESK_READS = NATIONAL_READS | {"other_broker": IN}
NOT_AT_A_DESK = SEES_A_DESK | dict.fromkeys([*HUB, *NATIONAL, "other_broker"], ABSENT)
NATIONAL_SUSPENDS_NONE = NOT_AT_A_DESK
LEADS_A_DESK = only("broker", "other_broker", NATIONAL_WRITES, others=REFUSED)
DRAWS = only(NATIONAL_WRITES, others=REFUSED)
GUARDS = NOT_AT_A_DESK | {"guardian": IN}
NATIONAL_GUARDS = NOT_AT_A_DESK | {"national": IN}

INVITES = only(HUB_WRITES, refused=["broker_viewer"], others=REFUSED) | dict.fromkeys(
    [*NATIONAL, "other_broker"], ABSENT
)

# Looking back
WAS_THERE = only(SCHOOL, PROVIDER)
LOOKS_BACK = WAS_THERE | dict.fromkeys(["school_viewer", "host_viewer"], IN_VAIN)
RATES = only(SCHOOL, HUB)
SAYS_HOW_IT_WAS = RATES | dict.fromkeys(["school_viewer", "broker_viewer"], IN_VAIN)
WAS_TOLD = only(PROVIDER)
REPLIES = WAS_TOLD | {"host_viewer": IN_VAIN}
REPORTS = MEMBER | dict.fromkeys(
    ["suspended_leader", "suspended_host", "suspended_broker"], IN_VAIN
)
SIDES_REPORT = only(SCHOOL, PROVIDER)
READS_RATINGS = SEES_A_DESK
HIDES = only(HUB, NATIONAL, others=REFUSED) | {"other_broker": ABSENT}
DECIDES_ON_RATINGS = HIDES | dict.fromkeys(["broker_viewer", "national_viewer"], REFUSED)

# The console
CONSOLE = only(NATIONAL, others=SIGN_IN, outside=SIGN_IN)
CONSOLE_REFUSES = CONSOLE | dict.fromkeys(NATIONAL, REFUSED)
CONSOLE_WRITES = CONSOLE | {"national_viewer": REFUSED}
CONSOLE_ACTS_IN_VAIN = CONSOLE | dict.fromkeys(NATIONAL, IN_VAIN)
CONSOLE_ACTS = CONSOLE | {"national_viewer": IN_VAIN}


# --- Rows


@dataclass(frozen=True, eq=False)
class Row:
    """One route, asked about one family of things; `None` is a method it does not answer."""

    route: str
    get: Rule | None = None
    post: Rule | None = None
    # "family", or "family:state" with the state in which it succeeds.
    of: str = ""
    # What else stands in the address.
    at: Mapping = field(default_factory=dict)
    query: str = ""
    # What the form is sent: fields, or a function of the cast, the person and the thing.
    sends: object = field(default_factory=dict)
    # The purpose of a link that the browser has followed from a mail.
    holding: str = ""
    # What success looks like, when read and when sent.
    answers: tuple = (200,)
    done: tuple = (302,)
    # Success that writes nothing but the session.
    unwritten: bool = False
    # Words that whoever succeeds may read from then on: contacts, once a request is accepted.
    passes_on: tuple[str, ...] = ()
    # A word from `cast.py` that stands on the page, and for whom.
    shows: tuple[str, tuple[str, ...]] = ("", ())

    def __str__(self):
        return " ".join(filter(None, (self.route, self.of, self.holding)))


def page(route, rule, of="", **facts):
    return Row(route, get=rule, of=of, **facts)


def button(route, rule, of="", **facts):
    return Row(route, post=rule, of=of, **facts)


def form(route, rule, of="", *, sent=None, **facts):
    """Shown and sent by the same people, unless `sent` says who may send it."""
    return Row(route, get=rule, post=sent or rule, of=of, **facts)


def in_days(days, name):
    day = clock.today() + timedelta(days=days)
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def dates(*_):
    return {**in_days(200, "starts_on"), "places": "4"}


def keeping(*_):
    rule = PriorityRule.objects.to_choose_from(clock.today()).first() or PriorityRuleFactory()
    return {"rule": rule.pk, "places": "1", **in_days(3, "until")}


def opening(*_):
    return {**in_days(3, "day"), "at": "10am"}


def signed(*_):
    return {"answer": "yes", **in_days(0, "signed_on")}


def checked(*_):
    days = {**in_days(0, "checked_on"), **in_days(300, "valid_until")}
    return {"band": "low", "basis": "visit", "outcome": "suitable", **days}


def assessed(*_):
    days = {**in_days(0, "checked_on"), **in_days(300, "valid_until")}
    return {"band": "low", "outcome": "suitable", **days}


def talked(*_):
    return {name: "yes" if good else "no" for name, (good, _) in QUESTIONS.items()}


def what_was_found(*_):
    return {
        "employer": "Garage",
        "sector": "engineering_manufacturing",
        "activities": "Tyres.",
        "why_it_fits": "Likes cars.",
        "found_through": "alone",
        "year_group": "10",
        "workplace_kind": "workshop",
        "address": "9 Quarry Lane",
        "town": "Shrewsbury",
        "postcode": "SY1 1AA",
        "contact_name": "Pat",
        "contact_email": "boss@garage.example.org",
        **in_days(60, "first_day"),
        **in_days(64, "last_day"),
    }


def employer_agrees(*_):
    told = {"supervision": "The foreman.", "risk_band": "low", "lone_adult": "no", "agrees": "on"}
    return {"answer": "yes", **{f"yes-{name}": value for name, value in told.items()}}


def a_code(cast, *_):
    return {"code": cast.things[f"link_{REFLECT}"]["live"].address["token"].upper()}


def asks_assessor(*_):
    whom = {"whom": "assessor", "assessor": "Safe Places", "email": "new@assessors.example.org"}
    return {**whom, **in_days(20, "wanted_by")}


def from_day(cast, *_):
    return {"hub": str(cast.people["other_broker"].organisation_id), **in_days(9, "from_day")}


def places_in_a_slot(cast, *_):
    published = cast.things["listing"]["published"].row
    slot = published.slots.open().with_places(1).order_by("-starts_on").first()
    return {"slot": str(slot.pk), "places": 1}


def own_secret(cast, *_):
    return {
        "grant_type": "client_credentials",
        "client_id": cast.issued.client.client_id,
        "client_secret": cast.issued.secret,
    }


def seen_change(cast, *_):
    return {"change": cast.things["changed"]["asked"].row.changes.get().pk}


def hub_of(cast, *_):
    return {"name": "Severn", "hub": str(cast.people["broker"].organisation_id)}


def question(cast, person, thing):
    return {
        "placements": thing.row.pk,
        "question": "May we come?",
        "places": "2",
        "year_group": "10",
    }


def moved(*_):
    return {**in_days(90, "starts_on"), "reason": "staffing"}


def without_them(cast, person, thing):
    """None of those who had booked can come."""
    held = lowering.holding_places(thing.row)
    lost = {f"keep-{booking.pk}": "0" for booking in held}
    return {"places": "1", "seen": lowering.mark(held), "reason": "staffing", **lost}


def branches():
    """A list of one workplace, as it is pasted."""
    first = clock.today() + timedelta(days=200)
    cells = ("TF-1", "Telford", "2 High Street", "Telford", "TF3 4BX", f"{first}", f"{first}", "4")
    return "\n".join([",".join(site_rows.COLUMNS), ",".join(cells)])


def at_a_branch(*_):
    return {"rows": branches(), "wrong": "nothing", "alike": "on"}


def for_cohort(cast, *_):
    on_show = cast.things["slot_on_show"]["published"].row
    return {
        "name": "Year 10",
        "students": "9",
        "year_group": "10",
        "together": "all",
        f"places-{on_show.pk}": "2",
    }


PLATFORM = {"name": "Unifrog", "scopes": ["bookings:read"]}


def replacing_its_secret(cast, person, thing):
    return {"replacing": thing.row.edition if thing and thing.row else "", "ready": "on"}


def own_membership(cast, person, _):
    return {"member": getattr(cast.people[person], "pk", "")}


def code_of_the_moment(*_):
    counter = next(totp.yield_hotp_counters_from_time())
    return {"code": totp.format_hotp_value(totp.hotp_value(SECRET, counter))}


def chosen_user(cast, *_):
    return {"action": "switch_off", "_selected_action": cast.people["nobody"].pk}


WHY = {"because": "It had to be."}
REASON = {"reason": "They rang us."}
WORDS = {
    "text": letter_texts.original("rating_received").replace("has rated it", "has said how it was"),
    "because": "It was too stiff.",
    "seen": 0,
}
TALK = {"kind": "talk", "mode": "in_person"}
PASSWORD = {"password": "three random words"}
DONE_BEFORE = {"reason": "staffing"}
WORKPLACE = {
    "name": "New shop",
    "kind": "shop",
    "address": "2 Pride Hill",
    "town": "Shrewsbury",
    "postcode": "SY1 1AA",
    "lone_adult": "no",
    "risk_band": "low",
}
EMPLOYERS_WORKPLACE = {
    "workplace_name": "New shop",
    "workplace_kind": "shop",
    "address": "2 Pride Hill",
    "town": "Shrewsbury",
    "postcode": "SY1 1AA",
    "risk_band": "low",
}
BAKERY = {
    "name": "Wrekin Bakery",
    "sector": "catering_hospitality",
    "ownership": "private",
    "size_band": "10-24",
}
MARKS = {
    **dict.fromkeys(("communication", "organisation", "preparation", "quality", "support"), "4"),
    "would_use_again": "yes",
}
DEBRIEF = {
    "students_came": "2",
    "outcomes_met": "yes",
    "would_host_again": "yes",
    "went_well": "All of it.",
}
REACHED = {
    "contact_name": "Ana Price",
    "contact_email": "desk@example.org",
    "contact_phone": "01743 000000",
    "service_promise": "An answer within two days.",
}

PAPER_RULE = {
    "item": "briefing",
    "kind": "visit",
    "without": "blocks",
    "days_before": "3",
    "from_on": "2027-01-01",
}
PRIORITY_RULE = {
    "code": "carers",
    "name": "young carers",
    "explanation": "The school says how many.",
    "criterion": "send",
    "from_on": "2027-01-01",
    "group_share": "50",
}
SAYS_NO = {"answer": "no", "decline-reason": "no_capacity"}
KEPT_SEARCH = {"name": "Digital", "frequency": "daily"}

FOUND = ("found_asked", "found_agreed", "found_told")

EXPLAINED = (
    *("home", "about", "accessibility", "checks", "cookies", "for-employers", "for-hubs"),
    *("for-schools", "help", "privacy", "what-counts"),
)
IN_CONSOLE = (
    *("accounts_user", "accounts_organisation", "accounts_member", "accounts_invitation"),
    *("accounts_workplace", "accounts_school", "accounts_message", "accounts_onetimelink"),
    "accounts_client",
    *("brokers_area", "brokers_coverage", "brokers_stewardship", "brokers_deskprofile"),
    *("brokers_decision", "ratings_rating", "ratings_reply", "ratings_ratingreport"),
    *("ratings_debrief", "ratings_badge", "ratings_award", "placements_placement"),
    *("placements_revision", "placements_slot", "placements_booking"),
    *("placements_placementmove", "placements_bookingmove"),
)
EITHER = (200, 302)
REFLECTS = {
    "did": "Bread.",
    "learned": "Patience.",
    "changed_mind": "more",
    "aims_met": "yes",
    **dict.fromkeys(OUT_OF_FIVE, "4"),
}

TABLE = (
    # --- What anybody reads
    *(page(name, ANYBODY) for name in EXPLAINED),
    page("dashboard", THEMSELVES),
    page("healthz", ANYBODY),
    page("readyz", ANYBODY),
    page("placements:search", ANYBODY),
    page("placements:placement", ANYBODY, of="on_show"),
    page("placements:placement", PREVIEWS, of="off_show"),
    page("placements:placement", WRITER_PREVIEWS, of="by_desk"),
    page("placements:placement", WRITER_AND_OWNER_PREVIEW, of="for_host"),
    page("placements:placement", SUSPENDED_PREVIEWS, of="of_suspended"),
    page("placements:provider", ANYBODY, of="provider"),
    page("placements:provider", NOBODY_FINDS, of="no_provider"),
    page("brokers:hubs", ANYBODY),
    page("brokers:hub", ANYBODY, of="hub"),
    page("brokers:hub", NOBODY_FINDS, of="no_hub"),
    # --- The API
    page("problem", ANYBODY, of="problem"),
    page("api-description", ANYBODY),
    page("api-docs", ANYBODY),
    page("api-placements", ANYBODY),
    page("api-placement", ANYBODY, of="on_show"),
    page("api-placement", NOBODY_FINDS, of="off_show"),
    page("api-placement", NOBODY_FINDS, of="of_suspended"),
    page("api-placement-ratings", ANYBODY, of="on_show"),
    page("api-placement-ratings", NOBODY_FINDS, of="off_show"),
    form(
        "api-bookings",
        by_token(*CLIENTS),
        sent=by_token("school_client", "other_client", refused=["host_client"]),
        sends=places_in_a_slot,
        done=(201,),
    ),
    page("api-booking", BOTH_SIDES, of="booking:requested", shows=("note", tuple(BOTH_CLIENTS))),
    button(
        "api-booking-accept",
        HOSTS_SIDE,
        of="booking:requested",
        done=(200,),
        passes_on=("asker",),
    ),
    button(
        "api-booking-decline",
        HOSTS_SIDE,
        of="booking:requested",
        sends={"reason": "no_capacity"},
        done=(200,),
    ),
    button("api-booking-cancel", BOTH_SIDES, of="booking:agreed", sends=DONE_BEFORE, done=(200,)),
    *(
        button(
            f"api-booking-{verb}",
            by_token("school_client", refused=["host_client"]),
            of="changed",
            done=(200,),
        )
        for verb in ("keep", "leave")
    ),
    button("token", ANYBODY, sends=own_secret, done=(200,)),
    page("api-nothing", NOBODY_FINDS, at={"rest": "/nothing"}),
    # --- Coming in
    form(
        "accounts:sign-in",
        ANYBODY,
        sends={"email": "nobody@example.org", **PASSWORD},
        answers=EITHER,
        done=EITHER,
        unwritten=True,
    ),
    form("account_login", ANYBODY, answers=EITHER, done=EITHER, unwritten=True),
    form("accounts:sign-out", ANYBODY, unwritten=True),
    form("account_logout", ANYBODY, unwritten=True),
    page("account_signup", ANYBODY),
    form("accounts:sign-in-link", ANYBODY, sends={"email": "new@example.org"}),
    page("accounts:look-in-your-mail", ANYBODY),
    form("accounts:reset", ANYBODY, sends={"email": "new@example.org"}),
    page("accounts:open-sign-in", ANYBODY, of="link_sign_in", answers=(302,)),
    form("accounts:sign-in-by-link", ANYBODY, holding=links.SIGN_IN),
    form("accounts:sign-in-by-link", GONE),
    page("accounts:open-reset", ANYBODY, of="link_reset_password", answers=(302,)),
    form("accounts:choose-password", ANYBODY, holding=links.RESET_PASSWORD, sends=PASSWORD),
    form("accounts:choose-password", GONE, sends=PASSWORD),
    page("accounts:open-confirm", ANYBODY, of="link_confirm_address", answers=(302,)),
    form("accounts:confirm", ANYBODY, holding=links.CONFIRM_ADDRESS, sends=PASSWORD),
    form("accounts:confirm", GONE, sends=PASSWORD),
    page("accounts:open-change-address", ANYBODY, of="link_change_address", answers=(302,)),
    form("accounts:confirm-change", ANYBODY, holding=links.CHANGE_ADDRESS),
    form("accounts:confirm-change", GONE),
    page("accounts:open-invitation", ANYBODY, of="link_invitation", answers=(302,)),
    form("accounts:invitation", VISITORS, holding=links.INVITATION, sends={"name": "Jo Fox"}),
    form("accounts:invitation", GONE, sends={"name": "Jo Fox"}),
    *(
        form("accounts:invitation", INVITED, sent=ACCEPTS, holding=f"from {inviter}")
        for inviter in ("a lead", "the national team")
    ),
    *(
        form("accounts:invitation", INVITED, sent=ACCEPTS_IN_VAIN, holding=f"from {inviter}")
        for inviter in (
            *("a colleague", "elsewhere", "a national viewer"),
            "the national team to a school",
        )
    ),
    form("accounts:try", ANYBODY, done=(409,), sends={"persona": "employer"}, unwritten=True),
    page("accounts:register", ANYBODY),
    page("accounts:register-school", ANYBODY, query="q=Severn"),
    form(
        "accounts:join-school",
        ANYBODY,
        of="urn",
        sends={"name": "Jo", "job_title": "Head", "email": "jo@example.org"},
    ),
    form(
        "accounts:register-employer",
        ANYBODY,
        sends={"kind": "employer", **BAKERY},
        unwritten=True,
    ),
    form(
        "accounts:register-workplace",
        ANYBODY,
        holding="registering",
        sends=WORKPLACE,
        unwritten=True,
    ),
    form(
        "accounts:register-you",
        ANYBODY,
        holding="registering",
        sends={"name": "Jo", "job_title": "Baker", "email": "jo@example.org"},
    ),
    # Notify alone has the word for it.
    button("accounts:receipts", dict.fromkeys(PEOPLE, NO_TOKEN)),
    page("accounts:outbox", ANYBODY),
    page("accounts:mail", ANYBODY, of="mail"),
    page("accounts:mail-as-sent", ANYBODY, of="mail"),
    # --- What became of messages
    form(
        "accounts:messages",
        WATCHES_MAIL,
        sends={"email": "new@example.org"},
        done=(200,),
        unwritten=True,
    ),
    page("accounts:came-back", MEMBER),
    form(
        "accounts:mend-address",
        SEES_THAT_IT_WAITS,
        of="came_back",
        sent=MENDS,
        sends={"email": "new@example.org"},
    ),
    button("accounts:send-there-again", SEES_THAT_IT_WAITS, of="came_back"),
    button("accounts:send-message-again", DECIDES_ON_MAIL, of="message"),
    form("accounts:let-message-be", DECIDES_ON_MAIL, of="message", sends=REASON),
    page("wording", WATCHES_MAIL),
    page("wording-of", WATCHES_MAIL, of="kind_of_message"),
    page("wording-as-sent", WATCHES_MAIL, of="kind_of_message"),
    form("wording-change", DECIDES_ON_MAIL, of="kind_of_message", sends=WORDS),
    form(
        "wording-put-back",
        DECIDES_ON_MAIL,
        of="kind_of_message",
        sends={"because": "They were better.", "seen": 0},
    ),
    # --- One's own account
    page("accounts:account", THEMSELVES),
    form("accounts:mails", THEMSELVES, sends={"wanted": ["rating_replied"]}),
    form("accounts:texts", TEXTED, sends={"number": "07400 123456"}),
    form(
        "accounts:open-stop-mails",
        ANYBODY,
        of=f"link_{links.STOP_KIND}",
        sends={"List-Unsubscribe": "One-Click"},
        answers=(302,),
        done=(200,),
    ),
    form("accounts:stop-mails", ANYBODY, holding=links.STOP_KIND, done=(200,)),
    form("accounts:stop-mails", GONE),
    form("accounts:change-name", THEMSELVES, sends={"name": "Jo Fox"}),
    form("accounts:change-address", THEMSELVES, sends={"email": "new@example.org"}),
    form("accounts:change-password", THEMSELVES, sends=PASSWORD),
    button("accounts:sign-out-everywhere", THEMSELVES),
    form("accounts:leave", ONLY_THEMSELVES, of="membership"),
    form(
        "accounts:switch",
        MEMBER | dict.fromkeys(OUTSIDE, IN_VAIN),
        sends=own_membership,
        answers=EITHER,
        unwritten=True,
    ),
    # --- One's organisation
    page("accounts:organisation", MEMBER),
    form("accounts:describe-organisation", LED, sends=BAKERY),
    page("accounts:people", MEMBER),
    form("accounts:invite", LED, sends={"email": "new@example.org", "role": "colleague"}),
    page("accounts:platforms", LED),
    # The answer to the button says the secret, so it is a page.
    form("accounts:connect-platform", LED, sends=PLATFORM, done=(200,)),
    form(
        "accounts:new-platform-secret",
        OWN_LEAD,
        of="host_client",
        sends=replacing_its_secret,
        done=(200,),
    ),
    form("accounts:cut-off-platform", OWN_LEAD, of="host_client"),
    button("accounts:revoke-invitation", OWN_LEAD, of="invitation"),
    form("accounts:change-role", OWN_LEAD, of="colleague", sends={"role": "viewer"}),
    form("accounts:remove", OWN_LEAD, of="colleague"),
    # A platform is nobody's colleague.
    form("accounts:change-role", NOBODY, of="platform", sends={"role": "viewer"}),
    form("accounts:remove", NOBODY, of="platform"),
    button("accounts:approve-member", OWN_LEAD, of="applicant"),
    button("accounts:refuse-member", OWN_LEAD, of="applicant"),
    *(
        button(f"accounts:{verb}-member", rule, of=f"applicant_at_{where}")
        for verb in ("approve", "refuse")
        for where, rule in (("school", SCHOOL_LEAD), ("hub", HUB_LEAD))
    ),
    page("accounts:workplaces", MEMBER),
    form("accounts:add-workplace", KEEPS_WORKPLACES, sends=WORKPLACE),
    form("accounts:workplace", OWN_WORKPLACE, of="workplace", sends=WORKPLACE),
    button("accounts:retire-workplace", OWN_WORKPLACE, of="workplace:used"),
    button("accounts:bring-back-workplace", OWN_WORKPLACE, of="workplace:retired"),
    # --- A provider's listings
    page("placements:listings", HAS_LISTINGS),
    form("placements:start-listing", LISTS, sends=TALK),
    page("placements:starters", LISTS),
    button("placements:use-starter", LISTS, of="starter"),
    page("placements:start-for-employer", LISTS_FOR_OTHERS, query="name=Wrekin"),
    form("placements:new-employer", LISTS_FOR_OTHERS, sends={**EMPLOYERS_WORKPLACE, **BAKERY}),
    form(
        "placements:start-for",
        LISTS_FOR_OTHERS,
        of="known_employer",
        sends={**TALK, "confirm_with": "jo@example.org"},
    ),
    form(
        "placements:start-for",
        LISTS_FOR_OTHERS | dict.fromkeys([*HUB_WRITES, *NATIONAL_WRITES, "other_broker"], ABSENT),
        of="no_employer",
    ),
    page("placements:listing", OWNER, of="listing"),
    page("placements:listing", WRITER, of="by_desk"),
    page("placements:listing", OWNER_OR_WRITER, of="for_host"),
    page("placements:listing", OTHER_OWNER, of="elsewhere"),
    page("placements:listing", SUSPENDED_OWNER, of="of_suspended"),
    page("placements:listing", SUSPENDED_WRITER, of="by_suspended_desk"),
    form("placements:check-listing", OWNER_WRITES, of="listing:draft"),
    form("placements:check-listing", WRITER_WRITES, of="by_desk:draft"),
    page("placements:sent-listing", OWNER, of="listing"),
    page("placements:sent-listing", WRITER, of="by_desk"),
    page("placements:sites", OWNER, of="listing"),
    page("placements:sites-template", OWNER, of="listing"),
    form("placements:add-sites", OWNER_WRITES, of="listing:published", sends=at_a_branch),
    form(
        "placements:withdraw-sites",
        OWNER_WRITES,
        of="listing:published",
        sends={"reason": "business_change"},
    ),
    button("placements:pause-sites", OWNER_WRITES, of="listing:published"),
    button("placements:resume-sites", OWNER_WRITES, of="listing:paused"),
    button("placements:pause-listing", OWNER_WRITES, of="listing:published"),
    button("placements:pause-listing", SUSPENDED_OWNER_REFUSED, of="of_suspended"),
    button("placements:resume-listing", OWNER_WRITES, of="listing:paused"),
    button("placements:resume-listing", SUSPENDED_OWNER_REFUSED, of="of_suspended"),
    button("placements:still-right", OWNER_WRITES, of="listing:published"),
    form("placements:to-confirm", CONFIRMS, unwritten=True),
    form("placements:to-confirm-by-link", ANYBODY, of=f"link_{STILL_RIGHT}", unwritten=True),
    page("placements:said-still-right", ANYBODY),
    button("placements:copy-listing", OWNER_WRITES, of="listing"),
    button("placements:copy-listing", OWNER_OR_WRITER_WRITES, of="for_host"),
    button("placements:copy-listing", SUSPENDED_WRITER_REFUSED, of="by_suspended_desk"),
    button("placements:confirm-own-listing", OWNER_CONFIRMS, of="for_host"),
    form(
        "placements:withdraw-listing",
        OWNER_WRITES,
        of="listing:published",
        sends={"reason": "staffing"},
    ),
    form("placements:withdraw-listing", WRITER_WRITES, of="by_desk", sends={"reason": "staffing"}),
    form(
        "placements:withdraw-listing",
        OWNER_OR_WRITER_WRITES,
        of="for_host",
        sends={"reason": "staffing"},
    ),
    form(
        "placements:withdraw-listing",
        SUSPENDED_OWNER_REFUSED,
        of="of_suspended",
        sends={"reason": "staffing"},
    ),
    form(
        "placements:withdraw-listing",
        SUSPENDED_WRITER_REFUSED,
        of="by_suspended_desk",
        sends={"reason": "staffing"},
    ),
    button("placements:discard-changes", OWNER_WRITES, of="listing:revised"),
    form(
        "placements:employer-workplace",
        ADDS_A_WORKPLACE,
        of="by_desk:draft",
        sends=EMPLOYERS_WORKPLACE,
    ),
    form("placements:listing-dates", OWNER_WRITES, of="listing:draft", sends=dates),
    form("placements:listing-dates", WRITER_WRITES, of="by_desk:draft", sends=dates),
    form("placements:change-slot", OWNER_WRITES, of="slot:draft", sends=dates),
    button("placements:remove-slot", OWNER_WRITES, of="slot:draft"),
    form("placements:fewer-places", OWNER_WRITES, of="slot_booked", sends=without_them),
    form("placements:move-slot", OWNER_WRITES, of="slot_booked", sends=moved),
    form("placements:cancel-slot", OWNER_WRITES, of="slot:draft", sends=DONE_BEFORE),
    form("placements:prioritise", OWNER_WRITES, of="slot_off_show:draft", sends=keeping),
    form("placements:prioritise", KEEPS_PLACES, of="slot_on_show:published", sends=keeping),
    button("placements:end-priority", OWNER_WRITES, of="slot_off_show:draft"),
    button("placements:end-priority", KEEPS_PLACES, of="slot_on_show:published"),
    form("placements:opening", OWNER_WRITES, of="slot:draft", sends=opening),
    button("placements:open-as-usual", OWNER_WRITES, of="slot:draft", unwritten=True),
    form(
        "placements:listing-section",
        OWNER_WRITES,
        of="listing:draft",
        at={"code": "activities"},
        sends={"activities": "Bake."},
    ),
    form(
        "placements:listing-section",
        WRITER_WRITES,
        of="by_desk:draft",
        at={"code": "activities"},
        sends={"activities": "Bake."},
    ),
    page("placements:confirm-listing", ANYBODY, of=f"link_{CONFIRM}", answers=(302,)),
    form("placements:confirm-page", ANYBODY, holding=CONFIRM, sends={"answer": "yes"}),
    form("placements:confirm-page", GONE, sends={"answer": "yes"}),
    page("placements:confirmed-listing", ANYBODY, holding="answered"),
    page("placements:confirmed-listing", GONE),
    # --- Bookings
    form(
        "placements:book",
        BOOKS,
        of="slot_on_show:published",
        sends={"places": "1", "year_group": "10"},
    ),
    form("placements:book", OWN_DATES, of="slot_off_show"),
    form("placements:book", SUSPENDED_OWNER_REFUSED, of="slot_of_suspended"),
    form(
        "placements:join-list",
        BOOKS,
        of="slot_on_show:published",
        sends={"places": "9", "as_few_as": "6", "year_group": "10"},
    ),
    form("placements:join-list", OWN_DATES, of="slot_off_show"),
    form("placements:join-list", SUSPENDED_OWNER_REFUSED, of="slot_of_suspended"),
    button("placements:take-up-offer", TAKES_UP, of="booking:offered"),
    form("placements:answer-offer", ANYBODY, of=f"link_{OFFER}", sends={"answer": "yes"}),
    page("placements:offer-answered", ANYBODY),
    page("placements:booking", SIDES, of="changed", shows=("change", (*SCHOOL, *PROVIDER))),
    button("placements:keep-changed", TAKES_UP, of="changed", sends=seen_change),
    button("placements:leave-changed", TAKES_UP, of="changed", sends=seen_change),
    form("placements:answer-change", ANYBODY, of=f"link_{CHANGED}", sends={"answer": "leave"}),
    page("placements:change-answered", ANYBODY),
    page("placements:bookings", MEMBER),
    page("placements:bookings-on-paper", MEMBER),
    page("placements:bookings-as-sheet", MEMBER),
    form(
        "placements:answer",
        ANYBODY,
        of=f"link_{ANSWER}",
        sends={"answer": "accept", "accept-places": "2"},
    ),
    page("placements:answered", ANYBODY),
    page("placements:booking", SIDES, of="booking"),
    # A host reads of those whose parents have agreed.
    page("placements:booking", SIDES, of="agreed:completed", shows=("student-agreed", PROVIDER)),
    page("placements:booking-sent", SIDES, of="booking"),
    page("placements:booking-calendar", SIDES, of="agreed"),
    page("placements:booking-calendar", NOBODY, of="not_agreed"),
    page("placements:calendar-feed", ANYBODY, of="link_calendar"),
    form("placements:calendar-address", THEMSELVES),
    # Students, whom nobody but their school writes about
    form(
        "placements:students",
        ASKED_IT,
        of="booking:agreed",
        sent=OWN_NEED,
        sends={"lines": "Ben T"},
        shows=("student", ("leader", "teacher")),
    ),
    button("placements:consent-links", OWN_NEED, of="booking:agreed", done=(200,)),
    button("placements:stop-consent-links", OWN_NEED, of="booking:agreed"),
    form(
        "placements:ask-parent",
        OWN_NEED,
        of="student:unanswered",
        sends={"email": "parent@example.org"},
    ),
    form("placements:consent-on-paper", OWN_NEED, of="student:unanswered", sends=signed),
    button("placements:remove-student", OWN_NEED, of="student:unanswered"),
    form("placements:host-agreement", HOSTS, of="booking:agreed", sends={"agrees": "on"}),
    button("placements:brief-students", BRIEFS, of="booking:agreed"),
    form("placements:workplace-check", KNOWS_CHECKS, of="booked", sent=CHECKS, sends=checked),
    # What a student found, which is the school's alone until the employer agrees
    page("placements:self-found", only(SCHOOL, "other_leader", "suspended_leader", others=REFUSED)),
    form("placements:record-self-found", BOOKS, sends=what_was_found),
    *(page("placements:self-found-one", ASKED_IT, of=one) for one in FOUND),
    form(
        "placements:correct-found-address",
        OWN_NEED,
        of="found_asked",
        sends={"email": "boss@right.example.org"},
    ),
    button("placements:offer-self-found", OWN_NEED, of="found_agreed"),
    form(
        "placements:employer-confirms",
        ANYBODY,
        of=f"link_{EMPLOYER}",
        sends=employer_agrees,
        done=(200,),
        # Whoever has agreed is told whom to tell if anything changes.
        passes_on=("asker-agreed",),
    ),
    button("brokers:invite-found", INVITES, of="found_told"),
    page("brokers:found-employers", SEES_A_DESK),
    form("placements:talk-through", CHECKS, of="booked", sends=talked),
    form("placements:ask-for-check", CHECKS, of="booked", sends=asks_assessor),
    button("placements:take-check-back", OWN_NEED, of="check_request:open"),
    form("placements:assess", ANYBODY, of=f"link_{ASSESS}", sends=assessed, done=(200,)),
    form("placements:consent", ANYBODY, of=f"link_{CONSENT}", sends={"answer": "yes"}),
    button("placements:stop-calendar", THEMSELVES, holding="calendar"),
    form("placements:accept-booking", HOSTS, of="booking:requested", sends={"accept-places": "2"}),
    form(
        "placements:decline-booking",
        HOSTS,
        of="booking:requested",
        sends={"decline-reason": "no_capacity"},
    ),
    form(
        "placements:cancel-booking", SIDES_WRITE, of="booking:agreed", sends={"reason": "illness"}
    ),
    form("placements:give-places-back", TAKES_UP, of="booking:agreed", sends={"places": "1"}),
    button(
        "placements:write-on-booking",
        SIDES_WRITE,
        of="booking:requested",
        sends={"words": "Is lunch there?"},
    ),
    button("placements:booking-not-attended", HOSTS, of="booking:completed"),
    button("placements:booking-attended", HOSTS, of="booking:not_attended"),
    form(
        "placements:report-concern",
        MEMBER,
        of="about_listing",
        sends={"kind": "safety", "words": "No rail."},
    ),
    form(
        "placements:report-concern",
        OWNER,
        of="about_unlisted",
        sends={"kind": "safety", "words": "No rail."},
    ),
    form(
        "placements:report-concern",
        SIDES,
        of="about_asked_for",
        sends={"kind": "safety", "words": "No rail."},
    ),
    form(
        "placements:report-concern",
        MEMBER | dict.fromkeys(PROVIDER, ABSENT),
        of="about_provider",
        sends={"kind": "safety", "words": "No rail."},
    ),
    form(
        "placements:report-concern",
        ASKED_IT,
        of="about_former_host",
        sends={"kind": "safety", "words": "No rail."},
    ),
    form(
        "placements:report-concern",
        OWNER,
        of="about_school",
        sends={"kind": "safety", "words": "No rail."},
    ),
    form(
        "placements:report-concern",
        NOBODY,
        of="about_nobody",
        sends={"kind": "safety", "words": "No rail."},
    ),
    page("placements:cohorts", MEMBER),
    form("placements:book-cohort", BOOKS, sends=for_cohort),
    page("placements:cohort", OWN_COHORT, of="cohort"),
    page("placements:cohort-instead", OWN_COHORT, of="cohort_miss"),
    button("placements:book-instead", PLANS, of="cohort_instead:free"),
    form("placements:book-more", PLANS, of="cohort:planned", sends=for_cohort),
    # --- Enquiries
    page("placements:enquiries", MEMBER),
    form("placements:enquire", BOOKS, of="about_listing:published", sends=question),
    page("placements:enquiry", ASKED_IT, of="enquiry"),
    button("placements:close-enquiry", CLOSES_IT, of="enquiry:open"),
    form("placements:answer-enquiry", IS_ASKED, of="asked", sent=ANSWERS_IT, sends=SAYS_NO),
    form("placements:answer-enquiry-by-link", ANYBODY, of=f"link_{ENQUIRY}", sends=SAYS_NO),
    page("placements:answered-enquiry", ANYBODY),
    # --- What is looked for
    page("placements:saved-searches", MEMBER),
    form("placements:save-search", MEMBER, query="sector=digital", sends=KEPT_SEARCH),
    form("placements:change-saved-search", OWN_SEARCH, of="saved_search", sends=KEPT_SEARCH),
    button("placements:renew-saved-search", OWN_SEARCH, of="saved_search"),
    button("placements:delete-saved-search", OWN_SEARCH, of="saved_search"),
    form(
        "placements:stop-search-link",
        ANYBODY,
        of=f"link_{STOP}",
        sends={"List-Unsubscribe": "One-Click"},
        answers=(302,),
        done=(200,),
    ),
    form("placements:stop-search", ANYBODY, holding=STOP, done=(200,)),
    form("placements:stop-search", GONE),
    page("placements:renew-search-link", ANYBODY, of=f"link_{RENEW}", answers=(302,)),
    form("placements:renew-search", ANYBODY, holding=RENEW, done=(200,)),
    form("placements:renew-search", GONE),
    page("placements:needs", MEMBER),
    form(
        "placements:tell-hub",
        SAYS_WHAT_IS_NEEDED,
        query="sector=legal_finance_accounting",
        sends={"places": "4"},
    ),
    button("placements:take-back-need", OWN_NEED, of="need"),
    page("placements:shortlist", ANYBODY),
    form("placements:add-to-shortlist", ANYBODY, of="on_show", sent=SHORTLISTS),
    form("placements:add-to-shortlist", NOBODY_FINDS, of="off_show"),
    button("placements:remove-from-shortlist", SHORTLISTS, of="shortlisted", holding="shortlist"),
    button("placements:remove-from-shortlist", NOBODY_FINDS, of="off_show"),
    # --- The desk
    page("brokers:checks", SEES_A_DESK),
    page("brokers:demand", SEES_A_DESK),
    page("brokers:needs", SEES_A_DESK),
    button("brokers:read-need", DECIDES, of="need"),
    page("brokers:desk", SEES_A_DESK),
    *(
        page(f"brokers:{name}", rule, of=desk)
        for name in ("desk", "demand", "needs")
        for desk, rule in (("desk", AT_THE_DESK), ("other_desk", OTHER_DESK_READS))
    ),
    page("brokers:listings", SEES_A_DESK),
    page("brokers:review", AT_THE_DESK, of="sent_in"),
    page("brokers:review", NOT_AT_A_DESK, of="draft"),
    page("brokers:review", AT_THE_DESK, of="sent_by_desk"),
    page("brokers:review", NOT_AT_A_DESK, of="draft_by_desk"),
    page("brokers:review", OTHER_DESK_READS, of="elsewhere"),
    page("brokers:review", NATIONAL_READS, of="virtual"),
    form(
        "brokers:publish",
        AT_THE_DESK,
        of="sent_in:submitted",
        sent=DECIDES,
        sends=WHY,
        answers=(302,),
    ),
    form(
        "brokers:publish",
        NATIONAL_READS,
        of="virtual",
        sent=NATIONAL_DECIDES,
        sends=WHY,
        answers=(302,),
    ),
    form("brokers:publish", NOT_AT_A_DESK, of="draft", sends=WHY),
    form(
        "brokers:send-back",
        AT_THE_DESK,
        of="sent_in:submitted",
        sent=DECIDES,
        sends={**WHY, "what": "Say more."},
    ),
    form("brokers:send-back", NOT_AT_A_DESK, of="draft", sends=WHY),
    form(
        "brokers:decline",
        AT_THE_DESK,
        of="sent_in:submitted",
        sent=DECIDES,
        sends={**WHY, "reason_code": "duplicate"},
    ),
    form("brokers:decline", NOT_AT_A_DESK, of="draft", sends=WHY),
    form("brokers:suspend", AT_THE_DESK, of="sent_in:published", sent=DECIDES, sends=WHY),
    form("brokers:suspend", NOT_AT_A_DESK, of="draft", sends=WHY),
    form(
        "brokers:member",
        AT_THE_DESK,
        of="applicant_at_school",
        sent=DECIDES,
        sends={**WHY, "decision": "approve"},
    ),
    form("brokers:member", NOT_AT_A_DESK, of="applicant", sends={**WHY, "decision": "approve"}),
    page("brokers:concerns", SEES_A_DESK),
    form(
        "brokers:concern",
        AT_THE_DESK,
        of="concern:open",
        sent=DECIDES,
        sends={"outcome": "Mended."},
    ),
    form("brokers:concern", GUARDS, of="safeguarding", sends={"outcome": "Mended."}),
    form(
        "brokers:concern",
        NATIONAL_GUARDS,
        of="safeguarding_elsewhere",
        sends={"outcome": "Mended."},
    ),
    form("brokers:organisation", AT_THE_DESK, of="organisation_here", sent=DECIDES, sends=WHY),
    form(
        "brokers:organisation",
        OTHER_DESK_READS,
        of="organisation_elsewhere",
        sent=OTHER_DESK_READS | {"national_viewer": REFUSED},
        sends=WHY,
    ),
    form(
        "brokers:organisation",
        OTHER_LISTS_HERE,
        of="lists_here_from_elsewhere",
        sent=OTHER_LISTS_HERE_DECIDES,
        sends=WHY,
    ),
    form(
        "brokers:organisation", NATIONAL_READS, of="desk_itself", sent=NATIONAL_DECIDES, sends=WHY
    ),
    form("brokers:organisation", NOT_AT_A_DESK, of="national_team", sends=WHY),
    form(
        "brokers:call-off",
        DECIDES,
        of="suspended_provider",
        sends={"reason_code": "safety", **WHY},
    ),
    form("brokers:profile", LEADS_A_DESK, sends=REACHED),
    page("brokers:areas", DRAWS),
    form("brokers:found-area", DRAWS, sends=hub_of),
    form("brokers:found-hub", DRAWS, sends={"name": "Severn Hub", "lead_email": "jo@example.org"}),
    form("brokers:area", DRAWS, of="area", sends={"kind": "authority", "code": "E06000020"}),
    form("brokers:hand-over", DRAWS, of="area", sends=from_day),
    button("brokers:give-up", DRAWS, of="coverage"),
    # --- Looking back
    page("ratings:debriefs", MEMBER, shows=("title-asked", (*SCHOOL, *PROVIDER, *HUB))),
    form("ratings:debrief", WAS_THERE, of="booking:completed", sent=LOOKS_BACK, sends=DEBRIEF),
    page("ratings:debrief", WAS_THERE, of="debriefed"),
    form(
        "ratings:attendance",
        WAS_THERE,
        of="booking:completed",
        sent=LOOKS_BACK,
        sends={"all": "yes"},
    ),
    form(
        "ratings:look-back",
        ANYBODY,
        of=f"link_{LOOK_BACK}",
        sends={"all": "yes", "who_came": "yes"},
    ),
    page("ratings:looked-back", ANYBODY),
    page(
        "ratings:reflections",
        ASKED_IT,
        of="booking:completed",
        shows=("student", ("leader", "teacher", "school_viewer")),
    ),
    button("ratings:reflection-links", OWN_NEED, of="booking:agreed", done=(200,)),
    button("ratings:stop-reflection-links", OWN_NEED, of="booking:completed"),
    form("ratings:reflect-code", ANYBODY, sends=a_code, unwritten=True),
    form("ratings:reflect", ANYBODY, of=f"link_{REFLECT}", sends=REFLECTS),
    page("ratings:reflected", ANYBODY),
    form("ratings:rate", RATES, of="booking:completed", sent=SAYS_HOW_IT_WAS, sends=MARKS),
    page("ratings:ratings", READS_RATINGS),
    page("ratings:reports", READS_RATINGS),
    form("ratings:reply", WAS_TOLD, of="rating:plain", sent=REPLIES, sends={"words": "Thank you."}),
    form("ratings:reply", NOBODY, of="hidden_rating", sends={"words": "Thank you."}),
    form(
        "ratings:report", MEMBER, of="rating:plain", sent=REPORTS, sends={"words": "It names her."}
    ),
    form("ratings:report", SIDES_REPORT, of="unlisted_rating", sends={"words": "It names her."}),
    form("ratings:report", NOBODY, of="hidden_rating", sends={"words": "It names her."}),
    form(
        "ratings:hide",
        HIDES,
        of="rating_at_desk:reported",
        sent=HIDES | dict.fromkeys(["broker_viewer", "national_viewer"], REFUSED),
        sends=WHY,
    ),
    button("ratings:hide-reply", DECIDES_ON_RATINGS, of="rating_at_desk:replied"),
    button("ratings:keep", DECIDES_ON_RATINGS, of="rating_at_desk:reported"),
    # --- A second factor
    *(
        page(f"mfa_{name}", THEMSELVES, holding="second factor")
        for name in ("index", "view_recovery_codes", "download_recovery_codes")
    ),
    form("mfa_activate_totp", THEMSELVES, done=(200,), unwritten=True),
    form("mfa_deactivate_totp", THEMSELVES, holding="second factor"),
    form("mfa_generate_recovery_codes", THEMSELVES, holding="second factor"),
    form("mfa_reauthenticate", THEMSELVES, holding="second factor", done=(200,), unwritten=True),
    form("account_reauthenticate", THEMSELVES, holding="password", sends=PASSWORD, unwritten=True),
    form("mfa_authenticate", HALF_WAY_IN, holding="half way in", sends=code_of_the_moment),
    form("mfa_authenticate", ANYBODY, answers=(302,), unwritten=True),
    # --- The console
    page("admin:index", CONSOLE),
    page("admin:app_list", CONSOLE, at={"app_label": "accounts"}),
    page("admin:jsi18n", CONSOLE),
    page("admin:password_change", CONSOLE, answers=(302,)),
    page("admin:password_change_done", CONSOLE),
    # Whoever has no business there is led to its front page, and so to the way in.
    form(
        "admin:logout",
        THEMSELVES | dict.fromkeys(NATIONAL, NOT_ANSWERED),
        sent=THEMSELVES,
        answers=(302,),
        unwritten=True,
    ),
    page("admin:login", only(others=REFUSED)),
    page("admin:autocomplete", CONSOLE_REFUSES),
    # No record has a page of its own to be led to.
    page(
        "admin:view_on_site",
        CONSOLE | dict.fromkeys(NATIONAL, ABSENT),
        at={"content_type_id": "0", "object_id": "0"},
    ),
    *(page(f"admin:{name}_changelist", CONSOLE) for name in IN_CONSOLE if name != "accounts_user"),
    *(
        form(f"admin:{name}_change", CONSOLE, of=f"row_{name}", sent=CONSOLE_REFUSES)
        for name in IN_CONSOLE
    ),
    *(page(f"admin:{name}_history", CONSOLE, of=f"row_{name}") for name in IN_CONSOLE),
    *(page(f"admin:{name}_add", CONSOLE_REFUSES) for name in IN_CONSOLE),
    *(page(f"admin:{name}_delete", CONSOLE_REFUSES, of=f"row_{name}") for name in IN_CONSOLE),
    # What a start needs on paper is the national team's to write; it rubs nothing out.
    page("admin:placements_paperrule_changelist", CONSOLE),
    form("admin:placements_paperrule_add", CONSOLE_WRITES, sends=PAPER_RULE),
    form(
        "admin:placements_paperrule_change",
        CONSOLE,
        of="row_placements_paperrule",
        sent=CONSOLE_WRITES,
        sends=PAPER_RULE,
    ),
    page("admin:placements_paperrule_history", CONSOLE, of="row_placements_paperrule"),
    page("admin:placements_paperrule_delete", CONSOLE_REFUSES, of="row_placements_paperrule"),
    # Nor what it wrote of whom scarce places go to first.
    page("admin:placements_priorityrule_changelist", CONSOLE),
    form("admin:placements_priorityrule_add", CONSOLE_WRITES, sends=PRIORITY_RULE),
    form(
        "admin:placements_priorityrule_change",
        CONSOLE,
        of="row_placements_priorityrule",
        sent=CONSOLE_WRITES,
        sends=PRIORITY_RULE,
    ),
    page("admin:placements_priorityrule_history", CONSOLE, of="row_placements_priorityrule"),
    page("admin:placements_priorityrule_delete", CONSOLE_REFUSES, of="row_placements_priorityrule"),
    form("admin:accounts_user_changelist", CONSOLE, sent=CONSOLE_ACTS, sends=chosen_user),
    form(
        "admin:accounts_user_changelist",
        CONSOLE,
        sent=CONSOLE_ACTS_IN_VAIN,
        sends=chosen_user,
        holding="acting for a school",
    ),
)
