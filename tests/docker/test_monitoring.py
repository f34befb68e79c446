"""Dashboard and alerts speak of metrics that there are, and every alert leads to a runbook."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from apps.core.models import AuditEvent
from pipeline import api

DOCKER = Path(__file__).parents[2] / "docker"
GRAFANA = DOCKER / "grafana"
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
FUNCTIONS = {
    "sum",
    "rate",
    "max",
    "min",
    "count",
    "topk",
    "delta",
    "absent",
    "vector",
    "histogram_quantile",
    "by",
    "or",
}


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "axolotl.json").read_text())
    return found


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((GRAFANA / "alerts.yml").read_text())["groups"]
    return list(group["rules"])


def expressions() -> list[str]:
    shown = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    return shown + [alert["expr"] for alert in alerts()]


@pytest.fixture
def exported(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Labels by series that `/metrics` offers."""
    monkeypatch.setattr(api, "workers_by_queue", lambda timeout_s: {"default": 1})
    AuditEvent.objects.create(action="backup.made", object_type="backup", object_id="now")
    Client().get("/health")
    text = Client().get("/metrics").content.decode()
    types = re.findall(r"^# TYPE (axolotl_\w+?)(?:_total)? (\w+)$", text, re.MULTILINE)
    names = {f"{name}{suffix}" for name, kind in types for suffix in SUFFIXES[kind]}
    return {name: set(re.findall(r'(\w+)="', "".join(re.findall(rf"^{name}{{(.*)}}", text, re.M)))) for name in names}


def test_every_metric_shown_or_alarmed_on_is_exported(exported: dict[str, set[str]]) -> None:
    named = {name for expression in expressions() for name in re.findall(r"axolotl_\w+", expression)}
    assert len(named) >= 12
    assert named - exported.keys() == set()


def test_no_gauge_goes_unseen(exported: dict[str, set[str]]) -> None:
    """What is worth exporting is worth a look."""
    named = {name for expression in expressions() for name in re.findall(r"axolotl_\w+", expression)}
    assert {name for name in exported if not name.endswith(("_sum", "_count", "_created"))} - named == set()


def test_labels_selected_are_labels_exported(exported: dict[str, set[str]]) -> None:
    for expression in expressions():
        for name, selector in re.findall(r"(axolotl_\w+){([^}]*)}", expression):
            labels = set(re.findall(r"(\w+)\s*=~?", selector))
            assert not exported[name] or labels <= exported[name], expression


@pytest.mark.parametrize("expression", expressions())
def test_expressions_are_whole(expression: str) -> None:
    for opening, closing in ("()", "{}", "[]"):
        assert expression.count(opening) == expression.count(closing)
    assert set(re.findall(r"([a-z_]+)\s?\(", expression)) <= FUNCTIONS
    assert all(re.fullmatch(r"\d+[smhd]", window) for window in re.findall(r"\[([^\]]*)\]", expression))


def test_panels_stand_side_by_side() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        assert one["x"] + one["w"] <= 24
        apart_x = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        apart_y = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart_x or apart_y


def test_the_dashboard_asks_the_source_that_is_provisioned() -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    used = {panel["datasource"]["uid"] for panel in dashboard()["panels"] if "datasource" in panel}
    assert used == {source["uid"]}
    services = yaml.safe_load((DOCKER / "compose.monitoring.yml").read_text())["services"]
    assert source["url"] == "http://prometheus:9090" and "prometheus" in services
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/axolotl.yml").read_text())["providers"]
    mounts = " ".join(services["grafana"]["volumes"])
    assert f"./grafana/dashboards:{provider['options']['path']}" in mounts


def test_prometheus_asks_the_web_service_and_reads_the_alerts() -> None:
    config = yaml.safe_load((GRAFANA / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]
    compose = yaml.safe_load((DOCKER / "compose.yml").read_text())
    assert target.partition(":")[0] in compose["services"]
    assert compose["x-app"]["environment"]["ALLOWED_HOSTS"].endswith(f",{target.partition(':')[0]}")
    mounted = yaml.safe_load((DOCKER / "compose.monitoring.yml").read_text())["services"]["prometheus"]["volumes"]
    assert f"./grafana/alerts.yml:{config['rule_files'][0]}:ro" in mounted


def test_every_alert_leads_to_a_runbook_and_there_are_ten() -> None:
    text = (DOCKER / "README.md").read_text()
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)
    }
    linked = set()
    for alert in alerts():
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert re.fullmatch(r"\d+[smh]", alert.get("for", "0s"))
        assert len(alert["annotations"]["summary"]) > 15
        file, _, anchor = alert["annotations"]["runbook_url"].partition("#")
        assert file == "docker/README.md" and anchor in anchors, alert["alert"]
        linked.add(anchor)
    assert len(linked) == len(alerts()) >= 10


@pytest.mark.django_db
def test_what_is_down_is_told_as_down_and_the_rest_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(timeout_s: float) -> dict[str, int]:
        raise OSError("no broker")

    monkeypatch.setattr(api, "workers_by_queue", away)
    text = Client().get("/metrics").content.decode()
    assert 'axolotl_part_up{part="broker"} 0.0' in text
    assert 'axolotl_part_up{part="database"} 1.0' in text
    assert "axolotl_disk_free_bytes " in text and "axolotl_workers{" not in text
