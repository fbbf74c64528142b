"""`manage rotate_client`: give a partner platform a new secret."""

import json
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clients
from accounts.models import Client


class Command(BaseCommand):
    """Print `{"client_id", "client_secret"}` as JSON. The secret before is good for a week more.

    Errors: there is no such client, or it has been cut off.
    """

    help = "Give a partner platform a new secret; the one before is good for a week more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client_id")

    def handle(self, *_args: object, **options: str) -> None:
        client = Client.objects.filter(client_id=options["client_id"]).first()
        if client is None:
            raise CommandError("There is no such client.")
        try:
            issued = clients.rotate(client, by=None)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        told = {"client_id": issued.client.client_id, "client_secret": issued.secret}
        self.stdout.write(json.dumps(told))
