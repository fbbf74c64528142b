"""A small marketplace with one of everything, and the way to every page of it.

Each route has its doors: who opens it, for which rows, and what they did before. A page
that is added without one is missed, by name, in `test_wrong_input`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts import invitations, links, personas
from accounts.models import Invitation, MemberState, Role
from brokers import boundaries
from placements import (
    calendar_feeds,
    enquiries,
    needs,
    revisions,
    saved_searches,
    sections,
    starters,
    wants,
)
from placements.change_notices import CHANGED
from placements.check_notices import ASSESS
from placements.consent_notices import CONSENT
from placements.enquiry_notices import ANSWER as ANSWER_ENQUIRY
from placements.found_notices import EMPLOYER
from placements.models import Frequency, PassedOver
from placements.notices import ANSWER, OFFER
from placements.search import kept
from placements.search_notices import RENEW, STOP
from placements.states import BookingState, PlacementState
from placements.words import Kind, Mode, PassReason, TakesPart
from placements.written import CONFIRM, CONFIRM_WITHIN
from ratings.notices import LOOK_BACK
from ratings.reflections import REFLECT
from tests.factories import (
    BookingChangeFactory,
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    CheckRequestFactory,
    ClientFactory,
    CohortFactory,
    ConcernFactory,
    DebriefFactory,
    DraftFactory,
    EnquiryAnswerFactory,
    GivenUpMessageFactory,
    HeldMessageFactory,
    HostFactory,
    HubFactory,
    MemberFactory,
    NamedStudentFactory,
    NationalFactory,
    PastBookingFactory,
    PlacementFactory,
    RatingFactory,
    RatingReportFactory,
    ReplyFactory,
    RollCallFactory,
    SchoolFactory,
    SelfFoundFactory,
    SentMailFactory,
    SlotFactory,
    UserFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.partner import token_of

PASSWORD = "three random words"
SECRET = "JBSWY3DPEHPK3PXP"
BAKERY = {
    "kind": "employer",
    "name": "Stottesdon Bakery",
    "sector": "catering_hospitality",
    "ownership": "private",
    "size_band": "5-9",
}
SHOP = {
    "name": "Shop",
    "kind": "shop",
    "address": "1 Pride Hill",
    "town": "Shrewsbury",
    "postcode": "SY1 1AA",
    "lone_adult": "no",
    "risk_band": "low",
}

# A student's, who looks back by it.
CODE = "k7mq2pxd4t9w"
OUR_APPS = {"accounts", "placements", "brokers", "ratings"}
# Text that programs write, and read again.
NOT_WRITTEN = {"password", "kind", "purpose", "token_hash", "subject", "dedupe_key", "postcode"}
NOT_WRITTEN |= {"html"}
# A person has no platform's name, and hashes are hashes.
NOT_WRITTEN |= {"platform", "client_secret", "former_secret"}


def routes():
    """Every named address of ours: pages and the API, but for Django's own console."""
    return dict(_routes(get_resolver(), "", ""))


def _routes(resolver, before, namespace):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + pattern.name, before + str(pattern.pattern)
        elif pattern.app_name != "admin":
            within = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern, before + str(pattern.pattern), within)


@dataclass(frozen=True)
class Door:
    """One way in to a route."""

    route: str
    who: object = None
    args: tuple = ()
    query: str = ""
    before: Callable = lambda client: None

    @property
    def address(self):
        return reverse(self.route, args=self.args) + self.query

    def opened(self):
        """A browser that stands before it."""
        cache.clear()
        client = Client()
        if self.who is not None:
            client.force_login(self.who)
        self.before(client)
        return client


def world():
    """One area with its people, what they offer and what they have booked; and strangers."""
    # Below every number that the factory counts to, however many tests came before.
    here = SimpleNamespace(national=NationalFactory(), broker=BrokerFactory(), urn="899123")
    here.school_row = SchoolFactory(urn=here.urn)
    _people(here)
    _listings(here)
    _bookings(here)
    _asked(here)
    _said(here)
    _strangers(here)
    return here


def _people(here):
    hub = here.broker.organisation
    here.area = boundaries.found_area(
        "The Marches", hub=hub, by=here.national, authorities=["E06000051"]
    )
    here.coverage = here.area.coverage.get()
    here.spare_hub = HubFactory()
    here.leader, here.unbooked = CareersLeaderFactory(), CareersLeaderFactory()
    here.asks_to_join = CareersLeaderFactory(state=MemberState.PENDING)
    here.token = token_of(ClientFactory(acts_as__organisation=here.leader.organisation))
    here.host = HostFactory(user__email="host@example.org")
    here.host.user.set_password(PASSWORD)
    here.host.user.save()
    here.bakery = here.host.organisation
    here.workplace = WorkplaceFactory(organisation=here.bakery)
    here.closed_workplace = WorkplaceFactory(organisation=here.bakery, is_active=False)
    here.client = ClientFactory(acts_as__organisation=here.bakery)
    here.colleague = MemberFactory(organisation=here.bakery, role=Role.COLLEAGUE)
    here.waits = MemberFactory(organisation=here.bakery, state=MemberState.PENDING)
    here.of_two = MemberFactory(organisation=here.bakery)
    MemberFactory(user=here.of_two.user)
    here.careful = MemberFactory(organisation=here.bakery).user
    here.careful.set_password(PASSWORD)
    here.careful.save()
    TOTP.activate(here.careful, SECRET)
    RecoveryCodes.activate(here.careful)
    here.nobody = UserFactory()
    invitations.invite("new@example.org", role=Role.COLLEAGUE, by=here.host)
    here.invitation = Invitation.objects.get()
    here.mail = SentMailFactory()
    here.given_up = GivenUpMessageFactory()
    here.held = _invitation_came_back(here)


def _invitation_came_back(here):
    return HeldMessageFactory(
        kind="invitation",
        subject=str(here.invitation.pk),
        email=here.invitation.email,
        entered_by=here.host.organisation,
    )


def _listings(here):
    ours = {"provider": here.bakery, "workplace": here.workplace}
    here.draft = DraftFactory(**ours)
    here.talk = DraftFactory(**ours, kind=Kind.TALK, days=None)
    here.online = DraftFactory(
        **ours,
        mode=Mode.VIRTUAL,
        kind=Kind.PROJECT,
        takes_part=TakesPart.SCHOOL,
        two_way_contact="Live questions every day, and written feedback.",
    )
    here.draft_slot = SlotFactory(placement=here.draft)
    here.published = PlacementFactory(**ours)
    here.slot = SlotFactory(placement=here.published)
    here.second_slot = SlotFactory(placement=here.published, starts_on=days_ahead(90))
    here.paused = PlacementFactory(**ours, state=PlacementState.PAUSED)
    SlotFactory(placement=here.paused)
    here.changed = PlacementFactory(**ours)
    SlotFactory(placement=here.changed)
    revisions.propose(here.changed, {"title": "A better title"}, by=here.host)
    sent_in = PlacementFactory(**ours)
    SlotFactory(placement=sent_in)
    revision = revisions.propose(sent_in, {"title": "A good title"}, by=here.host)
    revisions.submit(revision, by=here.host)
    here.waiting = PlacementFactory(**ours, state=PlacementState.SUBMITTED, published_at=None)
    SlotFactory(placement=here.waiting)
    here.risky = PlacementFactory(
        provider=here.bakery,
        workplace=WorkplaceFactory(organisation=here.bakery, lone_adult=True),
        state=PlacementState.SUBMITTED,
        published_at=None,
    )
    SlotFactory(placement=here.risky)
    by_broker = {"written_by": here.broker, "confirmation_asked_of": "owner@example.org"}
    here.for_them = DraftFactory(**ours, **by_broker)
    here.to_confirm = PlacementFactory(
        **ours, **by_broker, state=PlacementState.SUBMITTED, published_at=None
    )
    SlotFactory(placement=here.to_confirm)
    here.saved = saved_searches.keep(
        "sector=digital", name="Digital", frequency=Frequency.DAILY, by=here.leader
    )
    here.concern = ConcernFactory(placement=here.published, organisation=here.bakery)


def _bookings(here):
    ours = {"school": here.leader.organisation, "asked_by": here.leader}
    here.cohort = CohortFactory(school=here.leader.organisation, made_by=here.leader)
    here.asked = BookingFactory(slot=here.second_slot, **ours, cohort=here.cohort)
    here.cohort_miss = here.cohort.misses.create(
        slot=SlotFactory(placement=here.published, starts_on=days_ahead(82), places=1),
        places=2,
        why="Full.",
        missed_at=here.cohort.made_at,
    )
    here.second_slot.taken = here.asked.places
    here.second_slot.save()
    on = {
        day: SlotFactory(placement=here.published, starts_on=days_ahead(day), places=9, taken=taken)
        for day, taken in {-30: 2, -14: 2, -1: 2, 75: 9}.items()
    }
    here.missed = PastBookingFactory(slot=on[-30], state=BookingState.NOT_ATTENDED, **ours)
    here.over = PastBookingFactory(slot=on[-14], **ours)
    here.came = NamedStudentFactory(booking=here.over, agreed=True)
    here.called = RollCallFactory(booking=PastBookingFactory(slot=on[-14], **ours)).booking
    here.running = BookingFactory(slot=on[-1], state=BookingState.ACCEPTED, **ours)
    here.agreed = BookingFactory(slot=on[75], state=BookingState.ACCEPTED, places=9, **ours)
    here.student = NamedStudentFactory(booking=here.agreed)
    here.agreed_to = NamedStudentFactory(booking=here.agreed, agreed=True)
    here.full_slot, here.offered_slot = (
        SlotFactory(
            placement=here.published, starts_on=days_ahead(day), places=2, taken=2, waiting=1
        )
        for day in (80, 85)
    )
    BookingFactory(slot=here.full_slot)
    here.waits_for_places = BookingFactory(slot=here.full_slot, state=BookingState.WAITING, **ours)
    here.offered = BookingFactory(slot=here.offered_slot, state=BookingState.OFFERED, **ours)
    for booking in (here.waits_for_places, here.offered):
        pass_over(booking)
    here.moved_slot = SlotFactory(
        placement=here.published, starts_on=days_ahead(95), places=9, taken=4
    )
    moved = BookingFactory(slot=here.moved_slot, state=BookingState.ACCEPTED, places=4, **ours)
    here.moved = BookingChangeFactory(booking=moved, by=here.host)


def pass_over(booking):
    PassedOver.objects.create(
        booking=booking, at=booking.asked_at, reason=PassReason.TOO_FEW, free=1, needed=2
    )


def _asked(here):
    here.enquiry = enquiries.ask(
        [here.published], by=here.leader, question="Can you take us?", places=4, year_group=10
    )
    here.to_answer = here.enquiry.answers.get()
    here.need = tell_of("digital", by=here.leader)


def tell_of(sector, *, by):
    """A school tells its hub what it did not find."""
    chosen = kept.asked(f"near=SY1&sector={sector}").chosen
    return needs.tell(wants.of(chosen), places=4, by=by)


def _said(here):
    earlier = SlotFactory(placement=here.published, starts_on=days_ahead(-60))
    there = PastBookingFactory(slot=earlier)
    here.rating = RatingFactory(booking=there)
    RatingReportFactory(rating=here.rating)
    DebriefFactory(booking=there)
    answered = SlotFactory(placement=here.published, starts_on=days_ahead(-80))
    here.answered_rating = ReplyFactory(
        rating__booking=PastBookingFactory(slot=answered), by=here.host
    ).rating


def _strangers(here):
    """Another hub's area, with an employer, a school and a booking that are none of ours."""
    far = {"authority": "E06000019", "postcode": "HR1 2AA"}
    other_broker = BrokerFactory()
    other_area = boundaries.found_area(
        "Elsewhere", hub=other_broker.organisation, by=here.national, authorities=["E06000019"]
    )
    host = HostFactory()
    workplace = WorkplaceFactory(organisation=host.organisation, **far)
    draft = DraftFactory(provider=host.organisation, workplace=workplace)
    slot = SlotFactory(placement=draft)
    booking = PastBookingFactory(
        slot__placement=PlacementFactory(provider=host.organisation, workplace=workplace),
        school__school__authority=far["authority"],
    )
    concern = ConcernFactory(organisation=host.organisation, placement=draft)
    invitations.invite("other@example.org", role=Role.COLLEAGUE, by=host)
    here.strangers = {
        "member": MemberFactory(organisation=host.organisation).pk,
        "organisation": host.organisation_id,
        "workplace": workplace.pk,
        "listing": draft.pk,
        "slot": slot.pk,
        "booking": booking.pk,
        "cohort": CohortFactory().pk,
        "rating": RatingFactory(booking=booking).pk,
        "concern": concern.pk,
        "hub member": other_broker.pk,
        "enquiry": EnquiryAnswerFactory().enquiry_id,
        "saved search": saved_searches.keep(
            "sector=digital",
            name="Digital",
            frequency=Frequency.DAILY,
            by=CareersLeaderFactory(),
        ).pk,
        "coverage": other_area.coverage.get().pk,
        "invitation": Invitation.objects.get(email="other@example.org").pk,
    }


def doors(here):
    """The doors of every route."""
    every = [*_of_people(here), *_of_accounts(here), *_of_listings(here), *_of_bookings(here)]
    every += [
        *_of_checks(here),
        *_of_searches(here),
        *_of_enquiries(here),
        *_of_desks(here),
        *_of_ratings(here),
        *_of_the_house(here),
    ]
    by_route = {}
    for door in every:
        by_route.setdefault(door.route, []).append(door)
    return by_route


def _steps(*pages):
    def before(client):
        for name, typed, *args in pages:
            client.post(reverse(name, args=args[0] if args else ()), typed)

    return before


def _link(purpose, where, *, kept_in="", **facts):
    """The browser has come by a link from a mail."""

    def before(client):
        client.get(reverse(where, args=[links.make(purpose, **facts)]))

    return before


def _just_shown(user, secret=""):
    """The session of somebody who has given their password, for as long as the tests take."""

    def before(client):
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + 3600, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        if secret:
            session[SECRET_SESSION_KEY] = secret
        session.save()

    return before


def code_now(browser):
    """What the phone shows: for the secret that the page gave it, or the careful person's."""
    secret = browser.session.get(SECRET_SESSION_KEY, SECRET)
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def _half_way_in(here):
    """The password was right, and the second factor is still to be shown."""

    def before(client):
        client.post(
            reverse("accounts:sign-in"), {"email": here.careful.email, "password": PASSWORD}
        )

    return before


def _of_people(here):
    host = here.host.user
    unconfirmed = UserFactory(email="unconfirmed@example.org", confirmed_at=None)
    joining = MemberFactory(user=unconfirmed, state=MemberState.PENDING)
    invited = {"email": here.invitation.email, "subject": str(here.invitation.pk)}
    of_host = {"email": host.email, "user": host}
    UserFactory(email=personas.ADDRESSES[personas.Persona.EMPLOYER])
    for name in ("sign-in", "sign-in-link", "look-in-your-mail", "reset", "register", "try"):
        yield Door(f"accounts:{name}")
    yield Door("accounts:sign-out", host)
    yield Door(
        "accounts:sign-in-by-link",
        before=_link(links.SIGN_IN, "accounts:open-sign-in", **of_host),
    )
    yield Door(
        "accounts:choose-password",
        before=_link(links.RESET_PASSWORD, "accounts:open-reset", **of_host),
    )
    yield Door(
        "accounts:confirm-change",
        host,
        before=_link(
            links.CHANGE_ADDRESS,
            "accounts:open-change-address",
            email="fresh@example.org",
            user=host,
        ),
    )
    yield Door(
        "accounts:confirm",
        before=_link(
            links.CONFIRM_ADDRESS,
            "accounts:open-confirm",
            email=unconfirmed.email,
            user=unconfirmed,
            subject=str(joining.pk),
        ),
    )
    yield Door(
        "accounts:invitation",
        before=_link(links.INVITATION, "accounts:open-invitation", **invited, lives=CONFIRM_WITHIN),
    )
    for name in ("sign-in", "reset", "confirm", "change-address", "invitation"):
        yield Door(f"accounts:open-{name}", args=("nothing",))
    yield Door("accounts:register-school", query="?q=Severn")
    yield Door("accounts:join-school", args=(here.urn,))
    yield Door("accounts:join-school", here.nobody, (here.urn,))
    bakery = ("accounts:register-employer", BAKERY)
    shop = ("accounts:register-workplace", SHOP)
    yield Door("accounts:register-employer")
    yield Door("accounts:register-workplace", before=_steps(bakery))
    yield Door("accounts:register-you", before=_steps(bakery, shop))


def _of_accounts(here):
    host = here.host.user
    for name in (
        *("account", "change-name", "change-password", "sign-out-everywhere"),
        *("organisation", "describe-organisation", "people", "invite"),
        *("workplaces", "add-workplace"),
    ):
        yield Door(f"accounts:{name}", host)
    yield Door("accounts:describe-organisation", here.leader.user)
    yield Door("accounts:switch", here.of_two.user)
    yield Door("accounts:change-address", host, before=_just_shown(host))
    yield Door("accounts:platforms", host)
    yield Door("accounts:connect-platform", host, before=_just_shown(host))
    for name in ("new-platform-secret", "cut-off-platform"):
        yield Door(f"accounts:{name}", host, (here.client.pk,), before=_just_shown(host))
    yield Door("accounts:leave", here.colleague.user, (here.colleague.pk,))
    yield Door("accounts:change-role", host, (here.colleague.pk,))
    yield Door("accounts:remove", host, (here.colleague.pk,))
    yield Door("accounts:approve-member", host, (here.waits.pk,))
    yield Door("accounts:refuse-member", host, (here.waits.pk,))
    yield Door("accounts:revoke-invitation", host, (here.invitation.pk,))
    yield Door("accounts:workplace", host, (here.workplace.pk,))
    yield Door("accounts:retire-workplace", host, (here.workplace.pk,))
    yield Door("accounts:bring-back-workplace", host, (here.closed_workplace.pk,))
    yield Door("accounts:came-back", host)
    for name in ("mend-address", "send-there-again"):
        yield Door(f"accounts:{name}", host, (here.held.pk,))
    national = here.national.user
    yield Door("accounts:messages", national)
    for name in ("send-message-again", "let-message-be"):
        yield Door(f"accounts:{name}", national, (here.given_up.pk,))
    yield Door("wording", national)
    for name in ("wording-of", "wording-as-sent", "wording-change", "wording-put-back"):
        yield Door(name, national, ("rating_received",))
    yield Door("accounts:mails", host)
    yield Door("accounts:texts", host)
    about = {"email": host.email, "user": host, "subject": "rating_received"}
    yield Door(
        "accounts:stop-mails", before=_link(links.STOP_KIND, "accounts:open-stop-mails", **about)
    )
    yield Door("accounts:open-stop-mails", args=("nothing",))
    yield Door("accounts:receipts")
    yield Door("accounts:outbox")
    yield Door("accounts:mail", args=(here.mail.pk,))
    yield Door("accounts:mail-as-sent", args=(here.mail.pk,))
    yield Door("account_login")
    yield Door("account_logout", host)
    yield Door("account_signup")
    yield Door("account_reauthenticate", host)
    yield Door("mfa_authenticate", before=_half_way_in(here))
    yield Door("mfa_reauthenticate", here.careful)
    yield Door("mfa_index", host, before=_just_shown(host))
    yield Door("mfa_activate_totp", host, before=_just_shown(host, secret=SECRET))
    for name in (
        *("deactivate_totp", "view_recovery_codes"),
        *("generate_recovery_codes", "download_recovery_codes"),
    ):
        yield Door(f"mfa_{name}", here.careful, before=_just_shown(here.careful))


def _of_listings(here):
    host, broker = here.host.user, here.broker.user
    for name in ("listings", "start-listing", "starters"):
        yield Door(f"placements:{name}", host)
    yield Door("placements:use-starter", host, (starters.every()[0].code,))
    yield Door("placements:start-for-employer", broker, query="?name=bakery")
    yield Door("placements:new-employer", broker)
    yield Door("placements:start-for", broker, (here.bakery.pk,))
    yield Door("placements:employer-workplace", broker, (here.for_them.pk,))
    confirming = _link(
        CONFIRM,
        "placements:confirm-listing",
        email="owner@example.org",
        subject=str(here.to_confirm.pk),
        lives=CONFIRM_WITHIN,
    )
    yield Door("placements:confirm-page", before=confirming)
    yield Door("placements:confirmed-listing")
    yield Door("placements:confirm-listing", args=("nothing",))
    yield Door("placements:confirm-own-listing", host, (here.to_confirm.pk,))
    yield Door("placements:to-confirm", host)
    yield Door("placements:to-confirm-by-link", args=("nothing",))
    yield Door("placements:said-still-right")
    every = (here.draft, here.published, here.paused, here.changed, here.waiting, here.to_confirm)
    for placement in every:
        yield Door("placements:listing", host, (placement.pk,))
    yield Door("placements:check-listing", host, (here.draft.pk,))
    for name in (
        *("sites", "sites-template", "add-sites"),
        *("pause-sites", "resume-sites", "withdraw-sites"),
    ):
        yield Door(f"placements:{name}", host, (here.published.pk,))
    yield Door("placements:sent-listing", host, (here.waiting.pk,))
    for name, placement in (
        *(("pause-listing", here.published), ("resume-listing", here.paused)),
        *(("still-right", here.published), ("copy-listing", here.published)),
        *(("withdraw-listing", here.published), ("discard-changes", here.changed)),
    ):
        yield Door(f"placements:{name}", host, (placement.pk,))
    yield from _of_dates(here, host)
    for placement in (here.draft, here.talk, here.online, here.published):
        for section in (sections.KIND, *sections.of(placement)):
            if section != sections.DATES:
                yield Door("placements:listing-section", host, (placement.pk, section.code))


def _of_dates(here, host):
    slot = (here.draft.pk, here.draft_slot.pk)
    yield Door("placements:listing-dates", host, (here.draft.pk,))
    yield Door("placements:listing-dates", host, (here.published.pk,))
    yield Door("placements:change-slot", host, slot)
    yield Door("placements:prioritise", host, slot)
    yield Door("placements:end-priority", host, slot)
    yield Door("placements:opening", host, slot)
    yield Door("placements:open-as-usual", host, slot)
    yield Door("placements:remove-slot", host, slot)
    yield Door("placements:cancel-slot", host, (here.published.pk, here.slot.pk))
    moved = (here.published.pk, here.moved_slot.pk)
    yield Door("placements:change-slot", host, moved)
    yield Door("placements:fewer-places", host, moved, query="?places=4")
    yield Door("placements:move-slot", host, moved)


def _of_changes(here, leader):
    yield Door("placements:booking", leader, (here.moved.booking_id,))
    for name in ("keep-changed", "leave-changed"):
        yield Door(f"placements:{name}", leader, (here.moved.booking_id,))
    token = links.make(
        CHANGED, email=leader.email, user=leader, subject=str(here.moved.pk), lives=CONFIRM_WITHIN
    )
    yield Door("placements:answer-change", args=(token,))
    yield Door("placements:change-answered")


def _of_bookings(here):
    leader, host = here.leader.user, here.host.user
    yield Door("placements:search")
    yield Door("placements:search", leader)
    yield Door("placements:placement", args=(here.published.pk,))
    yield Door("placements:provider", args=(here.bakery.pk,))
    yield Door("placements:report-concern", leader, query=f"?placement={here.published.pk}")
    yield Door("placements:report-concern", leader, query=f"?organisation={here.bakery.pk}")
    yield Door("placements:book", leader, (here.published.pk, here.slot.pk))
    for name in ("bookings", "bookings-on-paper", "bookings-as-sheet"):
        yield Door(f"placements:{name}", leader)
        yield Door(f"placements:{name}", host)
    token = links.make(
        ANSWER, email=host.email, user=host, subject=str(here.asked.pk), lives=CONFIRM_WITHIN
    )
    yield Door("placements:answer", args=(token,))
    yield Door("placements:answered")
    yield Door("placements:join-list", here.unbooked.user, (here.published.pk, here.full_slot.pk))
    yield Door("placements:take-up-offer", leader, (here.offered.pk,))
    yield from _of_changes(here, leader)
    token = links.make(
        OFFER, email=leader.email, user=leader, subject=str(here.offered.pk), lives=CONFIRM_WITHIN
    )
    yield Door("placements:answer-offer", args=(token,))
    yield Door("placements:offer-answered")
    on_list = (here.waits_for_places, here.offered)
    for booking in (here.asked, here.agreed, here.running, here.missed, here.over, *on_list):
        yield Door("placements:booking", host, (booking.pk,))
        yield Door("placements:booking", leader, (booking.pk,))
    yield Door("placements:booking-sent", leader, (here.asked.pk,))
    yield Door("placements:booking-calendar", leader, (here.agreed.pk,))
    yield Door("placements:calendar-feed", args=(calendar_feeds.make(host),))
    yield Door("placements:calendar-address", leader)
    agreed, student = here.agreed.pk, here.student.pk
    for name in ("students", "consent-links", "stop-consent-links"):
        yield Door(f"placements:{name}", leader, (agreed,))
    for name in ("ask-parent", "consent-on-paper", "remove-student"):
        yield Door(f"placements:{name}", leader, (agreed, student))
    yield Door("placements:host-agreement", host, (agreed,))
    yield Door("placements:brief-students", leader, (agreed,))
    for who in (leader, host, here.broker.user):
        yield Door("placements:workplace-check", who, (here.published.pk,))
    for named in (here.student, here.agreed_to):
        token = links.make(CONSENT, email="", subject=str(named.pk), lives=CONFIRM_WITHIN)
        yield Door("placements:consent", args=(token,))
    yield Door("placements:stop-calendar", host)
    yield Door("placements:cancel-booking", leader, (here.waits_for_places.pk,))
    for name, booking in (
        *(("accept-booking", here.asked), ("decline-booking", here.asked)),
        *(("cancel-booking", here.agreed), ("write-on-booking", here.asked)),
        *(("booking-not-attended", here.running), ("booking-attended", here.missed)),
    ):
        yield Door(f"placements:{name}", host, (booking.pk,))
    yield Door("placements:give-places-back", leader, (here.agreed.pk,))
    yield Door("placements:cancel-booking", leader, (here.asked.pk,))
    yield Door("placements:cohorts", leader)
    yield Door("placements:cohort-instead", leader, (here.cohort.pk, here.cohort_miss.slot_id))
    yield Door("placements:cohort", leader, (here.cohort.pk,))
    in_its_place = (here.cohort.pk, here.cohort_miss.slot_id, here.second_slot.pk)
    yield Door("placements:book-instead", leader, in_its_place)
    yield Door("placements:book-cohort", leader, query=f"?placement={here.published.pk}")
    more = f"?placement={here.published.pk}"
    yield Door("placements:book-more", leader, (here.cohort.pk,), query=more)


def _of_checks(here):
    leader = here.leader.user
    ours = {"booking__school": here.leader.organisation, "booking__asked_by": here.leader}
    waits = SelfFoundFactory(**ours, offered_at=None, booking__state="requested")
    agreed, told = SelfFoundFactory(**ours, offered_at=None), SelfFoundFactory(**ours)
    for name in ("self-found", "record-self-found"):
        yield Door(f"placements:{name}", leader)
    for found in (waits, agreed, told):
        yield Door("placements:self-found-one", leader, (found.pk,))
    yield Door("placements:correct-found-address", leader, (waits.pk,))
    yield Door("placements:offer-self-found", leader, (agreed.pk,))
    token = links.make(
        EMPLOYER,
        email=waits.booking.slot.placement.contact_email,
        subject=str(waits.pk),
        lives=CONFIRM_WITHIN,
    )
    yield Door("placements:employer-confirms", args=(token,))
    yield Door("brokers:found-employers", here.broker.user)
    yield Door("brokers:invite-found", here.broker.user, (told.pk,))
    for name in ("talk-through", "ask-for-check"):
        yield Door(f"placements:{name}", leader, (here.published.pk,))
    asked = CheckRequestFactory(placement=here.published, asked_by=here.leader)
    yield Door("placements:take-check-back", leader, (asked.pk,))
    token = links.make(ASSESS, email="", subject=str(asked.pk), lives=CONFIRM_WITHIN)
    yield Door("placements:assess", args=(token,))
    yield Door("brokers:checks", here.broker.user)


def _of_searches(here):
    leader, search = here.leader.user, (here.saved.pk,)
    yield Door("placements:saved-searches", leader)
    yield Door("placements:save-search", leader, query="?near=SY1&sector=digital")
    for name in ("change-saved-search", "renew-saved-search", "delete-saved-search"):
        yield Door(f"placements:{name}", leader, search)
    about = {"email": leader.email, "user": leader, "subject": str(here.saved.pk)}
    for name, purpose in (("stop-search", STOP), ("renew-search", RENEW)):
        by_link = _link(purpose, f"placements:{name}-link", **about, lives=CONFIRM_WITHIN)
        yield Door(f"placements:{name}", before=by_link)
        yield Door(f"placements:{name}-link", args=("nothing",))
    chosen = (here.published.pk,)
    on_the_list = _steps(("placements:add-to-shortlist", {}, chosen))
    yield Door("placements:shortlist", before=on_the_list)
    yield Door("placements:add-to-shortlist", args=chosen)
    yield Door("placements:remove-from-shortlist", args=chosen, before=on_the_list)


def _of_enquiries(here):
    leader, host = here.leader.user, here.host.user
    for name in ("enquiries", "needs"):
        yield Door(f"placements:{name}", leader)
    yield Door("placements:enquiries", host)
    yield Door("placements:enquire", leader, query=f"?placement={here.published.pk}")
    yield Door("placements:enquiry", leader, (here.enquiry.pk,))
    yield Door("placements:close-enquiry", leader, (here.enquiry.pk,))
    yield Door("placements:answer-enquiry", host, (here.to_answer.pk,))
    yield Door("placements:answered-enquiry")
    token = links.make(
        ANSWER_ENQUIRY,
        email=host.email,
        user=host,
        subject=str(here.to_answer.pk),
        lives=CONFIRM_WITHIN,
    )
    yield Door("placements:answer-enquiry-by-link", args=(token,))
    yield Door("placements:tell-hub", leader, query="?near=SY1&sector=care_services&places=6")
    yield Door("placements:take-back-need", leader, (here.need.pk,))
    for name in ("demand", "needs"):
        yield Door(f"brokers:{name}", here.broker.user)
    yield Door("brokers:read-need", here.broker.user, (here.need.pk,))


def _of_desks(here):
    broker, national = here.broker.user, here.national.user
    for name in ("desk", "listings", "concerns", "profile"):
        yield Door(f"brokers:{name}", broker)
    for who, placement in (
        (broker, here.waiting),
        (broker, here.risky),
        (broker, here.published),
        (national, here.waiting),
    ):
        yield Door("brokers:review", who, (placement.pk,))
    for name, placement in (
        *(("publish", here.waiting), ("send-back", here.waiting), ("decline", here.waiting)),
        ("suspend", here.published),
    ):
        yield Door(f"brokers:{name}", broker, (placement.pk,))
    yield Door("brokers:send-back", national, (here.waiting.pk,))
    yield Door("brokers:decline", national, (here.waiting.pk,))
    yield Door("brokers:member", broker, (here.asks_to_join.pk,))
    yield Door("brokers:member", national, (here.asks_to_join.pk,))
    yield Door("brokers:concern", broker, (here.concern.pk,))
    yield Door("brokers:organisation", broker, (here.bakery.pk,))
    yield Door("brokers:call-off", broker, (here.bakery.pk,))
    for name in ("areas", "found-area", "found-hub", "profile"):
        yield Door(f"brokers:{name}", national)
    yield Door("brokers:area", national, (here.area.pk,))
    yield Door("brokers:hand-over", national, (here.area.pk,))
    yield Door("brokers:give-up", national, (here.coverage.pk,))
    yield Door("brokers:hubs", query="?where=SY1+1AA")
    yield Door("brokers:hub", args=(here.broker.organisation_id,))


def _of_ratings(here):
    broker, host, leader = here.broker.user, here.host.user, here.leader.user
    yield Door("ratings:debriefs", leader)
    yield Door("ratings:debrief", leader, (here.over.pk,))
    yield Door("ratings:debrief", host, (here.over.pk,))
    for who in (leader, host):
        yield Door("ratings:attendance", who, (here.over.pk,))
    for over in (here.over, here.called):
        token = links.make(
            LOOK_BACK, email=host.email, user=host, subject=str(over.pk), lives=CONFIRM_WITHIN
        )
        yield Door("ratings:look-back", args=(token,))
    yield Door("ratings:looked-back")
    for name in ("reflections", "reflection-links", "stop-reflection-links"):
        yield Door(f"ratings:{name}", leader, (here.over.pk,))
    code = links.make(
        REFLECT, email="", subject=str(here.came.pk), lives=CONFIRM_WITHIN, token=CODE
    )
    yield Door("ratings:reflect", args=(code,))
    yield Door("ratings:reflect-code")
    yield Door("ratings:reflected")
    yield Door("ratings:rate", leader, (here.over.pk,))
    yield Door("ratings:rate", broker, (here.over.pk,))
    yield Door("ratings:ratings", broker)
    yield Door("ratings:reports", broker)
    yield Door("ratings:reply", host, (here.rating.pk,))
    yield Door("ratings:report", host, (here.rating.pk,))
    yield Door("ratings:hide", broker, (here.rating.pk,))
    yield Door("ratings:hide-reply", broker, (here.answered_rating.pk,))
    yield Door("ratings:keep", broker, (here.rating.pk,))


def _of_the_house(here):
    for name in routes():
        if ":" not in name and not name.startswith(ELSEWHERE):
            yield Door(name, **_OF_THE_HOUSE.get(name, {}))
    for who in (here.host, here.leader, here.broker, here.national):
        yield Door("dashboard", who.user)
    for name in ("api-bookings", "api-booking"):
        yield Door(name, args=(here.asked.pk,) * (name == "api-booking"), before=bearing(here))
    for verb in ("accept", "decline", "cancel"):
        yield Door(f"api-booking-{verb}", args=(here.asked.pk,), before=bearing(here))
    for verb in ("keep", "leave"):
        at = (here.moved.booking_id,)
        yield Door(f"api-booking-{verb}", args=at, before=bearing(here))
    yield Door("api-placements")
    yield Door("api-placement", args=(here.published.pk,))
    yield Door("api-placement-ratings", args=(here.published.pk,))


def bearing(here):
    """As the program of a platform asks, that acts for the school."""
    return lambda client: client.defaults.update(HTTP_AUTHORIZATION=f"Bearer {here.token}")


# Those whose doors are named one by one.
ELSEWHERE = ("mfa_", "account_", "api-placement", "api-booking", "wording")
_OF_THE_HOUSE = {"problem": {"args": ("invalid",)}, "api-nothing": {"args": ("/nothing",)}}
