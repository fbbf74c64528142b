"""The forms of naming students and asking their parents."""

from django import forms

from accounts import govuk
from placements.words import ConsentAnswer, ConsentRefusal

# As many as the most places of a slot, each with its line.
LONGEST_LIST = 20_000
YES_OR_NO = [(ConsentAnswer.YES, "Yes"), (ConsentAnswer.NO, "No")]


class Names(govuk.Form):
    lines = forms.CharField(
        label="Add students",
        help_text="One a line: the first name, and the first letter of the surname. For example"
        " Aisha K. If you paste whole surnames, we keep their first letter only.",
        widget=forms.Textarea,
        max_length=LONGEST_LIST,
    )

    looks = {
        "lines": govuk.Look(
            why="The host greets people by name, and needs no more than this.",
            missing="Write at least one name",
            rows=6,
        )
    }


class AskByMail(govuk.Form):
    email = forms.EmailField(label="Email address of a parent or carer", max_length=254)

    looks = {
        "email": govuk.Look(
            why="We send one mail with a link, and wipe the address once they have answered.",
            missing="Enter an email address",
            autocomplete="off",
        )
    }


class Answer(govuk.Form):
    """What a parent says. No name is asked for: the link was given to them."""

    answer = forms.ChoiceField(
        label="Do you agree?",
        choices=[
            (ConsentAnswer.YES, "Yes, I agree"),
            (ConsentAnswer.NO, "No, I do not agree"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label="If you say no, why?",
        choices=ConsentRefusal.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    looks = {
        "answer": govuk.Look(
            why="Students under 18 need the agreement of a parent or carer.",
            missing="Choose yes or no",
        ),
        "reason": govuk.Look(why="The school can often put right what worries you.", small=True),
    }


class Paper(govuk.Form):
    answer = forms.ChoiceField(
        label="What did they say?", choices=YES_OR_NO, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label="If they said no, why?",
        choices=ConsentRefusal.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    signed_on = govuk.DateField(label="When did they sign?")

    looks = {
        "answer": govuk.Look(
            why="It counts as their answer. Keep the paper at school.",
            missing="Choose yes or no",
        ),
        "reason": govuk.Look(why="You can often put right what worries them.", small=True),
        "signed_on": govuk.Look(
            why="It is kept with your name, as the record of who saw it.",
            missing="Enter the day on which they signed",
        ),
    }
