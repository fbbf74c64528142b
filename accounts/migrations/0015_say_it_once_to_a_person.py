from django.db import migrations

# What was said to a person was told apart by their address, and is by their number: it stays said
# when they change it. Of two rows that were one thing said at two addresses, both stay as they are.
NUMBERED = """
UPDATE accounts_message AS said
SET dedupe_key = said.kind || ':' || said.subject || ':' || {new}
    || substr(said.dedupe_key, length(said.kind || ':' || said.subject || ':' || {old}) + 1)
WHERE said.recipient_id IS NOT NULL
    AND starts_with(said.dedupe_key || ':', said.kind || ':' || said.subject || ':' || {old} || ':')
    AND NOT EXISTS (
        SELECT 1 FROM accounts_message AS other
        WHERE other.kind = said.kind AND other.subject = said.subject
            AND other.recipient_id = said.recipient_id
            AND lower(other.email) <> lower(said.email)
    )
"""
ADDRESS, NUMBER = "lower(said.email)", "said.recipient_id::text"


class Migration(migrations.Migration):
    dependencies = [
        ('accounts', '0014_keep_what_comes_back'),
    ]

    operations = [
        migrations.RunSQL(
            NUMBERED.format(old=ADDRESS, new=NUMBER), NUMBERED.format(old=NUMBER, new=ADDRESS)
        ),
    ]
