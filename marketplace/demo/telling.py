"""The whole story, from founding the national team to what waits at the desk today."""

from datetime import timedelta

from accounts import clock, registration
from accounts.models import Organisation, OrganisationKind, School
from accounts.registration import Applicant
from marketplace.demo import listing, rows
from marketplace.demo.asking import plan_cohorts, plan_enquiries
from marketplace.demo.coming_back import mistype
from marketplace.demo.looking_back import plan_looking_back
from marketplace.demo.papering import plan_papers
from marketplace.demo.reaching import connect_platforms, open_branches
from marketplace.demo.scarcity import keep_places
from marketplace.demo.settling import Cast, confirmed, settle
from marketplace.demo.story import Story, deliver_until, past_slots, plan_now, plan_past
from marketplace.demo.wanting import look_around
from placements import concerns, freshness, listings, revisions, sections
from placements.models import Placement
from placements.words import ConcernKind
from ratings import rating
from ratings.models import Rating

BEGAN = timedelta(days=230)
# Who has not answered yet whether their listings are still right.
SILENT = "bakehouse"


def tell() -> bool:
    """Tell the story; say no where a marketplace exists already."""
    if Organisation.objects.filter(kind=OrganisationKind.NATIONAL_TEAM).exists():
        return False
    began = clock.now() - BEGAN
    today = clock.today()
    with clock.as_of(began):
        cast = settle(today)
        placements = listing.publish_all(cast)
        story = Story(cast=cast, placements=placements)
        past_slots(story)
    plan_past(story)
    plan_now(story)
    plan_enquiries(story)
    plan_cohorts(story)
    plan_papers(story)
    plan_looking_back(story)
    story.tell()
    _keep_up_to_date(story)
    keep_places(story)
    open_branches(story)
    connect_platforms(story)
    _leave_work_at_the_desk(story)
    look_around(cast)
    mistype(story)
    deliver_until(clock.now())
    return True


def _keep_up_to_date(story: Story) -> None:
    """Most providers have said lately that their listings are still right; one is asked again."""
    silent = story.cast.hosts[SILENT]
    kept = [one for one in story.placements.values() if one.provider_id != silent.organisation_id]
    others = [one for one in story.placements.values() if one not in kept]
    for placements, days in ((others, 32), (kept, 11)):
        with clock.as_of(clock.now() - timedelta(days=days)):
            for placement in placements:
                listings.still_right(placement, by=story.host_of(placement))
    with clock.as_of(clock.now() - timedelta(days=2)):
        freshness.ask_all()


def _leave_work_at_the_desk(story: Story) -> None:
    cast = story.cast
    with clock.as_of(clock.now() - timedelta(days=4)):
        for offer in rows.offers("waiting"):
            listing.send_in(offer, cast)
        _change_a_published_listing(story)
    with clock.as_of(clock.now() - timedelta(days=2)):
        _ask_to_join_a_school()
        _raise_a_concern(cast, story.placements["Running your own chair"])
        _report_a_comment(cast, story)


def _change_a_published_listing(story: Story) -> None:
    """A change that matters waits beside the approved version."""
    placement = story.placements["A week in a warehouse office"]
    page = sections.find(placement, "activities")
    host = story.host_of(placement)
    words = f"{placement.activities} New this year: a morning with the drivers at the weighbridge."
    if page is None:
        raise LookupError("The listing has no page about what students do.")
    listings.write(placement, page, {"activities": words}, by=host)
    revisions.submit(placement.revisions.get(), by=host)


def _ask_to_join_a_school() -> None:
    """Somebody whose address is not at the school's domain waits for the hub's word."""
    school = School.objects.get(name="The Brambles School")
    applicant = Applicant(
        email="deputy.brambles@post.example.org", name="Isobel Crane", job_title="Deputy head"
    )
    confirmed(registration.register_school(school, applicant=applicant))


def _raise_a_concern(cast: Cast, placement: Placement) -> None:
    concerns.report(
        placement,
        kind=ConcernKind.WRONG,
        words="The listing says that the salon comes to school; it asked us to travel there.",
        by=cast.careers_leaders["gorge"],
    )


def _report_a_comment(cast: Cast, story: Story) -> None:
    made = Rating.objects.get(
        booking=story.booking("Five days inside a national retailer, online", "wyeside")
    )
    rating.report(
        made,
        words="This reads as if it were about another year's programme.",
        by=cast.hosts["opendoor"],
    )
