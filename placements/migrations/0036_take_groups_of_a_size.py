"""The smallest group that a host takes from one school."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_forget_what_is_on_its_way'),
        ('placements', '0035_first_priority_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='placement',
            name='fewest_places_per_school',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('fewest_places_per_school__isnull', True), models.Q(models.Q(('most_places_per_school__isnull', True), ('fewest_places_per_school__lte', models.F('most_places_per_school')), _connector='OR'), ('fewest_places_per_school__gte', 1)), _connector='OR'), name='a_school_may_have_as_many_places_as_it_must'),
        ),
    ]
