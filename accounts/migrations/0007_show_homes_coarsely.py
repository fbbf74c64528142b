"""Where a workplace is shown to lie: somebody's home only by its square kilometre."""

from django.db import migrations, models
from django.db.models import Case, F, When


def coarse_for_homes(metres):
    return models.GeneratedField(
        expression=Case(
            When(kind="private_home", then=F(metres) / 1000 * 1000 + 500),
            default=F(metres),
            output_field=models.IntegerField(),
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_name_restricted_activities")]
    operations = [
        migrations.AddField("workplace", "shown_easting", coarse_for_homes("easting")),
        migrations.AddField("workplace", "shown_northing", coarse_for_homes("northing")),
    ]
