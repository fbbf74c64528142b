import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_show_homes_coarsely'),
        ('placements', '0019_wait_for_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='CohortMiss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('places', models.PositiveSmallIntegerField()),
                ('why', models.CharField(max_length=300)),
                ('missed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['missed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('students', models.PositiveSmallIntegerField()),
                ('year_group', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('once', models.UUIDField(editable=False, unique=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='accounts.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='booking',
            name='cohort',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='placements.cohort'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('cohort__isnull', False)), fields=['cohort'], name='booking_by_cohort'),
        ),
        migrations.AddField(
            model_name='cohortmiss',
            name='cohort',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='misses', to='placements.cohort'),
        ),
        migrations.AddField(
            model_name='cohortmiss',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='placements.slot'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.CheckConstraint(condition=models.Q(('students__gte', 1), ('students__lte', 2000)), name='a_cohort_has_students'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.CheckConstraint(condition=models.Q(('year_group__gte', 7), ('year_group__lte', 13)), name='cohort_year_group_is_known'),
        ),
        migrations.AddConstraint(
            model_name='cohortmiss',
            constraint=models.UniqueConstraint(fields=('cohort', 'slot'), name='one_miss_for_each_slot_of_a_cohort'),
        ),
    ]
