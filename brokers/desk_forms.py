"""What a desk says of itself, what the national team draws, and where somebody's hub is."""

from typing import Any

from django import forms

from accounts import govuk, postcodes
from accounts.models import Member, Organisation
from accounts.postcodes import Place
from brokers import areas
from brokers.models import CoverageKind, DeskProfile
from placements.states import PlacementState


class WhereAreYou(govuk.Form):
    """Public: a postcode or a town."""

    where = forms.CharField(label="Postcode or town", max_length=postcodes.LONGEST)

    looks = {
        "where": govuk.Look(
            why="Each part of England has one hub that answers for it.",
            missing="Enter a postcode or a town",
            autocomplete="postal-code",
            width=20,
        )
    }

    def clean_where(self) -> Place:
        place = postcodes.find(self.cleaned_data["where"])
        if place is None:
            raise forms.ValidationError(
                "We do not know that place. Try a full postcode, like SY1 1AA",
                code="place_unknown",
            )
        return place


class FindListings(govuk.Form):
    """A page of filters, so nothing is marked optional."""

    says_optional = False

    q = forms.CharField(
        label="Words of the title or the provider's name", max_length=100, required=False
    )
    state = forms.ChoiceField(
        label="State",
        choices=[
            ("", "Any state"),
            *((one.value, one.label) for one in PlacementState if one != PlacementState.DRAFT),
        ],
        required=False,
    )

    looks = {
        "q": govuk.Look(why="A desk may have hundreds of listings.", width=20),
        "state": govuk.Look(why="What is up and what was taken down are seldom wanted at once."),
    }


class People(forms.ModelMultipleChoiceField[Member]):
    """Members by their own names: their organisation is known."""

    def label_from_instance(self, obj: Member) -> str:
        return str(obj.user)


class HowReached(govuk.ModelForm[DeskProfile]):
    """How a desk is reached."""

    safeguarding_leads = People(
        label="Who reads safeguarding concerns?",
        queryset=Member.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = DeskProfile
        fields = (
            "contact_name",
            "contact_email",
            "contact_phone",
            "service_promise",
            "safeguarding_leads",
        )
        labels = {
            "contact_name": "Whom should people ask for?",
            "contact_email": "Email address of the desk",
            "contact_phone": "Telephone number",
            "service_promise": "What do you promise?",
        }
        widgets = {
            "contact_phone": forms.TelInput,
            "service_promise": forms.Textarea,
        }

    looks = {
        "contact_name": govuk.Look(why="Schools and employers want a name. It is public."),
        "contact_email": govuk.Look(why="It is public, so use the desk's own.", width=30),
        "contact_phone": govuk.Look(why="It is public.", width=20),
        "service_promise": govuk.Look(
            why="People plan by it: for example, an answer within two working days."
        ),
        "safeguarding_leads": govuk.Look(
            why="Only they are told, and only they can read them. Where nobody is named,"
            " the national team's leads are.",
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Member.objects.active().filter(organisation=self.instance.organisation)
        leads = self.fields["safeguarding_leads"]
        assert isinstance(leads, forms.ModelMultipleChoiceField)  # noqa: S101 -- for the types.
        leads.queryset = here.select_related("user", "organisation").order_by("pk")


class FoundHub(govuk.Form):
    name = forms.CharField(label="Name of the hub", max_length=150)
    lead_email = forms.EmailField(label="Email address of its first lead", max_length=254)

    looks = {
        "name": govuk.Look(why="Schools and employers see it.", missing="Enter its name"),
        "lead_email": govuk.Look(
            why="We send an invitation there. The lead invites everybody else.",
            missing="Enter the email address of its first lead",
            autocomplete="off",
        ),
    }


class FoundArea(govuk.Form):
    name = forms.CharField(label="Name of the area", max_length=100)
    hub = forms.ModelChoiceField(
        label="Which hub answers for it?", queryset=Organisation.objects.none()
    )

    looks = {
        "name": govuk.Look(why="Hubs and the national team see it.", missing="Enter its name"),
        "hub": govuk.Look(why="Exactly one hub is accountable at a time.", missing="Choose a hub"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_hubs(self)


class HandOver(govuk.Form):
    hub = forms.ModelChoiceField(
        label="Which hub takes over?", queryset=Organisation.objects.none()
    )
    from_day = govuk.DateField(label="From which day?")

    looks = {
        "hub": govuk.Look(why="Exactly one hub is accountable at a time.", missing="Choose a hub"),
        "from_day": govuk.Look(why="Until then the present hub decides.", missing="Enter the day"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_hubs(self)


class Cover(govuk.Form):
    kind = forms.ChoiceField(
        label="What is added?", choices=CoverageKind.choices, widget=forms.RadioSelect
    )
    code = forms.RegexField(
        r"^(?:[EWSNewsn][0-9]{8}|[A-Za-z]{1,2})$",
        strip=True,
        label="Its code",
        max_length=9,
        help_text="For example E06000051 for an authority, or SY for a postcode area.",
        error_messages={"invalid": "Enter a code like E06000051, or letters like SY"},
    )

    looks = {
        "kind": govuk.Look(
            why="Postcode areas count only where no authority is known.",
            missing="Choose what is added",
        ),
        "code": govuk.Look(
            why="The code says exactly where the area ends.", missing="Enter its code", width=10
        ),
    }

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        is_authority = any(letter.isdigit() for letter in code)
        if is_authority != (self.cleaned_data.get("kind") == CoverageKind.AUTHORITY):
            raise forms.ValidationError(
                "An authority's code is like E06000051, a postcode area's like SY",
                code="invalid",
            )
        return code


def _offer_hubs(form: forms.Form) -> None:
    hub = form.fields["hub"]
    assert isinstance(hub, forms.ModelChoiceField)  # noqa: S101 -- for the types.
    hub.queryset = areas.hubs_in_good_standing()
