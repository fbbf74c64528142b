"""How many of a group's students must be such as a rule names, for it to have a kept place."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("placements", "0046_keep_a_share")]
    operations = [
        migrations.AddField(
            model_name="priorityrule",
            name="group_share",
            field=models.PositiveSmallIntegerField(
                "per cent of a group",
                default=50,
                db_default=50,
                help_text="Where places are for groups: a group has a kept one if so many of its"
                " students are such. Schools and hosts read it with the rule.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityrule",
            constraint=models.CheckConstraint(
                name="a_share_of_a_group_is_per_cent",
                condition=Q(group_share__gte=1, group_share__lte=100),
            ),
        ),
    ]
