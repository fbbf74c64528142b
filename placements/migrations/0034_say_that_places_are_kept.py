"""A waiting group may be passed over because the free places are kept for some."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('placements', '0033_ask_anew_what_a_host_changes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='passedover',
            name='pass_reason_is_known',
        ),
        migrations.AlterField(
            model_name='passedover',
            name='reason',
            field=models.CharField(choices=[('too_few_places', 'There were too few places for your group'), ('places_reserved', 'The other places were kept for those who have priority here'), ('over_cap', 'One school cannot have that many of the places'), ('not_suitable_year_group', 'It no longer suits your year group'), ('not_in_good_standing', 'Bookings of your school were suspended')], max_length=30),
        ),
        migrations.AddConstraint(
            model_name='passedover',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['too_few_places', 'places_reserved', 'over_cap', 'not_suitable_year_group', 'not_in_good_standing'])), name='pass_reason_is_known'),
        ),
    ]
