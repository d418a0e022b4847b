"""Times and memory of the build, at 1, 10 and 100 times the BrukerPlan persons.

Run with `make benchmark` (or `.venv/bin/python benchmarks/benchmark.py --scales 1`). Everything happens in a
temporary folder: the build file, the published file and the scaled deliveries. The result goes to standard output;
copy it to docs/benchmarks.md when the machine and the numbers are worth keeping.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
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


@dataclass
class Timing:
    """Wall-clock seconds and peak resident memory of one command."""

    seconds: float
    peak_mib: float


def run(command: list[str], env: dict[str, str]) -> Timing:
    """Run a command to its end; raise CalledProcessError with its output when it fails."""
    before = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    output, _ = process.communicate()
    seconds = time.perf_counter() - before
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    # ru_maxrss of all children so far: the largest one; scales run from small to large, so it grows with them
    return Timing(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def node_seconds(target: Path, prefix: str) -> float:
    """Seconds the last run spent in nodes whose id starts with `prefix`."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return sum(item["execution_time"] for item in results if item["unique_id"].startswith(prefix))


def time_seed_load(rows: int = 20_000, columns: int = 51) -> float:
    """Median seconds of the query that the seed materialization sends for a file of rows x columns."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.csv"
        names = [f"c{number}" for number in range(columns)]
        with path.open("w", encoding="utf-8") as handle:
            handle.write(";".join(names) + "\n")
            line = ";".join(f'"svar {number}"' for number in range(columns)) + "\n"
            handle.writelines(line for _ in range(rows))
        types = ", ".join(f"'{name}': 'varchar'" for name in names)
        seconds = []
        for _ in range(5):
            with duckdb.connect(str(Path(folder) / "load.duckdb")) as con:
                before = time.perf_counter()
                con.execute(
                    f"create or replace table wide as select *, row_number() over () as _row_no from read_csv('{path}',"
                    f" delim=';', header=true, auto_detect=false, columns={{{types}}}, quote='\"', escape='\"',"
                    " nullstr='\\x00', strict_mode=true)"
                )
                seconds.append(time.perf_counter() - before)
        return statistics.median(seconds)


def scaled_deliveries(scale: int, folder: Path, env: dict[str, str]) -> Path:
    """Copy the deliveries and make the constructed ones again with `scale` times the BrukerPlan persons."""
    deliveries = folder / "deliveries"
    shutil.copytree(ROOT / "seeds" / "deliveries", deliveries)
    if scale > 1:
        run(
            [sys.executable, "-m", "rusindikator", "demo-deliveries", "--out", str(deliveries), "--scale", str(scale)],
            env,
        )
    return deliveries


def measure(scale: int, repeats: int) -> dict[str, float]:
    """Build `repeats` times at one scale after a first build that warms the caches; return medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "build").mkdir()
        target = folder / "target"
        env = {
            "DO_NOT_TRACK": "1",
            "DBT_PROFILES_DIR": str(ROOT / "profiles"),
            "RUS_BUILD_DIR": str(folder / "build"),
            "RUS_PUBLISH_DIR": str(folder / "published"),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        env["RUS_DELIVERIES_DIR"] = str(scaled_deliveries(scale, folder, env))
        build = [str(BIN / "dbt"), "--quiet", "build"]
        if scale > 1:  # tests that compare with printed numbers of persons fail on multiplied persons, and rightly
            build += ["--exclude", "assert_coverage_agrees_with_print"]
        run(build, env)
        timings = [run(build, env) for _ in range(repeats)]
        result = {
            "persons": sum(
                sum(1 for _ in path.open("rb")) - 1
                for path in (Path(env["RUS_DELIVERIES_DIR"]) / "brukerplan").glob("*.csv")
            ),
            "build_s": statistics.median(timing.seconds for timing in timings),
            "seeds_s": node_seconds(target, "seed."),
            "publish_s": node_seconds(target, "model.rusindikator.publish_release"),
            "peak_mib": max(timing.peak_mib for timing in timings),
            "build_file_mib": (folder / "build" / "rusindikator.duckdb").stat().st_size / 2**20,
            "published_file_mib": (folder / "published" / "rusindikator.duckdb").stat().st_size / 2**20,
        }
        if scale == 1:
            parse = [str(BIN / "dbt"), "--quiet", "parse"]
            result["parse_s"] = statistics.median(run(parse, env).seconds for _ in range(repeats))
            result["parse_cold_s"] = run([*parse, "--no-partial-parse"], env).seconds
        return result


def main() -> None:
    """Print one table row per scale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"seed load of 20 000 x 51 cells: {time_seed_load():.2f} s")
    for scale in sorted(arguments.scales):
        result = measure(scale, arguments.repeats)
        print(f"x{scale}: " + ", ".join(f"{key} {value:,.2f}" for key, value in result.items()), flush=True)


if __name__ == "__main__":
    main()
