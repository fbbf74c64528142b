"""What a start needs on paper, to begin with. The national team changes it in the console."""

from datetime import date

from django.db import migrations

FROM = date(2025, 9, 1)
EVERYTHING = "", "", ""
SMALL = ("talk", "mentoring")

# What is asked for, of which kind, mode and risk band; what a start without it means; and how
# many days before the start it is due.
ROWS = [
    ("host_agreement", *EVERYTHING, "escalates", 14),
    ("host_agreement", "", "virtual", "", "advises", 14),
    ("workplace_check", *EVERYTHING, "escalates", 14),
    ("workplace_check", "", "", "higher", "blocks", 14),
    ("students_named", *EVERYTHING, "escalates", 14),
    ("parent_consent", *EVERYTHING, "blocks", 7),
    ("briefing", *EVERYTHING, "escalates", 3),
    ("briefing", "", "virtual", "", "advises", 3),
    # Whoever comes to school, or is met for an hour, meets a class with its teacher.
    *(
        (item, kind, "", "", "advises", 7)
        for kind in SMALL
        for item in (
            "host_agreement",
            "workplace_check",
            "students_named",
            "parent_consent",
            "briefing",
        )
    ),
    # On a visit students are with their teacher, and do no work.
    ("workplace_check", "visit", "", "", "advises", 14),
]


def write(apps, _):
    PaperRule = apps.get_model("placements", "PaperRule")
    PaperRule.objects.bulk_create(
        PaperRule(
            item=item,
            kind=kind,
            mode=mode,
            risk_band=band,
            without=without,
            days_before=days,
            from_on=FROM,
        )
        for item, kind, mode, band, without, days in ROWS
    )


def rub_out(apps, _):
    apps.get_model("placements", "PaperRule").objects.filter(from_on=FROM).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0023_keep_papers'),
    ]

    operations = [migrations.RunPython(write, rub_out)]
