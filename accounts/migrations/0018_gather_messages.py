"""What was written before is looked at later, by the one after the next."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_find_what_is_held'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='gathered_into',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        AddConstraintNotValid(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'planned'), _negated=True), ('gathered_into', None), ('gathered_into', models.F('id')), _connector='OR'), name='what_is_planned_goes_by_itself'),
        ),
    ]
