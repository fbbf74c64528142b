"""Searches that are kept, and needs that are told, to look at. Run inside a stack by `manage shell`."""

import json
import re
from datetime import timedelta

from accounts import clock, letters
from accounts.models import Message
from brokers import boundaries
from placements import needs, saved_searches, search_news, search_records, wants
from placements.models import Frequency
from placements.wants import Wanted
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    NationalFactory,
    PlacementFactory,
    SlotFactory,
)
from tests.faults.crowd import signed_in

LOOKED_FOR = "near=SY1&sector=digital&year_group=10&places=6"
LONG = "Digital and engineering for our Year 10s, " + "averylongword" * 4


def set_scene():
    """Print the sessions of those who look, and the addresses of what there is to see."""
    national, leader, newcomer, broker = (
        *(NationalFactory(), CareersLeaderFactory(), CareersLeaderFactory(), BrokerFactory()),
    )
    boundaries.found_area(
        "The Marches", hub=broker.organisation, by=national, authorities=["E06000051"]
    )
    SlotFactory.create_batch(4)
    search = keep_searches(leader)
    tell_needs(leader, broker)
    told = {
        "sessions": {
            "leader": signed_in(leader.user),
            "newcomer": signed_in(newcomer.user),
            "broker": signed_in(broker.user),
            "national": signed_in(national.user),
        },
        "pages": {
            "found": "/placements/?near=SY1",
            "told": f"/placements/?{LOOKED_FOR}",
            "save": f"/saved-searches/save/?{LOOKED_FOR}",
            "saved": "/saved-searches/",
            "change": f"/saved-searches/{search.pk}/",
            "tell": f"/needs/tell/?{LOOKED_FOR}",
            "needs": "/needs/",
            "demand": "/desk/demand/",
            "needs-at-desk": "/desk/demand/told/",
            "spent": "/saved-searches/stop/",
            **links_in_mails(search),
        },
    }
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def keep_searches(leader):
    kept = saved_searches.keep(
        "sector=digital&near=SY1", name=LONG, frequency=Frequency.DAILY, by=leader
    )
    for query, frequency in (("sector=construction", "never"), ("q=vet", "weekly")):
        other = saved_searches.keep(query, name="Another", frequency=frequency, by=leader)
    other.lapses_at = clock.now() - timedelta(days=1)
    other.save(update_fields=["lapses_at"])
    return kept


def tell_needs(leader, broker):
    wanted = wants.of(saved_searches.kept.asked(LOOKED_FOR).chosen)
    needs.read(needs.tell(wanted, places=6, by=leader), by=broker)
    needs.tell(wanted, places=20, by=CareersLeaderFactory())
    needs.tell(Wanted(sectors=["care_services"], adjustments=["step_free"]), places=2, by=leader)
    note = {"day": clock.today().isoformat(), "in_vain": True, "places": 12}
    search_records.keep([{**note, "wanted": wanted.__dict__}] * 14)


def links_in_mails(search):
    """The stop and renew links, as the mails have them."""
    PlacementFactory(sector="digital", published_at=clock.now() + timedelta(hours=1))
    with clock.as_of(search.saved_at + timedelta(days=2)):
        search_news.look_for_all()
    news = letters.write(Message.objects.get(kind="saved_search_news")).text
    ending = Message.objects.get(kind="saved_search_ending", subject=str(search.pk))
    return {
        "stop": re.search(r"(/saved-searches/stop/\S+)", news)[1],
        "renew": re.search(r"(/saved-searches/renew/\S+)", letters.write(ending).text)[1],
    }
