"""What schools asked of several providers at once, or for a whole cohort, and who answered what."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from marketplace.demo import rows
from marketplace.demo.story import Story
from placements import bookings, cohorts, enquiries, shortlists
from placements.cohorts import Group, Line
from placements.enquiry_rules import TIME_TO_ANSWER
from placements.models import EnquiryAnswer

DAYS_TO_ANSWER = TIME_TO_ANSWER.days


def plan_enquiries(story: Story) -> None:
    for row in rows.story("enquiries"):
        day = story.cast.today - timedelta(days=row["asked"])
        _plan_question(story, row, day)
        for said in row["answers"]:
            _plan_answer(story, row, said, day + timedelta(days=said["after"]))
        if row["asked"] > DAYS_TO_ANSWER:
            # An hour later than it was asked, so that the time is up.
            story.on(day + timedelta(days=DAYS_TO_ANSWER), enquiries.lapse_unanswered, hour=11)
        if row.get("closed"):
            _plan_closing(story, row, day + timedelta(days=row["closed"]))


def plan_cohorts(story: Story) -> None:
    """As many as possible: some of it is agreed, some asked for, and some could not be had."""
    for row in rows.story("cohorts"):
        day = story.cast.today - timedelta(days=row["asked"])
        _plan_cohort(story, row, day)
        _plan_agreement(story, row, day + timedelta(days=1))


def _plan_agreement(story: Story, row: dict[str, Any], day: date) -> None:
    host = story.host_of(story.placements[row["answered"]])

    def accept() -> None:
        bookings.accept(story.booking(row["answered"], row["school"]), by=host)

    story.on(day, accept)


def _plan_cohort(story: Story, row: dict[str, Any], day: date) -> None:
    group = Group(name=row["name"], students=row["students"], year_group=row["year_group"])

    def book() -> None:
        lines = [Line(story.slot(title, week), places) for title, week, places in row["lines"]]
        leader = story.cast.careers_leaders[row["school"]]
        cohorts.book_all(lines, group=group, by=leader, together=False, once=uuid4())

    story.on(day, book, hour=11)


def _plan_question(story: Story, row: dict[str, Any], day: date) -> None:
    leader = story.cast.careers_leaders[row["school"]]
    asked_about = [story.placements[title] for title in row["titles"]]

    def ask() -> None:
        for placement in asked_about:
            shortlists.add(placement, by=leader)
        enquiries.ask(
            asked_about,
            question=row["question"],
            places=row["places"],
            year_group=row["year_group"],
            first_day=story.monday(row["weeks"][0]),
            last_day=story.monday(row["weeks"][1]) + timedelta(days=4),
            adjustments=row.get("adjustments", []),
            by=leader,
        )

    story.on(day, ask)


def _plan_answer(story: Story, row: dict[str, Any], said: dict[str, Any], day: date) -> None:
    placement = story.placements[said["title"]]
    host = story.host_of(placement)

    def answer() -> None:
        asked = _answer_of(story, row, placement.provider_id)
        if "reason" in said:
            enquiries.say_no(asked, reason=said["reason"], comment=said["note"], by=host)
        else:
            slot = story.slot(said["title"], said["week"]) if "week" in said else None
            enquiries.say_yes(asked, placement=placement, slot=slot, note=said["note"], by=host)

    story.on(day, answer, hour=14)


def _plan_closing(story: Story, row: dict[str, Any], day: date) -> None:
    leader = story.cast.careers_leaders[row["school"]]

    def close() -> None:
        enquiry = leader.organisation.enquiries.get(question=row["question"])
        enquiries.close(enquiry, by=leader)

    story.on(day, close, hour=16)


def _answer_of(story: Story, row: dict[str, Any], provider: UUID) -> EnquiryAnswer:
    school = story.cast.careers_leaders[row["school"]].organisation
    asked = EnquiryAnswer.objects.filter(enquiry__school=school, provider=provider)
    return asked.get(enquiry__question=row["question"])
