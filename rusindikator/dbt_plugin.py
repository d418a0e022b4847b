"""What has to be settled before dbt opens the build file: a dbt-duckdb plugin that profiles/profiles.yml names.

The build folder is made private and locked, and a run that will publish finds out now, not after the last model,
whether it can.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags

from rusindikator import disclosed, publish
from rusindikator.dbt_speed import engine_threads, spare_a_run
from rusindikator.deliveries import write_plain_tables
from rusindikator.files import FolderLock
from rusindikator.receive.landing import JOURNAL, SHIPPED, held, recover

PUBLISHING_COMMANDS = ("build", "run")


class Plugin(BasePlugin):
    """dbt makes one when it opens its first connection and keeps it until it ends."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Prepare the folders and take the lock. Raises RuntimeError, which dbt prints without a traceback."""
        if self.creds is None or self.creds.path == ":memory:":
            return
        spare_a_run()
        folder = Path(self.creds.path).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_private(folder)
            self.lock = FolderLock(folder, "builds")
        except OSError as error:
            raise RuntimeError(
                f"The build folder {folder} cannot be used: {error}. Nothing was changed."
                " Mend the folder or name another one in RUS_BUILD_DIR."
            ) from error
        told = os.environ.get("RUS_DELIVERIES_DIR")
        if told and Path(told).is_dir():
            make_private(Path(told))
        deliveries = Path(told) if told else SHIPPED
        if threads := engine_threads(deliveries):
            self.creds.settings = {"threads": threads} | (self.creds.settings or {})
        finish_interrupted_landing(deliveries)
        write_plain_tables(deliveries, folder / "added")
        if getattr(get_flags(), "WHICH", None) in PUBLISHING_COMMANDS:
            publish.prepare_folder(publish.publish_dir())
            disclosed.remember(publish.publish_dir(), folder / disclosed.NAME)


def finish_interrupted_landing(deliveries: Path) -> None:
    """Complete what a killed `receive` had decided, so that the next build needs no cleaning up."""
    if not (deliveries / JOURNAL).exists():
        return
    try:
        with held(deliveries):
            recover(deliveries)
    except (OSError, ValueError) as error:
        raise RuntimeError(
            f"A delivery in {deliveries} is landed and not all of it is in its place: {error}."
            " Nothing is lost. Mend what is said, or wait for the receive that is at work, and start again."
        ) from error


def make_private(folder: Path) -> None:
    """Take all rights from everybody but the owner; a folder of another user is left as its owner made it."""
    state = folder.stat()
    if state.st_uid == os.geteuid() and state.st_mode & 0o077:
        folder.chmod(0o700)
