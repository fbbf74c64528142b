"""One question put to several providers, and their answers."""

from uuid import uuid4

from placements import cohorts, enquiries, shortlists
from placements.cohorts import Group, Line
from tests.browser.scene import LONG
from tests.browser.scene.market import link_in
from tests.factories import CareersLeaderFactory, HostFactory, PlacementFactory, SlotFactory


def set_in(scene):
    undecided = scene.enters("undecided", CareersLeaderFactory())
    offered = [a_placement(number) for number in range(4)]
    for placement in offered:
        shortlists.add(placement, by=undecided)
    asked = enquiries.ask(offered, by=undecided, question=LONG, places=4, year_group=10)
    hosts = {one.provider_id: one.provider.members.get() for one in asked.answers.all()}
    yes, no, silent, *_ = asked.answers.order_by("placements__title")
    enquiries.say_yes(yes, by=hosts[yes.provider_id], note=LONG, placement=yes.placements.get())
    enquiries.say_no(no, by=hosts[no.provider_id], reason="no_capacity", comment="Try May.")
    scene.enters("asked", hosts[silent.provider_id])
    scene.place("enquiry", asked.pk)
    scene.place("silent", silent.pk)
    cohort = a_cohort(offered, undecided)
    scene.place("cohort", cohort.pk)
    lacks, alone = cohort.misses.order_by("places")
    scene.place("missed", cohort.pk, lacks.slot_id)
    scene.place("missed_alone", cohort.pk, alone.slot_id)
    scene.place("taken_instead", cohort.pk, lacks.slot_id, offered[3].slots.first().pk)
    scene.place("enquiry_link", link_in("enquiry_asked", silent))


def a_cohort(offered, leader):
    """Booked at once, asked for, and not to be had."""
    at_once = PlacementFactory(confirms_at_once=True, title="A day in a shop")
    full = SlotFactory(placement=at_once, places=3, taken=3)
    slots = [*(one.slots.first() for one in offered[:2]), SlotFactory(placement=at_once), full]
    large = SlotFactory(places=3)
    return cohorts.book_all(
        [*(Line(slot, 4) for slot in slots), Line(large, 90)],
        group=Group(name="Year 10, " + "averylongword" * 3, students=180, year_group=10),
        by=leader,
        together=False,
        once=uuid4(),
    )


def a_placement(number):
    placement = PlacementFactory(
        provider=HostFactory().organisation,
        title=f"Bake bread {number}",
        adjustments=["step_free", "quiet_space"],
        dress="Closed shoes and " + "averylongword" * 4,
    )
    SlotFactory.create_batch(2, placement=placement)
    return placement
