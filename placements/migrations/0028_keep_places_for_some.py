"""Some places of a slot for those with fewer chances, and moments at which booking opens."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_connect_platforms'),
        ('placements', '0027_slots_that_share_their_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriorityRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30)),
                ('name', models.CharField(max_length=80)),
                ('explanation', models.TextField(max_length=400)),
                ('criterion', models.CharField(choices=[('pupil_premium', 'Students eligible for pupil premium'), ('send', 'Students with special educational needs'), ('rural', 'Schools in the countryside'), ('pathfinder', 'Schools in a pathfinder area')], max_length=20)),
                ('threshold', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='per cent')),
                ('authorities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=9), blank=True, default=list, size=None)),
                ('from_on', models.DateField(verbose_name='in force from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='in force until')),
            ],
            options={
                'ordering': ['name', 'from_on'],
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='priority_students',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='booking',
            name='reserved',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='slot',
            name='early_days',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='slot',
            name='kept_back',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='slot',
            name='opens_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='slot',
            name='priority_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='slot',
            name='reserved',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='slot',
            name='reserved_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('priority_students__lte', models.F('places_asked')), ('reserved__lte', models.F('places'))), name='kept_places_are_some_of_its_places'),
        ),
        migrations.AddConstraint(
            model_name='priorityrule',
            constraint=models.UniqueConstraint(fields=('code', 'from_on'), name='one_priority_rule_of_a_code_from_a_day'),
        ),
        migrations.AddConstraint(
            model_name='priorityrule',
            constraint=models.CheckConstraint(condition=models.Q(('criterion__in', ['pupil_premium', 'send', 'rural', 'pathfinder'])), name='whom_a_priority_rule_names_is_known'),
        ),
        migrations.AddConstraint(
            model_name='priorityrule',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='a_priority_rule_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='priorityrule',
            constraint=models.CheckConstraint(condition=models.Q(('threshold__isnull', True), models.Q(('threshold__gte', 1), ('threshold__lte', 100)), _connector='OR'), name='a_share_of_students_is_per_cent'),
        ),
        migrations.AddField(
            model_name='slot',
            name='priority',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.priorityrule'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('kept_back__lte', models.F('reserved')), ('places__gte', django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('kept_back')))), name='a_kept_place_is_given_to_nobody_else'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('reserved', 0), models.Q(('priority__isnull', False), ('reserved_until__isnull', False)), _connector='OR'), name='places_are_kept_for_somebody_until_a_day'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('early_days', 0), ('priority__isnull', False), _connector='OR'), name='booking_opens_early_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('opens_on', django.db.models.functions.datetime.TruncDate('opens_at')), _connector='OR'), name='booking_opens_at_its_moment_on_its_day'),
        ),
    ]
