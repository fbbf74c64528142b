"""The forms of a listing: one for each section, made of the questions that it holds."""

from typing import Any, cast

from django import forms

from accounts import govuk, phrases
from placements import bar, revisions
from placements.forms.listing_practical import GROUPS, STUDENTS, HowItHappens
from placements.forms.listing_what import WhatItIs
from placements.models import Placement
from placements.sections import Section, field_named
from placements.words import Criterion, Kind, Mode

# A refusal's code to the question beside which it is said.
BESIDE = {
    "years_not_in_order": "year_to",
    "hours_not_in_order": "ends_at",
    "day_too_long": "ends_at",
    "groups_not_in_order": "fewest_places_per_school",
    "groups_have_no_cap": "most_places_per_school",
    "counted_otherwise": "counted_in",
    "below_booked": "largest_group",
    "closes_before_it_opens": "closes_days_before",
    "opens_too_late": "closes_days_before",
    "opens_after_release": "opens_days_before",
    "not_your_workplace": "workplace",
    "workplace_full": "workplace",
    "has_sites": "mode",
}

_KIND_HINTS = {
    "talk": "An hour at a school or on a screen. A good first step.",
    "mentoring": "A few students, a few meetings.",
    "visit": "Students see where you work, for part of a day or several.",
    "project": "You set a task from your own work, and say what you think of the results.",
    "shadowing": "A student follows somebody through their day.",
    "short_placement": "From Year 10.",
    "week_placement": "From Year 10.",
    "extended_placement": "From Year 10.",
    "t_level": "At least 315 hours. After Year 11.",
    "supported": "Longer, with a job coach, for students with a plan for their needs.",
}


class WhichKind(govuk.Form):
    """The first page: what it is at all. Every other page follows from it."""

    kind = forms.ChoiceField(
        label="What can you offer?", choices=Kind.choices, widget=forms.RadioSelect
    )
    mode = forms.ChoiceField(
        label="Does it happen in person?", choices=Mode.choices, widget=forms.RadioSelect
    )

    looks = {
        "kind": govuk.Look(
            why="Every offer helps, and a small one needs only a few questions.",
            missing="Choose what you can offer",
            choice_hints=_KIND_HINTS,
            size="m",
        ),
        "mode": govuk.Look(
            why="Virtual offers reach schools all over England.",
            missing="Choose whether it happens in person",
            size="m",
        ),
    }

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class SectionForm(WhatItIs, HowItHappens):
    """One page of a listing, with the answers so far.

    `finishing` is false when somebody saves to come back later: then nothing need be
    answered, but what is answered must make sense.
    """

    looks = {**WhatItIs.looks, **HowItHappens.looks}

    def __init__(
        self,
        placement: Placement,
        section: Section,
        data: Any = None,
        *,
        finishing: bool = True,
    ) -> None:
        self.section = section
        self.proposed = revisions.as_proposed(placement)
        super().__init__(data, initial=_answers_of(self.proposed, section))
        self._keep_questions(finishing=finishing)
        if "workplace" in self.fields:
            chosen = cast("forms.ModelChoiceField[Any]", self.fields["workplace"])
            chosen.queryset = placement.provider.workplaces.active().order_by("name", "pk")

    def _keep_questions(self, *, finishing: bool) -> None:
        kept = [*self.section.fields]
        if "criteria" in kept:
            kept += [name for name in self.fields if name.startswith("how_")]
        if "largest_group" in kept:
            kept.insert(kept.index("largest_group"), "counted_in")
        self.fields = {name: self.fields[name] for name in kept}
        needed = bar.needed(self.proposed)
        if "criteria" in kept and (least := bar.criteria_needed(self.proposed)):
            needed.add("criteria")
            self.fields["criteria"].help_text = _at_least(least)
        for name, field in self.fields.items():
            field.required = finishing and (name in needed or _never_empty(name))

    @property
    def values(self) -> dict[str, Any]:
        """The answers as the listing keeps them."""
        asked = (name for name in self.section.fields if name in self.cleaned_data)
        values = {name: self.cleaned_data[name] for name in asked}
        if "criteria" in values:
            values["criteria"] = self.criteria_met()
        return {
            name: value
            for name, value in values.items()
            if value is not None or field_named(name).null
        }

    def finish(self) -> bool:
        """Whether the page meets the bar; what does not is said beside its question."""
        for name, value in self.values.items():
            setattr(self.proposed, name, value)
        for short in bar.shortcomings(self.proposed):
            if short.section == self.section.code and short.field in self.fields:
                self.add_error(short.field, forms.ValidationError(short.words, code=short.code))
        return self.is_valid()


def _at_least(criteria: tuple[Criterion, ...]) -> str:
    names = phrases.joined(f"“{criterion.label}”" for criterion in criteria)
    return f"Tick what you can promise; schools see it. An offer of this kind has at least {names}."


def _never_empty(name: str) -> bool:
    return name in ("counted_in", "opens_days_before", "closes_days_before")


def _answers_of(placement: Placement, section: Section) -> dict[str, Any]:
    answers = {name: getattr(placement, name) for name in section.fields}
    if "criteria" in answers:
        criteria: dict[str, str] = answers["criteria"]
        answers["criteria"] = list(criteria)
        answers |= {f"how_{code}": how for code, how in criteria.items()}
    if "largest_group" in answers:
        answers["counted_in"] = GROUPS if answers["largest_group"] else STUDENTS
    return answers


def form_for(
    placement: Placement, section: Section, data: Any = None, *, finishing: bool = True
) -> WhichKind | SectionForm:
    if section.code == "kind":
        return WhichKind(data, initial={"kind": placement.kind, "mode": placement.mode})
    return SectionForm(placement, section, data, finishing=finishing)
