"""Registering a school, an employer or a provider: each page a form of its own."""

from django import forms

from accounts import govuk
from accounts.forms.fields import email_field, job_title_field, name_field, no_addresses
from accounts.models import Organisation, OrganisationKind, ProviderCategory
from accounts.words import Sector

# An employer, or one of the kinds of provider: one question instead of two.
OFFERS = [
    (OrganisationKind.EMPLOYER.value, "An employer"),
    (ProviderCategory.LOCAL.value, "A local provider of work experience"),
    (ProviderCategory.SECTOR_SPECIFIC.value, "A provider for one sector"),
    (ProviderCategory.NATIONAL_BROAD.value, "A national provider, for many sectors"),
    (ProviderCategory.NATIONAL_DEDICATED.value, "A national provider, for particular students"),
]
ABOUT = {
    "name": govuk.Look(why="Schools see it on every placement.", autocomplete="organization"),
    "ownership": govuk.Look(
        why="So that hubs can tell which kinds of employer take part in their area."
    ),
    "size_band": govuk.Look(
        why="A small firm is asked fewer questions, and your hub can see who needs a hand.",
        missing="Select how many people work here",
    ),
    "sector": govuk.Look(
        why="Students look for placements by the kind of work.",
        missing="Select the kind of work you mostly do",
    ),
    "website": govuk.Look(why="Schools look you up before they write to you.", autocomplete="url"),
    "description": govuk.Look(why="It stands at the top of your list of placements.", rows=4),
}


def website_field() -> forms.URLField:
    return forms.URLField(
        label="Website",
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text="Such as www.example.com",
    )


class FindSchool(govuk.Form):
    """Search of the register; a page of filters, so nothing is marked optional."""

    says_optional = False

    q = forms.CharField(
        label="Name, town, postcode or URN of your school or college",
        max_length=100,
        required=False,
    )

    looks = {
        "q": govuk.Look(
            why="We look your school up in the national register, so that you need not "
            "type its details."
        )
    }


class AboutYou(govuk.Form):
    """Whoever registers, when they have no account yet."""

    name = name_field("Your full name")
    job_title = job_title_field()
    email = email_field("Your work email address")

    looks = {
        "name": govuk.Look(
            why="The people you arrange placements with need to know whom they speak to.",
            autocomplete="name",
        ),
        "job_title": govuk.Look(
            why="It tells others why you act for your organisation.",
            autocomplete="organization-title",
        ),
        "email": govuk.Look(
            why="You sign in with it. We send a link to it now, to see that it is yours.",
            autocomplete="email",
        ),
    }


class AboutYouAtSchool(AboutYou):
    """The same, and who lets them in."""

    def __init__(
        self, *args: object, domain: str = "", is_led: bool = False, **rest: object
    ) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.fields["email"].help_text = _who_decides(domain, is_led=is_led)


def _who_decides(domain: str, *, is_led: bool) -> str:
    if is_led:
        return "A colleague who leads at your school approves you before you start."
    if domain:
        return (
            f"With an address that ends in @{domain} you can start at once. "
            "With another one, your Careers Hub approves you first."
        )
    return "Your Careers Hub approves you before you start."


class YourJob(govuk.Form):
    """Whoever registers, when they are signed in already."""

    job_title = job_title_field()

    looks = {"job_title": AboutYou.looks["job_title"]}


class DescribeOrganisation(govuk.ModelForm[Organisation]):
    """What an employer or a provider says of itself."""

    sector = forms.ChoiceField(label="Main kind of work", choices=[("", ""), *Sector.choices])
    website = website_field()

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = (
            "name",
            "sector",
            "ownership",
            "size_band",
            "website",
            "description",
        )
        widgets = {
            "ownership": forms.RadioSelect,
            "size_band": forms.Select,
            "description": forms.Textarea,
        }
        labels = {
            "name": "Name of the organisation",
            "ownership": "Who owns it?",
            "size_band": "How many people work here?",
            "description": "What you do, in a few sentences",
        }

    looks = ABOUT

    def __init__(self, *args: object, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.fields["name"].validators.append(no_addresses)
        for name in ("ownership", "size_band"):
            self.fields[name].required = True


class AboutOrganisation(DescribeOrganisation):
    """The same for one that is new here, which says first what it is."""

    kind = forms.ChoiceField(label="You are", choices=OFFERS, widget=forms.RadioSelect)

    field_order = ["kind"]
    looks = {
        "kind": govuk.Look(
            why="An employer offers placements at its own workplaces; a provider also "
            "arranges them with others. National providers are looked after by the national "
            "team, everybody else by their hub.",
            missing="Select what you are",
        ),
        **ABOUT,
    }

    def clean_kind(self) -> str:
        """One answer says two things of the organisation."""
        chosen: str = self.cleaned_data["kind"]
        is_employer = chosen == OrganisationKind.EMPLOYER
        self.instance.kind = OrganisationKind.EMPLOYER if is_employer else OrganisationKind.PROVIDER
        self.instance.provider_category = "" if is_employer else chosen
        return chosen


class DescribeSchool(govuk.ModelForm[Organisation]):
    """A school's name and place come from the register, so little is left to say."""

    website = website_field()

    class Meta:
        model = Organisation
        fields = ("website", "description")
        widgets = {"description": forms.Textarea}
        labels = {"description": "What employers should know about your school"}

    looks = {
        "website": govuk.Look(why="Employers look you up.", autocomplete="url"),
        "description": govuk.Look(why="Employers see it with your requests.", rows=4),
    }
