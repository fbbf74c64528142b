"""`manage found_national_team`: name the first of the national team of a new marketplace."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import founding


class Command(BaseCommand):
    """Found the national team, once, and its first lead, who signs in by an emailed link.

    Errors: a team exists already, or the address is no email address.
    """

    help = "Name the first lead of the national team, who then founds hubs and invites others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the lead's email address")
        parser.add_argument("--person", default="", help="the lead's full name")
        parser.add_argument("--name", default="National team", help="what the team is called")

    def handle(self, *_args: object, **options: str) -> None:
        try:
            member = founding.found_national_team(
                options["name"], email=options["email"], person=options["person"]
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{member.organisation} is founded. Sign in by an emailed link.")
