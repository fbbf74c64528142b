"""GOV.UK Notify, where mail leaves by it: see accounts/notify.py."""

from environs import Env

env = Env()

# Its key, and the template with our two blanks.
NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", "")
NOTIFY_TEMPLATE_ID = env.str("NOTIFY_TEMPLATE_ID", "")
# That of texts, whose one blank is its body; without it none are offered.
NOTIFY_TEXT_TEMPLATE_ID = env.str("NOTIFY_TEXT_TEMPLATE_ID", "")
# The word by which Notify shows that a receipt is its own.
NOTIFY_CALLBACK_TOKEN = env.str("NOTIFY_CALLBACK_TOKEN", "")
NOTIFY_REPLY_TO_ID = env.str("NOTIFY_REPLY_TO_ID", "")
NOTIFY_ADDRESS = env.str("NOTIFY_ADDRESS", "https://api.notifications.service.gov.uk")
