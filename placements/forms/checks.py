"""The forms of having a workplace looked at: the talk with a host, and whom to ask."""

from datetime import date, timedelta
from typing import Any

from django import forms

from accounts import clock, govuk
from placements.check_requests import LONGEST_WORDS

YES_OR_NO = [("yes", "Yes"), ("no", "No")]
HUB, ASSESSOR = "hub", "assessor"
USUAL_WAIT = timedelta(days=21)


def _question(label: str, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=hint, choices=YES_OR_NO, widget=forms.RadioSelect
    )


class TalkThrough(govuk.Form):
    """What to ask a host; each question is one of `guided_checks.QUESTIONS`."""

    spoke = _question("Have you spoken with the host about what students will do there?")
    watched = _question("Is there somebody, by name, who looks after students all day?")
    shown = _question("Are students shown on the first day what is dangerous, and where to go?")
    helped = _question("Do you know who helps in an accident or a fire?")
    dangers = _question(
        "Will students be near anything that is not everyday?",
        "Machines, vehicles, chemicals, animals, heights or building work.",
    )
    alone = _question("Is it in somebody's home, or may one adult be alone with one student?")
    insurance_seen_until = govuk.DateField(
        label="If you saw the insurance certificate: until when is it good?", required=False
    )

    looks = {
        "spoke": govuk.Look(
            why="A conversation is the check, where risks are everyday ones.",
            missing="Choose whether you have spoken with the host",
            inline=True,
        ),
        "watched": govuk.Look(
            why="Students are new to a workplace, and do not see its risks.",
            missing="Choose whether somebody looks after students",
            inline=True,
        ),
        "shown": govuk.Look(
            why="The law asks the host to tell them.",
            missing="Choose whether students are shown",
            inline=True,
        ),
        "helped": govuk.Look(
            why="Students must know whom to go to.",
            missing="Choose whether you know who helps",
            inline=True,
        ),
        "dangers": govuk.Look(
            why="These need somebody who knows them: we ask your hub.",
            missing="Choose whether there is anything that is not everyday",
            inline=True,
        ),
        "alone": govuk.Look(
            why="Only the hub says yes to that, whatever certificates people have.",
            missing="Choose whether one adult may be alone with one student",
            inline=True,
        ),
        "insurance_seen_until": govuk.Look(why="So that nobody has to ask the host again."),
    }

    def answers(self) -> dict[str, bool]:
        return {
            name: value == "yes"
            for name, value in self.cleaned_data.items()
            if name != "insurance_seen_until"
        }


def in_some_weeks() -> date:
    return clock.today() + USUAL_WAIT


class AskForCheck(govuk.Form):
    whom = forms.ChoiceField(
        label="Whom do you ask?",
        choices=[
            (HUB, "Our Careers Hub"),
            (ASSESSOR, "A specialist that looks at workplaces for schools"),
        ],
        widget=forms.RadioSelect,
    )
    assessor = forms.CharField(
        label="The specialist's name",
        help_text="If you ask one.",
        max_length=120,
        required=False,
    )
    email = forms.EmailField(label="The specialist's email address", max_length=254, required=False)
    wanted_by = govuk.DateField(label="By when do you need it?", initial=in_some_weeks)
    note = forms.CharField(
        label="What they should know",
        help_text="For example what worries you. Do not name students.",
        widget=forms.Textarea,
        max_length=500,
        required=False,
    )

    looks = {
        "whom": govuk.Look(
            why="The hub may know the workplace already.",
            missing="Choose whom you ask",
            small=True,
        ),
        "assessor": govuk.Look(
            why="Every school sees whose word it relies on.", autocomplete="organization"
        ),
        "email": govuk.Look(
            why="They get a link to write down what they find. They need no account.",
            autocomplete="off",
        ),
        "wanted_by": govuk.Look(
            why="We remind them, and tell you, the day after.", missing="Enter by when you need it"
        ),
        "note": govuk.Look(why="They read it with what the host says of the place.", rows=3),
    }

    def __init__(self, sent: Any = None, *, is_desk: bool = False) -> None:
        super().__init__(sent)
        if is_desk:
            # A hub has nobody but a specialist to ask.
            self.fields["whom"].widget = forms.HiddenInput()
            self.fields["whom"].initial = ASSESSOR


class Cannot(govuk.Form):
    words = forms.CharField(
        label="Why not?", widget=forms.Textarea, max_length=LONGEST_WORDS, required=True
    )

    looks = {
        "words": govuk.Look(
            why="Whoever asked you can then ask somebody else.", missing="Say why not", rows=2
        )
    }
