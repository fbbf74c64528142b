import pytest
from django.template import engines
from jinja2 import UndefinedError

from marketplace.jinja import FILTERS


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
