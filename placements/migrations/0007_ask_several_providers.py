import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_name_restricted_activities'),
        ('placements', '0006_record_what_is_wanted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', 'Open'), ('over', 'Time is up'), ('closed', 'Closed')], default='open', max_length=20)),
                ('question', models.TextField(max_length=1000)),
                ('places', models.PositiveSmallIntegerField()),
                ('year_group', models.PositiveSmallIntegerField()),
                ('first_day', models.DateField(blank=True, null=True)),
                ('last_day', models.DateField(blank=True, null=True)),
                ('adjustments', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('step_free', 'Step-free access'), ('accessible_toilet', 'Accessible toilet'), ('hearing_support', 'Support for hearing'), ('visual_support', 'Support for seeing'), ('quiet_space', 'Quiet space'), ('flexible_hours', 'Flexible hours'), ('extra_supervision', 'Extra supervision'), ('job_coach_welcome', 'Job coach welcome'), ('easy_read', 'Easy-read instructions'), ('visit_beforehand', 'Visit beforehand')], max_length=20), blank=True, default=list, size=None)),
                ('asked_at', models.DateTimeField()),
                ('answer_by', models.DateTimeField()),
                ('once', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='accounts.organisation')),
            ],
            options={
                'verbose_name_plural': 'enquiries',
            },
        ),
        migrations.CreateModel(
            name='EnquiryAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('asked', 'Waiting for an answer'), ('yes', 'Yes'), ('no', 'No'), ('lapsed', 'Not answered in time'), ('withdrawn', 'Taken back by the school')], default='asked', max_length=20)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, choices=[('dates_unavailable', 'We cannot do those dates'), ('no_capacity', 'We do not have the room or the staff'), ('not_suitable_year_group', 'It does not suit that year group'), ('cannot_meet_needs', 'We cannot meet the needs described'), ('too_little_information', 'We were told too little to say yes'), ('other', 'Another reason')], max_length=30)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='placements.enquiry')),
                ('placement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.placement')),
                ('placements', models.ManyToManyField(related_name='+', to='placements.placement')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiry_answers', to='accounts.organisation')),
                ('slot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.slot')),
            ],
        ),
        migrations.CreateModel(
            name='EnquiryAnswerMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came_from', models.CharField(max_length=20)),
                ('went_to', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='placements.enquiryanswer')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EnquiryMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came_from', models.CharField(max_length=20)),
                ('went_to', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('enquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='placements.enquiry')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['school', '-asked_at'], name='enquiry_by_school'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['answer_by'], name='enquiry_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'over', 'closed'])), name='enquiry_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('question', ''), _negated=True), name='an_enquiry_asks_something'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('places__gte', 1), ('places__lte', 1000)), name='an_enquiry_is_for_some_places'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('year_group__gte', 7), ('year_group__lte', 13)), name='enquiry_year_group_is_known'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_day__isnull', True), ('last_day__isnull', True)), models.Q(('first_day__isnull', False), ('first_day__lte', models.F('last_day')), ('last_day__isnull', False)), _connector='OR'), name='the_window_of_an_enquiry_is_in_order'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('answer_by__gt', models.F('asked_at'))), name='an_enquiry_leaves_time_to_answer'),
        ),
        migrations.AddIndex(
            model_name='enquiryanswer',
            index=models.Index(fields=['provider', 'state'], name='answer_by_provider'),
        ),
        migrations.AddConstraint(
            model_name='enquiryanswer',
            constraint=models.UniqueConstraint(fields=('enquiry', 'provider'), name='a_provider_is_asked_once_in_an_enquiry'),
        ),
        migrations.AddConstraint(
            model_name='enquiryanswer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'yes', 'no', 'lapsed', 'withdrawn'])), name='answer_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='enquiryanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['yes', 'no']), _negated=True), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='what_is_answered_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='enquiryanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'no'), _negated=True), ('reason__in', ['dates_unavailable', 'no_capacity', 'not_suitable_year_group', 'cannot_meet_needs', 'too_little_information', 'other']), _connector='OR'), name='a_no_says_why'),
        ),
        migrations.AddConstraint(
            model_name='enquiryanswer',
            constraint=models.CheckConstraint(condition=models.Q(('slot__isnull', True), ('placement__isnull', False), _connector='OR'), name='offered_dates_are_of_an_offered_placement'),
        ),
    ]
