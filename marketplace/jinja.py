"""The environment that our pages and letters are written in.

A name that does not exist is an error, never an empty space on the page.
"""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from accounts import clock, phrases
from accounts.govuk import GOVUK, faults, questions
from marketplace import navigation, paging
from placements.http import shortlist_of

FILTERS = {
    "ago": phrases.ago,
    "clock_time": phrases.clock_time,
    "date_range": phrases.date_range,
    "initials": phrases.initials,
    "joined": phrases.joined,
    "long_date": phrases.long_date,
    "miles": phrases.miles,
    "moment": phrases.moment,
    "paragraphs": phrases.paragraphs,
    "plural": phrases.plural,
    "week_date": phrases.week_date,
}


def environment(**options: Any) -> Environment:
    """Django's Jinja2 engine calls this once, with its own options."""
    # Django's engine passes autoescape on, and an "undefined" of its own, which is lenient.
    made = Environment(**{**options, "undefined": StrictUndefined})  # noqa: S701
    made.trim_blocks = made.lstrip_blocks = True
    made.filters.update(FILTERS)
    made.globals.update(_globals())
    return made


def _globals() -> dict[str, Any]:
    return {
        "acting": navigation.acting,
        "demonstration": settings.DEMONSTRATION,
        "faults": faults,
        "get_messages": get_messages,
        "govuk": GOVUK,
        "navigation": navigation.entries,
        "now": clock.now,
        "pagination": paging.links,
        "paged_title": paging.title,
        "query_with": paging.query_with,
        "query_without": paging.query_without,
        "questions": questions,
        "shortlist": shortlist_of,
        "site_address": settings.SITE_ADDRESS,
        "site_name": settings.SITE_NAME,
        "static": static,
        "support_email": settings.SUPPORT_EMAIL,
        "today": clock.today,
        "url": reverse,
    }
