"""What may go along with a mail is found by its reader."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# It keeps nobody waiting, and so may wait itself for whoever has begun already.
WAIT, WAIT_NO_LONGER = "SET lock_timeout = 0", "RESET lock_timeout"


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0020_prove_what_is_planned_goes_by_itself'),
    ]

    operations = [
        migrations.RunSQL(WAIT, reverse_sql=WAIT_NO_LONGER),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['recipient', 'kind'], name='message_planned_for'),
        ),
        migrations.RunSQL(WAIT_NO_LONGER, reverse_sql=WAIT),
    ]
