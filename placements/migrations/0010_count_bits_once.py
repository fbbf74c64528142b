"""Each bitmap's number of placements, counted when it is written rather than when it is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("placements", "0009_search_words")]
    operations = [
        migrations.AddField(
            "searchbits",
            "many",
            models.GeneratedField(
                expression=models.Func("bits", function="bit_count"),
                output_field=models.BigIntegerField(),
                db_persist=True,
            ),
        ),
    ]
