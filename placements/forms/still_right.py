"""The form on which a provider says at which of many workplaces a listing is over."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from accounts import govuk
from accounts.models import WorkplaceKind
from placements.models import Placement


def _where(site: Placement) -> str:
    """Two branches in one town may have one name; the postcode of a home is not for a mail's link."""
    workplace = site.workplace
    if workplace is None or workplace.kind == WorkplaceKind.PRIVATE_HOME:
        return str(workplace or "Online")
    return f"{workplace}, {workplace.postcode}"


class WhereItIsOver(govuk.Form):
    """Of one text, whose number it bears: the row that stands for it may be another by the time."""

    over = forms.MultipleChoiceField(
        label="At which of them is it over?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Somebody has answered for one of these meanwhile. Choose again."
        },
    )

    looks = {
        "over": govuk.Look(
            why="It pauses there, and bookings stand. The others you confirm with the same click.",
            missing="Choose the workplaces at which it is over",
            size="s",
            small=True,
        )
    }

    def __init__(
        self, text: UUID, sites: Iterable[Placement], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, prefix=str(text))
        self.fields["over"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (str(site.pk), _where(site)) for site in sites
        ]

    @classmethod
    def ticked(cls, data: Mapping[str, Any]) -> list[str]:
        """The texts of which something is chosen."""
        return [name.removesuffix("-over") for name in data if name.endswith("-over")]

    @property
    def chosen(self) -> set[UUID]:
        return {UUID(one) for one in self.cleaned_data["over"]}
