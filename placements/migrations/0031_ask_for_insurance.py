"""Insurance is a paper of its own: missing or run out, it means what these rows say."""

from datetime import date

from django.db import migrations, models

FROM = date(2025, 9, 1)
SMALL = ("talk", "mentoring")

# As in 0024_first_paper_rules. What happens online needs none.
ROWS = [
    ("insurance", "", "", "", "escalates", 14),
    ("insurance", "", "", "higher", "blocks", 14),
    # On a visit, or at an hour's talk, students do no work.
    *(("insurance", kind, "", "", "advises", 14) for kind in (*SMALL, "visit")),
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
    apps.get_model("placements", "PaperRule").objects.filter(item="insurance").delete()


class Migration(migrations.Migration):

    dependencies = [("placements", "0030_read_papers_in_turn")]

    operations = [
        migrations.RemoveConstraint(model_name="paperrule", name="paper_is_known"),
        migrations.AlterField(
            model_name="paperrule",
            name="item",
            field=models.CharField(
                choices=[
                    ("host_agreement", "Host's agreement"),
                    ("workplace_check", "Check of the workplace"),
                    ("insurance", "Employers' liability insurance"),
                    ("students_named", "Students named"),
                    ("parent_consent", "Parents' consent"),
                    ("briefing", "Students briefed"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "item__in",
                        [
                            "host_agreement",
                            "workplace_check",
                            "insurance",
                            "students_named",
                            "parent_consent",
                            "briefing",
                        ],
                    )
                ),
                name="paper_is_known",
            ),
        ),
        migrations.RunPython(write, rub_out),
    ]
