"""`manage.py export_session` and `manage.py calibrate`."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.core.models import AuditEvent
from apps.scan.management.commands.export_session import write_whole
from apps.scan.models import Calibration, ProcessingJob
from tests.apps.scan.test_calibrations import clicks
from tests.factories.accounts import make_member, make_team
from tests.factories.artefacts import HOME, store_of, write_scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(job: ProcessingJob, stored_film: Any) -> ProcessingJob:
    write_scan(store_of(job.session_id, stored_film.pk))
    job.session.session_players.create(track_id=HOME)
    ProcessingJob.objects.filter(pk=job.pk).update(status="completed", current_step="publish")
    return job


def test_a_session_is_written_on_somebodys_behalf(finished: ProcessingJob, coach: User, tmp_path: Path) -> None:
    path = tmp_path / "tracks.txt"
    call_command("export_session", str(finished.session_id), "--format", "mot", "--as", coach.email, "--out", str(path))
    assert path.read_text().count("\n") > 10
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".tracks")] == []
    event = AuditEvent.objects.get(action="session.exported")
    assert (event.actor, event.after) == (coach, {"format": "mot", "by": "command"})


def test_json_can_be_printed(finished: ProcessingJob, coach: User, capsys: Any) -> None:
    call_command("export_session", str(finished.pk), "--as", coach.email, "--out", "-")
    assert json.loads(capsys.readouterr().out)["session"]["id"] == str(finished.session_id)


def test_nobody_exports_what_they_may_not_see(finished: ProcessingJob, tmp_path: Path) -> None:
    stranger = make_member(make_team())
    out = ("--out", str(tmp_path / "x.json"))
    with pytest.raises(CommandError, match="There is no such session"):
        call_command("export_session", str(finished.session_id), "--as", stranger.email, *out)
    with pytest.raises(CommandError, match="Nobody logs in as"):
        call_command("export_session", str(finished.session_id), "--as", "ghost@example.org", *out)
    assert list(tmp_path.glob("x*")) == []
    assert not AuditEvent.objects.filter(action="session.exported").exists()


def test_a_folder_that_is_not_there_is_said(finished: ProcessingJob, coach: User) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("export_session", str(finished.pk), "--as", coach.email, "--out", "/nowhere/x.json")


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise RuntimeError("the disk is gone")

    path = tmp_path / "x.json"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_whole(path, pieces())
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["x.json"]
    assert path.read_bytes() == b"old"


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    path = tmp_path / "marks.json"
    path.write_text(json.dumps(clicks()))
    return path


def test_marks_become_a_calibration_file(marks: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "calibration.json"
    call_command("calibrate", str(marks), "--out", str(out))
    assert json.loads(out.read_text())["data"]["kind"] == "pitch_homography"
    said = capsys.readouterr().out
    assert said.startswith("Error 0.0")
    assert not Calibration.objects.exists()


def test_a_calibration_is_kept_for_a_team(marks: Path, coach: User, capsys: Any) -> None:
    team = coach.teams.get()
    call_command("calibrate", str(marks), "--team", team.name, "--as", coach.email, "--name", "West stand")
    kept = Calibration.objects.get()
    assert (kept.team, kept.name, kept.made_by) == (team, "West stand", coach)
    assert str(kept.pk) in capsys.readouterr().out


def test_wrong_marks_are_refused_in_words(
    marks: Path, coach: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few = {**clicks(), "points": clicks()["points"][:3]}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(few)))
    with pytest.raises(CommandError, match="3 marks given; at least 4"):
        call_command("calibrate", "-")
    marks.write_text("{")
    with pytest.raises(CommandError, match="is not a file of marks"):
        call_command("calibrate", str(marks))
    marks.write_text(json.dumps({"points": []}))
    with pytest.raises(CommandError, match="This field is required"):
        call_command("calibrate", str(marks))
    with pytest.raises(CommandError, match="--as EMAIL"):
        call_command("calibrate", str(marks), "--team", str(uuid.uuid4()))


def board_pictures(folder: Path, count: int) -> Path:
    """Pictures of a rendered chessboard, slanted in turn."""
    import cv2

    from tests.vision.calibration.test_chessboard import VIEWS, picture

    folder.mkdir()
    for number, view in enumerate(VIEWS[:count]):
        cv2.imwrite(str(folder / f"{number}.png"), picture(view))
    return folder


def test_a_lens_is_calibrated_from_a_chessboard(tmp_path: Path, capsys: Any) -> None:
    folder, out = board_pictures(tmp_path / "left", 6), tmp_path / "Calib.toml"
    call_command("calibrate", "--chessboard", str(folder), "--size", "9x6", "--square", "0.025", "--out", str(out))
    said = capsys.readouterr().out
    assert "left: focal length 5" in said and "6 views" in said
    assert f"Written to {out}" in said
    assert 'name = "left"' in out.read_text() and "size = [ 640.0, 360.0,]" in out.read_text()


def test_chessboard_mistakes_are_said(tmp_path: Path) -> None:
    folder = str(board_pictures(tmp_path / "left", 2))
    board = ("--size", "9x6", "--square", "0.025")
    for arguments, said in (
        ((), "Name the file of the marks, or a folder of chessboard pictures"),
        (("--chessboard", folder), "say the board's inner corners"),
        (
            ("--chessboard", folder, "--size", "9", "--square", "0.025"),
            "'9' is no board; give its inner corners like 9x6",
        ),
        (("marks.json", "--chessboard", folder, *board), "give no marks and no --team with it"),
        (("--chessboard", folder, *board), "found in 2 of 2 pictures; at least 5 are needed"),
        (("--chessboard", folder, "--size", "9x6", "--square", "25"), "give the side in metres, 0.025 for 25 mm"),
        (("--chessboard", str(tmp_path / "nowhere"), *board), "is not a folder of pictures"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("calibrate", *arguments)
