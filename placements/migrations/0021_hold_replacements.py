"""Other places, held for a school that its host has let down."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("placements", "0020_book_for_a_cohort")]
    operations = [
        migrations.AddField(
            "booking",
            "replacement_owed",
            models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            "booking",
            "replaces",
            models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacement",
                to="placements.booking",
            ),
        ),
        migrations.AddIndex(
            "booking",
            models.Index(
                condition=models.Q(("replacement_owed", True)),
                fields=["id"],
                name="booking_owed_replacement",
            ),
        ),
    ]
