"""The questions about where, when and how an opportunity happens."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk, phrases
from accounts.models import Workplace
from placements.words import Pattern, TakesPart

STUDENTS, GROUPS = "students", "groups"


class ClockWidget(forms.TextInput):
    """A time of day as one would say it: 9am, 3:30pm."""

    def format_value(self, value: object) -> str | None:
        return phrases.clock_time(value) if isinstance(value, time) else super().format_value(value)


class ClockField(forms.TimeField):
    """A time of day in any of the ways in which people write one."""

    widget = ClockWidget
    input_formats = ("%H:%M", "%H:%M:%S", "%H.%M", "%I%p", "%I:%M%p", "%I.%M%p")

    def to_python(self, value: str | time | None) -> time | None:
        if isinstance(value, str):
            value = value.replace(" ", "").lower().replace("midday", "12pm").replace("noon", "12pm")
        try:
            return super().to_python(value)
        except ValidationError as fault:
            raise ValidationError("Enter a time, like 9am or 3:30pm", code="invalid") from fault


def _text(label: str, longest: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, help_text=hint, required=required)


def _words(label: str, longest: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, help_text=hint, required=required, widget=forms.Textarea
    )


class HowItHappens(govuk.Form):
    takes_part = forms.ChoiceField(
        label="Where are students while they take part?",
        choices=TakesPart.choices,
        widget=forms.RadioSelect,
    )
    workplace = forms.ModelChoiceField(
        label="Which workplace is it at, or do you come from?",
        queryset=Workplace.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    days = forms.IntegerField(label="How many days is it?", min_value=1, max_value=250)
    pattern = forms.ChoiceField(
        label="How are the days spread?", choices=Pattern.choices, widget=forms.RadioSelect
    )
    starts_at = ClockField(label="When does the day start?", help_text="For example, 9am.")
    ends_at = ClockField(label="When does the day end?", help_text="For example, 3:30pm.")
    two_way_contact = _words(
        "How do students ask questions and get answers?",
        1000,
        "For example, live questions at the end of each session, and written feedback on the task.",
        required=True,
    )
    self_paced = forms.BooleanField(
        label="Students work through it in their own time", required=False
    )
    it_access = _text(
        "Do students need a computer or a login?",
        300,
        "For example, a laptop each; we make guest logins if we know a week before.",
    )
    lunch = _text("What happens at lunch?", 200, "For example, bring your own; there is a fridge.")
    dress = _text("What should students wear?", 300)
    equipment = _text("What should students bring, or what do you lend?", 300)
    travel = _text("How do people get to you?", 500, "For example, the nearest bus stop.")
    confidentiality = _text(
        "Will students have to keep anything confidential?", 500, "For example, patients' names."
    )
    charge = _text("Is there anything students or schools must pay for?", 200, "It should be free.")
    supervision = _words(
        "Who looks after students, and how?",
        1000,
        "Say who is with them through the day, and that somebody is there when that person is away.",
        required=True,
    )
    confirms_at_once = forms.BooleanField(
        label="Accept bookings at once, without asking us first", required=False
    )
    counted_in = forms.ChoiceField(
        label="How do you count places?",
        choices=[(STUDENTS, "As students"), (GROUPS, "As groups")],
        widget=forms.RadioSelect,
        required=False,
    )
    largest_group = forms.IntegerField(
        label="How many students can one group be at most?",
        help_text="Only if you count groups. One school brings one group to each of your dates.",
        min_value=1,
        max_value=1000,
        required=False,
    )
    fewest_places_per_school = forms.IntegerField(
        label="Smallest group that you take from one school",
        help_text="Leave it empty if one student is welcome.",
        min_value=1,
        max_value=1000,
        required=False,
    )
    most_places_per_school = forms.IntegerField(
        label="Most places that one school can book",
        help_text="Leave it empty if you count groups: one school has one group.",
        min_value=1,
        max_value=1000,
        required=False,
    )
    opens_days_before = forms.IntegerField(
        label="How many days before the start can schools begin to book?",
        min_value=1,
        max_value=730,
    )
    closes_days_before = forms.IntegerField(
        label="How many days before the start does booking close?", min_value=0, max_value=180
    )
    contact_name = _text("Name of the person schools speak to", 100, required=True)
    contact_email = forms.EmailField(label="Their email address", max_length=254)
    contact_phone = forms.CharField(
        label="Their telephone number", max_length=30, required=False, widget=forms.TelInput
    )
    joining_instructions = _words(
        "What should a school know before the first day?",
        2000,
        "For example, come to the side door and ask for the duty manager.",
    )

    looks = {
        "takes_part": govuk.Look(
            why="Schools plan travel and supervision by it.",
            missing="Choose where students are",
            choice_hints={
                "workplace": "Students come to you.",
                "school": "You come to them, or meet them there on a screen.",
                "home": "Only for what happens on a screen.",
            },
        ),
        "workplace": govuk.Look(
            why="Schools search by distance, and your local Careers Hub reads the listing.",
            missing="Choose a workplace",
        ),
        "days": govuk.Look(
            why="Students collect ten days of experience in all.",
            missing="Enter the number of days",
            width=3,
        ),
        "pattern": govuk.Look(
            why="Some schools can only let students go for a block, others one day a week.",
            missing="Choose how the days are spread",
        ),
        "starts_at": govuk.Look(
            why="Schools arrange transport by it.", missing="Enter when the day starts", width=10
        ),
        "ends_at": govuk.Look(
            why="A student's day should be no longer than a working day.",
            missing="Enter when the day ends",
            width=10,
        ),
        "two_way_contact": govuk.Look(
            why="A virtual experience counts only if students can talk with somebody.",
            missing="Enter how students ask questions and get answers",
            rows=4,
        ),
        "self_paced": govuk.Look(why="Schools then need no fixed time in the timetable."),
        "it_access": govuk.Look(why="Schools need time to arrange devices and logins."),
        "lunch": govuk.Look(why="It is the question that students ask first."),
        "dress": govuk.Look(why="Nobody should feel out of place, or be unsafe."),
        "equipment": govuk.Look(why="So that cost keeps nobody away."),
        "travel": govuk.Look(why="Many students come by bus, from villages too."),
        "confidentiality": govuk.Look(why="Schools talk it through with students beforehand."),
        "charge": govuk.Look(why="Experience of work should cost a student nothing."),
        "supervision": govuk.Look(
            why="You are responsible for a student's safety as for an employee's. Schools must know that somebody is.",
            missing="Enter who looks after students",
            rows=4,
        ),
        "confirms_at_once": govuk.Look(why="It saves you a step, while there are places."),
        "counted_in": govuk.Look(
            missing="Choose how you count places",
            why="Some hosts take whole classes: then a school books one of your groups, however"
            " many students come with it.",
            choice_hints={
                STUDENTS: "Each place is for one student.",
                GROUPS: "Each place is for a group from one school. Dates that you have entered are"
                " counted anew: 60 places become 2 groups of up to 30.",
            },
            small=True,
        ),
        "largest_group": govuk.Look(
            why="No school can book for a larger group.", width=4, inputmode="numeric"
        ),
        "fewest_places_per_school": govuk.Look(
            why="Some days are only worth preparing for a group.", width=4
        ),
        "most_places_per_school": govuk.Look(why="So that several schools have a chance.", width=4),
        "opens_days_before": govuk.Look(
            why="Schools plan a year ahead, most of them.", width=4, suffix="days"
        ),
        "closes_days_before": govuk.Look(
            why="So that you have time to prepare.", width=4, suffix="days"
        ),
        "contact_name": govuk.Look(
            why="Schools see it once a booking is accepted, and never before.",
            missing="Enter a name",
            autocomplete="name",
        ),
        "contact_email": govuk.Look(
            why="As above: only schools with a place see it.",
            missing="Enter an email address",
            autocomplete="email",
        ),
        "contact_phone": govuk.Look(
            why="A teacher may need it on the day.", autocomplete="tel", width=20
        ),
        "joining_instructions": govuk.Look(
            why="We pass them on when a booking is accepted, so that you need not write again."
        ),
    }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("counted_in") == STUDENTS:
            given["largest_group"] = None
        elif given.get("counted_in") == GROUPS and given.get("largest_group", 0) is None:
            self.add_error(
                "largest_group",
                ValidationError("Enter how many students one group can be", code="missing"),
            )
        return given
