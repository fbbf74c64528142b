"""Slots whose workplace takes only so many a day, over all its listings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0026_read_slots_under_lock'),
    ]

    operations = [
        migrations.AddField(
            model_name='slot',
            name='shares_days',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
