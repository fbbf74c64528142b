"""The forms on which a broker finds an employer, or writes one down."""

from django import forms

from accounts import govuk
from accounts.models import (
    Organisation,
    OrganisationKind,
    Ownership,
    RiskBand,
    SizeBand,
    Workplace,
    WorkplaceKind,
)
from accounts.words import Sector
from placements.forms.listing import WhichKind


class EmployerNamed(govuk.Form):
    name = forms.CharField(label="Name of the employer", max_length=150)

    looks = {
        "name": govuk.Look(why="They may be on the marketplace already.", missing="Enter a name")
    }


class WriteFor(WhichKind):
    """What they offer, and who there will confirm it."""

    confirm_with = forms.EmailField(label="Who at the employer will confirm it?", max_length=254)

    looks = {
        **WhichKind.looks,
        "confirm_with": govuk.Look(
            why="We send a link there once you have written the listing. Nothing is published without their yes.",
            missing="Enter the email address of somebody at the employer",
            autocomplete="off",
            size="m",
        ),
    }


class WhereTheyWork(govuk.Form):
    workplace_name = forms.CharField(
        label="Name of the workplace", max_length=120, help_text="For example, Main bakery."
    )
    workplace_kind = forms.ChoiceField(
        label="What kind of workplace is it?",
        choices=WorkplaceKind.choices,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(label="Street address", max_length=250)
    town = forms.CharField(label="Town", max_length=80)
    postcode = forms.CharField(label="Postcode", max_length=8)
    risk_band = forms.ChoiceField(
        label="How risky is the work there?", choices=RiskBand.choices, widget=forms.RadioSelect
    )
    lone_adult = forms.BooleanField(
        label="The same adult may be alone with the same student", required=False
    )

    looks = {
        "workplace_name": govuk.Look(why="Employers with several can be told apart."),
        "workplace_kind": govuk.Look(
            why="Somebody's home is published only after a broker's decision.",
            missing="Choose the kind of workplace",
        ),
        "address": govuk.Look(why="Schools with a booking need to find it."),
        "town": govuk.Look(why="Everybody sees the town, and no more of the address."),
        "postcode": govuk.Look(why="Schools search by distance.", width=10),
        "risk_band": govuk.Look(
            why="The more there is to know, the more a school must ask.",
            missing="Choose how risky the work is",
        ),
        "lone_adult": govuk.Look(why="It is published only after a broker's decision."),
    }

    @property
    def workplace(self) -> Workplace:
        given = self.cleaned_data
        return Workplace(
            name=given["workplace_name"],
            kind=given["workplace_kind"],
            address=given["address"],
            town=given["town"],
            postcode=given["postcode"],
            risk_band=given["risk_band"],
            lone_adult=given["lone_adult"],
        )


class NewEmployer(WhereTheyWork):
    name = forms.CharField(label="Name of the employer", max_length=150)
    ownership = forms.ChoiceField(
        label="What kind of organisation is it?",
        choices=Ownership.choices,
        widget=forms.RadioSelect,
    )
    size_band = forms.ChoiceField(
        label="How many people work there?", choices=[("", ""), *SizeBand.choices]
    )
    sector = forms.ChoiceField(label="Main sector", choices=[("", ""), *Sector.choices])

    field_order = ("name", "ownership", "size_band", "sector")
    looks = {
        **WhereTheyWork.looks,
        "name": govuk.Look(why="Schools see it.", missing="Enter a name"),
        "ownership": govuk.Look(why="Hubs want all kinds of employers to take part."),
        "size_band": govuk.Look(why="Small employers are easily overlooked."),
        "sector": govuk.Look(why="Hubs see which sectors are missing."),
    }

    @property
    def organisation(self) -> Organisation:
        given = self.cleaned_data
        return Organisation(
            kind=OrganisationKind.EMPLOYER,
            name=given["name"],
            ownership=given["ownership"],
            size_band=given["size_band"],
            sector=given["sector"],
        )
