"""Who came: a line for each student whom one may know by name, and a number for the others."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk, phrases
from accounts.govuk import Look
from placements.models import NamedStudent
from ratings.attendance import Called, Register
from ratings.words import WAS_THERE, Presence

PREFIX = "student-"
OTHERS = "others"


class WhoCame(govuk.Form):
    looks = {
        OTHERS: Look(
            why="Places that were booked and not used could have gone to others.",
            missing="Enter how many came",
            width=4,
            inputmode="numeric",
        )
    }

    def __init__(
        self,
        register: Register,
        data: Mapping[str, Any] | None = None,
        *,
        hosts: bool,
        came: int | None,
    ) -> None:
        """`came`: how many, where it has been said already."""
        super().__init__(data)
        there = 0
        self.students = {f"{PREFIX}{one.pk}": one for one in register.known}
        for name, student in self.students.items():
            how = _said_of(student, hosts=hosts)
            there += how in WAS_THERE
            self.fields[name] = forms.ChoiceField(
                label=student.name,
                choices=Presence.choices,
                initial=how,
                widget=forms.Select,
            )
        if register.others:
            self.fields[OTHERS] = forms.IntegerField(
                label=_asks_for(register),
                min_value=0,
                max_value=register.others,
                initial=register.others if came is None else max(came - there, 0),
            )

    def called(self) -> Called:
        given = self.cleaned_data
        absent = {
            student.pk: given[name]
            for name, student in self.students.items()
            if given[name] != Presence.CAME
        }
        return Called(absent, given.get(OTHERS, 0))

    def put_back(self, refusal: ValidationError) -> None:
        """Beside the number where there is one, and else beside the last student."""
        self.add_error(next(reversed(self.fields), None), refusal)


def _said_of(student: NamedStudent, *, hosts: bool) -> str:
    """As that side knows it: what its school wrote of a student is no matter of the host."""
    said = getattr(student, "attendance", None)
    return (said and (said.host_said if hosts else said.how)) or Presence.CAME


def _asks_for(register: Register) -> str:
    students = "other student" if register.known else "student"
    return f"How many of the {phrases.plural(register.others, students)} came?"
