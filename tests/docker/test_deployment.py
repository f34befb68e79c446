"""The files of `docker/` are right by their own tools, and agree with the code they run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.web.stack.services import web_service
from axolotl_project.settings import base, storage
from pipeline.api import Queue

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
TOOLS = Path(sys.executable).parent
OTHER_SERVERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "REDISCLI_AUTH", "REDIS_PASSWORD"}
OTHER_SERVERS |= {"HTTP_PORT", "HTTPS_PORT", "TLS_DIR"}
"""Not the application's: what the stores and nginx are told."""
SAID_BY_THE_IMAGE = {
    "AXOLOTL_VAR",
    "STATIC_ROOT",
    "MODEL_DIR",
    "LOG_FORMAT",
    "DEBUG",
    "WORKER_DEVICE",
    "WORKER_THREADS",
}
"""By the Dockerfile, the settings of production, or `manage.py worker`."""
OF_OTHER_MACHINES = {"EDGE_KEY", "SMPL_MODEL_DIR"}
"""An edge box's; licensed files that a folder would have to be mounted for."""


def documents(pattern: str) -> list[dict[str, Any]]:
    files = sorted(DOCKER.glob(pattern))
    assert files, pattern
    return list(chain.from_iterable(yaml.safe_load_all(file.read_text()) for file in files))


def compose() -> dict[str, Any]:
    (found,) = documents("compose.yml")
    return found


def tool(*command: str) -> str:
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def pods() -> list[dict[str, Any]]:
    workloads = [found for found in documents("kubernetes/*.yaml") if found["kind"] in ("Deployment", "Job")]
    return [found["spec"]["template"]["spec"] for found in workloads]


def queues_of(words: list[str]) -> set[str]:
    return {word.removeprefix("--queue=") for word in " ".join(words).replace("--queue ", "--queue=").split()} & {
        queue.value for queue in Queue
    }


def test_the_dockerfile_passes_its_linter() -> None:
    assert tool("hadolint", "docker/Dockerfile") == ""


def test_compose_files_keep_to_the_compose_specification() -> None:
    tool(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker/compose.yml",
        "docker/compose.gpu.yml",
        "docker/compose.monitoring.yml",
    )


def test_manifests_keep_to_kubernetes_schemas() -> None:
    files = [str(file) for file in sorted((DOCKER / "kubernetes").glob("*.yaml")) if file.name != "autoscaling.yaml"]
    own = [one for one in documents("kubernetes/*.yaml") if not one["apiVersion"].startswith("keda.sh")]
    assert tool("kubernetes-validate", "--strict", *files).count(" passed ") == len(own)


def test_every_queue_has_a_worker_in_compose_and_in_the_cluster() -> None:
    every = {queue.value for queue in Queue}
    services = compose()["services"]
    assert set().union(*(queues_of(one.get("command", [])) for one in services.values())) == every
    assert set().union(*(queues_of(pod["containers"][0].get("args", [])) for pod in pods())) == every


def test_the_clock_runs_once() -> None:
    clocks = [name for name, one in compose()["services"].items() if "beat" in one.get("command", [])]
    deployments = [one for one in documents("kubernetes/*.yaml") if one["kind"] == "Deployment"]
    (beat,) = [
        one for one in deployments if "beat" in one["spec"]["template"]["spec"]["containers"][0].get("command", [])
    ]
    assert clocks == ["beat"] and beat["spec"]["replicas"] == 1 and beat["spec"]["strategy"] == {"type": "Recreate"}


def test_web_pods_share_the_films_that_are_on_their_way() -> None:
    """The next piece of an upload may come to another pod."""
    (web,) = [one for one in documents("kubernetes/web.yaml") if one["kind"] == "Deployment"]
    pod = web["spec"]["template"]["spec"]
    mounted = {mount["mountPath"]: mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
    var = "/var/lib/axolotl"
    name = mounted[f"{var}/{storage.UPLOAD_ROOT.relative_to(base.VAR)}"]
    (volume,) = [one for one in pod["volumes"] if one["name"] == name]
    (claim,) = [one for one in documents("kubernetes/web.yaml") if one["kind"] == "PersistentVolumeClaim"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert web["spec"]["replicas"] > 1 and claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert "emptyDir" in next(one for one in pod["volumes"] if one["name"] == mounted[var])


def test_every_setting_given_is_one_that_the_code_knows() -> None:
    known = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    given = set(re.findall(r"\$\{([A-Z_]+)", (DOCKER / "compose.yml").read_text()))
    given |= set(compose()["x-app"]["environment"])
    (config,) = [one for one in documents("kubernetes/*.yaml") if one["kind"] == "ConfigMap"]
    given |= set(config["data"])
    assert given - known - OTHER_SERVERS == set()


def test_every_setting_can_be_given_in_docker_env() -> None:
    known = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    taken = set().union(*(service.get("environment", {}) for service in compose()["services"].values()))
    assert known - taken - SAID_BY_THE_IMAGE - OF_OTHER_MACHINES == set()


def test_what_is_not_in_docker_env_is_as_if_it_were_not_given(tmp_path: Path) -> None:
    """`RATE_LIMITS: ${RATE_LIMITS:-}` gives an empty value where nobody gave one."""
    whole = compose()["x-app"]["environment"]
    needed = {"SECRET_KEY": "s" * 50, "POSTGRES_PASSWORD": "p", "REDIS_PASSWORD": "r"}
    needed |= {"ALLOWED_HOSTS": "club.example", "PUBLIC_URL": "https://club.example"}
    given = {name: filled_in(str(value), needed) for name, value in whole.items()}
    bare = {
        name: value for name, value in given.items() if "{" not in whole[name] or filled_in(whole[name], {}) != value
    }
    assert {"RATE_LIMITS", "MAX_UPLOAD_SIZE"} <= given.keys() - bare.keys()
    assert settings_by(given, tmp_path) == settings_by(bare, tmp_path)


def filled_in(text: str, values: dict[str, str]) -> str:
    """As compose does it: `${NAME}`, `${NAME:-default}`, `${NAME:?complaint}`."""
    return re.sub(r"\$\{([A-Z_]+)(?::-([^}]*)|:\?[^}]*)?\}", lambda at: values.get(at[1], at[2] or ""), text)


def settings_by(environment: dict[str, str], var: Path) -> dict[str, str]:
    code = (
        "import json; from django.conf import settings as s; "
        "print(json.dumps({name: repr(getattr(s, name)) for name in dir(s) if name.isupper()}))"
    )
    own = {"PATH": os.environ["PATH"], "AXOLOTL_VAR": str(var)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=own | environment, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return {name: value for name, value in found.items() if " at 0x" not in value}


def test_secrets_stay_out_of_the_repository_and_of_images() -> None:
    for file in (".gitignore", ".dockerignore"):
        left_out = {line.strip("/") for line in (ROOT / file).read_text().splitlines()}
        assert {".env", "docker/.env", "docker/tls"} <= left_out, file


def test_no_container_of_ours_has_rights_or_a_root_it_can_write_to() -> None:
    for pod in pods():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]
    for service in compose()["services"].values():
        if service["image"].startswith("axolotl-"):
            assert service["read_only"] and service["cap_drop"] == ["ALL"]


def test_no_image_comes_without_a_version() -> None:
    stages = {"python", "web-packages", "worker-packages", "built", "source", "runs", "${PYTHON}", "${CUDA}"}
    dockerfile = (DOCKER / "Dockerfile").read_text()
    bases = set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) - stages
    bases |= set(re.findall(r"^ARG (?:PYTHON|CUDA)=(\S+)", dockerfile, re.MULTILINE))
    bases |= {service["image"] for service in compose()["services"].values() if "build" not in service} - {
        "axolotl-web"
    }
    assert bases and all(re.search(r":\d", image) for image in bases), bases


def test_the_web_image_starts_what_up_starts() -> None:
    command = re.search(r'^CMD \["uvicorn", (.*?)\]$', (DOCKER / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL)
    assert command is not None
    words = re.findall(r'"([^"]+)"', command[1])
    own = web_service("0.0.0.0", 8000).argv[3:]
    differs = {"--timeout-graceful-shutdown"}
    assert options(words, differs) == options(list(own), differs)


def options(words: list[str], leave_out: set[str]) -> set[tuple[str, str]]:
    pairs = {(word, after) for word, after in zip(words, [*words[1:], ""], strict=True) if word.startswith("--")}
    return {(name, "" if after.startswith("--") else after) for name, after in pairs if name not in leave_out}


@pytest.mark.parametrize("path", ["/metrics"])
def test_what_operators_read_is_closed_to_the_world(path: str) -> None:
    assert f"location = {path} {{ deny all; }}" in (DOCKER / "nginx" / "axolotl.conf").read_text()
    (ingress,) = [one for one in documents("kubernetes/*.yaml") if one["kind"] == "Ingress"]
    (rule,) = [one for one in ingress["spec"]["rules"][0]["http"]["paths"] if one["path"] == path]
    assert rule["pathType"] == "Exact" and rule["backend"]["service"]["name"] == "nowhere"
