"""What went along with a mail is found by its name."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# It keeps nobody waiting, and so may wait itself for whoever has begun already.
WAIT, WAIT_NO_LONGER = "SET lock_timeout = 0", "RESET lock_timeout"


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0018_gather_messages'),
    ]

    operations = [
        migrations.RunSQL(WAIT, reverse_sql=WAIT_NO_LONGER),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(condition=models.Q(('gathered_into__isnull', False)), fields=['gathered_into'], name='message_gathered_into'),
        ),
        migrations.RunSQL(WAIT_NO_LONGER, reverse_sql=WAIT),
    ]
