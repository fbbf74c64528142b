"""One question put to several providers, and their answers."""

from placements import enquiries, shortlists
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
    scene.place("enquiry_link", link_in("enquiry_asked", silent))


def a_placement(number):
    placement = PlacementFactory(
        provider=HostFactory().organisation,
        title=f"Bake bread {number}",
        adjustments=["step_free", "quiet_space"],
        dress="Closed shoes and " + "averylongword" * 4,
    )
    SlotFactory.create_batch(2, placement=placement)
    return placement
