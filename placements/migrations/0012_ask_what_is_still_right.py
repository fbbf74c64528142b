import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_name_restricted_activities'),
        ('placements', '0011_date_old_confirmations'),
    ]

    operations = [
        migrations.CreateModel(
            name='StillRight',
            fields=[
                ('placement', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='still_right', serialize=False, to='placements.placement')),
                ('confirmed_on', models.DateField()),
                ('asked_on', models.DateField()),
                ('reminded_on', models.DateField(blank=True, null=True)),
                ('warned_on', models.DateField(blank=True, null=True)),
                ('pauses_on', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='placement',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['last_confirmed_on'], name='placement_by_confirmation'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('last_confirmed_on__isnull', False), _connector='OR'), name='what_is_published_says_when_it_was_confirmed'),
        ),
        migrations.AddIndex(
            model_name='stillright',
            index=models.Index(condition=models.Q(('pauses_on__isnull', False)), fields=['pauses_on'], name='listing_by_day_of_pause'),
        ),
        migrations.AddConstraint(
            model_name='stillright',
            constraint=models.CheckConstraint(condition=models.Q(('asked_on__gt', models.F('confirmed_on'))), name='a_listing_is_asked_about_after_it_was_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='stillright',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pauses_on__isnull', True), ('warned_on__isnull', True)), models.Q(('pauses_on__gte', django.db.models.expressions.CombinedExpression(models.F('warned_on'), '+', models.Value(datetime.timedelta(days=7)))), ('pauses_on__isnull', False), ('warned_on__isnull', False)), _connector='OR'), name='nothing_pauses_without_fair_warning'),
        ),
    ]
