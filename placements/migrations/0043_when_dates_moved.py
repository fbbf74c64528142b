from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0042_share_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='slot',
            name='redated_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
