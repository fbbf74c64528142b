"""Every page of the product, and each way in which somebody meets it.

A new route needs a row, named as in `urls.py`:

    "placements:booking": [
        seen("host", "booking_requested"),            # who looks, and at which one
        refused("host", "booking_requested"),         # the form sent in, its boxes emptied
        denied("idle", "booking_requested"),          # 403
        absent("newcomer", "nothing"),                # 404
    ],

Who looks is a name of `scene.enters(...)`, "" for a visitor; which one is a name of
`scene.place(...)`, both in tests/browser/scene/. `ask="state=open"` is the address's query.
`refused` sends the page's form; where it has several, `press` is the button of the one that
is meant, and `typed` is what to put into it first. A route that only a button leads to
belongs in BUTTONS, and what is no page of ours in NO_PAGES.
"""

from dataclasses import dataclass, field

from django.urls import URLResolver, get_resolver

from placements.states import BookingState, PlacementState


@dataclass(frozen=True)
class Look:
    who: str
    of: str = ""
    ask: str = ""
    status: int = 200
    # Sent in before it is looked at: by this button, or by the first one.
    sent: bool = False
    press: str = ""
    typed: dict = field(default_factory=dict)

    def __str__(self):
        met = {200: "seen", 403: "denied", 404: "absent", 410: "spent"}
        how = "refused" if self.sent else met.get(self.status, str(self.status))
        words = (how, "by", self.who or "a visitor", self.of, self.ask, self.press)
        return " ".join(filter(None, words))


def seen(who="", of="", *, ask="", status=200):
    return Look(who, of, ask, status)


def refused(who="", of="", *, ask="", press="", status=200, **typed):
    return Look(who, of, ask, status, sent=True, press=press, typed=typed)


def denied(who, of="", *, ask=""):
    return Look(who, of, ask, status=403)


def absent(who="", of="", *, ask=""):
    return Look(who, of, ask, status=404)


def spent(who="", of=""):
    return Look(who, of, status=410)


def both(who="", of="", *, ask="", press="", **typed):
    """A form as it comes, and as it comes back."""
    return [seen(who, of, ask=ask), refused(who, of, ask=ask, press=press, **typed)]


def sections(listing, codes):
    return [seen("host", f"{listing}_{code}") for code in codes.split()]


WHOLE = "what activities learning who where virtual when safety contact practical booking"
TALK = "what contact learning who when practical booking"

ANYBODY = {
    "home": [seen(), seen("leader")],
    "about": [seen()],
    "accessibility": [seen()],
    "checks": [seen()],
    "cookies": [seen()],
    "for-employers": [seen()],
    "for-hubs": [seen()],
    "for-schools": [seen()],
    "help": [seen()],
    "privacy": [seen()],
    "what-counts": [seen()],
    "problem": [seen(of="slot_full_problem"), absent(of="no_problem")],
    "dashboard": [
        *map(seen, ("leader", "newcomer", "host", "idle", "provider", "broker", "quiet")),
        *map(seen, ("national", "alone", "both")),
    ],
    "placements:search": [
        seen(),
        seen("leader"),
        seen(ask="q=nothing+of+the+kind"),
        seen(
            ask="near=SY1&within=5&q=bakery&sector=catering_hospitality&year_group=10&mode=in_person"
        ),
        seen(ask="near=nowhere&within=5"),
        seen(ask="from_0=99&unknown=1"),
        # What a hub was told, and what it can be told.
        seen("leader", ask="near=SY1&sector=digital&year_group=10"),
        seen("newcomer", ask="near=SY1&sector=digital&year_group=10"),
        seen(ask="q=bakrey"),
        seen(ask="q=virtual+year+10"),
        # On a map: many, all the country, one, none, and nothing but what is online.
        seen(ask="near=SY1&within=10&map=true"),
        seen("leader", ask="near=&map=true"),
        seen(ask="near=SY1&q=bakery&mode=in_person&map=true"),
        seen(ask="q=nothing+of+the+kind&map=true"),
        seen(ask="mode=virtual&map=true"),
    ],
    "placements:placement": [
        *(seen(who, "rich") for who in ("", "leader", "provider")),
        seen("", "rated_listing"),
        seen("host", "draft"),
        seen("", "without_dates"),
        *(seen(who, "scarce_listing") for who in ("", "leader", "host")),
        *(seen(who, "group_listing") for who in ("", "leader", "host")),
        absent("", "draft"),
        absent("", "nothing"),
    ],
    "placements:provider": [
        seen("", "rich_provider"),
        seen("", "host_provider"),
        seen("", "bare_provider"),
        absent("", "nothing"),
    ],
    "placements:report-concern": [
        *both("leader", ask="placement={rich}"),
        seen("leader", ask="organisation={rich_provider}"),
        absent("leader", ask="placement=nothing"),
    ],
    "brokers:hubs": [
        seen(),
        seen(ask="where="),
        seen(ask="where=nowhere"),
        seen(ask="where=SY1"),
        seen(ask="where=M1"),
    ],
    "brokers:hub": [seen("", "hub"), seen("", "quiet_hub"), absent("", "nothing")],
}

SIGNING_IN = {
    "accounts:sign-in": [
        *both(),
        refused(email="nobody@example.org", password="not the right one"),
    ],
    "account_login": "accounts:sign-in",
    "accounts:sign-out": [seen(), seen("host")],
    "account_logout": "accounts:sign-out",
    "accounts:sign-in-link": both(email="no address"),
    "accounts:look-in-your-mail": [seen(), seen("written_to")],
    "accounts:sign-in-by-link": [spent()],
    "accounts:reset": both(email="no address"),
    "accounts:choose-password": [spent()],
    "accounts:open-sign-in": [seen(of="sign_in"), spent(of="spent")],
    "accounts:open-reset": [*both(of="reset", password="short"), spent(of="spent")],
    "accounts:open-confirm": [*both(of="confirm", password="short"), spent(of="spent")],
    "accounts:open-change-address": [seen(of="new_address"), spent(of="spent")],
    "accounts:open-invitation": [
        *both(of="invited_as_new"),
        seen(of="invited_known"),
        seen("leader", "invited_known"),
        seen("idle", "invited_known", status=403),
        spent(of="spent"),
    ],
    "accounts:invitation": [spent()],
    "accounts:confirm": [spent()],
    "accounts:confirm-change": [spent()],
    "accounts:try": [seen(), refused(press="Careers leader", status=409)],
    "account_reauthenticate": both("by_password"),
    "mfa_authenticate": both("at_the_code"),
    "mfa_reauthenticate": both("stale"),
    "mfa_index": [seen("protected"), seen("by_password_lately")],
    "mfa_activate_totp": both("by_password_lately"),
    "mfa_deactivate_totp": [seen("protected")],
    "mfa_view_recovery_codes": [seen("protected")],
    "mfa_generate_recovery_codes": [seen("protected")],
}

REGISTERING = {
    "accounts:register": [seen()],
    "account_signup": "accounts:register",
    "accounts:register-school": [
        seen(),
        seen(ask="q=Abbey"),
        seen(ask="q=Quarry&page=2"),
        seen(ask="q=nothing+of+the+kind"),
    ],
    "accounts:join-school": [
        *both(of="school"),
        *both("idle", "school"),
        absent(of="no_school"),
    ],
    "accounts:register-employer": [*both(), seen("registering")],
    "accounts:register-workplace": both("registering"),
    "accounts:register-you": both("registering"),
}

ACCOUNT = {
    "accounts:account": [seen("host"), seen("protected"), seen("both"), seen("alone")],
    "accounts:change-name": both("host"),
    "accounts:change-address": [seen("by_password"), *both("by_password_lately", email="none")],
    "accounts:change-password": [*both("host", password="short"), *both("by_password")],
    "accounts:leave": [
        seen("host", "own_membership"),
        refused("idle", "only_lead"),
        absent("host", "no_colleague"),
    ],
    "accounts:switch": [seen("both"), seen("host")],
    "accounts:organisation": [seen("host"), seen("leader"), seen("colleague"), denied("alone")],
    "accounts:describe-organisation": [
        *both("host"),
        *both("leader", website="no address"),
        denied("colleague"),
    ],
    "accounts:people": [
        *(seen(who) for who in ("host", "colleague", "idle")),
        seen("crowd", ask="page=2"),
    ],
    "accounts:invite": [*both("host"), denied("colleague")],
    "accounts:mails": [seen("host"), seen("alone")],
    # No texts leave from there, so none are offered: test_texts opens the page itself.
    "accounts:texts": [absent("host")],
    "accounts:open-stop-mails": [seen(of="stop_kind"), spent(of="spent")],
    "accounts:stop-mails": [spent()],
    "accounts:messages": [*both("national"), denied("leader")],
    "wording": [seen("national"), denied("leader")],
    "wording-of": [
        *(
            seen("national", "wording"),
            denied("leader", "wording"),
            absent("national", "no_wording"),
        ),
    ],
    "wording-as-sent": [
        *(
            seen("national", "wording"),
            denied("leader", "wording"),
            absent("national", "no_wording"),
        ),
    ],
    "accounts:came-back": [
        seen("mends"),
        seen("host"),
        seen("national"),
        denied("alone"),
    ],
    "accounts:mend-address": [
        *both("mends", "came_back", email="none"),
        *(seen("mends", of) for of in ("own_came_back", "never_came_in", "acts_elsewhere")),
        seen("national", "asked_for_there"),
        absent("leader", "came_back"),
    ],
    "wording-change": [
        *both("national", "wording"),
        seen("national", "reworded"),
        denied("leader", "wording"),
        absent("national", "no_wording"),
    ],
    "wording-put-back": [*both("national", "reworded"), denied("leader", "wording")],
    "accounts:let-message-be": [*both("national", "given_up"), denied("leader", "given_up")],
    "accounts:platforms": [seen("host"), seen("idle"), denied("colleague")],
    "accounts:connect-platform": [
        seen("by_password"),
        *both("by_password_lately"),
    ],
    "accounts:new-platform-secret": [
        *both("host", "platform"),
        absent("idle", "platform"),
    ],
    "accounts:cut-off-platform": [seen("host", "platform"), denied("colleague", "platform")],
    "accounts:change-role": [
        seen("host", "colleague"),
        denied("colleague", "colleague"),
        absent("host", "no_colleague"),
    ],
    "accounts:remove": [
        seen("host", "colleague"),
        denied("colleague", "colleague"),
        absent("host", "no_colleague"),
    ],
    "accounts:workplaces": [seen("host"), seen("idle"), seen("crowd", ask="page=2")],
    "accounts:add-workplace": both("host"),
    "accounts:workplace": [*both("host", "workplace"), absent("idle", "workplace")],
    "accounts:outbox": [seen(), seen(ask="page=2")],
    "accounts:mail": [seen(of="mail"), absent(of="no_mail")],
    "accounts:mail-as-sent": [seen(of="mail")],
}

LISTINGS = {
    "placements:listings": [
        *(seen(who) for who in ("host", "idle", "broker")),
        seen("host", ask="page=2"),
        seen("host", ask="state=declined"),
        denied("leader"),
    ],
    "placements:to-confirm": [seen("idle"), denied("leader")],
    "placements:to-confirm-by-link": [spent(of="spent")],
    "placements:said-still-right": [seen()],
    "placements:start-listing": [*both("host"), denied("leader")],
    "placements:starters": [seen("host")],
    "placements:start-for-employer": [
        seen("broker"),
        seen("broker", ask="name=Wenlock"),
        seen("broker", ask="name=nobody"),
        denied("host"),
    ],
    "placements:new-employer": both("broker"),
    "placements:start-for": [*both("broker", "employer"), absent("broker", "nothing")],
    "placements:employer-workplace": both("broker", "without_workplace"),
    "placements:confirm-listing": [*both(of="to_confirm"), spent(of="spent")],
    "placements:confirm-page": [spent()],
    "placements:confirmed-listing": [seen("confirmed"), seen("contradicted"), spent()],
    "placements:listing": [
        *(seen("host", state.value) for state in PlacementState),
        *(seen("host", name) for name in ("bare", "whole", "changed", "suspended")),
        seen("broker", "written"),
        absent("idle", "draft"),
    ],
    "placements:check-listing": [
        seen("host", "bare"),
        seen("host", "whole"),
        seen("host", "changed"),
    ],
    "placements:sent-listing": [seen("host", "submitted"), seen("broker", "written")],
    "placements:withdraw-listing": [seen("host", "published"), seen("host", "draft")],
    "placements:sites": [
        seen("host", "published"),
        seen("host", "published", ask="q=nowhere"),
        absent("idle", "published"),
    ],
    "placements:withdraw-sites": [
        *both("host", "published", press="Take all of them down"),
        seen("host", "withdrawn"),
    ],
    "placements:add-sites": [
        *both("host", "published", press="Add or change workplaces", rows="Reference,Place"),
        seen("host", "draft"),
        absent("idle", "published"),
    ],
    "placements:listing-dates": [
        *both("host", "bare"),
        seen("host", "whole"),
        seen("host", "whole", ask="page=2"),
        seen("host", "published"),
        seen("host", "listing_with_list"),
        seen("host", "group_listing"),
    ],
    "placements:change-slot": [
        *both("host", "slot"),
        *both("short_of_room", "crowded_slot", places="4"),
        absent("host", "no_slot"),
    ],
    "placements:fewer-places": [
        *both("short_of_room", "crowded_slot", ask="places=4", press="Save and tell the schools"),
        seen("short_of_room", "crowded_slot"),
        absent("idle", "crowded_slot"),
    ],
    "placements:move-slot": [
        *both("short_of_room", "crowded_slot"),
        seen("host", "slot"),
        absent("idle", "crowded_slot"),
    ],
    "placements:cancel-slot": [seen("host", "slot_to_cancel")],
    "placements:prioritise": [
        *both("host", "slot"),
        seen("host", "scarce_slot"),
        denied("leader", "scarce_slot"),
        absent("host", "no_slot"),
    ],
    "placements:opening": [
        *both("host", "slot"),
        seen("host", "slot_to_open"),
        absent("host", "no_slot"),
    ],
    "placements:listing-section": [
        *sections("whole", WHOLE),
        *sections("talk", TALK),
        *(refused("host", f"whole_{code}") for code in ("what", "activities", "contact")),
        seen("host", "bare_kind"),
        seen("host", "bare_what"),
        seen("host", "sent_back_what"),
        seen("host", "published_what"),
        absent("host", "no_section"),
    ],
}

BOOKINGS = {
    "placements:book": [
        *both("newcomer", "to_book"),
        *both("newcomer", "scarce_slot"),
        *both("newcomer", "group_slot"),
        seen("newcomer", "slot_to_open"),
        seen("newcomer", "early_slot"),
        seen("newcomer", "at_once"),
        seen("newcomer", "full_slot"),
        seen("leader", "full_slot"),
        denied("host", "to_book"),
        absent("newcomer", "no_slot"),
    ],
    "placements:join-list": [
        *both("newcomer", "full_slot"),
        *both("newcomer", "full_group_slot"),
        *both("newcomer", "scarce_slot"),
        seen("leader", "full_slot"),
        seen("newcomer", "to_book"),
        denied("host", "to_book"),
        absent("newcomer", "no_slot"),
    ],
    "placements:answer-offer": [
        seen(of="offer_link"),
        refused(of="offer_link", press="Turn the offer down"),
        seen(of="held_link"),
        spent(of="spent"),
    ],
    "placements:offer-answered": [seen()],
    "placements:answer-change": [seen(of="change_link"), spent(of="spent")],
    "placements:change-answered": [seen()],
    "placements:bookings": [
        *map(seen, ("leader", "host", "newcomer", "idle")),
        seen("leader", ask="page=2"),
        seen("leader", ask="show=past"),
    ],
    "placements:bookings-on-paper": [seen("leader"), seen("idle")],
    "placements:answer": [
        seen(of="to_answer"),
        refused(of="to_answer", press="Accept"),
        refused(of="to_answer", press="Decline"),
        spent(of="spent"),
    ],
    "placements:answered": [seen()],
    "placements:booking": [
        *(
            seen(who, f"booking_{state.value}")
            for who in ("leader", "host")
            for state in BookingState
        ),
        *(seen(who, of) for who in ("leader", "host") for of in ("group_asked", "group_agreed")),
        seen("passed_over", "passed_over"),
        seen("host", "passed_over"),
        *(seen("let_down", of) for of in ("let_down", "let_down_for_nothing", "held_instead")),
        *(seen(who, "booking_changed") for who in ("is_asked", "short_of_room")),
        absent("idle", "booking_requested"),
    ],
    "placements:calendar-address": [
        seen("leader"),
        seen("following"),
        seen("follows"),
    ],
    "placements:students": [
        *both("leader", "booking_accepted", press="Add to the list"),
        seen("leader", "sending"),
        seen("leader", "booking_completed"),
        absent("host", "booking_accepted"),
    ],
    "placements:host-agreement": [
        *both("host", "booking_accepted"),
        denied("leader", "booking_accepted"),
    ],
    "placements:workplace-check": [
        *both("leader", "checked", press="Record the check"),
        seen("host", "checked"),
        absent("idle", "checked"),
    ],
    "placements:self-found": [seen("leader"), seen("newcomer"), denied("host")],
    "placements:record-self-found": [*both("leader"), denied("host")],
    "placements:self-found-one": [
        *(seen("leader", f"found_{how}") for how in ("asked", "agreed", "told", "refused")),
        absent("host", "found_asked"),
    ],
    "placements:correct-found-address": [
        *both("leader", "found_asked"),
        absent("host", "found_asked"),
    ],
    "placements:employer-confirms": [
        *both(of="found_link"),
        refused(of="found_link", press="No, we cannot"),
        spent(of="spent"),
    ],
    "brokers:found-employers": [*map(seen, ("broker", "quiet", "national")), denied("leader")],
    "placements:talk-through": [
        *both("leader", "checked"),
        denied("host", "checked"),
        absent("idle", "checked"),
    ],
    "placements:ask-for-check": [*both("leader", "checked"), absent("idle", "checked")],
    "placements:assess": [*both(of="assess"), spent(of="spent")],
    "placements:ask-parent": both("leader", "student_to_ask", email="no address"),
    "placements:consent-on-paper": both("leader", "student_to_ask"),
    "placements:consent": [
        *both(of="consent_asked"),
        seen(of="consent_higher"),
        seen(of="consent_online"),
        seen(of="consent_given"),
        spent(of="spent"),
    ],
    "placements:booking-sent": [
        seen("leader", f"booking_{state}")
        for state in ("requested", "accepted", "waiting", "offered")
    ],
    "placements:accept-booking": [
        *both("host", "booking_requested", press="Accept"),
        *both("host", "group_asked", press="Accept"),
        denied("leader", "booking_requested"),
    ],
    "placements:decline-booking": both("host", "booking_requested", press="Decline"),
    "placements:give-places-back": [
        *both("leader", "booking_accepted", press="Give the places back"),
        *both("leader", "group_agreed", press="Say that fewer come"),
    ],
    "placements:cancel-booking": [
        *both("host", "booking_accepted", press="Cancel the booking"),
        seen("leader", "booking_requested"),
        *both("leader", "booking_waiting", press="Leave the waiting list"),
        *both("leader", "booking_offered", press="Turn the offer down"),
    ],
}

KEEPING = {
    "placements:saved-searches": [seen("leader"), seen("newcomer")],
    "placements:save-search": [
        *both("newcomer", ask="near=SY1&q=bakery"),
        seen("newcomer"),
        refused("leader", ask="q=one+more", press="Save"),
    ],
    "placements:change-saved-search": [
        *both("leader", "search"),
        absent("newcomer", "search"),
    ],
    "placements:stop-search-link": [seen(of="stop_search"), spent(of="spent")],
    "placements:renew-search-link": [seen(of="renew_search"), spent(of="spent")],
    "placements:stop-search": [spent()],
    "placements:renew-search": [spent()],
    "placements:needs": [seen("leader"), seen("newcomer")],
    "placements:tell-hub": [
        *both("newcomer", ask="near=SY1&sector=digital"),
        denied("host"),
    ],
    "brokers:checks": [*map(seen, ("broker", "quiet", "national")), denied("leader")],
    "brokers:demand": [seen("broker"), seen("quiet"), seen("national"), denied("leader")],
    "brokers:needs": [*map(seen, ("broker", "quiet")), seen("broker", ask="unread=yes")],
    "placements:shortlist": [
        *map(seen, ("", "comparing", "leader", "newcomer", "host")),
        seen("leader", ask="near=nowhere"),
    ],
    "placements:cohorts": [*map(seen, ("undecided", "newcomer", "host"))],
    "placements:cohort": [seen("undecided", "cohort"), absent("newcomer", "cohort")],
    "placements:cohort-instead": [
        seen("undecided", "missed"),
        seen("undecided", "missed_alone"),
        absent("newcomer", "missed"),
    ],
    "placements:book-cohort": [
        *both("undecided", press="Book these places"),
        seen("undecided", ask="students=40"),
        seen("undecided", ask="students=many"),
        seen("newcomer"),
        denied("host"),
    ],
    "placements:book-more": [
        *both("undecided", "cohort", press="Book these places"),
        absent("newcomer", "cohort"),
    ],
    "placements:enquire": [
        *both("undecided", press="Send the question"),
        seen("newcomer"),
    ],
    "placements:enquiries": [seen("undecided"), seen("asked"), seen("newcomer")],
    "placements:enquiry": [seen("undecided", "enquiry"), absent("newcomer", "enquiry")],
    "placements:answer-enquiry": both("asked", "silent", press="Say no"),
    "placements:answer-enquiry-by-link": [
        *both(of="enquiry_link", press="Say no"),
        spent(of="spent"),
    ],
    "placements:answered-enquiry": [seen()],
    "placements:add-to-shortlist": [seen(of="shortlisted"), absent(of="draft")],
}

DESK = {
    "brokers:desk": [
        seen("broker"),
        seen("broker", ask="page=2"),
        seen("quiet"),
        seen("national"),
        denied("host"),
    ],
    "brokers:listings": [
        seen("broker"),
        seen("broker", ask="page=2"),
        seen("broker", ask="q=nothing+of+the+kind"),
        seen("broker", ask="state=nonsense"),
        seen("quiet"),
    ],
    "brokers:review": [
        *(
            seen("broker", name)
            for name in ("to_read", "risky", "thin", "changed_at_desk", "published", "suspended")
        ),
        seen("broker", "group_listing"),
        seen("national", "to_read"),
        absent("quiet", "to_read"),
    ],
    "brokers:publish": [
        seen("broker", "to_read"),
        refused("broker", "risky", press="Publish"),
        refused("national", "to_read", press="Publish"),
    ],
    "brokers:send-back": [*both("broker", "to_read"), *both("national", "changed_at_desk")],
    "brokers:decline": both("broker", "to_read"),
    "brokers:suspend": [*both("broker", "published"), *both("broker", "suspended")],
    "brokers:member": [
        seen("broker", "applicant"),
        seen("broker", "approved"),
        *both("national", "applicant"),
    ],
    "brokers:concerns": [
        seen("broker"),
        seen("broker", ask="page=2"),
        seen("broker", ask="state=closed"),
        seen("quiet"),
    ],
    "brokers:concern": [
        *both("broker", "concern"),
        seen("broker", "safeguarding"),
        seen("broker", "closed_concern"),
        absent("quiet", "concern"),
    ],
    "brokers:organisation": [
        *both("broker", "organisation"),
        *both("broker", "suspended_organisation"),
    ],
    "brokers:call-off": [
        *both("broker", "suspended_organisation"),
        seen("broker", "organisation"),
    ],
    "brokers:profile": [*both("broker", contact_email="no address"), seen("quiet")],
    "brokers:areas": [seen("national"), denied("broker")],
    "brokers:found-area": both("national"),
    "brokers:found-hub": both("national"),
    "brokers:area": [*both("national", "area", press="Add"), absent("national", "no_area")],
    "brokers:hand-over": both("national", "area"),
}

AFTERWARDS = {
    "ratings:debriefs": [
        *map(seen, ("leader", "host", "broker", "newcomer", "idle")),
        seen("leader", ask="page=2"),
    ],
    "ratings:debrief": [
        seen("host", "heard"),
        *both("leader", "to_look_back_on"),
        *both("host", "to_look_back_on"),
        seen("leader", "looked_back_on"),
        seen("leader", "found_looked_back_on"),
        absent("idle", "to_look_back_on"),
    ],
    "ratings:attendance": [
        *both("leader", "over_with_names", press="Send who came"),
        seen("host", "over_with_names"),
        seen("host", "looked_back_on"),
        absent("idle", "over_with_names"),
    ],
    "ratings:look-back": [
        *both(of="look_back", press="Send who came"),
        *both(of="look_back_called"),
        seen(of="found_look_back_asked"),
        *both(of="found_look_back_called"),
        spent(of="found_look_back_said"),
        spent(of="spent"),
    ],
    "ratings:looked-back": [seen()],
    "ratings:reflections": [
        seen("leader", "heard"),
        seen("leader", "looked_back_on"),
        absent("host", "heard"),
    ],
    "ratings:reflect": [*both(of="code"), seen(of="early_code"), spent(of="spent")],
    "ratings:reflect-code": [seen(), refused(code="k7mq-2pxd")],
    "ratings:reflected": [seen()],
    "ratings:rate": [
        *both("leader", "to_look_back_on"),
        *both("broker", "to_look_back_on"),
        seen("leader", "rated"),
        absent("idle", "to_look_back_on"),
    ],
    "ratings:ratings": [seen("broker"), seen("broker", ask="page=2"), seen("quiet")],
    "ratings:reports": [seen("broker"), seen("quiet"), denied("leader")],
    "ratings:reply": [*both("host", "rating"), seen("host", "replied")],
    "ratings:report": [*both("host", "rating"), seen("leader", "reported")],
    "ratings:hide": [*both("broker", "rating"), seen("broker", "hidden")],
}

LOOKS = {
    **ANYBODY,
    **SIGNING_IN,
    **REGISTERING,
    **ACCOUNT,
    **LISTINGS,
    **BOOKINGS,
    **KEEPING,
    **DESK,
    **AFTERWARDS,
}

# Where only a button leads. Whoever comes by the address alone is told so, and what the
# button does is for the tests of its verb.
BUTTONS = {
    "accounts:sign-out-everywhere": "",
    "accounts:revoke-invitation": "invited",
    "accounts:send-message-again": "given_up",
    "accounts:send-there-again": "came_back",
    "accounts:approve-member": "waiting_colleague",
    "accounts:refuse-member": "waiting_colleague",
    "accounts:retire-workplace": "workplace",
    "accounts:bring-back-workplace": "workplace",
    "placements:use-starter": "starter",
    "placements:pause-listing": "published",
    "placements:pause-sites": "published",
    "placements:resume-sites": "published",
    "placements:resume-listing": "paused",
    "placements:still-right": "published",
    "placements:copy-listing": "published",
    "placements:confirm-own-listing": "written",
    "placements:discard-changes": "changed",
    "placements:remove-slot": "slot",
    "placements:end-priority": "slot",
    "placements:open-as-usual": "slot",
    "placements:stop-calendar": "",
    "placements:brief-students": "sending",
    "placements:take-check-back": "asked_to_look",
    "placements:offer-self-found": "found_agreed",
    "brokers:invite-found": "found_told",
    "placements:consent-links": "sending",
    "placements:stop-consent-links": "sending",
    "placements:remove-student": "student_to_ask",
    "placements:write-on-booking": "booking_requested",
    "placements:book-instead": "taken_instead",
    "placements:take-up-offer": "booking_offered",
    "placements:keep-changed": "booking_changed",
    "placements:leave-changed": "booking_changed",
    "placements:booking-not-attended": "booking_accepted",
    "placements:booking-attended": "booking_not_attended",
    "placements:renew-saved-search": "search",
    "placements:delete-saved-search": "search",
    "placements:remove-from-shortlist": "shortlisted",
    "placements:take-back-need": "need",
    "brokers:read-need": "need",
    "placements:close-enquiry": "enquiry",
    "brokers:give-up": "coverage",
    "ratings:hide-reply": "replied",
    "ratings:keep": "reported",
    "ratings:reflection-links": "heard",
    "ratings:stop-reflection-links": "heard",
}

# A mail as a mail program shows it.
WITH_STYLE_WITHIN = {"accounts:mail-as-sent", "wording-as-sent"}

# Two addresses of what is the same page to a person, who may find it called the same.
SAME_PAGES = {
    "accounts:mail-as-sent": "accounts:mail",
    "brokers:publish": "brokers:review",
    "placements:answer-enquiry-by-link": "placements:answer-enquiry",
}

# Files, JSON, and the two places that bring pages of their own.
NO_PAGES = {
    "accounts:receipts",
    "placements:sites-template",
    "placements:bookings-as-sheet",
    "placements:booking-calendar",
    "placements:calendar-feed",
    "mfa_download_recovery_codes",
    "api-description",
    "api-docs",
    "api-placements",
    "api-placement",
    "api-placement-ratings",
    "api-bookings",
    "api-booking",
    "api-booking-accept",
    "api-booking-decline",
    "api-booking-cancel",
    "api-booking-keep",
    "api-booking-leave",
    "api-nothing",
    "token",
    "healthz",
    "readyz",
}


def routes():
    """The name of every route there is, but those of Django's own console."""
    return set(names_in(get_resolver().url_patterns))


def names_in(patterns, namespace=""):
    for pattern in patterns:
        if not isinstance(pattern, URLResolver):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace != "admin":
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_in(pattern.url_patterns, inside)


def every_look():
    for route, looks in LOOKS.items():
        if not isinstance(looks, str):
            yield from ((route, look) for look in looks)
