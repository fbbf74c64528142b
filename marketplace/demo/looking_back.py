"""Two placements that were prepared, took place, and were looked back on by all sides."""

from datetime import timedelta

from accounts import clock
from marketplace.demo.story import Story
from placements import consents, paperwork, students
from placements.models import Booking
from ratings import attendance, debrief, reflections
from ratings.attendance import Called
from ratings.debrief import Answers
from ratings.reflections import HandedOut, Said
from ratings.words import AimsMet, ChangedMind, NextStep, Presence, Skill

TOWN_HALL = "A week at the town hall"
# Everybody looked back on the first; of the second the school is still waiting for one answer.
TOLD = (
    ("abbey", -20, ("Leila M", "Owen P", "Ruby S", "Tariq H"), 0),
    ("brambles", -11, ("Jamal T", "Nia W", "Sam O"), 1),
)
SAID = (
    ("I filed planning letters and sat in on a meeting.", "Ask when I do not know.", "more"),
    (
        "I helped at the front desk and with the phones.",
        "How to talk to people I do not know.",
        "same",
    ),
    ("I drew a map of where the bins are emptied late.", "That maps are made of tables.", "other"),
    ("I took notes for the councillor.", "Reports are read by somebody.", "more"),
)


def plan_looking_back(story: Story) -> None:
    for school, week, names, silent in TOLD:
        _plan(story, school, week, names, silent)


def _plan(story: Story, school: str, week: int, names: tuple[str, ...], silent: int) -> None:
    leader = story.cast.careers_leaders[school]
    slot = story.slot(TOWN_HALL, week)
    host = story.host_of(story.placements[TOWN_HALL])

    def booking() -> Booking:
        return Booking.objects.get(slot=slot, school=leader.organisation)

    def prepare() -> None:
        students.name(booking(), lines="\n".join(names), by=leader)
        for student in booking().students.all():
            consents.record_paper(student, answer="yes", signed_on=clock.today(), by=leader)
        paperwork.brief(booking(), by=leader)

    def say_who_came() -> None:
        last = booking().students.last()
        absent = {last.pk: Presence.PARTLY} if silent and last else {}
        attendance.call(booking(), Called(absent), by=host)
        debrief.write(
            booking(),
            Answers(
                went_well="They asked good questions, and one found a mistake in our map.",
                next_steps="Ringing somebody up without writing it down first.",
                skills=(Skill.LISTENING, Skill.INITIATIVE),
                feedback_given=True,
                would_host_again=True,
                next_offer=NextStep.MORE,
                minutes_taken=25,
            ),
            by=host,
        )

    def look_back() -> None:
        handed_out = reflections.hand_out(booking(), by=leader)
        for one, said in list(zip(handed_out, SAID, strict=False))[: len(names) - silent]:
            _reflect(one, *said)

    story.on(slot.starts_on - timedelta(days=20), prepare, hour=15)
    story.on(slot.ends_on + timedelta(days=1), say_who_came, hour=11)
    story.on(slot.ends_on + timedelta(days=2), look_back, hour=11)


def _reflect(handed_out: HandedOut, did: str, learned: str, changed_mind: str) -> None:
    found = reflections.opened(handed_out.token)
    if found is None:
        raise LookupError("A student cannot open the code that was just made.")
    reflections.write(
        found,
        Said(
            did=did,
            learned=learned,
            met="Planners, a clerk and a councillor.",
            changed_mind=ChangedMind(changed_mind),
            interest_before=2,
            interest_after=4,
            confidence_before=3,
            confidence_after=4,
            aims_met=AimsMet.YES,
            criteria=("purpose", "two_way", "range_of_people", "task", "feedback"),
        ),
    )
