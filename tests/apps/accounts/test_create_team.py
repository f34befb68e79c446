"""`manage.py create_team`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Membership, Role, Team, User

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("create_team", *args, stdout=out)
    return out.getvalue()


def printed_password(text: str) -> str:
    return next(line.split()[1] for line in text.splitlines() if line.startswith("password"))


def test_it_makes_a_team_and_a_log_in_that_works() -> None:
    text = run("U15", "Coach@Example.org", "--club", "SV Axolotl", "--coach", "Kim")
    user = User.objects.get()
    assert (user.email, user.name) == ("coach@example.org", "Kim")
    assert user.check_password(printed_password(text))
    membership = Membership.objects.get()
    assert (membership.user, membership.team.name, membership.role) == (user, "U15", Role.OWNER)


def test_a_second_run_changes_nothing_and_prints_no_password() -> None:
    password = printed_password(run("U15", "coach@example.org"))
    text = run("U15", "COACH@example.org", "--password", "something else entirely")
    assert "password" not in text
    assert text.count("was there already") == 2
    assert (Team.objects.count(), User.objects.count(), Membership.objects.count()) == (1, 1, 1)
    assert User.objects.get().check_password(password)


def test_one_coach_may_have_two_teams() -> None:
    run("U15", "coach@example.org")
    run("U17", "coach@example.org", "--role", "coach")
    roles = Membership.objects.order_by("team__name").values_list("team__name", "role")
    assert list(roles) == [("U15", "owner"), ("U17", "coach")]


def test_a_wrong_address_is_refused() -> None:
    with pytest.raises(CommandError, match="not an email address"):
        run("U15", "coach")
    assert Team.objects.count() == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [((" ", "c@example.org"), "needs a name"), (("U9", "c@example.org", "--password", "short"), "too short")],
)
def test_what_the_pages_refuse_is_refused_here(args: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*args)
    assert (Team.objects.count(), User.objects.count()) == (0, 0)
