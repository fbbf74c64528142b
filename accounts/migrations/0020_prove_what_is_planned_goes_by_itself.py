"""Reads all that was written before the constraint was, and keeps nobody waiting meanwhile."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_find_what_was_gathered'),
    ]

    operations = [
        ValidateConstraint(model_name='message', name='what_is_planned_goes_by_itself'),
    ]
