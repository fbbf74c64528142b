"""Placements to choose between, and questions about them. Run inside a stack by `manage shell`."""

import json
import re

from django.urls import reverse

from accounts import letters
from accounts.models import Message
from placements import enquiries, shortlists
from placements.models import Enquiry
from tests.factories import CareersLeaderFactory, HostFactory, PlacementFactory, SlotFactory
from tests.faults.crowd import signed_in

LONG = "Could you take our group? " + "averylongword" * 8
TITLES = (
    "Bake bread",
    "Build a bridge",
    "Mend a tractor",
    "Run a radio",
    "Sew a sail",
    "Sit in court",
)
SEVENTH = "Tune a harpsichord"


def set_scene():
    """Print the sessions of those who choose and answer, and where there is something to see."""
    offered = [a_placement(title) for title in TITLES]
    a_placement(SEVENTH)
    chooser, undecided = CareersLeaderFactory(), CareersLeaderFactory()
    for placement in offered:
        shortlists.add(placement, by=undecided)
    asked = enquiries.ask(offered, by=undecided, question=LONG, places=4, year_group=10)
    hosts = {one.provider_id: one.provider.members.get() for one in asked.answers.all()}
    yes, no, silent, *_ = asked.answers.order_by("placements__title")
    told = {
        "sessions": {
            "chooser": signed_in(chooser.user),
            "undecided": signed_in(undecided.user),
            "host": signed_in(hosts[silent.provider_id].user),
            "newcomer": signed_in(CareersLeaderFactory().user),
        },
        "pages": {
            "shortlist": reverse("placements:shortlist"),
            "add": reverse("placements:add-to-shortlist", args=[offered[0].pk]),
            "new": reverse("placements:enquire"),
            "enquiries": reverse("placements:enquiries"),
            "enquiry": reverse("placements:enquiry", args=[asked.pk]),
            "asked": reverse("placements:answer-enquiry", args=[silent.pk]),
            "link": link_in_mail(silent),
            "spent": reverse("placements:answer-enquiry-by-link", args=["spent"]),
            "answered": reverse("placements:answered-enquiry"),
        },
        "titles": TITLES,
        "seventh": SEVENTH,
    }
    enquiries.say_yes(yes, by=hosts[yes.provider_id], note=LONG, placement=yes.placements.get())
    enquiries.say_no(no, by=hosts[no.provider_id], reason="no_capacity", comment="Try May.")
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def a_placement(title):
    placement = PlacementFactory(
        provider=HostFactory().organisation,
        title=title,
        adjustments=["step_free", "quiet_space"],
        dress="Closed shoes and " + "averylongword" * 4,
    )
    SlotFactory.create_batch(2, placement=placement)
    return placement


def link_in_mail(answer):
    """The link in the newest mail that asks for this answer."""
    message = Message.objects.get(kind="enquiry_asked", subject=str(answer.pk))
    return re.search(r"(/enquiries/answer/\S+)", letters.write(message).text)[1]


def links_of_newest():
    """Print the links of the newest question, by the provider's placement."""
    newest = Enquiry.objects.latest("asked_at")
    links = {one.placements.first().title: link_in_mail(one) for one in newest.answers.all()}
    print(json.dumps(links))  # noqa: T201 -- the test reads it from here.
