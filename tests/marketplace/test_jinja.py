import pytest
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from jinja2 import UndefinedError

from accounts import govuk
from accounts.models import Member, Organisation, OrganisationKind
from marketplace.jinja import FILTERS

PAGE = """
{% extends "base.html" %}
{% from "parts/forms.html" import fields %}
{% block title %}Ask for places{% endblock %}
{% block content %}<h1>Ask for places</h1>{% if form is defined %}{{ fields(form) }}{% endif %}{% endblock %}
"""


class Asked(govuk.Form):
    places = forms.IntegerField(label="Places")


def render(source, **context):
    return engines["jinja2"].from_string(source).render(context)


def test_a_name_that_does_not_exist_is_an_error():
    with pytest.raises(UndefinedError):
        render("{{ misspelt }}")


def test_what_people_typed_is_escaped():
    assert render("{{ typed }}", typed="<b>") == "&lt;b&gt;"


def test_a_component_escapes_what_it_is_given_as_text():
    assert "&lt;b&gt;" in render("{{ govuk.button({'text': typed}) }}", typed="<b>")


def test_a_component_takes_a_block_of_the_page():
    shown = render(
        "{% call govuk.details({'summaryText': 'Why'}) %}Because <b>{{ x }}</b>{% endcall %}", x="&"
    )

    assert "Because <b>&amp;</b>" in shown


def test_every_filter_of_ours_is_there():
    assert FILTERS.items() <= engines["jinja2"].env.filters.items()


def test_pages_address_one_another_by_name():
    assert render("{{ url('what-counts') }}") == "/what-counts/"


def test_a_button_of_its_own_carries_its_token_and_its_hidden_values():
    shown = render(
        "{% from 'parts/forms.html' import post_button %}"
        "{{ post_button(csrf_input, '/x/', 'Accept', hidden={'version': 3}, about='6 places') }}",
        csrf_input="TOKEN",
    )

    assert "TOKEN" in shown
    assert '<input type="hidden" name="version" value="3">' in shown
    assert 'Accept<span class="govuk-visually-hidden"> 6 places</span>' in shown


@pytest.fixture
def request_to_page():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def page(request, **context):
    return engines["jinja2"].from_string(PAGE).render(context, request)


def test_a_page_is_titled_with_its_own_name_and_the_site_s(request_to_page):
    shown = page(request_to_page)

    assert "<title>Ask for places - Work Experience Marketplace</title>" in shown
    assert "There is a problem" not in shown


def test_a_page_whose_form_was_refused_says_so_in_its_title_and_before_its_heading(request_to_page):
    shown = page(request_to_page, form=Asked({}))

    assert "<title>Error: Ask for places - Work Experience Marketplace</title>" in shown
    assert shown.index('<a href="#id_places">Enter places</a>') < shown.index("<h1>")


def test_a_page_of_several_forms_gathers_all_their_errors(request_to_page):
    shown = page(request_to_page, forms=[Asked({}, prefix="a"), Asked({}, prefix="b")])

    assert '<a href="#id_a-places">' in shown
    assert '<a href="#id_b-places">' in shown


def test_a_list_of_several_pages_says_in_its_title_which_one_it_is(request_to_page):
    shown = page(request_to_page, page_obj=Paginator(range(50), 20).page(2))

    assert "<title>Ask for places (page 2 of 3) - Work Experience Marketplace</title>" in shown


def test_what_happened_is_told_at_the_top_and_refusals_are_told_apart(request_to_page):
    messages.success(request_to_page, "We have asked the employer.")
    messages.error(request_to_page, "Every place is <taken>.")
    shown = page(request_to_page)

    assert shown.index("We have asked the employer.") < shown.index("<h1>")
    assert "Every place is &lt;taken&gt;." in shown
    assert shown.count("This was not done") == 1


def test_the_header_says_for_whom_one_acts(request_to_page):
    bakery = Organisation(kind=OrganisationKind.EMPLOYER, name="Severn & Sons")
    request_to_page.member = Member(organisation=bakery)

    assert "Severn &amp; Sons" in page(request_to_page)
