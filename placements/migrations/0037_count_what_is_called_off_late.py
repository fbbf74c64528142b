"""Whether what was agreed was called off late, by whoever ended it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0036_take_groups_of_a_size'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='called_off_late',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
