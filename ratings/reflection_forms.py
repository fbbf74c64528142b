"""What a student is asked afterwards, in words for a 14-year-old on a telephone."""

from django import forms

from accounts import govuk
from accounts.govuk import Look
from ratings.models.reflections import LONGEST
from ratings.reflections import Said
from ratings.words import IN_PLAIN_WORDS, AimsMet, ChangedMind

NOT_AT_ALL_TO_VERY = [
    ("1", "1: not at all"),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", "5: very"),
]
NO_NAMES = "Do not write anybody's name, nor your own."


def words(label: str, *, hint: str = NO_NAMES, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, help_text=hint, required=required, widget=forms.Textarea
    )


def from_one_to_five(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=NOT_AT_ALL_TO_VERY, coerce=int, widget=forms.RadioSelect
    )


class Reflect(govuk.Form):
    did = words("What did you do?")
    met = words("Whom did you meet?", hint="Say what they do, not who they are.", required=False)
    learned = words("What did you learn?")
    interest_before = from_one_to_five("Before it: how interested were you in this work?")
    interest_after = from_one_to_five("Now: how interested are you in this work?")
    confidence_before = from_one_to_five("Before it: how sure of yourself were you?")
    confidence_after = from_one_to_five("Now: how sure of yourself are you?")
    changed_mind = forms.ChoiceField(
        label="Has it changed your mind?", choices=ChangedMind.choices, widget=forms.RadioSelect
    )
    aims_met = forms.ChoiceField(
        label="Did you reach the aims that you had set yourself?",
        choices=AimsMet.choices,
        widget=forms.RadioSelect,
    )
    criteria = forms.MultipleChoiceField(
        label="What is true of it?",
        help_text="Choose all that are.",
        choices=[(str(one.value), said) for one, said in IN_PLAIN_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    looks = {
        "did": Look(
            why="Writing it down helps you to tell others about it, in an interview for example.",
            missing="Say what you did",
            rows=3,
        ),
        "met": Look(why="Jobs that you had not heard of count most.", rows=3),
        "learned": Look(
            why="Your school talks with you about it.", missing="Say what you learned", rows=3
        ),
        "interest_before": Look(
            why="Both answers together show what it did for you.",
            missing="Choose how interested you were before it",
            small=True,
        ),
        "interest_after": Look(
            why="It is set beside the answer above.",
            missing="Choose how interested you are now",
            small=True,
        ),
        "confidence_before": Look(
            why="Many say that they grew surer of themselves. We want to know if that is so.",
            missing="Choose how sure of yourself you were before it",
            small=True,
        ),
        "confidence_after": Look(
            why="It is set beside the answer above.",
            missing="Choose how sure of yourself you are now",
            small=True,
        ),
        "changed_mind": Look(
            why="To find out what you do not want is worth as much.",
            missing="Choose whether it has changed your mind",
            small=True,
        ),
        "aims_met": Look(
            why="Your school can help you with what is still open.",
            missing="Choose whether you reached your aims",
            small=True,
        ),
        "criteria": Look(
            why="These seven make a placement a meaningful one. You know best which of them it had.",
            small=True,
        ),
    }

    def said(self) -> Said:
        return Said(**self.cleaned_data)


class Code(govuk.Form):
    code = forms.CharField(label="Your code", help_text="It stands on your sheet.", max_length=40)

    looks = {
        "code": Look(
            why="It is how we know which placement you were at.",
            missing="Enter your code",
            autocomplete="off",
            width=20,
        )
    }
