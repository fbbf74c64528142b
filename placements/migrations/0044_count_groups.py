"""Places may be for groups: how large a listing's are, and how many students have booked."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Cast

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0043_when_dates_moved")]
    operations = [
        migrations.AddField(
            model_name="placement",
            name="largest_group",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="slot",
            name="in_groups",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="slot",
            name="largest_group",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                name="a_group_is_of_a_size_and_one_from_each_school",
                condition=Q(largest_group__isnull=True)
                | Q(largest_group__range=(1, 1000), most_places_per_school__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                name="no_group_is_larger_than_the_largest",
                condition=Q(largest_group__isnull=True, in_groups=0)
                | Q(
                    largest_group__range=(1, 1000),
                    in_groups__gte=F("taken"),
                    in_groups__lte=Cast(F("taken"), models.IntegerField()) * F("largest_group"),
                ),
            ),
        ),
        migrations.RunSQL(
            written("0044_count_groups.sql"), reverse_sql=written("0044_count_groups_undo.sql")
        ),
    ]
