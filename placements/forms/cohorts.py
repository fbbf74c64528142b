"""The forms of booking for a cohort: who goes, and how many to each of the dates."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk, phrases, words
from placements.booking_rules import LONGEST_NOTE
from placements.cohorts import LONGEST_NAME, Group, Line
from placements.forms.booking import MOST_PLACES, NO_NAMES, OnceField
from placements.forms.seen import SeenDay, days_of, with_answers
from placements.models import Cohort, Placement, PriorityRule, Slot
from placements.models.cohorts import MOST_STUDENTS
from placements.priority import COUNTED_FOR_ANOTHER
from placements.words import Adjustment

ALL, SOME, WAIT = "all", "some", "wait"
PREFIX = "places-"
# Which question a refusal of the verb concerns.
CONCERNS = {"no_name": "name", "students": "students"}
A_LINE = govuk.Look(width=3, inputmode="numeric")
COUNTED = govuk.Look(
    why="So many of the places that are kept for them can be yours. Hosts see how many kept places"
    " are left, and not who has them.",
    width=4,
    inputmode="numeric",
)


class WhoGoes(govuk.Form):
    once = OnceField(required=False, initial=uuid4)
    name = forms.CharField(
        label="What do you call this cohort?",
        help_text=f"For example Year 10, summer term. {NO_NAMES}",
        max_length=LONGEST_NAME,
    )
    students = forms.IntegerField(
        label="How many students want a place?", min_value=1, max_value=MOST_STUDENTS
    )
    year_group = forms.TypedChoiceField(
        label="Which year group are they in?",
        widget=forms.RadioSelect,
        coerce=int,
    )

    looks = {
        "name": govuk.Look(
            why="You find its bookings together under this name. Hosts do not see it.",
            missing="Enter what you call this cohort",
            width=20,
        ),
        "students": govuk.Look(
            why="We show how many of them have a place, and how many are still without.",
            missing="Enter how many students want a place",
            width=4,
            inputmode="numeric",
        ),
        "year_group": govuk.Look(
            why="Some work is only allowed, or only suitable, from a certain age.",
            missing="Choose a year group",
            inline=True,
            small=True,
        ),
    }

    def __init__(
        self,
        slots: Iterable[Slot],
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        asks_about: Iterable[PriorityRule] = (),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.rules = {f"counted-{rule.pk}": rule for rule in asks_about}
        for name, rule in self.rules.items():
            self.fields[name] = forms.IntegerField(
                label=f"How many of them are {rule}?",
                help_text="Only count them. Leave this empty if there are none, or you do not know.",
                min_value=0,
                max_value=MOST_STUDENTS,
                required=False,
            )
        self.looks = {**self.looks, **dict.fromkeys(self.rules, COUNTED)}  # type: ignore[misc]  # all are alike
        self.order_fields(["once", "name", "students", *self.rules])
        taken = {year for slot in slots for year in slot.placement.year_groups}
        years = self.fields["year_group"]
        assert isinstance(years, forms.TypedChoiceField)  # noqa: S101 -- for the type checker.
        years.choices = [(year, f"Year {year}") for year in sorted(taken or words.YEAR_GROUPS)]

    def clean(self) -> None:
        students = self.cleaned_data.get("students")
        for name in self.rules:
            if name not in self.data:
                # A host has chosen another rule since the page was shown.
                self.add_error(name, ValidationError(COUNTED_FOR_ANOTHER, code="stale"))
            elif students and (self.cleaned_data.get(name) or 0) > students:
                self.add_error(name, f"They cannot be more than the {students} who want a place.")

    @property
    def counted(self) -> dict[int, int]:
        return {rule.pk: self.cleaned_data[name] or 0 for name, rule in self.rules.items()}


class ShareOut(govuk.Form):
    """Lets us fill in the numbers. It stands above the form that books, and only asks."""

    students = forms.IntegerField(
        label="How many students are still without a place?", min_value=1, max_value=MOST_STUDENTS
    )

    looks = {
        "students": govuk.Look(
            why="We share them out over the dates below, the soonest first.",
            missing="Enter how many students are without a place",
            width=4,
            inputmode="numeric",
        )
    }

    def __init__(self, data: Mapping[str, Any] | None, *, without: int | None) -> None:
        super().__init__(
            data if data and "students" in data else None,
            initial={"students": without},
            auto_id="share_%s",
        )


class HowToBook(govuk.Form):
    together = forms.ChoiceField(
        label="What if something cannot be booked?",
        choices=[
            (ALL, "Book all of these dates or none"),
            (SOME, "Book as many as possible"),
            (WAIT, "Book as many as possible, and wait for the others"),
        ],
        widget=forms.RadioSelect,
    )
    adjustments = forms.MultipleChoiceField(
        label="Adjustments that would help",
        help_text="Choose any that somebody in the cohort needs.",
        choices=Adjustment.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label="What the hosts should know",
        help_text=f"All of them read the same words. {NO_NAMES}",
        widget=forms.Textarea,
        max_length=LONGEST_NOTE,
        required=False,
    )

    looks = {
        "together": govuk.Look(
            why="Places may be taken while you fill this in.",
            missing="Choose what to do if something cannot be booked",
            small=True,
            choice_hints={
                ALL: "If one date fails, nothing is booked, and you can change your numbers.",
                SOME: "You see which dates could not be booked, and why.",
                WAIT: "Where there are too few places, your group joins the waiting list. We email"
                " you when its places fall free.",
            },
        ),
        "adjustments": govuk.Look(
            why="Hosts can say at once what they can offer, and prepare it.", small=True
        ),
        "note": govuk.Look(why="It helps them to say yes, and to plan the days.", rows=3),
    }


class HowMany(govuk.Form):
    """A line for each of the dates, in the order of their placements."""

    says_optional = False

    def __init__(
        self,
        slots: Iterable[Slot],
        data: Mapping[str, Any] | None = None,
        *,
        filled: Mapping[UUID, object] | None = None,
    ) -> None:
        self.slots = {_name(slot): slot for slot in slots}
        super().__init__(data, initial={PREFIX + str(pk): n for pk, n in (filled or {}).items()})
        # Those whose dates have moved since the page showed them.
        self.moved: list[UUID] = []
        for name, slot in self.slots.items():
            for day, shown in days_of(slot).items():
                self.fields[_day(day, slot.pk)] = SeenDay()
                self.initial[_day(day, slot.pk)] = shown
            self.fields[name] = forms.IntegerField(
                label=phrases.date_range(slot.starts_on, slot.ends_on),
                help_text=_about(slot),
                required=False,
                min_value=0,
                max_value=MOST_PLACES,
            )
        self.looks = dict.fromkeys(self.slots, A_LINE)  # type: ignore[misc]  # all are alike

    @property
    def by_placement(self) -> Iterator[tuple[Placement, list[Any]]]:
        for placement, named in groupby(self.slots.items(), lambda one: one[1].placement):
            yield placement, [self[name] for name, _ in named]

    @property
    def lines(self) -> list[Line]:
        typed = ((slot, self.cleaned_data.get(name)) for name, slot in self.slots.items())
        return [Line(slot, places, **self._seen(slot)) for slot, places in typed if places]

    def _seen(self, slot: Slot) -> dict[str, Any]:
        return {day: self.cleaned_data[_day(day, slot.pk)] for day in days_of(slot)}

    @property
    def has_vanished(self) -> bool:
        """Whether places were wanted on dates that the page had and that are offered no more."""
        there = {slot.pk for slot in self.slots.values()}
        wanted = {pk for pk, typed in named_in(self.data).items() if typed not in ("", "0")}
        return bool(wanted - there)

    def put_back(self, refusal: ValidationError) -> list[ValidationError]:
        """Show beside each line why it failed; give back what concerns who goes."""
        if not hasattr(refusal, "error_dict"):
            ours = [one for one in refusal.error_list if one.code not in CONCERNS]
            for error in ours:
                self.add_error(next(iter(self.slots)) if error.code == "empty" else None, error)
            return [one for one in refusal.error_list if one not in ours]
        for pk, errors in refusal.error_dict.items():
            name = PREFIX + pk
            label = self.fields[name].label
            for error in errors:
                self.add_error(name, f"{label}: {error.messages[0]}")
                self.moved += [UUID(pk)] if error.code == "dates_changed" else []
        return []

    def look_again(self) -> None:
        """Show dates that have moved as they are now: sent once more, the form says yes to them."""
        for slot in Slot.objects.filter(pk__in=self.moved) if self.moved else ():
            self.fields[_name(slot)].label = phrases.date_range(slot.starts_on, slot.ends_on)
            now = {_day(day, slot.pk): str(shown) for day, shown in days_of(slot).items()}
            self.data = with_answers(self.data, **now)


def named_in(data: Mapping[str, Any]) -> dict[UUID, str]:
    """What was typed for each of the dates that the form had."""
    typed = {}
    for name, value in data.items():
        if name.startswith(PREFIX):
            try:
                typed[UUID(name.removeprefix(PREFIX))] = str(value).strip()
            except ValueError:
                continue
    return typed


def group_of(who: WhoGoes, how: HowToBook) -> Group:
    return Group(
        name=who.cleaned_data["name"],
        students=who.cleaned_data["students"],
        year_group=who.cleaned_data["year_group"],
        adjustments=how.cleaned_data["adjustments"],
        note=how.cleaned_data["note"],
        priority_students=who.counted,
    )


def as_described(cohort: Cohort) -> dict[str, Any]:
    return {"name": cohort.name, "students": cohort.students, "year_group": cohort.year_group}


def _name(slot: Slot) -> str:
    return f"{PREFIX}{slot.pk}"


def _day(name: str, slot: UUID) -> str:
    return f"{name}-{slot}"


def _about(slot: Slot) -> str:
    left = f"{slot.what_is_left} left"
    if slot.is_full:
        left = "None left for all schools" if slot.kept_now else "full"
    opens = "" if slot.is_open_to_all else slot.when_it_opens.rstrip(".")
    return ". ".join(said for said in (left, slot.note, opens, slot.why_kept) if said)
