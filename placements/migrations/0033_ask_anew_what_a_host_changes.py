"""What a host changed of a booking, and what its school said to that."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_connect_platforms'),
        ('placements', '0032_ask_for_checks'),
    ]

    operations = [
        migrations.CreateModel(
            name='BookingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('places_before', models.PositiveSmallIntegerField()),
                ('places', models.PositiveSmallIntegerField()),
                ('first_day_before', models.DateField()),
                ('last_day_before', models.DateField()),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('reason', models.CharField(max_length=30)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('answer_by', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('', 'No answer yet'), ('keep', 'Keeps its places'), ('leave', 'Does not come'), ('overtaken', 'Changed again before an answer came')], default='', max_length=20)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='placements.booking')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('booking',), name='one_open_change_per_booking'), models.CheckConstraint(condition=models.Q(('answer__in', ['', 'keep', 'leave', 'overtaken'])), name='change_answer_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='a_changed_booking_says_when_it_was_answered'), models.CheckConstraint(condition=models.Q(('places__gte', 1), ('places__lte', models.F('places_before'))), name='a_change_leaves_some_places_and_never_more')],
            },
        ),
    ]
