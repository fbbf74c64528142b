import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Who answers by a link alone is no member; all others still say who they are."""

    dependencies = [
        ("ratings", "0006_say_host_where_a_school_reads_too"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rollcall",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.member",
            ),
        ),
        migrations.AlterField(
            model_name="debrief",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.member",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollcall",
            constraint=models.CheckConstraint(
                name="who_came_was_said_by_somebody",
                condition=Q(by__isnull=False) | Q(host_counted__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            model_name="debrief",
            constraint=models.CheckConstraint(
                name="a_debrief_without_a_writer_is_a_hosts",
                condition=Q(by__isnull=False) | Q(side="host"),
            ),
        ),
    ]
