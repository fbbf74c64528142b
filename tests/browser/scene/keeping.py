"""What comes of a search: saved searches and the links in their mails, shortlists, needs."""

from datetime import timedelta

from accounts import clock, links
from placements import needs, saved_searches, shortlists, wants
from placements.models import Frequency, SavedSearch
from placements.search import kept as searched
from placements.search_notices import RENEW, STOP
from tests.browser.scene import session
from tests.factories import PlacementFactory, SlotFactory


def set_in(scene):
    leader = scene.members["leader"]
    searches(scene, leader)
    wishes(scene, leader)
    placements = PlacementFactory.create_batch(5)
    for placement in placements:
        SlotFactory(placement=placement)
        shortlists.add(placement, by=leader)
    scene.place("shortlisted", placements[0].pk)
    scene.sessions["comparing"] = session(shortlist=[str(placements[0].pk)])


def searches(scene, leader):
    for number in range(19):
        saved_searches.keep(
            f"q=word{number}", name=f"Number {number}", frequency=Frequency.NEVER, by=leader
        )
    kept = saved_searches.keep(
        "near=SY1&within=5&year_group=10",
        name="Near us, for year 10",
        frequency=Frequency.WEEKLY,
        by=leader,
    )
    scene.place("search", kept.pk)
    for name, purpose in (("stop", STOP), ("renew", RENEW)):
        token = links.make(
            purpose, email=leader.user.email, subject=str(kept.pk), lives=timedelta(days=7)
        )
        scene.place(f"{name}_search", token)
    over = SavedSearch.objects.exclude(pk=kept.pk).first()
    over.lapses_at = clock.now() - timedelta(days=1)
    over.look_at = None
    over.save(update_fields=["lapses_at", "look_at"])


def wishes(scene, leader):
    for asked in ("near=SY1&sector=digital&year_group=10", "near=SY1&sector=construction"):
        wanted = wants.of(searched.asked(asked).chosen)
        need = needs.tell(wanted, places=12, by=leader)
    scene.place("need", need.pk)
