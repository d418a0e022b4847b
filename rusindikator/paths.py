"""Where things lie: the project, its builds, what is published and what was delivered. The environment overrules."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "seeds"
CATALOGUE = SEEDS / "catalogue"
# Deliveries that come with the code.
SHIPPED = SEEDS / "deliveries"
PUBLISHED_NAME = "rusindikator.duckdb"


def build_folder() -> Path:
    """Return the folder of builds: RUS_BUILD_DIR, else `build` of this project."""
    return Path(os.environ.get("RUS_BUILD_DIR") or PROJECT / "build").absolute()


def publish_dir() -> Path:
    """Return the folder of the published files: RUS_PUBLISH_DIR, else `published` where the command runs."""
    return Path(os.environ.get("RUS_PUBLISH_DIR") or "published")


def published_file(as_of: str | None = None, directory: Path | None = None) -> Path:
    """Return the published file; a build with `as_of` has its own, so that it never replaces the current release."""
    name = f"rusindikator_as_of_{as_of}.duckdb" if as_of else PUBLISHED_NAME
    return (directory or publish_dir()) / name


def added_deliveries() -> Path | None:
    """Return the folder of received deliveries, RUS_DELIVERIES_DIR; None where only the shipped ones count."""
    told = os.environ.get("RUS_DELIVERIES_DIR")
    return Path(told) if told else None
