"""Packs that staff and teams publish: versions, the floor of hard limits, who is offered what."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEvent
from apps.safety import services
from apps.safety.errors import PolicyError
from apps.safety.models import PolicyPack
from apps.safety.policies import load_pack
from apps.safety.selectors import OfferedPack, pack_for, packs_offered
from apps.safety.services import Publication, publish, withdraw
from tests.factories.accounts import make_team, make_user

pytestmark = pytest.mark.django_db

HALVES = """
extends: default
rules:
  half_length:
    title: Length of a half
    severity: block
    overridable: false
    source: "Our league"
    bands:
      - {from: U1, to: U12, minutes: 20}
      - {from: U13, to: adult, minutes: 35}
"""
CONCUSSION = """
extends: default
rules:
  concussion_competition:
    title: Competition after a concussion
    severity: block
    overridable: false
    source: "Ireland, youth"
    bands:
      - {from: U1, to: adult, day: 23}
"""


def publication(yaml: str = "extends: default", key: str = "club", **fields: Any) -> Publication:
    return Publication(**{"key": key, "title": key.title(), "yaml": yaml, **fields})


def half(key: str, team_id: uuid.UUID | None, group: int) -> float:
    band = pack_for(key, team_id).band_for_group("half_length", group)
    assert band is not None
    return band["minutes"]


def test_the_packs_of_the_project_are_there_without_any_row() -> None:
    team = make_team()
    assert pack_for("academy", team.pk) is load_pack("academy")
    assert packs_offered(team.pk) == [
        OfferedPack(key=key, version="2026-11", title=key.title(), origin="project")
        for key in ("academy", "default", "grassroots")
    ]


def test_a_team_s_own_pack_is_its_own() -> None:
    mine, other = make_team(), make_team()
    publish(publication(HALVES, team_id=mine.pk), actor_id=None)
    assert [half("club", mine.pk, group) for group in (12, 13, 18)] == [20, 35, 35]
    assert pack_for("club", mine.pk).name == "club@1"
    assert [(pack.key, pack.origin) for pack in packs_offered(mine.pk)][1:2] == [("club", "team")]
    assert "club" not in {pack.key for pack in packs_offered(other.pk)}
    assert pack_for("club", other.pk).name == "grassroots@2026-11"  # unknown there: the strictest


def test_the_nearest_pack_of_a_key_counts() -> None:
    mine, other = make_team(), make_team()
    publish(publication(CONCUSSION, key="default"), actor_id=None)
    for team in (mine, other):
        assert pack_for("default", team.pk).bands["concussion_competition"][0]["day"] == 23
    publish(publication(HALVES, key="default", team_id=mine.pk), actor_id=None)
    assert [half("default", team.pk, 12) for team in (mine, other)] == [20, 30]
    # The team's pack extends the platform's `default`, whose 23 days it keeps.
    assert pack_for("default", mine.pk).bands["concussion_competition"][0]["day"] == 23


def test_saving_makes_a_version_and_keeps_the_old(django_assert_num_queries: Any) -> None:
    team, actor = make_team(), make_user()
    first = publish(publication(team_id=team.pk), actor_id=actor.pk)
    second = publish(publication(HALVES, team_id=team.pk), actor_id=actor.pk)
    first.refresh_from_db()
    assert (first.version, first.is_active, first.yaml) == (1, False, "extends: default")
    assert (second.version, second.is_active) == (2, True)
    with django_assert_num_queries(1):
        assert pack_for("club", team.pk).name == "club@2"
    events = AuditEvent.objects.filter(action="safety.pack_published").order_by("created_at")
    assert [(event.actor_id, event.team_id, event.after["version"]) for event in events] == [
        (actor.pk, team.pk, 1),
        (actor.pk, team.pk, 2),
    ]
    assert (events[0].before, events[1].before["version"]) == ({}, 1)


def test_a_withdrawn_pack_leaves_the_strictest() -> None:
    team = make_team()
    pack = publish(publication(team_id=team.pk), actor_id=None)
    assert withdraw(pack, actor_id=None)
    assert not withdraw(pack, actor_id=None)
    assert pack_for("club", team.pk).id == "grassroots"
    assert AuditEvent.objects.filter(action="safety.pack_withdrawn").count() == 1
    assert publish(publication(team_id=team.pk), actor_id=None).version == 2


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "half_length:\n    {H}\n    bands: [{from: U1, to: adult, minutes: 25}]",
            "half_length (U1 to U8): minutes 25 is looser than in “Default”; it may be at most 20",
        ),
        (
            "half_length:\n    {H}\n    bands: [{from: U1, to: U16, minutes: 20}]",
            "half_length (U17 and older): there is no limit; “Default” has one without override, which has to stay",
        ),
        (
            "concussion_rest:\n    {S}\n    bands: [{from: U1, to: adult, hours: 24}]",
            "concussion_rest (U1 and older): it has to stay severity block, overridable false, as in “Default”",
        ),
        (
            "concussion_contact:\n    {H}\n    bands: [{from: U1, to: adult, symptom_free_days: 13}]",
            "concussion_contact (U1 and older): symptom_free_days 13 is looser than in “Default”; it may be at"
            " least 14",
        ),
        (
            "heading:\n    {H}\n    bands: [{from: U1, to: U11, headers: 0}, {from: U12, to: U12, headers: 5},"
            " {from: U13, to: U18, headers: 5, sessions_per_week: 1}]",
            "heading (U12): sessions_per_month is missing; “Default” has 1",
        ),
        (
            "heat_duration:\n    {H}\n    bands: [{from: 30.5, to: any, minutes: 60}, ]",
            None,
        ),
        (
            "heat_duration:\n    {H}\n    bands: [{from: 31, to: any, minutes: 60}]",
            "heat_duration (30.5 to 31 °C): there is no limit",
        ),
        (
            "weekly_hours:\n    {H}\n    bands: [{from: U1, to: U18, hours_per_year_of_age: 1, window_days: 3}]",
            "weekly_hours (U1 to U18): window_days 3 is looser than in “Default”; it may be at least 7",
        ),
        ("week_minutes:\n    {S}\n    bands: [{from: U1, to: adult, minutes: 900, window_days: 7}]", None),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_a_hard_limit_may_become_stricter_never_looser(rule: str, message: str | None, own: bool) -> None:
    for mark, overridable in (("{H}", "false"), ("{S}", "true")):
        rule = rule.replace(mark, f"title: T\n    severity: block\n    overridable: {overridable}\n    source: ours")
    team = make_team()
    asked = publication(f"extends: default\nrules:\n  {rule}\n", team_id=team.pk if own else None)
    if message is None:
        assert publish(asked, actor_id=None).version == 1
        return
    with pytest.raises(PolicyError) as caught:
        publish(asked, actor_id=None)
    assert message in str(caught.value)
    assert not PolicyPack.objects.exists()


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("extends: [", "club: not readable as YAML in line 1"),
        ("", "club: expected a mapping of names, got NoneType"),
        ("extends: default\nid: x", "id: leave it out of the YAML"),
        ("extends: nobody", "extends 'nobody', which is no pack; there are academy, default, grassroots"),
        ("extends: [a]", "extends ['a'], which is no pack"),
        ("extends: default\nrulez: {}", "club: unknown rulez"),
        ("extends: default\nrules:\n  pain: {}\n  pain: {}", "pain is given twice in one place"),
        ("x" * 100_001, "100001 characters are too many"),
        ("[" * 3000, "not readable as YAML"),
        ("verified: 2026-02-30", "not readable as YAML: day is out of range for month"),
    ],
)
def test_malformed_packs_are_refused_in_words(yaml: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        publish(publication(yaml), actor_id=None)
    assert message in str(caught.value)


def test_a_team_extends_a_pack_and_moves_nobody_to_another_age() -> None:
    team = make_team()
    with pytest.raises(PolicyError, match="extends is missing"):
        publish(publication("rules: {}", team_id=team.pk), actor_id=None)
    with pytest.raises(PolicyError, match="season_cutoff: leave it out"):
        publish(publication('extends: default\nseason_cutoff: "12-31"', team_id=team.pk), actor_id=None)
    national = publish(publication('extends: default\nseason_cutoff: "12-31"'), actor_id=None)
    assert pack_for(national.key, None).season_cutoff == (12, 31)


def test_packs_of_the_platform_cannot_extend_in_a_circle() -> None:
    publish(publication(key="one"), actor_id=None)
    publish(publication("extends: one", key="two"), actor_id=None)
    with pytest.raises(PolicyError, match="extends itself"):
        publish(publication("extends: two", key="one"), actor_id=None)
    with pytest.raises(PolicyError, match="extends itself"):
        publish(publication("extends: three", key="three"), actor_id=None)
    publish(publication("extends: academy", key="default"), actor_id=None)
    with pytest.raises(PolicyError, match="extends itself"):
        publish(publication("extends: default", key="academy"), actor_id=None)
    assert pack_for("default", None).name == "default@1"


def test_a_parent_that_becomes_stricter_takes_its_packs_along() -> None:
    """The team's pack was within bounds when it was made; later the platform asks for more."""
    team = make_team()
    publish(publication(HALVES.replace("minutes: 20", "minutes: 20"), team_id=team.pk), actor_id=None)
    publish(publication(HALVES.replace("minutes: 20", "minutes: 15"), key="default"), actor_id=None)
    assert [half("club", team.pk, group) for group in (8, 13)] == [15, 35]
    assert pack_for("club", team.pk).name == "club@1"


def test_a_parent_that_is_gone_leaves_the_strictest() -> None:
    team = make_team()
    parent = publish(publication(key="region"), actor_id=None)
    publish(publication("extends: region", team_id=team.pk), actor_id=None)
    assert pack_for("club", team.pk).name == "club@1"
    withdraw(parent, actor_id=None)
    assert pack_for("club", team.pk).id == "grassroots"


def test_two_who_publish_at_once_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rival publishes between the look at the versions and the new row."""

    def rival_first(publication_: Publication, actor_id: uuid.UUID | None) -> PolicyPack:
        monkeypatch.setattr(services, "_publish", original)
        PolicyPack.objects.create(key="club", version=1, title="Rival", yaml="extends: default")
        return PolicyPack.objects.create(key="club", version=1, title="Club", yaml="extends: default")

    original = services._publish
    monkeypatch.setattr(services, "_publish", rival_first)
    with pytest.raises(PolicyError, match="somebody else published it"):
        publish(publication(), actor_id=None)
    assert not AuditEvent.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_threads_end_with_two_versions_or_one_refusal() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set AXOLOTL_TEST_DATABASE=postgres")
    publish(publication(), actor_id=None)
    gate, refused = threading.Barrier(2), []

    def run(number: int) -> None:
        gate.wait()
        try:
            publish(publication(title=f"Club {number}"), actor_id=None)
        except PolicyError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = PolicyPack.objects.filter(key="club")
    assert rows.count() + len(refused) == 3
    assert [row.version for row in rows.in_force()] == [rows.count()]


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def form(**fields: Any) -> dict[str, Any]:
    return {"key": "club", "title": "Club", "team": "", "yaml": "extends: default", **fields}


def test_the_admin_publishes_and_shows_what_is_wrong(staff: Client) -> None:
    add = reverse("admin:safety_policypack_add")
    loose = HALVES.replace("minutes: 20", "minutes: 31")
    answer = staff.post(add, form(yaml=loose))
    assert answer.status_code == 200
    fault = "half_length (U1 to U8): minutes 31 is looser than in “Default”; it may be at most 20"
    assert f"<li>{fault}</li>" in answer.content.decode()
    assert staff.post(add, form(key="Our Club")).status_code == 200
    assert not PolicyPack.objects.exists()
    assert staff.post(add, form()).status_code == 302
    first = PolicyPack.objects.get()
    change = reverse("admin:safety_policypack_change", args=[first.pk])
    assert staff.get(change).status_code == 200
    assert staff.post(change, {"title": "Club", "yaml": HALVES, "key": "forged"}).status_code == 302
    assert [(pack.key, pack.version, pack.is_active) for pack in PolicyPack.objects.order_by("version")] == [
        ("club", 1, False),
        ("club", 2, True),
    ]
    assert staff.post(change, {"title": "Club", "yaml": "rules: 3"}).status_code == 200
    listing = reverse("admin:safety_policypack_changelist")
    second = PolicyPack.objects.get(version=2)
    chosen = {"action": "withdraw", "_selected_action": [str(first.pk), str(second.pk)]}
    text = staff.post(listing, chosen, follow=True).content.decode()
    assert "1 withdrawn." in text and "1 left alone: not in force." in text
    assert staff.post(reverse("admin:safety_policypack_delete", args=[first.pk]), {"post": "yes"}).status_code == 403
    assert staff.get(listing, {"q": "club"}).status_code == 200
