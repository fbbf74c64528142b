from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("placements", "0027_slots_that_share_their_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="papers_read_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                models.OrderBy(models.F("papers_read_at"), nulls_first=True),
                condition=models.Q(("state__in", ("accepted", "confirmed"))),
                name="booking_unread_papers",
            ),
        ),
    ]
