"""Times and memory of the build, at 1, 10 and 100 times the BrukerPlan persons.

Run with `make benchmark` (or `.venv/bin/python benchmarks/benchmark.py --scales 1`; `--scales` alone for the ratios
only). Everything happens in a temporary folder: the build file, the published file and the scaled deliveries. Standard
output is two Markdown tables with the budget beside each number; copy them to docs/benchmarks.md when machine and
numbers are worth keeping. The first holds ratios of processor time to `dbt --version`, which stay as they are on
another machine and, nearly, on a busy one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SCALES = (1, 10, 100)
# Tests that compare with printed numbers of persons fail on multiplied persons, and rightly.
PRINTED_NUMBERS = ("assert_coverage_agrees_with_print",)
# As the recipe of `make build` has it; a test holds it against the Makefile.
MAKE_BUILD = ("--no-write-json", "--exclude-resource-type", "unit_test", "--exclude", "tag:rule")
BUDGETS = (5.5, 8.5, 0.8, 45)


@dataclass(frozen=True)
class Timing:
    """Of one command: wall-clock seconds, seconds of processor time, and peak resident memory (MiB).

    Processes that the command itself started are in the processor time and not in the memory.
    """

    seconds: float
    processor: float
    peak_mib: float


def run(command: list[str], env: dict[str, str], cwd: Path = ROOT) -> Timing:
    """Run a command to its end; raise CalledProcessError with its output when it fails."""
    with tempfile.TemporaryFile() as output:
        before = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **env}, stdout=output, stderr=subprocess.STDOUT)
        # the memory of this very process: what the operating system says of all children is that of the largest
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, output.read().decode("utf-8", "replace"))
    return Timing(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def node_seconds(target: Path, prefix: str) -> float:
    """Seconds the last run spent in nodes whose id starts with `prefix`; those that ran side by side both count."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return sum(item["execution_time"] for item in results if item["unique_id"].startswith(prefix))


def time_seed_load(rows: int = 20_000, columns: int = 51, repeats: int = 5) -> float:
    """Median seconds of the seed node that loads a delivery of rows x columns, as dbt measures it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [f"c{number}" for number in range(columns)]
        line = ";".join(f'"svar {number}"' for number in range(columns))
        content = "\n".join([";".join(names), *[line] * rows]) + "\n"
        deliveries = folder / "deliveries"
        (deliveries / "wide").mkdir(parents=True)
        (deliveries / "wide" / "wide.csv").write_text(content, encoding="utf-8")
        columns_of_register = (ROOT / "seeds" / "deliveries" / "deliveries.csv").read_text("utf-8").splitlines()[0]
        register = dict.fromkeys(columns_of_register.split(","), "") | {
            "delivery_id": "wide",
            "extract": "wide",
            "file_name": "wide/wide.csv",
            "sha256": hashlib.sha256(content.encode()).hexdigest(),
        }
        (deliveries / "deliveries.csv").write_text(
            ",".join(register) + "\n" + ",".join(register.values()) + "\n", encoding="utf-8"
        )
        project = {
            "dbt_project.yml": "name: rusindikator\nversion: 1.0.0\nprofile: bench\nseed-paths: [seeds]\n"
            f"macro-paths: [{str(ROOT / 'macros')!r}]\nflags: {{send_anonymous_usage_stats: false}}\n",
            "profiles.yml": "bench:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: bench.duckdb}\n",
            "seeds/wide.csv": ",".join(names) + "\n",
            "seeds/_wide.yml": "seeds:\n  - name: wide\n    config: {extract: true, delimiter: ';'}\n",
        }
        for file, text in project.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        env = {"DO_NOT_TRACK": "1", "DBT_PROFILES_DIR": str(folder), "RUS_DELIVERIES_DIR": str(deliveries)}
        seconds = []
        for _ in range(repeats):
            run([str(BIN / "dbt"), "--quiet", "seed"], env, folder)
            seconds.append(node_seconds(folder / "target", "seed."))
        return statistics.median(seconds)


def scaled_deliveries(scale: int, folder: Path, env: dict[str, str]) -> Path:
    """Copy the deliveries and make the constructed ones again with `scale` times the BrukerPlan persons."""
    deliveries = folder / "deliveries"
    shutil.copytree(ROOT / "seeds" / "deliveries", deliveries)
    if scale > 1:
        command = ["-m", "rusindikator", "demo-deliveries", "--out", str(deliveries), "--scale", str(scale)]
        run([sys.executable, *command], env)
    return deliveries


def folders(folder: Path) -> dict[str, str]:
    """Return the environment of builds that stay in a folder."""
    (folder / "build").mkdir()
    return {
        "DO_NOT_TRACK": "1",
        "DBT_PROFILES_DIR": str(ROOT / "profiles"),
        "RUS_BUILD_DIR": str(folder / "build"),
        "RUS_PUBLISH_DIR": str(folder / "published"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def ratios(pairs: int) -> dict[str, float]:
    """Return processor time as a multiple of that of `dbt --version`, the median of so many alternating pairs.

    A part of a build (publishing, one node more) is the difference of the build with it and the one without.
    """
    with tempfile.TemporaryDirectory() as name:
        env = folders(Path(name))
        build = [sys.executable, "-m", "rusindikator", "build", *MAKE_BUILD]
        parts = {
            "make build": build,
            "all tests": [str(BIN / "dbt"), "build"],
            "all but publishing": [*build, "publish_release"],
            "all but views": [*build, "publish_release", "config.materialized:view"],
        }
        run(parts["all tests"], env)
        run(parts["make build"], env)
        times: dict[str, list[float]] = {part: [] for part in parts}
        starts = []
        for _ in range(pairs):
            for part, command in parts.items():
                starts.append(run([str(BIN / "dbt"), "--version"], env).processor)
                times[part].append(run(command, env).processor / starts[-1])
        views = n_selected("publish_release", env=env) - n_selected(
            "publish_release", "config.materialized:view", env=env
        )
    found = {part: statistics.median(values) for part, values in times.items()}
    of_views = found["all but publishing"] - found["all but views"]
    return {
        "`make build`, warm": found["make build"],
        "`dbt build` with unit tests, warm": found["all tests"],
        "publishing, audit included": found["make build"] - found["all but publishing"],
        "one node, in ms (mean of the views and their tests)": of_views / views * statistics.median(starts) * 1000,
    }


def n_selected(*excluded: str, env: dict[str, str]) -> int:
    """Return the number of nodes that `make build` is about, without those that are excluded."""
    command = [str(BIN / "dbt"), "--quiet", "ls", *MAKE_BUILD, *excluded]
    said = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=True)
    return len(said.stdout.split())


def measure(scale: int, repeats: int) -> dict[str, float]:
    """Build `repeats` times at one scale after a first build that warms the caches; return medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = folder / "target"
        env = folders(folder)
        env["RUS_DELIVERIES_DIR"] = str(scaled_deliveries(scale, folder, env))
        dbt = [str(BIN / "dbt"), "--quiet"]
        # what each node took is told in JSON, which is measured too
        build = [*dbt, "build", *MAKE_BUILD[1:], *(PRINTED_NUMBERS if scale > 1 else ())]
        run(build, env)
        timings = [run(build, env) for _ in range(repeats)]
        result = {
            "persons": sum(
                sum(1 for _ in path.open("rb")) - 1
                for path in (Path(env["RUS_DELIVERIES_DIR"]) / "brukerplan").glob("*.csv")
            ),
            "build": statistics.median(timing.seconds for timing in timings),
            "memory": max(timing.peak_mib for timing in timings),
            "seeds": node_seconds(target, "seed."),
            "publish": node_seconds(target, "model.rusindikator.publish_release"),
        }
        if scale == 1:
            result["everything"] = statistics.median(run([*dbt, "build"], env).seconds for _ in range(repeats))
            result["parse"] = statistics.median(run([*dbt, "parse"], env).seconds for _ in range(repeats))
            result["parse_cold"] = run([*dbt, "parse", "--no-partial-parse"], env).seconds
        return result


def row(what: str, value: float, unit: str, budget: float | None = None) -> str:
    """Return one row of the table: what was measured, the number, the budget and whether it is kept."""
    kept = "" if budget is None else "yes" if value < budget else "no"
    return f"| {what} | {value:,.2f} {unit} | {'' if budget is None else f'{budget:,g} {unit}'} | {kept} |"


def main() -> None:
    """Print the table, each row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scales", type=int, nargs="*", default=SCALES)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=5, help="alternating pairs behind each ratio; 0 leaves them out")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    if arguments.pairs:
        print("| processor time | times `dbt --version` | budget | kept |\n|---|---|---|---|", flush=True)
        for (what, value), budget in zip(ratios(arguments.pairs).items(), BUDGETS, strict=True):
            print(row(what, value, "", budget))
        print()
    if not arguments.scales:
        return
    print("| what | measured | budget | kept |\n|---|---|---|---|", flush=True)
    print(row("seed node: 20,000 rows x 51 columns", time_seed_load(), "s", 1), flush=True)
    for scale in sorted(arguments.scales):
        result = measure(scale, arguments.repeats if scale < 100 else 1)
        at = f", {result['persons']:,} persons"
        if scale == 1:
            print(row("`dbt build` with unit tests, warm" + at, result["everything"], "s", 15))
            print(row("`dbt parse`, nothing changed", result["parse"], "s", 8))
            print(row("`dbt parse` from scratch", result["parse_cold"], "s", 8))
        print(row("`make build`'s `dbt build`, warm" + at, result["build"], "s", 15 if scale == 1 else None))
        print(row("its seeds, summed over two threads" + at, result["seeds"], "s"))
        print(row("its publishing, audit included" + at, result["publish"], "s", 1 if scale == 1 else None))
        print(row("its peak memory" + at, result["memory"], "MiB", 8192), flush=True)


if __name__ == "__main__":
    main()
