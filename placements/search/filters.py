"""What can be asked: the parameters, what each accepts, and which placements it keeps."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet, MultipleChoiceFilter

from accounts import govuk
from accounts.govuk.dates import BOXES
from accounts.phrases import plural
from accounts.words import YEAR_GROUPS, Sector
from placements.models import Placement
from placements.search.fields import CodesField, IdentifiersField, PlaceField
from placements.search.question import Question
from placements.search.words import Words, understood
from placements.words import Adjustment, Kind, Mode

Chosen = dict[str, Any]

TRUE_OR_FALSE = [("true", "Yes"), ("false", "No")]
DATES = ("from", "to")
# After the words, the place and the distance, as on the page.
DATES_FROM = 3
DISTANCES = (1, 3, 5, 10, 15, 25, 50, 100)
USUAL_MILES = 10.0
USUAL_LIMIT = 20
MOST_MILES, MOST_PLACES, MOST_DAYS = 500, 1000, 365
SORTS = [
    ("relevance", "Best match"),
    ("distance", "Nearest first"),
    ("soonest", "Soonest dates first"),
    ("rating", "Best rated first"),
    ("newest", "Newest first"),
    ("fair", "In turn, a new order each day"),
]


class Place(Filter):
    field_class = PlaceField


class Number(Filter):
    field_class = forms.FloatField


class WholeNumber(Filter):
    field_class = forms.IntegerField


class Day(Filter):
    field_class = govuk.DateField


class Codes(Filter):
    field_class = CodesField


class Identifiers(Filter):
    field_class = IdentifiersField


class AnyOf(MultipleChoiceFilter):
    """Several choices of one list."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(
            choices=choices, widget=forms.CheckboxSelectMultiple, method="as_given", **options
        )


class SearchForm(govuk.Form):
    """How the filters look on the page, and the rules between two of them."""

    says_optional = False
    looks: ClassVar[Mapping[str, govuk.Look]] = {
        "near": govuk.Look(autocomplete="postal-code", width=20),
        "places": govuk.Look(width=3),
        "days_max": govuk.Look(width=3, suffix="days"),
        "mode": govuk.Look(small=True),
        "kind": govuk.Look(small=True),
        "sector": govuk.Look(small=True),
        "year_group": govuk.Look(small=True),
        "adjustments": govuk.Look(small=True),
        "badge": govuk.Look(small=True),
    }

    def clean(self) -> Chosen:
        chosen: Chosen = self.cleaned_data
        if "within" in chosen:
            chosen["within"] = chosen["within"] or USUAL_MILES
        first, last = chosen.get("from"), chosen.get("to")
        if first and last and last < first:
            self.add_error(
                "to", ValidationError("The last day must be after the first.", code="invalid")
            )
        if chosen.get("sort") == "distance" and "near" in chosen and not chosen["near"]:
            self.add_error(
                "sort",
                ValidationError("Say near which place, to have the nearest first.", code="invalid"),
            )
        return chosen


class PlacementSearch(FilterSet):
    """The public search. Parameters combine with *and*, a repeated one means *or* within it."""

    q = CharFilter(label="Words", max_length=200, method="as_given")
    near = Place(label="Near", help_text="A postcode or town", max_length=60, method="as_given")
    within = Number(
        label="Within",
        min_value=0.1,
        max_value=MOST_MILES,
        method="as_given",
        widget=forms.Select(choices=[(miles, plural(miles, "mile")) for miles in DISTANCES]),
    )
    places = WholeNumber(
        label="Places needed", min_value=1, max_value=MOST_PLACES, method="as_given"
    )
    mode = AnyOf(Mode.choices, label="How it happens")
    self_paced = ChoiceFilter(
        label="At the student's own pace", choices=TRUE_OR_FALSE, method="as_given"
    )
    kind = AnyOf(Kind.choices, label="Kind")
    year_group = AnyOf(
        [(str(year), f"Year {year}") for year in YEAR_GROUPS],
        label="Year group",
    )
    sector = AnyOf(Sector.choices, label="Sector")
    days_max = WholeNumber(
        label="Days at most", min_value=1, max_value=MOST_DAYS, method="as_given"
    )
    adjustments = AnyOf(
        Adjustment.choices,
        label="Adjustments offered",
    )
    badge = Codes(label="Badges", method="as_given")
    rating_min = Number(label="Rated at least", min_value=1, max_value=5, method="as_given")
    provider = Identifiers(label="Provider", method="as_given")
    hub = Identifiers(label="Careers Hub", method="as_given")
    sort = ChoiceFilter(label="Sort by", choices=SORTS, method="as_given")
    limit = WholeNumber(
        label="On one page", min_value=1, max_value=100, method="as_given", widget=forms.HiddenInput
    )
    cursor = CharFilter(label="Page", max_length=1500, method="as_given", widget=forms.HiddenInput)
    facets = ChoiceFilter(
        label="With counts", choices=TRUE_OR_FALSE, method="as_given", widget=forms.HiddenInput
    )

    class Meta:
        model = Placement
        fields: ClassVar[list[str]] = []
        form = SearchForm

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        # The language keeps the word `from` to itself, so that it cannot be an attribute.
        declared = list(super().get_filters().items())
        dates = [(name, Day(label=name.title(), method="as_given")) for name in DATES]
        return dict([*declared[:DATES_FROM], *dates, *declared[DATES_FROM:]])

    @property
    def chosen(self) -> Chosen:
        """What was asked, understood; only of a search that is valid."""
        asked: Chosen = self.form.cleaned_data
        return asked

    @property
    def parameters(self) -> set[str]:
        """Every name that an address may hold, the three boxes of a date included."""
        boxes = {f"{name}_{box}" for name in DATES for box in BOXES}
        return {*self.filters, *boxes}

    @property
    def unknown(self) -> list[str]:
        """What was asked and is no filter of ours."""
        return sorted(set(self.data) - self.parameters)

    @cached_property
    def words(self) -> Words:
        """The words asked for, understood once for the page, its total and every count."""
        return understood(self.chosen["q"])

    @cached_property
    def question(self) -> Question:
        """What was asked, as the search rows are asked."""
        return Question(self.chosen, self.words.condition if self.chosen["q"] else None)

    def as_given(self, kept: QuerySet[Placement], name: str, value: object) -> QuerySet[Placement]:
        """Filters only understand here: what they ask of rows is `placements.search.question`."""
        return kept
