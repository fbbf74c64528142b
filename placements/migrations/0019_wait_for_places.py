"""Groups wait for places that fall free, and are told what went past them."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_show_homes_coarsely'),
        ('placements', '0018_count_new_dates'),
    ]

    operations = [
        migrations.CreateModel(
            name='PassedOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(choices=[('too_few_places', 'There were too few places for your group'), ('over_cap', 'One school cannot have that many of the places'), ('not_suitable_year_group', 'It no longer suits your year group'), ('not_in_good_standing', 'Bookings of your school were suspended')], max_length=30)),
                ('free', models.PositiveSmallIntegerField()),
                ('needed', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='slot',
            name='a_cancelled_slot_holds_nobody',
        ),
        migrations.AddField(
            model_name='booking',
            name='as_few_as',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='slot',
            name='waiting',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'offered'))), fields=['slot', 'asked_at'], name='booking_waiting_list'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('as_few_as__isnull', True), models.Q(('as_few_as__gte', 1), ('as_few_as__lte', models.F('places_asked'))), _connector='OR'), name='a_group_makes_do_with_some_of_what_it_asked_for'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('places', models.F('places_asked')), _connector='OR'), name='a_group_waits_for_all_that_it_asked_for'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'offered'), _negated=True), ('places__gte', django.db.models.functions.comparison.Coalesce(models.F('as_few_as'), models.F('places_asked'))), _connector='OR'), name='an_offer_is_of_use_to_its_group'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('taken', 0), ('waiting', 0)), _connector='OR'), name='a_cancelled_slot_holds_nobody'),
        ),
        migrations.AddField(
            model_name='passedover',
            name='booking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passed_over', to='placements.booking'),
        ),
        migrations.AddConstraint(
            model_name='passedover',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['too_few_places', 'over_cap', 'not_suitable_year_group', 'not_in_good_standing'])), name='pass_reason_is_known'),
        ),
        migrations.AddConstraint(
            model_name='passedover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', 'too_few_places'), _negated=True), ('free__lt', models.F('needed')), _connector='OR'), name='too_few_places_are_fewer_than_needed'),
        ),
    ]
