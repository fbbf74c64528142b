"""`manage revoke_client`: cut a partner platform off."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clients
from accounts.models import Client


class Command(BaseCommand):
    """Cut a platform off at once, its tokens with it.

    Errors: there is no such client, or it has been cut off before.
    """

    help = "Cut a partner platform off, at once and for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client_id")

    def handle(self, *_args: object, **options: str) -> None:
        client = Client.objects.filter(client_id=options["client_id"]).first()
        if client is None:
            raise CommandError("There is no such client.")
        try:
            clients.revoke(client, by=None)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{client.client_id} is cut off.")
