"""The rules of paper that a marketplace begins with, whatever another test has left of them."""

from importlib import import_module

from placements.models import PaperRule

FIRST = import_module("placements.migrations.0024_first_paper_rules")
INSURANCE = import_module("placements.migrations.0031_ask_for_insurance")


def begin():
    PaperRule.objects.all().delete()
    for item, kind, mode, band, without, days in [*FIRST.ROWS, *INSURANCE.ROWS]:
        PaperRule.objects.create(
            item=item,
            kind=kind,
            mode=mode,
            risk_band=band,
            without=without,
            days_before=days,
            from_on=FIRST.FROM,
        )
