from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("placements", "0029_search_what_anybody_may_book"),
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
