"""Where a shortlist's distances are measured from."""

from accounts import govuk
from placements.search.fields import PlaceField


class MeasureFrom(govuk.Form):
    says_optional = False

    near = PlaceField(
        label="Measure distances from",
        help_text="A postcode, such as SY1 1AA, or a town.",
        required=False,
    )

    looks = {
        "near": govuk.Look(
            why="How far it is decides for many students.", width=10, autocomplete="postal-code"
        )
    }
