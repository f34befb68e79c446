"""Packs are complete and sourced; malformed files say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from apps.safety.errors import PolicyError
from apps.safety.policies import POLICY_FOLDER, SHAPES, load_pack, load_packs, read_pack, strictest_pack
from apps.safety.rules.judge import RULES
from apps.safety.verdict import Severity

HARD = {
    "concussion_rest",
    "concussion_contact",
    "concussion_competition",
    "heat_cancel",
    "heat_duration",
    "heat_conditioning",
    "half_length",
    "match_minutes_day",
    "weekly_hours",
}

OURS = {
    *("pain", "fever", "session_minutes", "week_minutes", "week_change", "sessions_per_day"),
    *("recovery_next_match", "recovery_high_intensity", "recovery_between", "overnight"),
    *("growth_volume", "growth_advice"),
}
"""Rules of which a limit is our own choice; the rest stands in the source that is named."""


@pytest.mark.parametrize("pack_id", ["academy", "default", "grassroots"])
def test_what_is_our_own_choice_says_so(pack_id: str) -> None:
    said = {
        band.rule_id
        for bands in load_pack(pack_id).bands.values()
        for band in bands
        if "policy of axolotl, to be verified" in band.source.lower()
    }
    assert said == OURS


def test_three_packs_come_with_the_project() -> None:
    assert sorted(load_packs()) == ["academy", "default", "grassroots"]
    assert {pack.version for pack in load_packs().values()} == {"2026-11"}


def test_every_rule_of_the_policy_is_coded_and_the_other_way_round() -> None:
    assert set(RULES) == set(SHAPES) == set(load_pack().bands)


@pytest.mark.parametrize("pack_id", ["academy", "default", "grassroots"])
def test_every_band_has_a_source_and_hard_limits_stay_hard(pack_id: str) -> None:
    pack = load_pack(pack_id)
    assert all(band.source for bands in pack.bands.values() for band in bands)
    assert all("[R]" not in band.source for bands in pack.bands.values() for band in bands)
    hard = {
        rule_id
        for rule_id, bands in pack.bands.items()
        if all(band.severity is Severity.BLOCK and not band.overridable for band in bands)
    }
    assert hard == HARD


@pytest.mark.parametrize("rule_id", sorted(rule_id for rule_id, shape in SHAPES.items() if not shape.by_heat))
def test_no_age_group_falls_between_bands(rule_id: str) -> None:
    pack = load_pack()
    top = int(min(pack.bands[rule_id][-1].high, 40))
    assert top in {12, 18, 40}
    assert [group for group in range(1, top + 1) if pack.band_for_group(rule_id, group) is None] == []


@pytest.mark.parametrize("rule_id", ["session_minutes", "week_minutes"])
@pytest.mark.parametrize("group", range(7, 20))
def test_grassroots_is_the_strictest_and_academy_the_mildest(rule_id: str, group: int) -> None:
    limits = []
    for pack_id in ("grassroots", "default", "academy"):
        band = load_pack(pack_id).band_for_group(rule_id, group)
        assert band is not None
        limits.append(band["minutes"])
    assert limits == sorted(limits)


def test_the_strictest_pack_is_found_among_all() -> None:
    assert strictest_pack(load_pack("academy")).id == "grassroots"


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 8, 30), date(2025, 8, 31)),
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2026, 1, 1), date(2025, 8, 31)),
    ],
)
def test_a_season_starts_at_the_cut_off(day: date, start: date) -> None:
    assert load_pack().season_start(day) == start


def test_an_unknown_pack_is_named_with_those_there_are() -> None:
    with pytest.raises(PolicyError, match="no policy pack 'elite'; there are academy, default, grassroots"):
        load_pack("elite")


Change = Callable[[dict], object]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda pack: pack.pop("id"), "id must be a text"),
        (lambda pack: pack.update(version=2026), "version must be a text"),
        (lambda pack: pack.update(title=" "), "title must be a text"),
        (lambda pack: pack.update(colour="red"), "unknown colour; known are"),
        (lambda pack: pack.update(season_cutoff="31.8."), "season_cutoff must be MM-DD"),
        (lambda pack: pack.update(season_cutoff="13-01"), "season_cutoff must be MM-DD"),
        (lambda pack: pack.update(season_cutoff="02-29"), "season_cutoff must be MM-DD"),
        (lambda pack: pack.update(youngest_group="adult"), "youngest_group must be U followed by a number"),
        (lambda pack: pack.update(youngest_group=7), "expected an age group such as U12"),
        (lambda pack: pack.update(rules=[]), "expected a mapping of names, got list"),
        (lambda pack: pack["rules"].pop("heading"), "rules are missing: heading"),
        (lambda pack: pack["rules"].update(naps={}), "unknown naps"),
        (lambda pack: pack["rules"].update(pain=None), "pain: expected a mapping of names, got NoneType"),
        (lambda pack: pack["rules"]["pain"].pop("source"), "pain, band 1: source must be a text"),
        (lambda pack: pack["rules"]["pain"].pop("title"), "pain: title must be a text"),
        (lambda pack: pack["rules"]["pain"].update(severity="fatal"), "severity must be advise, warn or block"),
        (lambda pack: pack["rules"]["pain"].update(severity=["block"]), "severity must be advise, warn or block"),
        (lambda pack: pack["rules"]["pain"].update(overridable="yes"), "overridable: expected true or false"),
        (lambda pack: pack["rules"]["pain"].update(edge=3), "unknown edge"),
        (lambda pack: pack["rules"]["pain"].update(bands=[]), "bands must be a list of at least one row"),
        (lambda pack: pack["rules"]["pain"].update(bands=["U7"]), "band 1: expected a mapping of names, got str"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(score="4"), "score: expected a number of 0 or more"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(score=-1), "score: expected a number of 0 or more"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(score=10**400), "score: expected a number of 0 or more"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(score=True), "score: expected a number of 0 or more"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(score=float("nan")), "expected a number of 0 or more"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].pop("score"), "expected score, valid_days"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(points=1), "expected score, valid_days"),
        (lambda pack: pack["rules"]["pain"]["bands"][0].update(to="U"), "expected an age group such as U12"),
        (lambda pack: pack["rules"]["half_length"]["bands"][0].update(to="U9"), "bands overlap or are not in asc"),
        (lambda pack: pack["rules"]["half_length"]["bands"].reverse(), "bands overlap or are not in ascending"),
        (lambda pack: pack["rules"]["half_length"]["bands"][0].update({"from": "U9"}), "from is above to"),
        (lambda pack: pack["rules"]["heat_breaks"]["bands"][0].update(to=28), "bands overlap"),
        (lambda pack: pack["rules"]["heat_breaks"]["bands"][0].update(to="hot"), "expected a number of 0 or more"),
    ],
)
def test_malformed_packs_are_refused_with_a_reason(tmp_path: Path, change: Change, message: str) -> None:
    content = yaml.safe_load((POLICY_FOLDER / "default.yaml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "club.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"club\.yaml") as caught:
        read_pack(path)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "id: [", "\x00", "1: 2", "id: !!python/object:os.system {}"])
def test_what_is_no_policy_at_all_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "club.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"club\.yaml"):
        read_pack(path)


def test_missing_files_circles_and_twins_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no such policy file"):
        read_pack(tmp_path / "none.yaml")
    (tmp_path / "a.yaml").write_text('id: a\nversion: "1"\ntitle: A\nextends: b\nrules: {}\n', encoding="utf-8")
    (tmp_path / "b.yaml").write_text('id: b\nversion: "1"\ntitle: B\nextends: a\nrules: {}\n', encoding="utf-8")
    with pytest.raises(PolicyError, match="extends itself"):
        read_pack(tmp_path / "a.yaml")
    twins = tmp_path / "twins"
    twins.mkdir()
    text = (POLICY_FOLDER / "default.yaml").read_text(encoding="utf-8")
    for name in ("one.yaml", "two.yaml"):
        (twins / name).write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="'default' is taken"):
        load_packs(twins)


def test_a_pack_may_take_over_all_but_its_own_rules(tmp_path: Path) -> None:
    text = (POLICY_FOLDER / "default.yaml").read_text(encoding="utf-8")
    (tmp_path / "default.yaml").write_text(text, encoding="utf-8")
    club = 'id: club\nversion: "3"\ntitle: Club\nextends: default\nseason_cutoff: "12-31"\n'
    (tmp_path / "club.yaml").write_text(club, encoding="utf-8")
    pack = read_pack(tmp_path / "club.yaml")
    assert (pack.name, pack.season_cutoff, pack.bands) == ("club@3", (12, 31), load_pack().bands)
