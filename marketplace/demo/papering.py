"""The papers of what schools booked: one that has all it needs, one that lacks some, checks by
a hub and a specialist, and two employers whom students found for themselves.
"""

from datetime import timedelta
from typing import Any

from accounts import clock, links
from accounts.models import Member, RiskBand, Workplace
from marketplace.demo.story import Story
from placements import (
    check_requests,
    checks,
    consents,
    paperwork,
    self_found,
    students,
)
from placements.found_notices import EMPLOYER
from placements.found_rules import Said, Written
from placements.models import Placement, SelfFound
from placements.words import CheckBasis, CheckOutcome, FoundThrough

READY = ("A week at a day centre", "brambles", ("Aisha K", "Ben T"))
BEGUN = ("A week in a hospital: wards, kitchens and engineers", "abbey", ("Cora M", "Dev P"))


def plan_papers(story: Story) -> None:
    lately = story.cast.today - timedelta(days=6)
    story.on(lately, lambda: _get_ready(story), hour=13)
    story.on(lately + timedelta(days=1), lambda: _begin(story), hour=13)
    story.on(lately + timedelta(days=2), lambda: _find_a_garage(story), hour=11)
    story.on(lately + timedelta(days=3), lambda: _find_a_florist(story), hour=11)


def _get_ready(story: Story) -> None:
    """Everything that a start needs, one after the other."""
    title, school, names = READY
    booking, leader = story.booking(title, school), story.cast.careers_leaders[school]
    paperwork.agree(booking, by=story.host_of(story.placements[title]))
    _look_at(booking.slot.placement, story.cast.broker)
    students.name(booking, lines="\n".join(names), by=leader)
    for student in booking.students.all():
        consents.record_paper(student, answer="yes", signed_on=clock.today(), by=leader)
    paperwork.brief(booking, by=leader)


def _begin(story: Story) -> None:
    """Some of it: one parent has agreed, one has not, and nobody has looked at the place yet."""
    title, school, names = BEGUN
    booking, leader = story.booking(title, school), story.cast.careers_leaders[school]
    students.name(booking, lines="\n".join(names), by=leader)
    first, second = booking.students.all()
    consents.record_paper(first, answer="yes", signed_on=clock.today(), by=leader)
    consents.ask_by_mail(second, email="carer@home.example.org", by=leader)
    wanted_by = clock.today() + timedelta(days=21)
    placement = booking.slot.placement
    check_requests.ask_desk(
        placement, wanted_by=wanted_by, by=leader, note="Two of them would be near the kitchens."
    )
    check_requests.ask_assessor(
        placement,
        assessor="Marches Workplace Safety",
        email="assessors@workplace-safety.example.org",
        wanted_by=wanted_by,
        by=leader,
    )


def _look_at(placement: Placement, by: Member) -> None:
    workplace = placement.workplace
    checks.record(
        placement,
        by=by,
        band=workplace.risk_band if workplace else RiskBand.LOW,
        basis=CheckBasis.VISIT,
        outcome=CheckOutcome.CONDITIONS,
        conditions="Students help at meals, and not with medicines.",
        checked_on=clock.today(),
        valid_until=clock.today() + timedelta(days=700),
        insurance_seen_until=clock.today() + timedelta(days=320),
        cost_pence=0,
    )


def _find_a_garage(story: Story) -> None:
    """A student asked at a garage. It has said yes, and the school has told the hub of it."""
    leader = story.cast.careers_leaders["abbey"]
    found = _write_down(
        story,
        leader,
        week=9,
        employer="Frankwell Motors",
        sector="engineering_manufacturing",
        activities="Checks tyres and lights with a mechanic, and sees how a fault is found.",
        why_it_fits="Wants to be a mechanic, and has never seen a workshop.",
        found_through=FoundThrough.ALONE,
        kind="workshop",
    )
    lives = timedelta(days=9)
    email = found.booking.slot.placement.contact_email
    token = links.make(EMPLOYER, email=email, subject=str(found.pk), lives=lives)
    asked = self_found.opened(token)
    if asked is None:
        raise LookupError("The garage cannot open its link.")
    said = Said(
        supervision="The workshop manager, and a mechanic in the room at all times.",
        risk_band=RiskBand.HIGHER,
        lone_adult=False,
        insurer="Severn Mutual",
        insured_until=clock.today() + timedelta(days=300),
        may_be_offered=True,
    )
    self_found.confirm(asked, said)
    self_found.offer(SelfFound.objects.get(pk=found.pk), by=leader)


def _find_a_florist(story: Story) -> None:
    """A florist whom a family knows, and who has not answered yet."""
    _write_down(
        story,
        story.cast.careers_leaders["abbey"],
        week=11,
        employer="Wyle Cop Flowers",
        sector="sales_marketing_procurement",
        activities="Helps to make up orders, and learns how a small shop plans its week.",
        why_it_fits="Would like to run a shop one day, and wants to see how one pays its way.",
        found_through=FoundThrough.FAMILY,
        kind="shop",
    )


def _write_down(story: Story, by: Member, *, week: int, kind: str, **told: Any) -> SelfFound:
    first_day = story.monday(week)
    written = Written(
        **told,
        year_group=10,
        first_day=first_day,
        last_day=first_day + timedelta(days=4),
        contact_name="The owner",
        contact_email="owner@" + told["employer"].lower().replace(" ", "-") + ".example.org",
    )
    workplace = Workplace(
        name=told["employer"],
        kind=kind,
        address="12 Frankwell",
        town="Shrewsbury",
        postcode="SY3 8JY",
    )
    return self_found.record(written, workplace, by=by)
