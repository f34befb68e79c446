"""Which files are kept: by what is in them."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import pytest

from apps.core.errors import InvalidFile
from apps.sessions.filetypes import FileKind, clean_name, inspect, kind_by_name
from tests.factories.attachments import EXE, FILES, GIF, archive, office, pdf, picture

PNG, JPG, WEBP = picture("png"), picture("jpg"), picture("webp")


def inspected(folder: Path, name: str, content: bytes) -> FileKind:
    path = folder / "upload"
    path.write_bytes(content)
    return inspect(path, name)


@pytest.mark.parametrize("name", FILES)
def test_good_files_are_what_they_say(tmp_path: Path, name: str) -> None:
    kind = inspected(tmp_path, name, FILES[name])
    assert name.rpartition(".")[2] in kind.endings
    assert inspected(tmp_path, name.upper(), FILES[name]) is kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("old.csv", "Spieler;Größe\nJörg;1,80\n".encode("cp1252")),
        ("utf16.txt", "\ufeffhéllo".encode("utf-16-le")),
        ("bom.csv", b"\xef\xbb\xbfa,b\n"),
        ("mz.txt", b"MZ is what he calls her"),
        ("math.txt", b"if a < b and c > d: #!"),
        ("phone.jpg", JPG + b"\x00" * 64 + JPG),  # what phones add behind a picture
        ("spaces.pdf", pdf(tail=b"\r\n\x00")),
        ("long.txt", ("ü" * 70_000).encode()),  # a letter across two pieces
    ],
)
def test_odd_but_honest_files_are_kept(tmp_path: Path, name: str, content: bytes) -> None:
    assert inspected(tmp_path, name, content).endings[0] == name.rpartition(".")[2]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.pdf", b"", "empty"),
        ("plan.pdf", EXE, "a Windows program"),
        ("plan.pdf", b"\x7fELF" + bytes(50), "a program"),
        ("plan.pdf", PNG, "named .pdf but holds a PNG picture; name it .png"),
        ("photo.jpg", PNG, "name it .png"),
        ("table.xlsx", office(), "holds a Word document"),
        ("report.docx", archive({"a.txt": b"x"}), "archive"),
        ("letter.docx", b"\xd0\xcf\x11\xe0" + bytes(100), "old Office file or one with a password"),
        ("photo.jpg", b"\x00\x00\x00\x18ftypheic" + bytes(50), "HEIC"),
        ("clip.pdf", b"\x00\x00\x00\x18ftypmp42" + bytes(50), "films are added as a scan"),
        ("data.txt", b"\x1f\x8b\x08" + bytes(50), "an archive"),
        ("page.txt", b"<!DOCTYPE html><title>x</title>", "web page or a script"),
        ("drawing.txt", b'<svg onload="alert(1)">', "web page or a script"),
        ("late.txt", b"a" * 65_530 + b"<script>alert(1)</script>", "web page or a script"),
        ("wide.txt", "\ufeff<script>".encode("utf-16-le"), "web page or a script"),
        ("run.txt", b"#!/bin/sh\nrm -rf /\n", "a script"),
        ("link.csv", b"=x,javascript:alert(1)\n", "web page or a script"),
        ("binary.txt", b"text\x00text", "damaged or not plain text"),
        ("escape.txt", b"\x1b]0;title\x07", "damaged or not plain text"),
        ("page.pdf", pdf(b"<html><body>"), "web page is hidden"),
        ("page.pdf", b"<html>" + pdf(), "web page or a script"),
        ("script.pdf", pdf(b"/S /JavaScript /JS (app.alert(1))"), "run a script"),
        ("script.pdf", pdf(b"/S /J#61vaScript"), "run a script"),
        ("launch.pdf", pdf(b"/S /Launch /F (cmd.exe)"), "run a script or a program"),
        ("cut.pdf", pdf()[:-20], "damaged or not a PDF"),
        ("polyglot.pdf", pdf(tail=b"\nvar x = 1;"), "damaged or not a PDF"),
        ("zip.pdf", pdf(archive({"a": b"b"})), "archive is hidden"),
        ("zip.jpg", JPG + archive({"a": b"b"}), "archive is hidden"),
        ("page.jpg", JPG + b"<script>alert(1)</script>", "web page is hidden"),
        ("tail.png", PNG + b"tail", "damaged"),
        ("cut.png", PNG[:-6], "damaged"),
        ("cut.jpg", JPG[: len(JPG) // 4], "damaged"),
        ("head.jpg", b"\xff\xd8\xff\xe0", "damaged"),
        ("headless.jpg", b"\xff\xd8\xff\xd9" + bytes(40), "damaged"),
        ("cut.webp", WEBP[:-3], "damaged"),
        ("tail.webp", WEBP + b"<!--", "damaged"),
        ("js.gif", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "damaged"),
        ("tail.gif", GIF + b";alert(1)", "damaged"),
        ("cut.gif", GIF[:-5], "damaged"),
        ("report.docx", b"MZ" + office(), "a Windows program"),
        ("report.docx", office() + b"tail", "damaged"),
        ("report.docx", office()[:-30], "damaged"),
        ("macro.docx", office(word__vbaProject=b"x", **{"word__vbaProject.bin": b"x"}), "macros or programs"),
        ("ole.docx", office(**{"word__embeddings__oleObject1.bin": b"x"}), "macros or programs"),
        ("exe.docx", office(**{"word__media__a.EXE": b"x"}), "macros or programs"),
        ("path.docx", office(**{"..__..__etc__passwd": b"x"}), "unpacked elsewhere"),
        ("path.docx", office(**{"__etc__passwd": b"x"}), "unpacked elsewhere"),
        ("both.docx", office(**{"xl__workbook.xml": b"x"}), "archive"),
        ("bomb.docx", office(**{"word__big.xml": bytes(50_000_000)}), "would unpack to"),
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    with pytest.raises(InvalidFile) as refusal:
        inspected(tmp_path, name, content)
    assert word in refusal.value.message


def test_an_archive_whose_files_overlap_is_refused(tmp_path: Path) -> None:
    content = bytearray(office(**{"word__a.xml": b"a" * 100, "word__b.xml": b"b" * 100}))
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    third = content.find(b"PK\x01\x02", second + 4)
    content[third + 42 : third + 46] = content[second + 42 : second + 46]  # the third begins where the second does
    with pytest.raises(InvalidFile, match="damaged"):
        inspected(tmp_path, "report.docx", bytes(content))


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    content = bytearray(office())
    entry = content.find(b"PK\x01\x02")
    content[entry + 8] |= 1
    with pytest.raises(InvalidFile, match="password"):
        inspected(tmp_path, "report.docx", bytes(content))


def test_an_archive_that_claims_millions_of_files_costs_nothing(tmp_path: Path) -> None:
    content = bytearray(office())
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 0xFFFF, 0xFFFF)
    with pytest.raises(InvalidFile, match="damaged"):
        inspected(tmp_path, "report.docx", bytes(content))


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_is_refused_and_never_a_crash(tmp_path: Path, name: str) -> None:
    content = FILES[name]
    for length in range(0, len(content), max(1, len(content) // 40)):
        try:
            kind = inspected(tmp_path, name, content[:length])
        except InvalidFile:
            continue
        assert kind in (FileKind.TXT, FileKind.CSV), f"{name} cut at {length}"


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with path.open("wb") as file:
        for _ in range(400):
            file.write(b"player,metres,minutes\r\n" * 2850)  # 26 MB
    tracemalloc.start()
    inspect(path, "gps.csv")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 1024**2


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  plan.pdf ", "plan.pdf"),
        ("Trainingsplan für Jörg.pdf", "Trainingsplan für Jörg.pdf"),
        ("u\u0308bung.pdf", "übung.pdf"),
        ("تمرين.pdf", "تمرين.pdf"),
        ("می‌خواهم.pdf", "می‌خواهم.pdf"),
        ("戦術 ⚽.png", "戦術 ⚽.png"),
        ("x" * 196 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_in_any_language_are_kept(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "no name"),
        ("...", "no name"),
        ("x" * 297 + ".pdf", "301 characters; at most 200"),
        ("../../etc/passwd.pdf", "contains a folder"),
        ("C:\\plan.pdf", "contains a folder"),
        ("plan\u202efdp.exe", "invisible characters"),
        ("plan\u200b.pdf", "invisible characters"),
        ("pl\x00an.pdf", "invisible characters"),
        ("plan\n.pdf", "invisible characters"),
    ],
)
def test_names_that_mislead_are_refused(name: str, word: str) -> None:
    with pytest.raises(InvalidFile) as refusal:
        clean_name(name)
    assert word in refusal.value.message


@pytest.mark.parametrize("name", ["plan", "plan.exe", "plan.pdf.exe", ".pdf", "page.html", "a.svg", "a.mp4", "a.pdf."])
def test_other_endings_are_refused(name: str) -> None:
    with pytest.raises(InvalidFile, match="Use PDF, PNG"):
        kind_by_name(name)
