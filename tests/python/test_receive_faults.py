"""Faults done to receiving on purpose: killed processes, full, forbidden and missing folders. Never half."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from rusindikator import dbt_plugin
from rusindikator.deliveries import check_register, in_force, read_register, write_register
from rusindikator.receive import RefusedError, landing

from . import shapes
from .conftest import ROOT
from .test_faults import small_disk
from .test_receive import refusals, take, without_judgement

SHIPPED = {row.delivery_id for row in read_register(landing.SHIPPED)}


def youth(path: Path, number: int = 0, year: int = 2021) -> Path:
    """Write a delivery of a year that is another one for each number."""
    text = shapes.youth().replace("344", str(300 + number)).replace(";2021;", f";{year};")
    return shapes.save(path / f"kr{year}_{number}.csv", text)


def everything(folder: Path) -> dict[Path, bytes]:
    """Return all files of a folder with their content; the lock is none of its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != landing.LOCK}


def ids(folder: Path) -> set[str]:
    """Return the deliveries of a folder that is whole: all that is registered is there, and nothing else."""
    assert check_register(folder) == []
    return {row.delivery_id for row in read_register(folder)}


# Killed --------------------------------------------------------------------------------------------------------------


def receive_in_a_child(path: Path, kill_at: int) -> int:
    """Receive in a process of its own, killed at its n-th event of files (0: not at all); return how many it had.

    An event is what Python tells its audit hooks: files opened, renamed, removed, folders made. No clock is as exact.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0

        def on_event(event: str, _: tuple) -> None:
            nonlocal count
            if event == "open" or event.startswith(("os.", "shutil.")):
                count += 1
                if count == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(on_event)
        take(path, source="KONFLIKTRADET", period="2021")
        os.write(write, str(count).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return int(text or 0)


@pytest.mark.parametrize("is_new", [False, True])
def test_a_receive_killed_at_any_moment_leaves_the_old_or_the_new_to_the_next(
    is_new: bool, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The checks take seconds and touch no file; without them the moments fall where files are written.
    without_judgement(monkeypatch)
    chance = random.Random(9 + is_new)
    if not is_new:
        take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
    events = receive_in_a_child(youth(tmp_path), 0)
    assert events > 100
    outcomes, number = [], 0
    # One in five is left to end, so that both outcomes are seen.
    while number < 17 or set(outcomes) != {True, False}:
        number += 1
        assert number < 60
        if is_new:
            shutil.rmtree(folder)
        before = ids(folder)
        receive_in_a_child(youth(tmp_path, number), chance.randint(1, events) if number % 5 else 0)
        # The next receive brings another delivery and does what is to be done itself.
        assert not refusals(take(youth(tmp_path, number, 2020), source="KONFLIKTRADET", period="2020"))
        after = ids(folder)
        new = {name for name in after - before if "_2021_" in name}
        assert len(new) <= 1
        assert before <= after
        assert not [path for path in folder.rglob(".*") if path.name != landing.LOCK]
        assert list(folder.glob(".*.receiving")) == []
        outcomes.append(bool(new))


@pytest.mark.parametrize("step", ["file written", "receipt written"])
def test_a_first_receive_killed_at_any_step_lands_nothing(step: str, folder: Path, tmp_path: Path) -> None:
    path = youth(tmp_path)
    code = (
        "import os, signal, sys\n"
        "from rusindikator.receive import landing\n"
        "from rusindikator.cli import main\n"
        f"landing.after_step = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == {step!r} else None\n"
        f"main(['receive', {str(path)!r}, '--source', 'KONFLIKTRADET', '--published-on', '2022-06-30'])\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr
    assert ids(folder) == set()
    take(path, source="KONFLIKTRADET", period="2021")
    assert ids(folder) == {"konfliktradet_2021_levert"}
    assert list(folder.glob(".*.receiving")) == []


def folder_of_0_1_0(folder: Path) -> None:
    """Make a deliveries folder as version 0.1.0 did: a copy of the shipped deliveries, one register at its top."""
    shutil.copytree(landing.SHIPPED, folder)


def test_a_folder_of_version_0_1_0_goes_on_working(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_judgement(monkeypatch)
    folder_of_0_1_0(folder)
    before = everything(folder)
    assert before
    take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
    assert ids(folder) == SHIPPED | {"konfliktradet_2021_levert"}
    after = everything(folder)
    assert {path: content for path, content in after.items() if path in before} == before
    assert len(in_force(folder, landing.SHIPPED)) == len(SHIPPED) + 1
    (again,) = take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
    assert again.already == "konfliktradet_2021_levert"


def half_landed(folder: Path) -> None:
    """Leave a landing of version 0.1.0 half done: decided in its journal, its file under the name of a draft."""
    folder_of_0_1_0(folder)
    (row,) = (row for row in read_register(folder) if row.delivery_id == "bu_2019_fagradet")
    target = folder / row.file_name
    target.rename(target.with_name(f".{row.delivery_id}.incoming"))
    register = (folder / landing.REGISTER_NAME).read_text("utf-8")
    write_register(folder, [other for other in read_register(folder) if other != row])
    draft = f"bu/.{row.delivery_id}.incoming"
    files = [{"draft": draft, "file": row.file_name, "sha256": row.sha256}]
    journal = {"files": files, "register": register, "missing_reasons": None}
    (folder / landing.JOURNAL).write_text(json.dumps(journal), encoding="utf-8")


def test_a_landing_that_version_0_1_0_left_half_done_is_finished(folder: Path) -> None:
    half_landed(folder)
    assert landing.recover(folder) == ["a landing that was interrupted is finished: bu/bu_2019_fagradet.csv"]
    assert ids(folder) == SHIPPED


def test_a_build_without_a_folder_of_its_own_looks_after_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_after: list[Path] = []
    monkeypatch.delenv("RUS_DELIVERIES_DIR", raising=False)
    monkeypatch.setattr(dbt_plugin, "get_flags", SimpleNamespace)
    monkeypatch.setattr(dbt_plugin, "finish_interrupted_landing", looked_after.append)
    plugin = dbt_plugin.Plugin.__new__(dbt_plugin.Plugin)
    plugin.creds = SimpleNamespace(path=str(tmp_path / "build" / "rusindikator.duckdb"), settings=None)
    plugin.initialize({})
    assert looked_after == [landing.SHIPPED]


def test_a_build_finishes_a_landing_of_version_0_1_0(folder: Path) -> None:
    half_landed(folder)
    dbt_plugin.finish_interrupted_landing(folder)
    assert ids(folder) == SHIPPED
    # A receive that is at work is not disturbed, and the build says so.
    shutil.copy(folder / landing.REGISTER_NAME, folder / landing.JOURNAL)
    with landing.held(folder), pytest.raises(RuntimeError, match=r"Nothing is lost.*start again"):
        dbt_plugin.finish_interrupted_landing(folder)


# Disks and folders ---------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_and_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    with small_disk(folder, 8):
        take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
        before = everything(folder)
        room = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        (folder / "filler").write_bytes(bytes(room))
        with pytest.raises(RefusedError, match=r"No space left on device.*make room on the disk and run this again"):
            take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
        (folder / "filler").unlink()
        assert everything(folder) == before
        take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
        assert "konfliktradet_2021_levert" in ids(folder)


def test_a_disk_too_small_for_a_new_folder_leaves_none(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        monkeypatch.setenv("RUS_DELIVERIES_DIR", str(disk / "deliveries"))
        room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "filler").write_bytes(bytes(room))
        with pytest.raises(RefusedError, match="No space left on device"):
            take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
        assert not list(disk.glob("deliveries/*/*"))


def test_a_read_only_disk_leaves_the_old_and_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    with small_disk(folder, 8):
        take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        before = everything(folder)
        with pytest.raises(RefusedError, match=r"Read-only file system.*name another folder in RUS_DELIVERIES_DIR"):
            take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
        assert not refusals(take(youth(tmp_path), source="KONFLIKTRADET", period="2021", dry_run=True))
        assert everything(folder) == before


def test_without_permission_the_command_says_so_and_changes_nothing() -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user, with setpriv")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*nobody, sys.executable, "-c", "import duckdb"], cwd=ROOT, check=False).returncode != 0:
        pytest.skip("another user cannot run the Python of this environment")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder, mail = Path(place) / "deliveries", youth(Path(place))
        folder.mkdir(mode=0o755)
        command = [*nobody, sys.executable, "-m", "rusindikator", "receive", str(mail), "--source", "KONFLIKTRADET"]
        for target in (folder, folder / "new", Path(place) / "new"):
            environment = {**os.environ, "RUS_DELIVERIES_DIR": str(target), "RUS_BUILD_DIR": str(Path(place) / "docs")}
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 1, done.stdout + done.stderr
            assert "REFUSED, nothing has changed" in done.stdout
            assert "the deliveries folder cannot be used (Permission denied)" in done.stdout
            assert "name another folder in RUS_DELIVERIES_DIR" in done.stdout
            assert "Traceback" not in done.stderr
        mail.chmod(0o600)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert "the file cannot be read (Permission denied)" in done.stdout
        assert {item.name for item in Path(place).iterdir()} == {"deliveries", mail.name}
        assert list(folder.iterdir()) == []


def test_a_missing_folder_is_made_and_one_that_cannot_be_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUS_DELIVERIES_DIR", str(tmp_path / "not" / "yet" / "there"))
    take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
    assert "konfliktradet_2021_levert" in ids(tmp_path / "not" / "yet" / "there")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for name in ("file", "file/deliveries"):
        monkeypatch.setenv("RUS_DELIVERIES_DIR", str(tmp_path / name))
        with pytest.raises(RefusedError, match="the deliveries folder cannot be used"):
            take(youth(tmp_path), source="KONFLIKTRADET", period="2021")


def test_a_page_that_cannot_be_written_is_told_and_does_no_harm(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("RUS_BUILD_DIR", str(tmp_path / "file"))
    (one,) = take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
    assert any("the page of the checks could not be written" in finding.what for finding in one.findings)
    assert "konfliktradet_2021_levert" in ids(folder)


def test_a_register_that_somebody_spoiled_is_told(folder: Path, tmp_path: Path) -> None:
    take(youth(tmp_path), source="KONFLIKTRADET", period="2021")
    (register,) = folder.rglob(landing.REGISTER_NAME)
    register.write_text(register.read_text("utf-8").replace(",2021,2022-06-30,", ",2021,i går,"), encoding="utf-8")
    with pytest.raises(RefusedError, match=r"not in order: .*published_on 'i går' is no date"):
        take(youth(tmp_path, 1, 2020), source="KONFLIKTRADET", period="2020")
