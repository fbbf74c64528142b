"""Forms drawn with the design system: what a page gets from a form without asking."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import govuk
from accounts.models import Organisation

YEARS = [("9", "Year 9"), ("10", "Year 10")]
NEEDS = [("step_free", "Step-free access"), ("other", "Something else")]


class Everything(govuk.Form):
    name = forms.CharField(label="Your full name", max_length=20)
    email = forms.EmailField(label="Email address", help_text="We answer there.")
    phone = forms.CharField(label="Telephone", widget=forms.TelInput, required=False)
    places = forms.IntegerField(label="How many places do you need?", min_value=1, max_value=30)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    sector = forms.ChoiceField(label="Sector", choices=[("", "---------"), ("digital", "Digital")])
    year_group = forms.ChoiceField(label="Year group", choices=YEARS, widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        label="Needs", choices=NEEDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    other_need = forms.CharField(label="What else?", required=False)
    first_day = govuk.DateField(label="First day")
    note = forms.CharField(label="Note", widget=forms.Textarea, max_length=100)
    more = forms.CharField(label="Anything else", widget=forms.Textarea, required=False)
    paper = forms.FileField(label="Certificate", required=False)
    agreed = forms.BooleanField(label="I have read the rules")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    looks = {
        "name": govuk.Look(autocomplete="name", missing="Enter your full name, as others know you"),
        "places": govuk.Look(why="The employer keeps this many for you.", width=3, suffix="places"),
        "year_group": govuk.Look(choice_hints={"10": "Age 14 to 15"}),
        "needs": govuk.Look(reveals={"other": "other_need"}),
    }


FILLED = {
    "name": "Sam Carter",
    "email": "sam@example.org",
    "places": "6",
    "password": "a long enough one",
    "sector": "digital",
    "year_group": "10",
    "needs": ["other"],
    "first_day_day": "14",
    "first_day_month": "6",
    "first_day_year": "2027",
    "note": "Thank you",
    "agreed": "on",
}


class Elements(HTMLParser):
    """Every start tag of a piece of HTML, as its name and its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def by_id(self, wanted):
        return next((tag, attrs) for tag, attrs in self.found if attrs.get("id") == wanted)

    def all(self, wanted):
        return [attrs for tag, attrs in self.found if tag == wanted]


def drawn(form):
    return "".join(str(field) for field in form.hidden_fields() + govuk.questions(form))


def test_a_filled_form_is_valid_and_keeps_every_answer():
    form = Everything(FILLED)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["places"] == 6
    assert form.cleaned_data["first_day"] == date(2027, 6, 14)


def test_each_question_has_one_label_that_leads_to_it():
    elements = Elements(drawn(Everything()))
    ids = {attrs["id"] for _, attrs in elements.found if "id" in attrs}
    leads_to = [attrs["for"] for attrs in elements.all("label")]

    assert len(leads_to) == len(set(leads_to)) == 18
    assert set(leads_to) <= ids


def test_no_box_asks_the_browser_to_check_it():
    elements = Elements(drawn(Everything()))

    assert [attrs for _, attrs in elements.found if "required" in attrs] == []
    assert {attrs["type"] for attrs in elements.all("input")} == {
        "checkbox",
        "email",
        "file",
        "hidden",
        "password",
        "radio",
        "tel",
        "text",
    }


def test_why_we_ask_is_read_with_its_question():
    elements = Elements(Everything()["places"])

    assert elements.by_id("id_places")[1]["aria-describedby"] == "id_places-hint"
    assert "The employer keeps this many for you." in str(Everything()["places"])


def test_a_token_for_the_browser_to_fill_in_is_on_the_box():
    assert Elements(Everything()["name"]).by_id("id_name")[1]["autocomplete"] == "name"


def test_a_long_text_with_a_limit_counts_its_characters_and_one_without_does_not():
    form = Everything()

    assert 'data-maxlength="100"' in str(form["note"])
    assert "data-maxlength" not in str(form["more"])


def test_a_question_that_is_revealed_is_drawn_once_beneath_its_choice():
    form = Everything()

    assert "other_need" not in [field.name for field in govuk.questions(form)]
    assert str(form["needs"]).count('id="id_other_need"') == 1


def test_optional_questions_say_so_unless_the_whole_form_is_filters():
    class Filters(Everything):
        says_optional = False

    assert "Telephone (optional)" in str(Everything()["phone"])
    assert "(optional)" not in drawn(Filters())


def test_what_was_typed_is_shown_again_even_where_it_cannot_be_read():
    form = Everything(FILLED | {"places": "many", "first_day_month": "Brumaire", "email": "<b>@"})
    elements = Elements(drawn(form))

    assert not form.is_valid()
    assert elements.by_id("id_places")[1]["value"] == "many"
    assert elements.by_id("id_first_day_month")[1]["value"] == "Brumaire"
    assert elements.by_id("id_email")[1]["value"] == "<b>@"
    assert "checked" in elements.by_id("id_year_group-2")[1]
    assert "selected" in elements.all("option")[1]


def test_a_password_is_never_shown_again():
    form = Everything(FILLED | {"name": ""})

    assert not form.is_valid()
    assert "a long enough one" not in drawn(form)


def test_errors_name_their_question():
    form = Everything({"places": "0", "note": "x" * 101, "email": "sam", "year_group": "12"})

    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "name": ["Enter your full name, as others know you"],
        "email": ["Enter an email address in the correct format, like name@example.com"],
        "places": ["Your answer to “How many places do you need?” must be 1 or more"],
        "password": ["Enter password"],
        "sector": ["Select sector"],
        "year_group": ["Choose one of the answers offered for “Year group”"],
        "first_day": ["Enter first day"],
        "note": ["Note must be 100 characters or fewer"],
        "agreed": ["Tick the box to confirm: I have read the rules"],
    }


def test_a_form_s_own_words_for_an_error_are_kept():
    class Own(govuk.Form):
        name = forms.CharField(error_messages={"required": "Tell us who you are"})

    assert Own({}).errors["name"] == ["Tell us who you are"]


def test_every_error_in_the_summary_leads_to_a_box_on_the_page():
    form = Everything({"first_day_day": "14", "first_day_month": "6"})
    form.is_valid()
    form.add_error(None, "Every place on these dates is taken.")
    ids = {attrs["id"] for _, attrs in Elements(drawn(form)).found if "id" in attrs}
    faults = govuk.faults(form)

    assert len(faults) == 10
    assert {fault["href"].removeprefix("#") for fault in faults} <= ids
    assert faults[0] == {"text": "Every place on these dates is taken.", "href": "#id_name"}
    assert {"text": "First day must include a year", "href": "#id_first_day_year"} in faults


def test_only_the_boxes_at_fault_in_a_date_are_marked():
    form = Everything(FILLED | {"first_day_year": ""})
    form.is_valid()
    elements = Elements(form["first_day"])
    marked = [attrs["id"] for attrs in elements.all("input") if "input--error" in attrs["class"]]

    assert marked == ["id_first_day_year"]


@pytest.mark.parametrize(
    ("day", "month", "year", "code"),
    [
        ("31", "2", "2027", "date_not_real"),
        ("14", "6", "27", "date_not_real"),
        ("one", "6", "2027", "date_not_real"),
        ("14", "6", "99999", "date_not_real"),
        ("", "6", "2027", "date_incomplete"),
        ("", "", "", "required"),
        ("9" * 500, "6", "2027", "date_not_real"),
        ("9" * 5000, "6", "2027", "date_not_real"),
        ("\x00", "6", "2027", "date_not_real"),
    ],
)
def test_a_date_that_is_none_is_refused(day, month, year, code):
    boxes = {"first_day_day": day, "first_day_month": month, "first_day_year": year}
    form = Everything(FILLED | boxes)

    assert form.errors.as_data()["first_day"][0].code == code


@pytest.mark.parametrize("month", ["6", "06", "June", "jun"])
def test_a_month_may_be_named(month):
    form = Everything(FILLED | {"first_day_month": month})

    assert form.is_valid()
    assert form.cleaned_data["first_day"] == date(2027, 6, 14)


def test_a_date_may_come_whole_in_an_address():
    class Filters(govuk.Form):
        since = govuk.DateField(required=False)

    form = Filters({"since": "2027-06-04"})

    assert form.is_valid()
    assert form.cleaned_data["since"] == date(2027, 6, 4)
    assert Elements(form["since"]).by_id("id_since_day")[1]["value"] == "4"


def test_a_new_line_counts_as_one_character():
    form = Everything(FILLED | {"note": "x" * 50 + "\r\n" + "y" * 49})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["note"] == "x" * 50 + "\n" + "y" * 49


def test_nothing_that_was_typed_becomes_part_of_the_page():
    attack = '"><script>alert(1)</script>'
    form = Everything(dict.fromkeys(FILLED, attack) | {"needs": [attack]})

    assert not form.is_valid()
    assert "<script" not in drawn(form)
    assert "<script" not in str(govuk.GOVUK.error_summary({"errorList": govuk.faults(form)}))


def test_nought_and_no_are_answers_like_any_other():
    class Asked(govuk.Form):
        insured = forms.TypedChoiceField(
            choices=[(True, "Yes"), (False, "No")],
            coerce=lambda answer: answer == "True",
            widget=forms.RadioSelect,
        )
        spare = forms.ChoiceField(choices=[(0, "None"), (1, "One")])

    form = Asked({"insured": "False", "spare": "0"})

    assert form.is_valid()
    assert form.cleaned_data == {"insured": False, "spare": "0"}
    assert "checked" in Elements(form["insured"]).by_id("id_insured-2")[1]
    assert "selected" in Elements(form["spare"]).all("option")[0]


def test_a_file_that_was_sent_reaches_the_form():
    form = Everything(FILLED, {"paper": SimpleUploadedFile("cover.pdf", b"%PDF")})

    assert form.is_valid()
    assert form.cleaned_data["paper"].name == "cover.pdf"


def test_a_form_made_from_a_model_is_drawn_the_same_way():
    class Named(govuk.ModelForm):
        class Meta:
            model = Organisation
            fields = ("name", "size_band")
            widgets = {"size_band": forms.RadioSelect}

        looks = {"size_band": govuk.Look(why="Small employers are asked fewer questions.")}

    form = Named({"name": ""}, instance=Organisation(name="Severn Bakery", size_band="5-9"))
    radios = [attrs["value"] for attrs in Elements(Named()["size_band"]).all("input")]

    assert form.errors["name"] == ["Enter name"]
    assert radios == ["1", "2-4", "5-9", "10-24", "25-49", "50-249", "250+"]
    assert "Small employers are asked fewer questions." in drawn(form)


def test_the_errors_of_a_formset_are_listed_with_their_rows():
    class Row(govuk.Form):
        places = forms.IntegerField(label="Places")

    rows = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    formset = forms.formset_factory(Row, min_num=2, validate_min=True)(
        rows | {"form-0-places": "x", "form-1-places": "2"}
    )

    assert not formset.is_valid()
    assert govuk.faults(formset)[0] == {
        "text": "Places must be a number, like 6",
        "href": "#id_form-0-places",
    }


def test_a_component_that_does_not_exist_is_an_error():
    with pytest.raises(Exception, match="no-such-thing"):
        govuk.GOVUK.no_such_thing({})


@pytest.mark.parametrize("unseen", ["\x07", "\x1b[31m", "\x7f", "\u202e", "\u2066"])
def test_characters_that_nobody_sees_are_refused_beside_their_field(unseen):
    form = Everything({"name": f"Jo{unseen} Baker"})

    assert form.errors["name"] == ["Your full name must not include hidden characters"]


@pytest.mark.parametrize("fine", ["Zo\u00eb", "\u05d0\u05d1", "A\tB", "\U0001f469\u200d\U0001f3eb"])
def test_whatever_people_do_write_is_taken(fine):
    form = Everything({"name": fine})

    assert "name" not in form.errors
