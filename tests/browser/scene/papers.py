"""What an agreed booking brings: students, and the links of their parents."""

from datetime import timedelta

from accounts import clock, links
from accounts.models import RiskBand, WorkplaceKind
from placements import bookings, check_requests, consents, students
from placements.check_notices import ASSESS
from placements.found_notices import EMPLOYER
from placements.words import Mode, TakesPart
from tests.browser.scene import LONG
from tests.factories import (
    CareersLeaderFactory,
    CheckRequestFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    SelfFoundFactory,
    SlotFactory,
    WorkplaceCheckFactory,
    WorkplaceFactory,
    days_ahead,
)

FARM = {"kind": WorkplaceKind.PRIVATE_HOME, "risk_band": RiskBand.HIGHER, "lone_adult": True}


def set_in(scene):
    leader, host = scene.members["leader"], scene.members["host"]
    sending = agreed(leader, host)
    scene.place("sending", sending.pk)
    students.name(sending, lines="Aisha K\nBen T\nMaximilian-Alexander W\nDee F\nEve S", by=leader)
    first, second, third, *_ = sending.students.all()
    today = clock.today()
    consents.record_paper(second, answer="yes", signed_on=today, by=leader)
    consents.record_paper(third, answer="no", reason="travel", signed_on=today, by=leader)
    consents.ask_by_mail(first, email="parent@home.example.org", by=leader)
    scene.place("student_to_ask", sending.pk, first.pk)
    scene.place("consent_asked", link_to(sending, leader))
    higher = WorkplaceFactory(
        organisation=host.organisation,
        restricted_activities=["large_animals", "farm_vehicles"],
        first_aid=LONG,
        **FARM,
    )
    scene.place("consent_higher", of_one(leader, host, workplace=higher))
    online = {"mode": Mode.VIRTUAL, "takes_part": TakesPart.HOME, "workplace": None}
    scene.place("consent_online", of_one(leader, host, **online))
    given = of_one(leader, host)
    consents.answer(consents.opened(given), answer="yes")
    scene.place("consent_given", given)
    looked_at(scene, sending, leader)
    found_by_students(scene, leader)
    walking(scene)


def looked_at(scene, booking, leader):
    placement = booking.slot.placement
    scene.place("checked", placement.pk)
    for days, facts in (
        (-300, {"outcome": "unsuitable", "basis": "visit", "assessor": "Safe Places Ltd"}),
        (-9, {"outcome": "conditions", "conditions": LONG, "insurance_seen_until": days_ahead(90)}),
    ):
        WorkplaceCheckFactory(
            workplace=placement.workplace, recorded_by=leader, checked_on=days_ahead(days), **facts
        )
    asked_to_look(scene, placement, leader)


def asked_to_look(scene, placement, leader):
    """An assessor, whose link is out; and the hub, some time ago."""
    when = days_ahead(9)
    request = check_requests.ask_assessor(
        placement,
        assessor="Safe Places Ltd",
        email="desk@safe.example.org",
        wanted_by=when,
        by=leader,
    )
    CheckRequestFactory(
        placement=placement,
        assessor="",
        email="",
        asked_by=leader,
        wanted_by=days_ahead(-3),
        note=LONG,
    )
    scene.place("asked_to_look", request.pk)
    lives = timedelta(days=9)
    scene.place("assess", links.make(ASSESS, email="", subject=str(request.pk), lives=lives))


def found_by_students(scene, leader):
    ours = {"booking__school": leader.organisation, "booking__asked_by": leader}
    kinds = {
        "asked": {"booking__state": "requested", "may_be_offered_at": None, "offered_at": None},
        "agreed": {"offered_at": None, "why_it_fits": LONG},
        "told": {"slot__placement__activities": LONG},
        "refused": {
            "booking__state": "declined",
            "booking__reason": "no_capacity",
            "may_be_offered_at": None,
            "offered_at": None,
        },
    }
    made = {name: SelfFoundFactory(**ours, **facts) for name, facts in kinds.items()}
    for name, found in made.items():
        scene.place(f"found_{name}", found.pk)
    lives = timedelta(days=9)
    token = links.make(
        EMPLOYER,
        email=made["asked"].booking.slot.placement.contact_email,
        subject=str(made["asked"].pk),
        lives=lives,
    )
    scene.place("found_link", token)
    scene.enters("finder", CareersLeaderFactory())


def walking(scene):
    """A booking of its own for each who walks the whole way."""
    for name in ("sends", "sends_plainly"):
        school, receives = CareersLeaderFactory(), HostFactory()
        scene.enters(name, school)
        scene.enters(f"{name}_to", MemberFactory(organisation=receives.organisation))
        scene.place(name, agreed(school, receives).pk)


def agreed(leader, host, **facts):
    slot = SlotFactory(placement=PlacementFactory(provider=host.organisation, **facts), places=9)
    return bookings.accept(bookings.request(slot, places=6, by=leader, year_group=10), by=host)


def of_one(leader, host, **facts):
    booking = agreed(leader, host, **facts)
    students.name(booking, lines="Aisha K", by=leader)
    return link_to(booking, leader)


def link_to(booking, leader):
    return consents.hand_out(booking, by=leader)[0].token
