"""Kept places may be a share of all."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("placements", "0045_leave_out_full_days")]
    operations = [
        migrations.AddField(
            model_name="slot",
            name="reserved_share",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                name="a_share_of_places_is_per_cent",
                condition=Q(reserved_share__isnull=True) | Q(reserved_share__range=(1, 100)),
            ),
        ),
    ]
