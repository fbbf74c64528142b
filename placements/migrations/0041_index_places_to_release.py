from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0040_let_a_school_tell_more'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(
                condition=models.Q(('kept_back__gt', 0)),
                fields=['reserved_until'],
                name='slot_keeping_places',
            ),
        ),
    ]
