"""What is asked about a placement that is over, and about what was said of it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts import govuk
from accounts.govuk import Look
from placements.models import Booking
from ratings import attendance
from ratings.debrief import Answers
from ratings.models import DIMENSIONS, DebriefSide
from ratings.words import NextStep, Skill

OUT_OF_FIVE = [
    ("5", "5: excellent"),
    ("4", "4: good"),
    ("3", "3: acceptable"),
    ("2", "2: not good enough"),
    ("1", "1: poor"),
]
MOST_MINUTES = 6000
YES_OR_NO = [("yes", "Yes"), ("no", "No")]
NO_NAMES = "Do not name students or staff."
FOR_PEERS = "Schools compare placements on the same five questions."


def out_of_five(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=OUT_OF_FIVE, coerce=int, widget=forms.RadioSelect
    )


def yes_or_no(label: str, *, required: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_OR_NO,
        coerce="yes".__eq__,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
    )


def words(label: str, *, longest: int, hint: str = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, help_text=hint, required=required, widget=forms.Textarea
    )


class RatingForm(govuk.Form):
    communication = out_of_five("How was communication, before and during?")
    organisation = out_of_five("How well was it organised on the day?")
    preparation = out_of_five("How well prepared were the people who hosted?")
    quality = out_of_five("How good was what students did?")
    support = out_of_five("How well were students' needs supported?")
    would_use_again = yes_or_no("Would you use this placement again?")
    comment = words("Comment for other schools", longest=1500, hint=NO_NAMES, required=False)
    private_note = words("Private note to the Careers Hub", longest=1500, required=False)

    looks = {
        "communication": Look(why=FOR_PEERS, missing="Choose a mark for communication"),
        "organisation": Look(why=FOR_PEERS, missing="Choose a mark for organisation"),
        "preparation": Look(why=FOR_PEERS, missing="Choose a mark for preparation"),
        "quality": Look(why=FOR_PEERS, missing="Choose a mark for what students did"),
        "support": Look(
            why="Schools with students who need adjustments look at this first.",
            missing="Choose a mark for support",
        ),
        "would_use_again": Look(
            why="It tells a busy careers leader more than any mark.",
            missing="Choose whether you would use it again",
            inline=True,
        ),
        "comment": Look(why="Anybody can read it on the listing, and the provider can answer."),
        "private_note": Look(why="Only the hub reads this. It helps it to help the provider."),
    }

    def verdict(self) -> dict[str, Any]:
        """What was answered, as `rating.rate` takes it."""
        answered: Mapping[str, Any] = self.cleaned_data
        return {
            "marks": {name: answered[name] for name in DIMENSIONS},
            "would_use_again": answered["would_use_again"],
            "comment": answered["comment"],
            "private_note": answered["private_note"],
        }


class DebriefForm(govuk.Form):
    """Each side is asked its own questions; those of the other are left out."""

    students_came = forms.IntegerField(label="How many students came?", min_value=0)
    outcomes_met = yes_or_no("Did students learn what the listing said?")
    went_well = words("What went well?", longest=2000, hint=NO_NAMES)
    to_change = words("What would you change?", longest=2000, hint=NO_NAMES, required=False)
    skills = forms.MultipleChoiceField(
        label="What did students show?",
        choices=Skill.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    next_steps = words("What could they work on next?", longest=2000, hint=NO_NAMES, required=False)
    feedback_given = yes_or_no(
        "Did students do a task that you set, and hear what you thought of it?", required=False
    )
    would_host_again = yes_or_no("Would you host students again?")
    next_offer = forms.ChoiceField(
        label="What could you imagine next?",
        choices=NextStep.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    minutes_taken = forms.IntegerField(
        label="How many minutes did all the forms take you, from the request to this one?",
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
    )

    looks = {
        "students_came": Look(
            why="Places that were booked and not used could have gone to others.",
            missing="Enter how many students came",
            width=3,
        ),
        "outcomes_met": Look(
            why="It shows whether the experience was a meaningful one.",
            missing="Choose whether students learned what the listing said",
            inline=True,
        ),
        "went_well": Look(
            why="The other side reads it, and does it again.", missing="Say what went well"
        ),
        "to_change": Look(why="The other side reads it, and makes the next one better."),
        "would_host_again": Look(
            why="The school knows whom it may ask again.",
            missing="Choose whether you would host again",
            inline=True,
        ),
        "skills": Look(why="The school talks with students about it.", small=True),
        "next_steps": Look(why="Students hear it from their school.", rows=3),
        "feedback_given": Look(
            why="A task and a word about it are part of what makes a placement count.", inline=True
        ),
        "next_offer": Look(
            why="The school sees what you could imagine. It binds you to nothing.", small=True
        ),
        "minutes_taken": Look(
            why="We cut what takes too long.", width=3, inputmode="numeric", suffix="minutes"
        ),
    }
    OF_HOSTS = ("skills", "next_steps", "feedback_given", "next_offer", "minutes_taken")
    NOT_ASKED_OF = {
        DebriefSide.SCHOOL: ("would_host_again", *OF_HOSTS),
        DebriefSide.HOST: ("outcomes_met",),
    }

    def __init__(self, given: Any, *, side: DebriefSide, booking: Booking) -> None:
        super().__init__(given)
        for name in self.NOT_ASKED_OF[side]:
            del self.fields[name]
        if attendance.said_of(booking) is not None:
            del self.fields["students_came"]
            return
        came = self.fields["students_came"]
        came.help_text = f"You booked {booking.places}."
        if side == DebriefSide.HOST:
            came.help_text = f"{booking.places} were booked."

    def answers(self) -> Answers:
        return Answers(**self.cleaned_data)


class ReplyForm(govuk.Form):
    words = words("Your answer", longest=1500, hint=NO_NAMES)

    looks = {
        "words": Look(
            why="Anybody can read it beneath the rating. You can answer once.",
            missing="Enter your answer",
        )
    }


class ReportForm(govuk.Form):
    words = words("What is wrong with it?", longest=1000)

    looks = {
        "words": Look(
            why="A broker reads this and decides. Whoever wrote the rating does not see it.",
            missing="Say what is wrong with it",
        )
    }


class HideForm(govuk.Form):
    because = words("Why should it not be shown?", longest=300)

    looks = {
        "because": Look(
            why="It is kept with the rating, so that anybody who asks can be told.",
            missing="Say why it should not be shown",
            rows=3,
        )
    }
