"""`manage.py create_team`: a team and the log-in of whoever runs it."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from apps.accounts.models import Role
from apps.accounts.services.teams import FirstTeam, found_team

PASSWORD_BYTES = 12


class Command(BaseCommand):
    """Creates what is not there yet; running it again changes nothing."""

    help = "Create a team and a log-in for its coach. Prints the password once; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("name", help="name of the team, for example U15")
        parser.add_argument("email", help="address the coach logs in with")
        parser.add_argument("--club", default="", help="name of the club")
        parser.add_argument("--age-group", default="", help="for example U15 or Senior")
        parser.add_argument("--coach", default="", help="name of the coach")
        parser.add_argument(
            "--role", default=Role.OWNER.value, choices=[Role.OWNER.value, Role.COACH.value], help="default: owner"
        )
        parser.add_argument("--password", default="", help="default: a random one, printed once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create team and log-in."""
        try:
            validate_email(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']!r} is not an email address.") from None
        if not options["name"].strip():
            raise CommandError("A team needs a name, for example U15.")
        if options["password"]:
            _check_password(options["password"])
        password = options["password"] or secrets.token_urlsafe(PASSWORD_BYTES)
        wanted = FirstTeam(
            name=options["name"].strip(),
            club=options["club"],
            age_group=options["age_group"],
            email=options["email"],
            coach_name=options["coach"],
            role=Role(options["role"]),
        )
        made = found_team(wanted, password)
        self.stdout.write(f"team      {made.team} ({made.team.pk}){'' if made.team_is_new else ', was there already'}")
        self.stdout.write(f"log-in    {made.user.email}{'' if made.user_is_new else ', was there already'}")
        if made.user_is_new:
            self.stdout.write(f"password  {password}")


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(f"Choose another password. {' '.join(error.messages)}") from None
