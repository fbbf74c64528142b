"""The forms of what a student found: what the school writes, and what the employer says."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts import govuk, workplaces
from accounts.forms.fields import email_field
from accounts.models import RiskBand, Workplace, WorkplaceKind
from accounts.words import Sector
from placements.forms.booking import OnceField
from placements.forms.listing_practical import ClockField
from placements.forms.seen import with_answers
from placements.found_rules import Said, Written
from placements.self_found import LONGEST_COMMENT
from placements.words import DeclineReason, FoundThrough

NO_NAMES = "Do not name the student."
ALONE = [("no", "No, others are about"), ("yes", "Yes, at times")]


class WhatWasFound(govuk.Form):
    once = OnceField(required=False, initial=uuid4)
    employer = forms.CharField(label="Name of the employer", max_length=100)
    sector = forms.ChoiceField(
        label="What will the student do?", choices=[("", ""), *Sector.choices]
    )
    activities = forms.CharField(
        label="The work, day by day", widget=forms.Textarea, max_length=2000, help_text=NO_NAMES
    )
    why_it_fits = forms.CharField(
        label="Why does it fit what the student is interested in?",
        help_text=f"Not only that it was easy to get. {NO_NAMES}",
        widget=forms.Textarea,
        max_length=500,
    )
    found_through = forms.ChoiceField(
        label="How did the student find it?", choices=FoundThrough.choices, widget=forms.RadioSelect
    )
    year_group = forms.TypedChoiceField(
        label="Year group",
        choices=[(year, f"Year {year}") for year in (10, 11, 12, 13)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    first_day = govuk.DateField(label="First day")
    last_day = govuk.DateField(label="Last day")
    starts_at = ClockField(label="When does the day start?", required=False)
    ends_at = ClockField(label="When does the day end?", required=False)
    workplace_kind = forms.ChoiceField(
        label="What kind of workplace is it?",
        choices=WorkplaceKind.choices,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(label="Street address", max_length=250)
    town = forms.CharField(label="Town", max_length=80)
    postcode = forms.CharField(label="Postcode", max_length=8)
    contact_name = forms.CharField(label="Who at the employer agreed?", max_length=100)
    contact_email = forms.EmailField(label="Their email address", max_length=254)
    contact_phone = forms.CharField(
        label="Their telephone number", widget=forms.TelInput, max_length=30, required=False
    )

    looks = {
        "employer": govuk.Look(why="Parents read it.", missing="Enter the employer's name"),
        "sector": govuk.Look(
            why="It shows whether students find what they look for.",
            missing="Choose what the student will do",
        ),
        "activities": govuk.Look(
            why="The employer, parents and whoever checks the workplace read it.",
            missing="Write what the student will do",
        ),
        "why_it_fits": govuk.Look(
            why="What is merely at hand often teaches little.",
            missing="Say why it fits the student's interest",
            rows=3,
        ),
        "found_through": govuk.Look(
            why="Not every student has such ties: your school can see who gets what by them.",
            missing="Choose how the student found it",
            small=True,
        ),
        "year_group": govuk.Look(
            why="Law lets such work begin in Year 10.", missing="Choose the year group", inline=True
        ),
        "first_day": govuk.Look(
            why="The employer needs time to answer.", missing="Enter the first day"
        ),
        "last_day": govuk.Look(why="Papers must hold until then.", missing="Enter the last day"),
        "starts_at": govuk.Look(why="Parents agree to the hours.", width=10),
        "ends_at": govuk.Look(why="Parents agree to the hours.", width=10),
        "workplace_kind": govuk.Look(
            why="A home or a site is checked differently from an office.",
            missing="Choose the kind of workplace",
            small=True,
        ),
        "address": govuk.Look(why="Parents and the student must find it."),
        "town": govuk.Look(why="Parents and the student must find it.", width=20),
        "postcode": govuk.Look(why="It says which hub is near.", width=10),
        "contact_name": govuk.Look(
            why="Whoever said yes to the student is asked to confirm it.",
            missing="Enter who agreed",
            autocomplete="off",
        ),
        "contact_email": govuk.Look(
            why="We send them a link to confirm it. They need no account.",
            missing="Enter their email address",
            autocomplete="off",
        ),
        "contact_phone": govuk.Look(why="For the days themselves.", autocomplete="off", width=20),
    }

    def clean_postcode(self) -> str:
        """Beside its own field, what the verb would refuse for the whole."""
        asked = Workplace(postcode=self.cleaned_data["postcode"])
        workplaces.place(asked)
        return asked.postcode

    def start_anew(self) -> None:
        """From here on it is a form of its own, that was not sent yet."""
        self.data = with_answers(self.data, once=str(uuid4()))

    @property
    def workplace(self) -> Workplace:
        told = self.cleaned_data
        return Workplace(
            name=told["employer"],
            kind=told["workplace_kind"],
            address=told["address"],
            town=told["town"],
            postcode=told["postcode"],
        )

    @property
    def written(self) -> Written:
        others = ("once", "workplace_kind", "address", "town", "postcode")
        told = {name: value for name, value in self.cleaned_data.items() if name not in others}
        return Written(**told)


class AskElsewhere(govuk.Form):
    email = email_field("What is the employer's email address?")

    looks = {
        "email": govuk.Look(
            why="We send them a new link to confirm it. They need no account.",
            missing="Enter their email address",
            autocomplete="off",
            width=30,
        )
    }


class SayYes(govuk.Form):
    supervision = forms.CharField(
        label="Who looks after the student?",
        help_text="Roles, not names. For example, the shift manager.",
        widget=forms.Textarea,
        max_length=1000,
    )
    risk_band = forms.ChoiceField(
        label="How risky is the work there?", choices=RiskBand.choices, widget=forms.RadioSelect
    )
    lone_adult = forms.TypedChoiceField(
        label="Will one adult be alone with the student?",
        choices=ALONE,
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    insurer = forms.CharField(label="Employers' liability insurer", max_length=120, required=False)
    insured_until = govuk.DateField(label="Insured until", required=False)
    agrees = forms.BooleanField(label="We agree to all of this")
    may_be_offered = forms.BooleanField(
        label="The Careers Hub may learn of us, and write to us about other schools",
        required=False,
    )

    looks = {
        "supervision": govuk.Look(
            why="Parents are told.", missing="Say who looks after the student", rows=3
        ),
        "risk_band": govuk.Look(
            why="It says how much the school must find out first.",
            missing="Choose how risky the work is",
            small=True,
        ),
        "lone_adult": govuk.Look(
            why="To keep students safe, and the adult too.",
            missing="Choose whether one adult will be alone with the student",
            small=True,
        ),
        "insurer": govuk.Look(why="Most policies cover students on work experience."),
        "insured_until": govuk.Look(why="It must hold until the last day."),
        "agrees": govuk.Look(
            why="The school and parents rely on it.", missing="Tick the box if you agree"
        ),
        "may_be_offered": govuk.Look(
            why="Other students may find a place with you. You can say no to each of them."
        ),
    }

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent, prefix="yes")

    @property
    def said(self) -> Said:
        return Said(
            **{name: value for name, value in self.cleaned_data.items() if name != "agrees"}
        )


class SayNo(govuk.Form):
    reason = forms.ChoiceField(
        label="Why not?", choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label="What the school should know",
        widget=forms.Textarea,
        max_length=LONGEST_COMMENT,
        required=False,
    )

    looks = {
        "reason": govuk.Look(
            why="The school can help the student to look elsewhere.",
            missing="Choose why not",
            small=True,
        ),
        "comment": govuk.Look(why="A kind word helps the student.", rows=2),
    }

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent, prefix="no")
