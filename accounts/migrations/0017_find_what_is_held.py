"""What waits for an address that works is found by its reader, and by who typed it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# It keeps nobody waiting, and so may wait itself for whoever has begun already.
WAIT, WAIT_NO_LONGER = "SET lock_timeout = 0", "RESET lock_timeout"


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0016_put_words_of_letters'),
    ]

    operations = [
        migrations.RunSQL(WAIT, reverse_sql=WAIT_NO_LONGER),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['recipient'], name='message_held_for'),
        ),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['entered_by'], name='message_held_entered_by'),
        ),
        migrations.RunSQL(WAIT_NO_LONGER, reverse_sql=WAIT),
    ]
