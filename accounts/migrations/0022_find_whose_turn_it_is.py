"""What is put off is found when its turn comes, and is not walked past until then.

The release before reads all of the new index where it read part of the old one: slower, and right.
"""

import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# It keeps nobody waiting, and so may wait itself for whoever has begun already.
WAIT, WAIT_NO_LONGER = "SET lock_timeout = 0", "RESET lock_timeout"


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0021_find_what_may_go_along'),
    ]

    operations = [
        migrations.RunSQL(WAIT, reverse_sql=WAIT_NO_LONGER),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(django.db.models.functions.comparison.Greatest('due_at', 'next_attempt_at'), models.F('id'), condition=models.Q(('state__in', ('planned', 'claimed', 'uncertain')), models.Q(('next_attempt_at', None), ('state', 'uncertain'), _negated=True)), name='message_by_turn'),
        ),
        RemoveIndexConcurrently(
            model_name='message',
            name='message_owed_by_due_time',
        ),
        migrations.RunSQL(WAIT_NO_LONGER, reverse_sql=WAIT),
    ]
