import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_connect_platforms'),
        ('placements', '0024_first_paper_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='placement',
            name='text_of',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='placements.placement'),
        ),
        migrations.AddField(
            model_name='slot',
            name='reference',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddIndex(
            model_name='placement',
            index=models.Index(condition=models.Q(('text_of__isnull', False)), fields=['text_of'], name='placement_by_shared_text'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(condition=models.Q(('text_of__isnull', False), models.Q(('state', 'withdrawn'), _negated=True)), fields=('text_of', 'workplace'), name='a_text_is_offered_once_at_each_workplace'),
        ),
    ]
