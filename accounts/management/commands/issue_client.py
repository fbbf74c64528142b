"""`manage issue_client`: let a partner platform act for an organisation."""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clients
from accounts.models import Organisation


class Command(BaseCommand):
    """Print `{"client_id", "client_secret"}` as JSON: the only time that the secret is said.

    Errors: there is no such organisation, or no such scope.
    """

    help = "Let a partner platform act for an organisation, and print its secret once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", required=True, type=UUID, metavar="ID")
        parser.add_argument(
            "--scopes", required=True, help='such as "bookings:read bookings:write"'
        )
        parser.add_argument("--name", default="Partner platform", help="shown in the history")

    def handle(self, *_args: object, **options: Any) -> None:
        organisation = Organisation.objects.filter(pk=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no such organisation.")
        try:
            issued = clients.issue(
                organisation,
                name=options["name"],
                scopes=options["scopes"].replace(",", " ").split(),
                by=None,
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        told = {"client_id": issued.client.client_id, "client_secret": issued.secret}
        self.stdout.write(json.dumps(told))
