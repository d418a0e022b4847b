"""Faults done on purpose: killed processes, readers in the way, two builds at once, full and forbidden folders."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from rusindikator.files import FolderInUseError, FolderLock, file_sha256
from rusindikator.publish import kept as releases
from rusindikator.publish.staging import STAGING

from .catalogue import N_INDICATORS
from .conftest import RELEASES, ROOT, DbtResult, OpenReader, Round, copy_round, run_dbt
from .publishing import TOUCH

# Kills are drawn anew in each run; a failure says the seed, and with it in RUS_TEST_SEED the same are drawn.
SEED = int(os.environ.get("RUS_TEST_SEED") or random.randrange(1_000_000))

# Publishes what a build file holds, in a process that can be killed. KILL_AT=n kills it at its n-th step on the disk
# (made folder, changed rights, renamed or removed file), KILL_AT_EVENT=n at the n-th thing of any kind that Python does
# and tells of (opened files, imports, processes), which is more exact than any clock. AUDIT=none leaves out the audit.
PUBLISHER = """
import os, signal, sys
from pathlib import Path
import duckdb
from rusindikator import publish
from rusindikator.publish import auditor

class NoAudit:
    def begin(self, file): pass
    def finish(self, file): pass
    def stop(self): pass

if os.environ.get("AUDIT") == "none":
    auditor.Auditor = NoAudit
steps, swap, events = 0, 0, 0
kill_at, kill_at_event = int(os.environ.get("KILL_AT", "0")), int(os.environ.get("KILL_AT_EVENT", "0"))

def on_event(event, arguments):
    global steps, swap, events
    events += 1
    if event in ("os.rename", "os.remove", "os.chmod", "os.mkdir", "shutil.copyfile") and ".lock" not in str(arguments):
        steps += 1
        if event == "os.rename" and str(arguments[1]).endswith("/rusindikator.duckdb"):
            swap = steps
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
    if events == kill_at_event:
        os.kill(os.getpid(), signal.SIGKILL)

con = duckdb.connect(sys.argv[1])
con.execute("update marts.release_log set release_id = ?, built_at = now() at time zone 'UTC'", [sys.argv[2]])
# something to publish
con.execute(sys.argv[3])
with_tables = [name for (name,) in con.execute(
    "select table_name from duckdb_tables() where schema_name = 'marts' and table_name <> 'publish_release'"
    " and table_name <> 'qa_rejected_values'").fetchall()]
print("go", flush=True)
sys.addaudithook(on_event)
try:
    publish.publish_release(con, dict.fromkeys(with_tables))
except publish.PublishError as error:
    print("PublishError:", error)
    raise SystemExit(1)
print("published in", steps, "steps with the swap at", swap, "and", events, "events")
"""


class Bench:
    """A build file and a published file to do harm to."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.folder = round_.published.parent
        self.count = 0
        self.tables = {name for (name,) in round_.rows("select table_name from duckdb_tables()")}

    @property
    def release_id(self) -> str:
        """Id of the last release that was to be published."""
        return f"29990101T{self.count:06}Z"

    def start(self, folder: Path | None = None, prefix: tuple[str, ...] = (), **settings: str) -> subprocess.Popen:
        """Start publishing the next release."""
        self.count += 1
        return subprocess.Popen(
            [
                *(*prefix, sys.executable, "-c", PUBLISHER, str(self.round.build_file), self.release_id),
                TOUCH.format(self.release_id),
            ],
            env={**os.environ, "RUS_PUBLISH_DIR": str(folder or self.folder), "PYTHONPATH": str(ROOT), **settings},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def publish(self, folder: Path | None = None, prefix: tuple[str, ...] = (), **settings: str) -> DbtResult:
        """Publish the next release, without the audit unless it is asked for."""
        process = self.start(folder, prefix, **{"AUDIT": "none", **settings})
        output, _ = process.communicate()
        return DbtResult(process.returncode, output)

    def check(self) -> str:
        """Read the published file as a reader would: it is complete. Return its release."""
        with duckdb.connect(str(self.round.published), read_only=True) as con:
            assert {name for (name,) in con.sql("select table_name from duckdb_tables()").fetchall()} == self.tables
            for table in self.tables:
                con.sql(f"select * from {table}").fetchall()
            assert con.sql("select count(*) from fct_indicator_year").fetchone() == (N_INDICATORS * 8,)
        return releases.read_release(self.round.published).release_id


@pytest.fixture
def bench(first_build: Round, tmp_path: Path) -> Bench:
    """A copy of the first build, to do harm to."""
    return Bench(copy_round(first_build, tmp_path / "round", shipped=True))


# Killed --------------------------------------------------------------------------------------------------------------


def numbers(output: str) -> list[int]:
    """Steps, the step of the swap, and events of a publisher that was left in peace."""
    return [int(word) for word in output.split() if word.isdigit()]


def kill_and_check(bench: Bench, old: str, **settings: str) -> tuple[str, bool]:
    """Kill a publisher; return the release that is published then, which is complete, and whether it is the new one."""
    result = bench.publish(**settings)
    assert result.code == -signal.SIGKILL, f"{settings}, seed {SEED}: {result.output}"
    now = bench.check()
    assert now in (old, bench.release_id), f"{settings}, seed {SEED}"
    # whatever stays of the draft, nobody else can read it
    for path in bench.folder.rglob("*"):
        if STAGING in path.parts and path.is_dir():
            assert path.stat().st_mode & 0o777 == 0o700
    return now, now == bench.release_id


def check_next(bench: Bench) -> None:
    """Publish once more: it needs no cleaning up, and does it itself."""
    result = bench.publish()
    assert result.ok, result.output
    assert bench.check() == bench.release_id
    assert not (bench.folder / STAGING).exists()
    assert bench.release_id in [release.release_id for release in releases.kept_releases(bench.round.published)]
    (copied,) = duckdb.sql(
        f"select arg_max(release_id, release_no) from '{bench.folder / 'parquet' / 'release_log.parquet'}'"
    ).fetchone()
    assert copied == bench.release_id


def test_publishing_killed_in_each_of_its_phases_leaves_the_old_release_or_the_new(bench: Bench) -> None:
    result = bench.publish()
    assert result.ok, result.output
    steps, swap, _ = numbers(result.output)
    old = bench.check()
    chance = random.Random(SEED)
    # preparing and writing, at the swap itself, among the copies that follow, removing what is old
    phases = [(1, swap - 1, False), (swap, swap, False), (swap + 1, steps, True)]
    for first, last, is_new in phases:
        # what a killed publisher leaves costs the next one steps of its own: begin each phase from a clean folder
        check_next(bench)
        old = bench.check()
        old, found = kill_and_check(bench, old, KILL_AT=str(chance.randint(first, last)))
        assert found is is_new, f"seed {SEED}"
    check_next(bench)


@pytest.mark.kill
def test_publishing_killed_at_any_step_leaves_the_old_release_or_the_new(bench: Bench) -> None:
    result = bench.publish()
    assert result.ok, result.output
    steps, swap, _ = numbers(result.output)
    assert steps > 50
    old = bench.check()
    # the first and last steps, those around the swap, and others by chance
    chosen = {1, 2, steps - 1, steps, *range(swap - 4, swap + 5)}
    chosen |= set(random.Random(SEED).sample(range(1, steps + 1), 10))
    outcomes = set()
    for step in sorted(chosen):
        old, is_new = kill_and_check(bench, old, KILL_AT=str(step))
        outcomes.add(is_new)
    # some were killed before the swap, some after it
    assert outcomes == {True, False}
    assert len(chosen) >= 15
    check_next(bench)
    assert len(releases.kept_releases(bench.round.published)) == releases.KEPT


@pytest.mark.kill
def test_publishing_killed_at_any_moment_leaves_the_old_release_or_the_new(bench: Bench) -> None:
    chance = random.Random(SEED)
    result = bench.publish(AUDIT="")
    assert result.ok, result.output
    steps, _, events = numbers(result.output)
    # there are more of them than steps on the disk
    assert events > steps > 50
    old = bench.check()
    for number in range(10):
        settings = {"AUDIT": ""} if number % 4 == 0 else {}
        # without the audit there are a few less
        old, _ = kill_and_check(bench, old, KILL_AT_EVENT=str(chance.randint(1, events * 4 // 5)), **settings)
    check_next(bench)


# Where whole builds are killed, as parts of their nodes; the exact node is drawn. One that publishes is killed when it
# is about to change the rights of its draft, to copy it, to rename it, and to rename what follows.
PARTS = (0.02, 0.1, 0.2, 0.4, 0.65, 0.9)
BEFORE_THE_SWAP = ("os.chmod 2", "shutil.copyfile 1", "os.rename 1")
AFTER_THE_SWAP = ("os.rename 2", "os.rename 9")
# Python runs a module of this name when it starts.
SITECUSTOMIZE = """
import os, signal, sys

wanted, left = os.environ["KILL_DBT_AT"].split()
left = int(left)

def on_event(event, arguments):
    global left
    if event == wanted and ".unpublished" in str(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(on_event)
"""


@dataclass
class KilledBuilds:
    """What was found after each kill, and what others were told meanwhile."""

    round: Round
    old: str
    # how many were to be killed on the way
    kills: int
    # release that was published after each kill on the way to publishing
    on_the_way: list[str]
    # the same while publishing: the release before, and the one that was found
    while_publishing: list[tuple[str, str]]
    second: DbtResult
    left: set[str]
    last: DbtResult
    new: str
    reader_before: list[tuple]
    reader_after: list[tuple]


class Killer:
    """Starts dbt on a round with a `target` folder of its own, and kills it."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.touched = 0
        self.chance = random.Random(SEED)
        link = round_.project / "build"
        link.unlink(missing_ok=True)
        link.symlink_to(round_.build_file.parent)
        self.environment = {
            **os.environ,
            "DO_NOT_TRACK": "1",
            "RUS_DELIVERIES_DIR": str(round_.deliveries),
            "RUS_PUBLISH_DIR": str(round_.published.parent),
        }

    def start(self, *select: str, settings: dict[str, str] | None = None) -> subprocess.Popen:
        """Start a build."""
        return subprocess.Popen(
            [
                *(str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "build", *select),
                *("--profiles-dir", "profiles", "--target-path", self.round.target),
            ],
            cwd=self.round.project,
            env=self.environment | (settings or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def kill(process: subprocess.Popen) -> None:
        """Kill it for good."""
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL

    def at_node(self, part: float, meanwhile: Callable[[], None] | None = None) -> None:
        """Kill a build at a node near this part of all. `meanwhile` runs early on, while the build waits."""
        process = self.start()
        for line in process.stdout:  # until the first node is done
            if " of " in line and " OK " in line and " hook" not in line:
                break
        if meanwhile:
            process.send_signal(signal.SIGSTOP)
            meanwhile()
            process.send_signal(signal.SIGCONT)
        nodes = int(line.split(" of ")[1].split(" ")[0])
        last = max(2, int(nodes * (part + self.chance.uniform(-0.08, 0.08))))
        for line in process.stdout:  # nodes are told in the order in which they end, so one may be passed over
            reached = re.search(rf" (\d+) of {nodes} ", line)
            if reached and int(reached[1]) >= last:
                break
        else:
            pytest.fail(f"the build ended before its node {last} of {nodes}")
        self.kill(process)

    def while_publishing(self, event: str) -> None:
        """Let a build that only publishes be killed at an event about its drafts: name and number."""
        self.touch()
        hook = self.round.path / "hook"
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
        process = self.start(
            "--select", "release_log publish_release", settings={"PYTHONPATH": str(hook), "KILL_DBT_AT": event}
        )
        output, _ = process.communicate()
        assert process.returncode == -signal.SIGKILL, f"{event}: {output}"

    def touch(self) -> None:
        """Change the build file, so that there is something to publish."""
        self.touched += 1
        with duckdb.connect(str(self.round.build_file)) as con:
            con.execute(TOUCH.format(f"touched {self.touched} times"))


def some_and_all(parts: tuple) -> list:
    """Parameters of a fixture: one drawn of these, and all of them in the long battery."""
    drawn = random.Random(SEED).choice(parts)
    return [pytest.param((drawn,), id="one"), pytest.param(parts, id="all", marks=pytest.mark.kill)]


@pytest.fixture(scope="module", params=some_and_all(PARTS))
def killed_builds(
    request: pytest.FixtureRequest, first_build: Round, tmp_path_factory: pytest.TempPathFactory
) -> KilledBuilds:
    """Builds killed on the way and while publishing, and one left in peace, with a reader that had opened the file."""
    parts = request.param
    path = tmp_path_factory.mktemp("killed") / "round"
    round_ = copy_round(first_build, path, shipped=True, target=str(path / "target"))
    shutil.copytree(first_build.project / first_build.target, round_.target)
    bench, killer = Bench(round_), Killer(round_)
    told: list[DbtResult] = []

    def second_build() -> None:
        # it has dbt files of its own: only the build folder is shared
        shutil.copytree(round_.target, path / "other")
        told.append(
            run_dbt("build", "--target-path", str(path / "other"), project=round_.project, env=killer.environment)
        )

    old = bench.check()
    reader = OpenReader(round_.published)
    reader_before = reader.rows(RELEASES)
    on_the_way, while_publishing = [], []
    for part in parts:
        killer.at_node(part, second_build if part == parts[len(parts) // 2] else None)
        on_the_way.append(bench.check())
    # a whole build once, so that there is something to publish
    left = {file.name for file in round_.build_file.parent.iterdir()}
    last = round_.dbt("build")
    events = [*BEFORE_THE_SWAP, *AFTER_THE_SWAP]
    if len(parts) == 1:
        events = [killer.chance.choice(phase) for phase in (BEFORE_THE_SWAP, AFTER_THE_SWAP)]
    for event in events:
        before = bench.check()
        killer.while_publishing(event)
        while_publishing.append((before, bench.check()))
    killer.touch()
    again = round_.dbt("build", "--select", "release_log publish_release")
    assert again.ok, again.output
    reader_after = reader.rows(RELEASES)
    reader.close()
    return KilledBuilds(
        *(round_, old, len(parts), on_the_way, while_publishing, told[0], left, last, bench.check()),
        *(reader_before, reader_after),
    )


def test_a_build_killed_on_the_way_leaves_the_published_file(killed_builds: KilledBuilds) -> None:
    assert killed_builds.on_the_way == [killed_builds.old] * killed_builds.kills


def test_a_build_killed_while_publishing_leaves_the_old_release_or_the_new(killed_builds: KilledBuilds) -> None:
    found = killed_builds.while_publishing
    assert len(found) >= 2
    # killed while there were drafts only, and after the swap: a release is named after its start
    expected = [*[True] * len(BEFORE_THE_SWAP), *[False] * len(AFTER_THE_SWAP)]
    assert [now == before for before, now in found] == (expected if len(found) > 2 else [True, False]), f"seed {SEED}"
    assert found[-1][1] > found[-1][0]


def test_after_killed_builds_the_next_needs_no_cleaning_up(killed_builds: KilledBuilds) -> None:
    assert killed_builds.last.ok, killed_builds.last.output
    assert ".lock" in killed_builds.left  # it lay there and meant nothing
    assert killed_builds.new > max(now for _, now in killed_builds.while_publishing) > killed_builds.old
    folder = killed_builds.round.published.parent
    assert not (folder / STAGING).exists()
    (copied,) = duckdb.sql(f"select max(release_id) from '{folder / 'parquet' / 'release_log.parquet'}'").fetchone()
    assert copied == killed_builds.new


def test_a_reader_may_keep_the_file_open_through_it_all(killed_builds: KilledBuilds) -> None:
    assert killed_builds.reader_before == killed_builds.reader_after == [(killed_builds.old,)]


def test_of_two_builds_at_once_the_second_says_so_and_stops(killed_builds: KilledBuilds) -> None:
    result = killed_builds.second
    assert result.code != 0
    assert "is in use: process " in result.output
    assert "builds since" in result.output
    assert "Wait until that is done and start again." in result.output
    assert "Traceback" not in result.output


def test_the_build_folder_is_private_and_the_published_file_is_not(killed_builds: KilledBuilds) -> None:
    round_ = killed_builds.round
    assert round_.build_file.parent.stat().st_mode & 0o777 == 0o700
    for file in (round_.published, *(round_.published.parent / "parquet").iterdir()):
        assert file.stat().st_mode & 0o777 == 0o644, file


# Locks and readers ---------------------------------------------------------------------------------------------------


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from rusindikator.files import FolderLock\n"
    code += "lock = FolderLock(Path(sys.argv[1]), 'builds'); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(FolderInUseError, match=f"process {holder.pid} builds since"):
        FolderLock(tmp_path, "builds")
    holder.kill()
    holder.wait()
    with FolderLock(tmp_path, "builds"), pytest.raises(FolderInUseError, match=f"process {os.getpid()}"):
        FolderLock(tmp_path, "builds")
    FolderLock(tmp_path, "builds").release()


def test_of_two_that_publish_at_once_the_second_says_so_and_stops(bench: Bench) -> None:
    old = bench.check()
    with FolderLock(bench.folder, "publishes"):
        result = bench.publish()
    assert result.code == 1
    assert "was not published" in result.output
    assert f"{bench.folder} is in use: process {os.getpid()} publishes since" in result.output
    assert bench.check() == old


def test_twenty_readers_keep_what_they_opened_and_new_ones_see_the_swap(bench: Bench) -> None:
    old = bench.check()
    readers = [OpenReader(bench.round.published) for _ in range(20)]
    seen: list[str] = []
    errors: list[Exception] = []
    done = threading.Event()

    def open_again_and_again() -> None:
        while not done.is_set():
            try:
                seen.append(releases.read_release(bench.round.published).release_id)
            except Exception as error:
                errors.append(error)
            time.sleep(0.01)  # leaves the processor to the publisher

    opener = threading.Thread(target=open_again_and_again)
    opener.start()
    try:
        for _ in range(4):
            result = bench.publish()
            assert result.ok, result.output
            # until somebody has opened the new one
            while not errors and bench.release_id not in seen:
                time.sleep(0.01)
    finally:
        done.set()
        opener.join()
        kept = [reader.rows(RELEASES) for reader in readers]
        for reader in readers:
            reader.close()
    assert errors == []
    assert kept == [[(old,)]] * 20
    published = [old, *(f"29990101T{number:06}Z" for number in range(1, 5))]
    assert set(seen) == set(published)
    assert seen == sorted(seen)


# Disks and folders ---------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own; skips where nobody may mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a file system of its own can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_published_file(bench: Bench, tmp_path: Path) -> None:
    size = bench.round.published.stat().st_size
    with small_disk(tmp_path / "disk", 2 + 2 * size // 1_000_000) as disk:
        result = bench.publish(disk)
        assert result.ok, result.output
        file = disk / "rusindikator.duckdb"
        before = file_sha256(file)
        result = bench.publish(disk)
        assert result.code == 1
        assert f"PublishError: {file} was not published, the file published before stays as it was." in result.output
        assert "space" in result.output.lower()
        assert file_sha256(file) == before
        assert not (disk / STAGING).exists()
        # room again: nothing else has to be done
        shutil.rmtree(disk / "parquet")
        for kept in (disk / "releases").iterdir():
            kept.unlink()
        subprocess.run(["mount", "-o", f"remount,size={6 * size}", str(disk)], check=True)
        result = bench.publish(disk)
        assert result.ok, result.output


def test_files_that_may_not_grow_leave_the_published_file(bench: Bench) -> None:
    # what a full disk does, for those who may not mount one
    old = bench.check()
    size = bench.round.published.stat().st_size
    result = bench.publish(prefix=("prlimit", f"--fsize={size // 2}"))
    if "prlimit" in result.output and "not found" in result.output:
        pytest.skip("prlimit is not installed")
    assert result.code == 1
    assert "was not published, the file published before stays as it was." in result.output
    assert bench.check() == old
    assert bench.publish().ok


def test_a_build_on_a_full_disk_leaves_the_published_file(bench: Bench, tmp_path: Path) -> None:
    old = bench.check()
    with small_disk(tmp_path / "disk", 6) as disk:
        full = Round(bench.round.project, tmp_path / "full", shipped=True)
        shutil.rmtree(full.build_file.parent)
        full.build_file.parent.symlink_to(disk)
        shutil.copytree(bench.folder, full.published.parent)
        result = full.dbt("build")
        assert result.code == 1
        assert "space" in result.output.lower()
        assert releases.read_release(full.published).release_id == old


def test_a_read_only_disk_leaves_the_published_file(bench: Bench, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 20) as disk:
        assert bench.publish(disk).ok
        before = releases.read_release(disk / "rusindikator.duckdb").release_id
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        result = bench.publish(disk)
        assert result.code == 1
        assert f"{disk / 'rusindikator.duckdb'} was not published, nothing was changed. OSError: " in result.output
        assert "RUS_PUBLISH_DIR" in result.output
        assert releases.read_release(disk / "rusindikator.duckdb").release_id == before


def test_without_permission_nothing_is_published(first_build: Round) -> None:
    # the build file is the user's own, the published file is somebody else's
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user, with setpriv")
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    if subprocess.run([*nobody, sys.executable, "-c", "import duckdb"], cwd=ROOT, check=False).returncode != 0:
        pytest.skip("another user cannot run the Python of this environment")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        bench = Bench(copy_round(first_build, Path(place) / "round", shipped=True))
        for path in (bench.round.build_file.parent, bench.round.build_file):
            os.chown(path, 65534, 65534)
        old = bench.check()
        result = bench.publish(prefix=nobody)
        assert result.code == 1, result.output
        assert f"{bench.round.published} was not published, nothing was changed. PermissionError: " in result.output
        assert bench.check() == old


def test_a_missing_folder_is_made(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    result = bench.publish(folder)
    assert result.ok, result.output
    assert (folder / "rusindikator.duckdb").stat().st_mode & 0o777 == 0o644


def test_dbt_says_at_once_that_it_cannot_publish(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    round_ = replace_published(bench.round, tmp_path / "file" / "published")
    result = round_.dbt("build")
    assert result.code != 0
    assert f"{round_.published} was not published, nothing was changed. NotADirectoryError: " in result.output
    assert "Traceback" not in result.output
    assert " OK created" not in result.output


def replace_published(round_: Round, folder: Path) -> Round:
    """Return the round with another folder for the published file."""

    class Elsewhere(Round):
        published = folder / "rusindikator.duckdb"

        def __post_init__(self) -> None:
            """Leave the folders as they are."""

    return Elsewhere(round_.project, round_.path, round_.shipped, round_.target)
